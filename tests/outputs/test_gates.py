import msgspec
import pytest

from outputs.card import card_text
from outputs.gates import FIGURES, NOTE, GateResult, Limit, gates_of, measured
from outputs.manifest import Manifest
from outputs.report.notices import notices
from outputs.statistics import Statistics, Summary, statistics_of
from tests.outputs.faulty_set import faulty_set


@pytest.fixture(scope="module")
def summary() -> Summary:
    return statistics_of(faulty_set()).summary()


def results(summary: Summary, **limits: dict[str, Limit]) -> dict[str, GateResult]:
    return {each.figure: each for each in measured(summary, limits)}


def test_every_figure_is_measured(summary: Summary):
    everything = {
        which: {name: Limit(least=0.0) for name in each} for which, each in FIGURES.items()
    }
    found = measured(summary, everything)
    assert len(found) == sum(map(len, FIGURES.values()))
    # In this set no member of the committee has checked a policy.
    unmeasured = {each.figure for each in found if each.value is None}
    assert unmeasured == {"played.policy_kept", "released.policy_kept"}
    assert all(0 <= each.value <= 1 for each in found if each.value is not None)


def test_a_gate_holds_below_its_least_and_above_its_greatest_value(summary: Summary):
    rate = summary.rates.accepted
    exact = rate.part / rate.whole
    for limit, held in (
        (Limit(least=exact), False),
        (Limit(most=exact), False),
        (Limit(least=exact - 0.01, most=exact + 0.01), False),
        (Limit(least=exact + 0.01), True),
        (Limit(most=exact - 0.01), True),
    ):
        assert results(summary, played={"accepted": limit})["played.accepted"].held is held


def test_a_gate_says_what_was_asked_and_what_was_measured(summary: Summary):
    gate = results(summary, played={"finished": Limit(least=0.95, most=1.0)})["played.finished"]
    assert gate.text == (
        "played.finished: at least 95.0% and at most 100.0% asked, 91.7% measured "
        "(33 of 36 attempts)"
    )


def test_a_gate_with_nothing_to_measure_holds():
    empty = Statistics().summary()
    gate = results(empty, released={"high_quality": Limit(least=0.0)})["released.high_quality"]
    assert gate.held
    assert "there are no dialogues to measure" in gate.text


def test_gates_are_told_in_notices_and_on_the_card(summary: Summary):
    found = measured(
        summary, {"played": {"finished": Limit(least=1.0), "accepted": Limit(least=0.1)}}
    )
    (told,) = (each for each in notices(summary, gates=found) if each.section == "rates")
    assert told.text.startswith("Not released: played.finished: at least 100.0% asked")
    manifest = Manifest(name="one", version="0.1.0", notes={NOTE: msgspec.to_builtins(found)})
    assert gates_of(manifest) == found
    assert "| `played.accepted` | at least 10.0% |" in card_text(manifest, summary)
