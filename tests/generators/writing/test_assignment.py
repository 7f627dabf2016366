"""What a writer is given: real rows as tools show them, tools, and nothing that is the user's own."""

from itertools import pairwise

import msgspec

from generators.event import AGENT
from generators.writing.assignment import Assignment
from generators.writing.model import messages_of
from tests.generators.writing.writing import flawed, given, outcome


def shown(assignment: Assignment) -> str:
    return "\n".join(each["content"] for each in messages_of(assignment, ()))


def test_a_writer_is_shown_what_tools_really_answer_about_the_caller() -> None:
    for domain in ("cloakroom", "energy"):
        assignment = given(3, domain)
        world = assignment.plan().world
        before = world.state_hash()
        assert len(assignment.shown) >= 2
        for each in assignment.shown:
            assert world.call(AGENT, each.tool, each.arguments).content.startswith(
                each.result.rstrip("…")
            )
        assert world.state_hash() == before


def test_no_more_tools_are_given_than_asked_for_and_those_that_identify_always() -> None:
    for tools in (1, 3, 8):
        assignment = given(2, "energy", tools=tools)
        names = {each["function"]["name"] for each in assignment.tools[AGENT]}
        first = {each.tool for each in assignment.plan().actions}
        assert first <= names
        assert len(names) == max(tools, len(first))
        assert all(f'"name":"{name}"' in shown(assignment) for name in names)


def test_the_private_word_of_the_user_is_shown_to_nobody() -> None:
    assignment = given(1)
    assert assignment.private.value not in shown(assignment)
    plan = outcome(assignment, flawed()).blueprint
    assert plan is not None
    assert assignment.private in plan.facts


def test_what_all_candidates_of_a_domain_share_comes_first() -> None:
    one, other = messages_of(given(1), ()), messages_of(given(2), ())
    assert one[0] == other[0]
    assert one[1] != other[1]


def test_a_further_round_only_adds_to_the_prompt() -> None:
    assignment = given(4)
    found = outcome(assignment, flawed("says_nothing", mends=0.0), None, 3)
    prompts = [
        msgspec.json.encode(messages_of(assignment, found.rounds[:count])) for count in range(4)
    ]
    for before, after in pairwise(prompts):
        assert after.startswith(before[:-1])
    assert b"nothing_to_say" in prompts[1]
