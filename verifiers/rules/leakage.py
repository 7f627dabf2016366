"""What only the user may know, and whether it got out.

Secrets are canaries: their value must turn up nowhere but with the user. Facts may be told, so the
question is who used them first. Notes and private events are checked by who may see them.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

import msgspec

from generators.blueprint import Fact
from generators.domains.domain import Domain
from generators.event import AGENT, USER, WORLD, Event
from verifiers.call_key import action_key, call_key
from verifiers.fact_talk import distinctive, says_fact, ways_to_say
from verifiers.seen import Seen
from verifiers.verdict import Evidence, Finding, Verdict, verdict_from

_PRIVATE_NOTES = frozenset(
    {
        "disclosure",
        "goal_status",
        "inner_state",
        "latent_state",
        "planned_faults",
        "rejected_draft",
        "reveals",
    }
)
_PRIVATE_KINDS = frozenset({"think", "call", "result", "observe"})


class Leakage:
    """See ``leakage.*`` in the code catalogue."""

    name = "leakage"

    def judge(self, case: Evidence) -> Verdict:
        """Fails on anything that one party has and could not have come by."""
        return verdict_from(self.name, [*_secrets(case), *_private(case), *_unrevealed(case)])


def _secrets(case: Evidence) -> Iterator[Finding]:
    """The first event that lets each secret out; whoever made it is to blame."""
    for fact in case.blueprint.facts:
        if fact.reveal != "never":
            continue
        patterns = [_loosely(form) for form in ways_to_say(fact.value, fact.spoken)]
        for event in case.trajectory.events:
            if set(event.visible_to) <= {USER}:
                continue
            shown = [_content(event), *(n.value for n in event.annotations if n.visible_to)]
            if any(pattern.search(text) for text in shown for pattern in patterns):
                party = "engine" if event.party == WORLD else event.party
                yield Finding(
                    code="leakage.secret",
                    message=f"{fact.key} is visible to {', '.join(event.visible_to)}",
                    event=event.index,
                    party=party,
                )
                break


def _private(case: Evidence) -> Iterator[Finding]:
    caller = {
        event.call.id: event.party
        for event in case.trajectory.events
        if event.kind == "call" and event.call
    }
    for event in case.trajectory.events:
        owner = event.party
        if event.kind == "result" and event.result:
            owner = caller.get(event.result.call_id, owner)
        for note in event.annotations:
            others = sorted(set(note.visible_to) & set(event.visible_to) - {owner, WORLD})
            if note.name in _PRIVATE_NOTES and others:
                yield Finding(
                    code="leakage.private_note",
                    message=f"{note.name} of the {owner} is visible to {', '.join(others)}",
                    event=event.index,
                    party="engine",
                )
        others = sorted(set(event.visible_to) - {owner, WORLD})
        if event.kind in _PRIVATE_KINDS and owner != WORLD and others:
            yield Finding(
                code="leakage.private_event",
                message=f"a {event.kind} of the {owner} is visible to {', '.join(others)}",
                event=event.index,
                party="engine",
            )


def _unrevealed(case: Evidence) -> Iterator[Finding]:
    """Facts that the agent uses before anything that it could see had them."""
    hidden = [
        fact for fact in case.blueprint.facts if fact.reveal != "never" and distinctive(fact.value)
    ]
    if not hidden:
        return
    seen = Seen()
    seen.live_at(case.blueprint.clock)
    seen.hear(case.domain.policy.text)
    seen.hear(_tool_descriptions(case.domain))
    for event in case.trajectory.events:
        if AGENT not in event.visible_to:
            continue
        if event.party != AGENT:
            if event.kind == "result":
                seen.read(_content(event))
            else:
                seen.hear(event.text)
            continue
        for fact in [fact for fact in hidden if says_fact(_content(event), fact)]:
            if _planned_otherwise(case, event, fact):
                continue
            hidden.remove(fact)
            if not _came_by(seen, fact):
                yield Finding(
                    code="leakage.unrevealed_fact",
                    message=f"the agent uses {fact.key} ({fact.value}) before it was told",
                    event=event.index,
                )


@lru_cache(maxsize=64)
def _tool_descriptions(domain: Domain) -> str:
    return msgspec.json.encode(domain.schemas_of(AGENT)).decode()


def _planned_otherwise(case: Evidence, event: Event, fact: Fact) -> bool:
    """Whether this is a call that the plan makes for another goal: a right agent works some arguments
    out (the last day of a search), and they may happen to equal a fact."""
    return event.call is not None and any(
        action.goal != fact.goal and action_key(action) == call_key(event)
        for action in case.blueprint.actions
    )


def _came_by(seen: Seen, fact: Fact) -> bool:
    return any(seen.heard(form) for form in ways_to_say(fact.value, fact.spoken))


def _content(event: Event) -> str:
    if event.call:
        return event.call.arguments
    if event.result:
        return event.result.content
    return event.text


@lru_cache(maxsize=4096)
def _loosely(secret: str) -> re.Pattern[str]:
    """Finds a secret whatever the case, and whatever stands between its letters and numbers."""
    parts = re.findall(r"[^\W_]+", secret)
    return re.compile(r"[\W_]*".join(map(re.escape, parts)) if parts else r"(?!)", re.I)
