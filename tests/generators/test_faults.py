from collections import Counter
from functools import cache

import msgspec
import pytest

from generators.blueprint import Blueprint
from generators.domains.registry import domain_named
from generators.event import AGENT, USER, view_of
from generators.faults import FAULTS, NOTE, Fault, FaultRule, places, planned_faults
from generators.trajectory import StopReason, Trajectory, blind
from tests.changed import changed
from tests.played import cases, scripted
from verifiers.codes import meaning
from verifiers.rules import RULES
from verifiers.verdict import evidence

COUNT = 30
KINDS = sorted(FAULTS)


def planned_in(told: Trajectory) -> list[dict]:
    return [
        fault
        for note in told.annotations
        if note.name == NOTE
        for fault in msgspec.json.decode(note.value)
    ]


def codes_of(told: Trajectory, blueprint: Blueprint) -> set[str]:
    case = evidence(told, blueprint, domain_named(blueprint.domain))
    return {
        finding.code
        for rule in RULES.values()
        for finding in rule.judge(case).findings
        if finding.severity == "error"
    }


@cache
def faulty(party: str, kind: str) -> list[tuple[Blueprint, tuple[Fault, ...], Trajectory]]:
    """Dialogues with this fault planned wherever it can apply."""
    rule = FaultRule(kind=kind, party=party, probability=1.0)
    found = []
    changes = FAULTS[party, kind].needs == "change"
    for plan, persona in changed("cloakroom", 8) if changes else cases("cloakroom", COUNT):
        faults = planned_faults([rule], 3, plan, 0)
        found.append((plan, faults, scripted(plan, persona, 0, faults)))
    return found


NEEDS_ANOTHER_DOMAIN = {
    (AGENT, "says_forbidden"),
    (AGENT, "skips_confirmation"),
    (AGENT, "uses_old_name"),
}
"""The cloakroom has nothing that must not be said, its guests speak between any question and a payment
anyway, and its tools have no other names."""


@pytest.mark.parametrize(("party", "kind"), KINDS)
def test_a_fired_fault_shows_in_the_findings_it_should_provoke(party: str, kind: str):
    expected = FAULTS[party, kind].code
    seen: Counter[bool] = Counter()
    for plan, _, told in faulty(party, kind):
        assert told.stop_reason == StopReason.USER_STOP, told.failure
        if planned_in(told)[0]["fired"]:
            found = codes_of(told, plan)
            seen[any(code.startswith(expected) for code in found)] += 1
    if (party, kind) in NEEDS_ANOTHER_DOMAIN:
        return
    if (party, kind) == (AGENT, "uses_unrevealed_fact"):
        # Seats have two characters: too short for a verifier to blame anybody for.
        assert sum(seen.values()) >= 5
        return
    assert seen[True] >= 3
    assert seen[True] >= 0.85 * sum(seen.values()), seen


@pytest.mark.parametrize(("party", "kind"), KINDS)
def test_a_fault_that_did_not_fire_leaves_a_right_dialogue(party: str, kind: str):
    for plan, _, told in faulty(party, kind):
        if not planned_in(told)[0]["fired"]:
            assert codes_of(told, plan) == set()
            assert told.end_hash == plan.end_hash


def test_without_faults_nothing_is_found():
    for plan, persona in cases("cloakroom", COUNT):
        for attempt in range(2):
            told = scripted(plan, persona, attempt)
            assert codes_of(told, plan) == set()
            assert told.annotations == ()


@pytest.mark.parametrize("kind", ["drop_last_write", "wrong_argument", "skips_identification"])
def test_a_fault_is_marked_where_it_shows_and_nobody_sees_it(kind: str):
    for _, _, told in faulty(AGENT, kind):
        marked = [e for e in told.events if any(note.name == NOTE for note in e.annotations)]
        assert bool(marked) == planned_in(told)[0]["fired"]
        assert {event.party for event in marked} <= {AGENT}
        for party in (USER, AGENT):
            for event in view_of(told.events, party):
                assert not any(note.name == NOTE for note in event.annotations)


def test_verifiers_never_see_what_was_planned():
    _, _, told = faulty(AGENT, "does_nothing")[0]
    assert NOTE in msgspec.json.encode(told).decode()
    assert NOTE not in msgspec.json.encode(blind(told)).decode()


