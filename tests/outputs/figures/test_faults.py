import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from generators.event import USER
from outputs.figures.faults import Faults, rate
from outputs.judged import Judged
from tests.outputs.faulty_set import broken_row, fault, row

LAST_WRITE, ALL_WRITES = fault("drop_last_write"), fault("drop_all_writes")


def summary(*rows: Judged):
    faults = Faults()
    for each in rows:
        faults.add(each)
    return faults.summary()


def test_error_rates_compare_decisions_with_planted_faults():
    found = summary(
        row(0, "replay.end_state", faults=(LAST_WRITE,)),
        row(1, "information.missing", faults=(LAST_WRITE,)),
        row(2, faults=(LAST_WRITE,)),
        row(3, "user.volunteered"),
        row(4),
        row(5),
        row(6),
    )
    assert (found.caught.part, found.caught.whole) == (2, 3)
    assert (found.missed.part, found.missed.whole) == (1, 3)
    assert (found.false_alarms.part, found.false_alarms.whole) == (1, 4)
    assert (found.tainted.part, found.tainted.whole) == (1, 4)
    assert found.alarm_codes == {"user.volunteered": 1}
    (kind,) = found.kinds
    assert (kind.kind, kind.planned, kind.fired, kind.rejected.part) == ("drop_last_write", 3, 3, 2)
    assert kind.codes == {"information.missing": 1, "replay.end_state": 1}
    assert (kind.expected, kind.named.part, kind.named.whole) == ("replay.end_state", 1, 2)


def test_a_fault_that_never_came_up_leaves_its_dialogue_sound():
    found = summary(row(0, "user.volunteered", faults=(fault("ends_early", USER, fired=False),)))
    assert (found.faulty, found.sound, found.false_alarms.part) == (0, 1, 1)
    assert (found.kinds[0].planned, found.kinds[0].fired) == (1, 0)


def test_a_fault_is_also_measured_where_it_was_alone():
    found = summary(
        row(0, "replay.end_state", faults=(LAST_WRITE, ALL_WRITES)), row(1, faults=(LAST_WRITE,))
    )
    kinds = {each.kind: each for each in found.kinds}
    assert (kinds["drop_last_write"].rejected.part, kinds["drop_last_write"].rejected.whole) == (
        1,
        2,
    )
    assert (kinds["drop_last_write"].alone.part, kinds["drop_last_write"].alone.whole) == (0, 1)
    assert kinds["drop_all_writes"].alone.whole == 0


def test_the_same_fault_of_another_party_is_another_fault():
    found = summary(
        row(0, faults=(fault("repeats_itself"),)), row(1, faults=(fault("repeats_itself", USER),))
    )
    assert [each.party for each in found.kinds] == ["agent", "user"]


def test_a_dialogue_that_broke_off_was_never_judged():
    assert summary(broken_row(0)).judged == 0


def test_what_curation_dropped_was_accepted_by_the_filter():
    found = summary(row(0, faults=(LAST_WRITE,), dropped="corpus.near_duplicate"))
    assert found.missed.part == 1


def test_the_vetoes_are_also_measured_on_their_own():
    sound = row(0, voters="ff")
    outvoted = replace(sound.decision, outcome="reject", reasons=("committee.outvoted",))
    found = summary(replace(sound, decision=outvoted), row(1, "policy.K01"))
    assert (found.false_alarms.part, found.vetoes_alarms.part) == (2, 1)


def test_a_wilson_interval_is_the_published_one():
    found = rate(15, 20)
    assert (found.low, found.high) == pytest.approx((0.5313, 0.8881), abs=5e-5)


@given(st.integers(0, 300), st.integers(1, 300))
def test_an_interval_holds_its_rate(part: int, whole: int):
    found = rate(min(part, whole), whole)
    assert 0.0 <= found.low <= found.value <= found.high <= 1.0
