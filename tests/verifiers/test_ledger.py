import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from generators.trajectory import Failure, StopReason, Trajectory
from verifiers.decision import Decision
from verifiers.ledger import Ledger, LedgerError, curated, entry, merged, planned

BLANK = Trajectory(
    blueprint_id="b",
    attempt=0,
    seed=0,
    domain="cloakroom",
    members=(),
    events=(),
    stop_reason=StopReason.USER_STOP,
    start_hash="",
    end_hash="",
)

fates = st.lists(
    st.one_of(
        st.just("accept"),
        st.sampled_from(["replay.end_state", "user.ended_early"]),
        st.sampled_from(["failed:user", "failed:world"]),
    ),
    max_size=40,
)


def entries(given_fates: list[str]) -> list[Ledger]:
    found = []
    for number, fate in enumerate(given_fates):
        trajectory = replace(BLANK, id=f"t{number}")
        decision = Decision(trajectory_id=trajectory.id, outcome="accept", score=1.0, votes=())
        if fate.startswith("failed:"):
            failure = Failure(party=fate[7:], kind="crash", message="")
            trajectory = replace(trajectory, stop_reason=StopReason.ERROR, failure=failure)
            decision = replace(decision, outcome="reject", reasons=("structure.unfinished",))
        elif fate != "accept":
            decision = replace(decision, outcome="reject", reasons=(fate, "information.missing"))
        found.append(entry(trajectory, decision))
    return found


@given(fates)
def test_attempts_are_accepted_rejected_or_failed(given_fates: list[str]):
    ledger = merged([planned(len(given_fates)), *entries(given_fates)])
    ledger.check()
    assert ledger.accepted == given_fates.count("accept")
    assert sum(ledger.failed.values()) == sum(each.startswith("failed:") for each in given_fates)
    for code, count in ledger.rejected.items():
        assert count == given_fates.count(code)


@given(fates, st.randoms(use_true_random=False), st.integers(0, 40))
def test_order_and_grouping_do_not_matter(given_fates: list[str], chance, cut: int):
    parts = [planned(len(given_fates)), *entries(given_fates)]
    whole = merged(parts)
    shuffled = chance.sample(parts, len(parts))
    assert merged([merged(shuffled[:cut]), merged(shuffled[cut:])]) == whole


@given(fates, st.data())
def test_curation_moves_and_never_loses(given_fates: list[str], data: st.DataObject):
    accepted = [f"t{n}" for n, fate in enumerate(given_fates) if fate == "accept"]
    dropped = data.draw(st.lists(st.sampled_from(accepted), unique=True)) if accepted else []
    drops = dict.fromkeys(dropped, "corpus.near_duplicate")
    ledger = merged([planned(len(given_fates)), *entries(given_fates), curated(drops)])
    ledger.check()
    assert ledger.accepted == len(accepted) - len(dropped)
    assert ledger.rejected.get("corpus.near_duplicate", 0) == len(dropped)


def test_a_dialogue_that_got_lost_shows_with_the_numbers():
    ledger = merged([planned(5), *entries(["accept", "replay.end_state", "failed:world"])])
    assert not ledger.balanced()
    with pytest.raises(LedgerError, match=r"attempted 5 .* accepted 1 .* = 3"):
        ledger.check()


def test_more_dropped_than_accepted_does_not_balance():
    ledger = merged([planned(1), *entries(["replay.end_state"]), curated({"t7": "corpus.quota"})])
    assert ledger.accounted == 1
    assert not ledger.balanced()


def test_a_decision_on_another_dialogue_is_refused():
    decision = Decision(trajectory_id="t2", outcome="accept", score=1.0, votes=())
    with pytest.raises(ValueError, match="t2"):
        entry(replace(BLANK, id="t1"), decision)


def test_a_rejection_without_a_reason_is_refused():
    decision = Decision(trajectory_id="t1", outcome="reject", score=0.0, votes=())
    with pytest.raises(ValueError, match="without a reason"):
        entry(replace(BLANK, id="t1"), decision)
