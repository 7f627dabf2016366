"""Dialogues in perturbed environments before the rules: right ones pass, wrong ones do not."""

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec
import pytest

from generators.blueprint import Blueprint
from generators.domains.registry import domain_named
from generators.event import AGENT
from generators.faults import NOTE, FaultRule, places, planned_faults
from generators.perturbation import KINDS
from generators.perturbed.callback import LEAVE_REQUEST
from generators.perturbed.view import domain_of
from generators.trajectory import Trajectory
from tests.dialogues import Dialogue
from tests.every_domain import EVERY_DOMAIN
from tests.perturbed_plans import Case, perturbed_cases
from tests.played import scripted
from verifiers.rules import RULES
from verifiers.verdict import Finding, evidence


def findings(told: Trajectory, plan: Blueprint) -> list[Finding]:
    case = evidence(told, plan, domain_of(plan))
    return [finding for rule in RULES.values() for finding in rule.judge(case).findings]


def errors(told: Trajectory, plan: Blueprint) -> list[str]:
    return [each.code for each in findings(told, plan) if each.severity == "error"]


def spoiled(cases: Sequence[Case], kind: str, at: str = "any") -> Iterator[tuple[Trajectory, Case]]:
    """Dialogues in which the agent shows this fault."""
    rule = FaultRule(kind=kind, party=AGENT, probability=1.0, at=at)
    for case in cases:
        plan, _, persona = case
        if places(AGENT, kind, plan):
            told = scripted(plan, persona, 0, planned_faults([rule], 3, plan, 0))
            notes = [note for note in told.annotations if note.name == NOTE]
            if any(each["fired"] for note in notes for each in msgspec.json.decode(note.value)):
                yield told, case


@pytest.mark.parametrize("name", EVERY_DOMAIN)
@pytest.mark.parametrize("kinds", [*KINDS, "+".join(KINDS)])
def test_right_dialogues_pass_every_rule(name: str, kinds: str):
    for plan, _, persona in perturbed_cases(name, kinds, 6):
        told = scripted(plan, persona)
        assert errors(told, plan) == []
        assert told.end_hash == plan.end_hash


@pytest.mark.parametrize("source", ["backward", "fault_fix", "policy_graph"])
def test_plans_of_other_sources_are_perturbed_and_played_too(source: str):
    for plan, _, persona in perturbed_cases("cloakroom", "renamed+reordered", 4, source=source):
        assert errors(scripted(plan, persona), plan) == []


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_what_the_agent_calls_is_among_the_tools_that_it_is_shown(name: str):
    for plan, _, persona in perturbed_cases(name, "+".join(KINDS), 6):
        shown = {each["function"]["name"] for each in domain_of(plan).schemas_of(AGENT)}
        called = {
            event.call.name
            for event in scripted(plan, persona).events
            if event.call and event.party == AGENT
        }
        assert called
        assert called <= shown


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_clauses_see_through_other_names(name: str):
    """Who does not find out who is calling breaks the policy, whatever the tools are called."""
    kinds = "renamed+reordered+paraphrased+timeouts"
    found = list(spoiled(perturbed_cases(name, kinds, 8), "skips_identification"))
    assert len(found) > 4
    for told, (plan, _, _) in found:
        assert any(code.startswith("policy.") for code in errors(told, plan))


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("drop_last_write", "replay.end_state"),
        ("wrong_argument", "replay.end_state"),
        ("does_nothing", "information.missing"),
        ("invalid_arguments", "tool_calls.invalid_arguments"),
        ("unknown_tool", "tool_calls.unknown_tool"),
        ("repeats_failing_call", "tool_calls.repeated_failure"),
    ],
)
def test_faults_are_seen_in_perturbed_environments_too(kind: str, code: str):
    seen = Counter(
        code in errors(told, plan)
        for told, (plan, _, _) in spoiled(perturbed_cases("cloakroom", "+".join(KINDS), 12), kind)
    )
    assert seen[True] >= 5
    assert seen[False] <= 0.1 * seen[True]


def test_who_does_not_pass_a_request_on_leaves_the_wrong_state():
    cases = [
        case
        for kind in ("missing", "outages")
        for case in perturbed_cases("cloakroom", kind, 24)
        if [each.tool for each in case[0].actions if each.writes][-1:] == [LEAVE_REQUEST.name]
    ]
    found = list(spoiled(cases, "drop_last_write"))
    assert len(found) == len(cases) > 0
    for told, (plan, _, _) in found:
        assert "replay.end_state" in errors(told, plan)


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_a_wrong_name_that_is_put_right_is_noted_and_forgiven(name: str):
    found = list(spoiled(perturbed_cases(name, "renamed", 6), "uses_old_name"))
    assert len(found) == 6
    for told, (plan, _, _) in found:
        assert errors(told, plan) == []
        noted = [each for each in findings(told, plan) if each.code == "tool_calls.refined"]
        (wrong,) = noted
        call = told.events[wrong.event].call
        assert call
        assert call.name in domain_named(name).agent_tools
        answers = {
            event.result.call_id: event.result.error for event in told.events if event.result
        }
        assert answers[call.id] == "unknown_tool"


def renamed_talk() -> tuple[Dialogue, str, str]:
    """A dialogue to write, with the old and the new name of the first tool."""
    plan, _, _ = perturbed_cases("cloakroom", "renamed", 2)[0]
    talk = Dialogue(plan)
    return talk, "find_guest", plan.actions[0].tool


def codes(talk: Dialogue) -> list[str]:
    return [each.code for each in RULES["tool_calls"].judge(talk.case()).findings]


def test_a_wrong_name_that_is_not_put_right_is_an_error():
    talk, old, _ = renamed_talk()
    talk.user("Hello, my coat please.").call(old, seat="C4").agent("I cannot find you.")
    assert codes(talk) == ["tool_calls.unknown_tool"]


def test_who_insists_on_a_wrong_name_is_not_forgiven():
    talk, old, new = renamed_talk()
    arguments = talk.blueprint.actions[0].arguments
    talk.user("Hello, my coat please.").call(old, seat="C4").call(old, seat="C4")
    talk.call(new, **arguments)
    assert codes(talk) == [
        "tool_calls.refined",
        "tool_calls.refined",
        "tool_calls.repeated_failure",
    ]


def test_a_name_that_no_tool_ever_had_is_an_error_however_it_goes_on():
    talk, _, new = renamed_talk()
    talk.user("Hello, my coat please.").call("summon_coat", seat="C4")
    talk.call(new, **talk.blueprint.actions[0].arguments)
    assert codes(talk) == ["tool_calls.unknown_tool"]
