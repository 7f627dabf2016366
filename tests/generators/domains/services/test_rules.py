"""What code checks of a service's policy: a right agent keeps every rule, a wrong one is noticed."""

import json
from typing import Any

import pytest

from generators.domains.domain import Domain
from generators.domains.services.callers import Caller
from generators.domains.services.loader import service_domain
from generators.domains.services.reading import read_service
from generators.domains.services.rules import RULES
from generators.domains.services.scope import Scope
from generators.domains.services.spec import Rule
from generators.domains.timeline import Entry, Timeline
from generators.domains.world import World
from generators.event import AGENT, USER
from tests.generators.domains.services.shed import shed


@pytest.fixture(scope="module")
def domain(tmp_path_factory: pytest.TempPathFactory) -> Domain:
    return service_domain(shed(tmp_path_factory.mktemp("shed")))


class Talk:
    """A conversation with a caller, written line by line against a real world."""

    def __init__(self, domain: Domain) -> None:
        self.world = World(domain, 0, domain.clock)
        self.entries: list[Entry] = []
        self.phone = self.world.db[Caller].get("C0001").phone

    def _add(self, **fields: Any) -> "Talk":
        at = len(self.entries)
        self.entries.append(Entry(index=at, batch=at, **fields))
        return self

    def user(self, text: str) -> "Talk":
        return self._add(party=USER, kind="say", text=text)

    def agent(self, text: str) -> "Talk":
        return self._add(party=AGENT, kind="say", text=text)

    def call(self, tool: str, **arguments: Any) -> "Talk":
        before = self.world.db.snapshot()
        outcome = self.world.call(AGENT, tool, json.dumps(arguments))
        return self._add(
            party=AGENT,
            kind="call",
            tool=tool,
            arguments=arguments,
            value=outcome.value,
            error=outcome.error,
            writes=self.world.domain.agent_tools[tool].writes,
            before=before,
        )

    def breaks(self, rule: Rule) -> bool:
        """Whether the rule finds anything wrong."""
        start = World(self.world.domain, 0, self.world.domain.clock).db
        timeline = Timeline(tuple(self.entries), start, has_talk=True)
        scope = _scope(self.world.domain)
        return any(True for _ in RULES[rule](scope, timeline))


def _scope(domain: Domain) -> Scope:
    return Scope(read_service(domain.folder))


LOAN = {"caller_id": "C0001", "thing_id": "T2", "until": "2031-05-04"}


def right(domain: Domain) -> Talk:
    talk = Talk(domain)
    return (
        talk.user("I want to borrow a drill.")
        .call("find_caller", phone=talk.phone)
        .call("find_things", kind="drill")
        .agent("There is drill 2, number T2. Shall I lend it to you until 4 May?")
        .user("Yes please.")
        .call("lend", **LOAN)
    )


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_right_agent_keeps_every_rule(domain: Domain, rule: Rule):
    assert not right(domain).breaks(rule)


def test_a_caller_must_be_looked_up_first_and_be_the_same_one(domain: Domain):
    assert Talk(domain).call("list_loans", caller_id="C0001").breaks("caller_first")
    talk = Talk(domain)
    talk.call("find_caller", phone=talk.phone)
    assert not talk.call("list_loans", caller_id="C0001").breaks("caller_first")
    assert talk.call("list_loans", caller_id="C0002").breaks("caller_first")


def test_what_needs_no_caller_needs_no_look_up(domain: Domain):
    assert not Talk(domain).call("find_things", kind="saw").breaks("caller_first")


@pytest.mark.parametrize(
    "said",
    [
        "Shall I lend T2 to you?",
        "Shall I lend it to you until 4 May?",
        "Shall I lend T2 until 5 May?",
        "Shall I lend T22 until 4 May?",
    ],
)
def test_a_value_that_was_not_said_was_not_confirmed(domain: Domain, said: str):
    talk = Talk(domain).agent(said).user("Yes.").call("lend", **LOAN)
    assert talk.breaks("confirmed")


@pytest.mark.parametrize(
    "said",
    [
        "T2, until the 4th of May: shall I?",
        "Shall I lend you T2 till May 4th?",
        "That would be t2 until 2031-05-04. All right?",
    ],
)
def test_a_value_may_be_said_in_any_usual_way(domain: Domain, said: str):
    assert not Talk(domain).agent(said).user("Yes.").call("lend", **LOAN).breaks("confirmed")


def test_a_question_that_nobody_has_answered_confirms_nothing(domain: Domain):
    asked = Talk(domain).agent("Shall I lend T2 until 4 May?")
    assert asked.call("lend", **LOAN).breaks("confirmed")


def test_a_caller_may_make_sure_of_something_before_saying_yes(domain: Domain):
    talk = Talk(domain).agent("Shall I lend T2 until 4 May?").user("Until when, did you say?")
    talk.agent("Until the fourth.").user("Fine, yes.").call("lend", **LOAN)
    assert not talk.breaks("confirmed")


def test_only_what_a_search_has_shown_may_be_written_about(domain: Domain):
    assert Talk(domain).call("lend", **LOAN).breaks("only_found")
    assert Talk(domain).call("find_things", kind="saw").call("lend", **LOAN).breaks("only_found")
    found = Talk(domain).call("find_things", kind="drill").call("lend", **LOAN)
    assert not found.breaks("only_found")


def test_a_text_from_nowhere_is_invented(domain: Domain):
    assert Talk(domain).user("Lend me something.").call("lend", **LOAN).breaks("nothing_invented")
    assert not Talk(domain).user("Lend me T2.").call("lend", **LOAN).breaks("nothing_invented")


def test_what_is_done_twice_is_noticed_though_the_tool_refuses_it(domain: Domain):
    assert right(domain).call("lend", **LOAN).breaks("nothing_twice")
    assert not right(domain).call("lend", **{**LOAN, "thing_id": "T3"}).breaks("nothing_twice")
