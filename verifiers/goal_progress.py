"""How far each goal has come, from calls and values alone.

A goal is settled when its planned writes were made (with whatever arguments: a wrong one is not the
user's to notice) or all that had to be said about it was said. Where neither holds, the agent may still
have brought the matter to a close in words: by a refusal, a claim, a report, an offer of more help.
"""

import re
from collections import Counter
from collections.abc import Iterable

from generators.blueprint import Blueprint, Goal
from generators.domains.naming import Naming
from generators.event import AGENT, USER, Event
from verifiers.changes import changed_at
from verifiers.mentions import states_any
from verifiers.verdict import Evidence

_OFFER = re.compile(
    r"\b(?:anything|something|what) (?:else|further|more)\b"
    r"|\bany (?:other|further|more)\b|\belse I can\b",
    re.I,
)
_REFUSAL = re.compile(
    r"\b(?:sorry|afraid|unfortunately|can(?:'t|not| not)|unable|not able|not allowed|may not"
    r"|not possible|declined?)\b",
    re.I,
)
_CLAIM = re.compile(
    r"\b(?:(?:all|everything(?:'s| is)?|that(?:'s| is)|it(?:'s| is)|now|been|I(?:'ve| have))"
    r" (?:\w+ ){0,3}?(?:done|set|sorted|settled|completed?|finished|arranged|booked|cancelled|updated"
    r"|processed|registered|confirmed|taken care of|in order)|done!)",
    re.I,
)
_HAND_OVER = re.compile(r"hand_?over|transfer|escalat|human|colleague", re.I)
_LEAVING = re.compile(
    r"\b(?:never ?mind|forget (?:it|about it)|(?:have|need|got|gotta) (?:to )?(?:go|run|leave)"
    r"|gotta (?:go|run)|must (?:go|run|leave)|another time)\b",
    re.I,
)


def settled_at(blueprint: Blueprint, events: Iterable[Event], goal: Goal) -> int | None:
    """The index of the event by which the goal was settled, or None when it was not. One that the user
    lets go of is settled when it says so."""
    events = list(events)
    if blueprint.withdrawn(goal.id):
        return changed_at(blueprint, events).get(goal.id)
    ways = (_writes_made(blueprint, events, goal), _all_said(blueprint, events, goal))
    found = [at for at in ways if at is not None]
    return min(found) if found else None


def _writes_made(blueprint: Blueprint, events: list[Event], goal: Goal) -> int | None:
    wanted = Counter(
        (action.party, action.tool)
        for action in blueprint.actions
        if action.goal == goal.id and action.writes
    )
    if not wanted:
        return None
    failed = {event.result.call_id for event in events if event.result and event.result.error}
    last = -1
    for event in events:
        if event.call and event.call.id not in failed and wanted[event.party, event.call.name] > 0:
            wanted[event.party, event.call.name] -= 1
            last = event.index
    return None if wanted.total() else last


def _all_said(blueprint: Blueprint, events: list[Event], goal: Goal) -> int | None:
    left = [each for each in blueprint.must_say if each.goal == goal.id]
    if not left:
        return None
    for event in events:
        if event.kind == "say" and event.party == AGENT:
            left = [each for each in left if not states_any(event.text, each.forms)]
            if not left:
                return event.index
    return None


def status_of(blueprint: Blueprint, events: Iterable[Event]) -> dict[str, str]:
    """Of each goal whether it is waiting, open or settled, by what was done and said: wishes are raised
    in order, each once the one before is settled."""
    events = list(events)
    status, ahead = dict[str, str](), "open"
    for goal in blueprint.goals:
        settled = settled_at(blueprint, events, goal) is not None
        status[goal.id] = "settled" if settled else ahead
        ahead = ahead if settled else "waiting"
    return status


def left_open(case: Evidence) -> list[Goal]:
    """The goals that the user walked away from: neither settled nor brought to a close in words.

    Empty unless it was the user who ended the dialogue.
    """
    events = case.trajectory.events
    if not any(event.kind == "stop" and event.party == USER for event in events):
        return []
    settled = {goal.id: settled_at(case.blueprint, events, goal) for goal in case.blueprint.goals}
    unsettled = [goal for goal in case.blueprint.goals if settled[goal.id] is None]
    if not unsettled or _handed_over(events, case.domain.naming):
        return []
    last_words = {event.party: event.text for event in events if event.kind == "say"}
    if is_open_question(last_words.get(AGENT, "")):
        return unsettled
    leaves = _LEAVING.search(last_words.get(USER, "")) is not None
    closings = _closings(events, with_reports=not leaves)
    spare = _not_about(closings, [at for at in settled.values() if at is not None])
    return unsettled[spare:]


def _handed_over(events: tuple[Event, ...], naming: Naming) -> bool:
    failed = {event.result.call_id for event in events if event.result and event.result.error}
    return any(
        event.call
        and event.call.id not in failed
        and _HAND_OVER.search(naming.tool(event.party, event.call.name))
        for event in events
    )


def is_open_question(text: str) -> bool:
    """Whether an utterance of the agent waits for an answer that the matter needs."""
    return text.rstrip(" )\"'").endswith("?") and not _OFFER.search(text)


def _closings(events: tuple[Event, ...], with_reports: bool) -> list[int]:
    """Where the agent brings something to a close: it offers more, refuses, claims that it is done,
    or reports after work without asking for anything. A bare offer that follows another closing is
    one with it."""
    found: list[int] = []
    worked = offered = False
    for event in events:
        if event.party == AGENT and event.kind == "call":
            worked = True
        elif event.kind == "say" and event.party == AGENT:
            offers = _OFFER.search(event.text) is not None
            closes = any(each.search(event.text) for each in (_REFUSAL, _CLAIM))
            reports = with_reports and worked and (offers or "?" not in event.text)
            if offers and not (closes or reports) and found and not offered:
                found.pop()
            if offers or closes or reports:
                found.append(event.index)
                offered = offers
            worked = False
    return found


def _not_about(closings: list[int], settled: list[int]) -> int:
    """How many closings are not the end of a goal that is settled: from one closing to the next, a
    settled goal accounts for the closing at its end."""
    spare, before = 0, -1
    for at in closings:
        if not any(before < index <= at for index in settled):
            spare += 1
        before = at
    return spare