def test_the_plan_of_an_attempt_is_drawn_once_and_for_all():
    rules = [FaultRule(kind=kind, party=party, probability=0.3) for party, kind in KINDS]
    plans = cases("cloakroom", 10)
    once = [planned_faults(rules, 3, plan, attempt) for plan, _ in plans for attempt in range(3)]
    again = [planned_faults(rules, 3, plan, attempt) for plan, _ in plans for attempt in range(3)]
    assert once == again
    assert len(set(once)) > 5


def test_another_rule_never_shifts_the_chance_of_the_first():
    first = FaultRule(kind="drop_last_write", party=AGENT, probability=0.5)
    others = [FaultRule(kind=kind, party=party, probability=0.5) for party, kind in KINDS]
    for plan, _ in cases("cloakroom", 10):
        alone = planned_faults([first], 3, plan, 0)
        among = planned_faults([*others, first], 3, plan, 0)
        assert [fault for fault in among if fault.kind == first.kind] == list(alone)


def test_the_probability_is_the_share_of_dialogues():
    rule = FaultRule(kind="unknown_tool", party=AGENT, probability=0.25)
    plans = cases("cloakroom", COUNT)
    drawn = [bool(planned_faults([rule], 3, plan, n)) for plan, _ in plans for n in range(40)]
    assert 0.2 < sum(drawn) / len(drawn) < 0.3


def test_a_place_is_drawn_among_those_where_the_fault_can_apply():
    for party, kind in KINDS:
        rule = FaultRule(kind=kind, party=party, probability=1.0)
        for plan, _ in cases("cloakroom", 10):
            (fault,) = planned_faults([rule], 3, plan, 0)
            assert fault.at in (places(party, kind, plan) or ("any",))


def test_a_place_that_is_given_is_kept():
    plan, persona = next(case for case in cases("cloakroom", COUNT) if len(case[0].goals) >= 2)
    fault = Fault(kind="ungrounded_claim", party=AGENT, at="goal:2")
    told = scripted(plan, persona, 0, [fault])
    marked = next(e for e in told.events if any(note.name == NOTE for note in e.annotations))
    status = [
        msgspec.json.decode(note.value)
        for event in told.events[: marked.index]
        for note in event.annotations
        if note.name == "goal_status"
    ]
    assert status[-1]["g0"] == "settled"


def test_a_fault_at_a_goal_that_is_not_there_is_planned_and_never_fired():
    plan, persona = next(case for case in cases("cloakroom", COUNT) if len(case[0].goals) == 1)
    for party, kind in ((AGENT, "ungrounded_claim"), (USER, "wrong_language")):
        told = scripted(plan, persona, 0, [Fault(kind=kind, party=party, at="goal:4")])
        assert planned_in(told) == [{"kind": kind, "party": party, "at": "goal:4", "fired": False}]
        assert told.end_hash == plan.end_hash


def test_several_faults_of_both_parties_come_together():
    faults = [
        Fault(kind="unknown_tool", party=AGENT, at="opening"),
        Fault(kind="reveals_secret", party=USER, at="opening"),
        Fault(kind="wrong_argument", party=AGENT, at="write:last"),
    ]
    plan, persona = next(
        case for case in cases("cloakroom", COUNT) if any(a.writes for a in case[0].actions)
    )
    told = scripted(plan, persona, 0, faults)
    assert [(each["kind"], each["fired"]) for each in planned_in(told)] == [
        ("unknown_tool", True),
        ("reveals_secret", True),
        ("wrong_argument", True),
    ]
    found = codes_of(told, plan)
    assert {"tool_calls.unknown_tool", "leakage.secret", "replay.end_state"} <= found


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": "sings", "party": AGENT, "probability": 0.1}, "no fault 'sings' of the agent"),
        (
            {"kind": "ends_early", "party": AGENT, "probability": 0.1},
            "agent has answers_generically",
        ),
        ({"kind": "ends_early", "party": "cat", "probability": 0.1}, "agent and user have faults"),
        ({"kind": "ends_early", "party": USER, "probability": 1.5}, "not between 0 and 1"),
        ({"kind": "ends_early", "party": USER, "probability": 0.5, "at": "goal:0"}, "goal:N"),
    ],
)
def test_a_wrong_rule_says_what_would_be_right(fields: dict, said: str):
    with pytest.raises(ValueError, match=said):
        FaultRule(**fields)


def test_every_fault_names_a_finding_that_exists():
    for fault in FAULTS.values():
        if not fault.code.endswith("."):
            assert meaning(fault.code)
