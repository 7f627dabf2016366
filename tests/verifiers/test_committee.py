from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from generators.event import AGENT
from generators.trajectory import Failure, StopReason
from personas.record import Record
from tests.verifiers.cloakroom_talk import FetchTalk
from verifiers.committee import Committee, Seat, decide
from verifiers.rules import RULES
from verifiers.verdict import Evidence, Finding, Verdict


class Always(Record):
    """A voter of one opinion."""

    name: str
    outcome: Any = "pass"

    def judge(self, case: Evidence) -> Verdict:
        del case
        if self.outcome == "raise":
            raise RuntimeError("out of order")
        against = (Finding(code="critic.rejected", message="no"),)
        found = against if self.outcome == "fail" else ()
        return Verdict(verifier=self.name, outcome=self.outcome, findings=found)


def seats(*outcomes: str, weights: tuple[float, ...] = ()) -> tuple[Seat, ...]:
    weights = weights or (1.0,) * len(outcomes)
    return tuple(
        Seat(verifier=Always(name=f"v{number}", outcome=outcome), weight=weight)
        for number, (outcome, weight) in enumerate(zip(outcomes, weights, strict=True))
    )


def right() -> Evidence:
    return FetchTalk().case()


def wrong() -> Evidence:
    return FetchTalk(offer=lambda talk: talk.agent("You get 12.75 back. Anything else?")).case()


def test_rules_alone_can_decide():
    decision = decide(right(), Committee())
    assert (decision.outcome, decision.score, decision.party) == ("accept", 1.0, "")
    assert [vote.verdict.verifier for vote in decision.votes] == list(RULES)
    assert all(vote.veto for vote in decision.votes)


def test_one_veto_rejects_and_spares_the_voters():
    decision = decide(wrong(), Committee(voters=seats("pass", "pass"), quorum=2))
    assert (decision.outcome, decision.score) == ("reject", 0.0)
    assert decision.reasons == ("information.ungrounded",)
    assert decision.party == AGENT
    assert len(decision.votes) == len(RULES)


def test_voters_can_be_asked_in_any_case():
    committee = Committee(voters=seats("pass", "fail"), quorum=1, ask_all=True)
    decision = decide(wrong(), committee)
    assert (decision.outcome, decision.score) == ("reject", 0.5)
    assert len(decision.votes) == len(RULES) + 2


def test_a_rule_that_is_no_veto_has_no_say():
    assert decide(wrong(), Committee(vetoes=("structure",))).outcome == "accept"


def test_weights_decide_between_voters():
    for weights, outcome in (((3.0, 1.0), "accept"), ((1.0, 3.0), "reject")):
        committee = Committee(voters=seats("pass", "fail", weights=weights), quorum=2)
        decision = decide(right(), committee)
        assert decision.outcome == outcome
        assert decision.score == pytest.approx(weights[0] / sum(weights))
        if outcome == "reject":
            assert decision.reasons == ("committee.outvoted", "critic.rejected")


def test_abstentions_count_neither_for_nor_against():
    committee = Committee(voters=seats("pass", "abstain", "abstain"), quorum=1, threshold=1.0)
    decision = decide(right(), committee)
    assert (decision.outcome, decision.score) == ("accept", 1.0)


def test_too_few_opinions_are_no_quorum():
    committee = Committee(voters=seats("pass", "abstain"), quorum=2)
    decision = decide(right(), committee)
    assert (decision.outcome, decision.reasons) == ("reject", ("committee.no_quorum",))


def test_a_verifier_that_breaks_abstains_by_name():
    committee = Committee(voters=seats("pass", "raise"), quorum=1)
    decision = decide(right(), committee)
    broken = decision.votes[-1].verdict
    assert decision.outcome == "accept"
    assert broken.outcome == "abstain"
    assert broken.findings[0].code == "committee.verifier_error"
    assert "v1: RuntimeError: out of order" in broken.findings[0].message


def test_a_rule_that_breaks_abstains_too():
    case = right()
    no_clock = replace(case.blueprint, clock="some day")
    decision = decide(Evidence(case.trajectory, no_clock, case.domain), Committee())
    broken = [v.verdict.verifier for v in decision.votes if v.verdict.outcome == "abstain"]
    assert "replay" in broken
    assert "structure" not in broken


def test_a_dialogue_that_broke_off_is_never_accepted():
    case = right()
    failure = Failure(party="engine", kind="timeout", message="")
    broken = replace(case.trajectory, stop_reason=StopReason.ERROR, failure=failure)
    decision = decide(
        Evidence(broken, case.blueprint, case.domain), Committee(vetoes=(), voters=seats("pass"))
    )
    assert (decision.outcome, decision.reasons) == ("reject", ("structure.unfinished",))
    assert decision.party == "engine"


def test_the_party_that_broke_stays_to_blame():
    failure = Failure(party="world", kind="crash", message="gone")
    talk = FetchTalk()
    talk.events.pop()
    case = talk.case(stop_reason=StopReason.ERROR, failure=failure)
    decision = decide(case, Committee())
    assert (decision.outcome, decision.party) == ("reject", "world")
    assert decision.reasons == ("structure.unfinished",)


outcomes = st.lists(st.sampled_from(["pass", "fail", "abstain", "raise"]), max_size=5)


@given(outcomes, st.integers(0, 5), st.floats(0, 1))
def test_every_vote_is_kept(opinions: list[str], quorum: int, threshold: float):
    voters = seats(*opinions)
    quorum = min(quorum, len(voters))
    decision = decide(
        right(), Committee(vetoes=(), voters=voters, quorum=quorum, threshold=threshold)
    )
    kept = [vote.verdict.verifier for vote in decision.votes]
    assert kept == [seat.verifier.name for seat in voters]
    assert (decision.outcome == "reject") == bool(decision.reasons)
    voiced = [each for each in opinions if each in ("pass", "fail")]
    if voiced:
        assert decision.score == pytest.approx(voiced.count("pass") / len(voiced))
    if decision.outcome == "accept":
        assert len(voiced) >= quorum
        assert decision.score >= threshold


@pytest.mark.parametrize(
    ("wrong_field", "named"),
    [
        ({"vetoes": ("nonsense",)}, "nonsense"),
        ({"voters": seats("pass") + seats("fail")}, "share a name"),
        ({"voters": seats("pass", weights=(0.0,))}, "weight"),
        ({"quorum": 1}, "quorum"),
        ({"threshold": 1.5}, "threshold"),
    ],
)
def test_a_committee_that_cannot_work_is_refused(wrong_field: dict[str, Any], named: str):
    with pytest.raises(ValueError, match=named):
        Committee(**wrong_field)
