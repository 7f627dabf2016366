import pickle
from random import Random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from outputs.statistics import Statistics, Summary, statistics_of
from tests.outputs.faulty_set import faulty_set

QUOTAS = {"style.register": {"terse": 0.5}, "demographics.education": {"bachelor": 1.0}}


def whole() -> Statistics:
    return statistics_of(faulty_set(), tuple(QUOTAS))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=36, max_size=36), st.integers())
def test_however_rows_are_divided_and_ordered_the_figures_are_the_same(parts: list[int], seed: int):
    shuffled = list(zip(faulty_set(), parts, strict=True))
    Random(seed).shuffle(shuffled)
    merged = Statistics(tuple(QUOTAS))
    for part in range(4):
        merged.merge(statistics_of((row for row, home in shuffled if home == part), tuple(QUOTAS)))
    assert merged.summary(QUOTAS) == whole().summary(QUOTAS)
    assert merged.excerpts.chosen() == whole().excerpts.chosen()


def test_a_summary_survives_json():
    summary = whole().summary(QUOTAS)
    assert msgspec.json.decode(msgspec.json.encode(summary), type=Summary) == summary


def test_statistics_can_travel_between_processes():
    assert pickle.loads(pickle.dumps(whole())).summary() == whole().summary()


def test_a_set_without_rows_has_figures_too():
    summary = Statistics().summary(QUOTAS)
    assert summary.decisions.attempted == 0
    assert summary.groups.passes == ()
    assert summary.votes.agreement.alpha is None


def test_the_figures_agree_with_each_other():
    summary = whole().summary()
    accepted = summary.decisions.outcomes["accepted"]
    assert summary.accepted.dialogues == accepted == summary.diversity["user"].dialogues
    assert sum(each.dialogues for each in summary.coverage.domains) == accepted
    assert summary.faults.judged == 36 - summary.decisions.outcomes["failed"]
    assert summary.turned_away.dialogues == summary.faults.judged - accepted
