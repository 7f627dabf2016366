from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from generators.blueprint import Probe
from outputs.figures.groups import Groups, pass_power
from tests.outputs.faulty_set import broken_row, row


@given(st.integers(1, 8), st.integers(0, 8), st.integers(1, 8))
def test_pass_power_is_the_share_of_k_attempts_that_all_passed(attempts: int, passed: int, k: int):
    passed, k = min(passed, attempts), min(k, attempts)
    outcomes = [True] * passed + [False] * (attempts - passed)
    drawn = list(combinations(outcomes, k))
    assert pass_power(attempts, passed, k) == pytest.approx(sum(map(all, drawn)) / len(drawn))


def test_pass_power_needs_k_attempts():
    with pytest.raises(ValueError, match="from 2 attempts"):
        pass_power(2, 1, 3)


def test_pass_powers_are_averaged_over_blueprints():
    groups = Groups()
    groups.add(row(0, "policy.K01", attempt=0))
    groups.add(row(0, attempt=1))
    groups.add(row(1, attempt=0))
    groups.add(row(1, attempt=1))
    everything = groups.summary().passes[0]
    assert everything.difficulty == "all"
    assert everything.powers == {1: (0.5 + 1) / 2, 2: (0 + 1) / 2}
    assert everything.solved == {1: 1, 2: 1}


def test_an_attempt_that_somebody_else_broke_is_no_attempt():
    groups = Groups()
    groups.add(row(0))
    groups.add(broken_row(0, attempt=1, party="engine"))
    groups.add(broken_row(0, attempt=1, party="agent"))
    assert groups.summary().passes[0].powers == {1: 0.5, 2: 0.0}


def test_what_curation_drops_has_passed():
    groups = Groups()
    groups.add(row(0, dropped="corpus.near_duplicate"))
    assert groups.summary().passes[0].powers == {1: 1.0}


def test_a_probe_counts_once_per_blueprint():
    probes = (
        Probe(name="does_nothing", should_pass=False, passes=True),
        Probe(name="another_order", should_pass=True, passes=True),
    )
    groups = Groups()
    for attempt in (0, 1):
        judged = row(0, attempt=attempt)
        groups.add(replace(judged, blueprint=replace(judged.blueprint, probes=probes)))
    summary = groups.summary()
    assert [(each.name, each.tried, each.right) for each in summary.probes] == [
        ("another_order", 1, 1),
        ("does_nothing", 1, 0),
    ]
    assert summary.discriminating == 0.0
