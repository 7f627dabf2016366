"""What the agent must say, must not say, and may not make up.

``must_say`` counts in any form and at any point of the dialogue. Made-up values are looked for among
numbers, dates, times and ids only; that a sentence is true in other respects is for critics.
"""

from collections.abc import Iterator
from functools import lru_cache

import msgspec

from generators.blueprint import Statement
from generators.domains.domain import Domain
from generators.event import AGENT, Event, view_of
from verifiers.mentions import Mention, mentions, sharp, states, states_any
from verifiers.rules.user_contract import spoiled_by_user
from verifiers.seen import Seen
from verifiers.verdict import Evidence, Finding, Verdict, verdict_from


class Information:
    """See ``information.*`` in the code catalogue."""

    name = "information"

    def judge(self, case: Evidence) -> Verdict:
        """Fails on what is missing, forbidden or without a source."""
        said = [e for e in case.trajectory.events if e.kind == "say" and e.party == AGENT]
        findings = [*_missing(case, said), *_forbidden(case, said), *_ungrounded(case)]
        return verdict_from(self.name, findings)


def _missing(case: Evidence, said: list[Event]) -> Iterator[Finding]:
    for statement in case.blueprint.must_say:
        if not any(says(event.text, statement) for event in said):
            yield Finding(
                code="information.missing",
                message=f"{statement.key} is never said, such as {statement.forms[0]!r}",
                party="user" if spoiled_by_user(case) else "agent",
            )


def says(text: str, statement: Statement) -> bool:
    """Whether a text makes the statement, in any of its forms."""
    return states_any(text, statement.forms)


def _forbidden(case: Evidence, said: list[Event]) -> Iterator[Finding]:
    for statement in case.blueprint.must_not_say:
        forms = [form for form in sharp(statement.forms) if not _trivial(form)]
        for event in said:
            found = next((form for form in forms if states(event.text, form)), None)
            if found:
                yield Finding(
                    code="information.forbidden",
                    message=f"{statement.key}: {found!r} must not be said",
                    event=event.index,
                )


def _trivial(form: str) -> bool:
    """A single digit is a form of some forbidden amounts, and a word of any talk."""
    return len(form) < 2 or form.casefold() in ("yes", "no", "true", "false")


def _ungrounded(case: Evidence) -> Iterator[Finding]:
    seen = Seen()
    seen.live_at(case.blueprint.clock)
    seen.hear(case.domain.policy.text)
    for mention in _in_tool_descriptions(case.domain):
        seen.take(mention)
    # A right agent works out what it proposes (a share, a last day); the plan has done so too.
    for step in case.blueprint.steps:
        if step.kind == "confirm":
            for each in (each for value in step.slots.values() for each in mentions(value)):
                if each.kind != "id":
                    seen.take(each)
    reported: set[str] = set()
    for event in view_of(case.trajectory.events, AGENT):
        if event.kind == "result" and event.result:
            seen.read(event.result.content)
        elif event.party != AGENT:
            seen.hear(event.text)
        elif event.kind == "say":
            for mention in mentions(event.text):
                if not seen.knows(mention) and mention.shows[0] not in reported:
                    reported.add(mention.shows[0])
                    yield Finding(
                        code="information.ungrounded",
                        message=f"the agent says {mention.text!r}, which it has seen nowhere",
                        event=event.index,
                    )


@lru_cache(maxsize=64)
def _in_tool_descriptions(domain: Domain) -> tuple[Mention, ...]:
    """Limits and times that tools state. Ids are left out: they are examples, and an agent that
    says one has made it up."""
    text = msgspec.json.encode(domain.schemas_of(AGENT)).decode()
    return tuple(each for each in mentions(text) if each.kind in ("number", "time"))
