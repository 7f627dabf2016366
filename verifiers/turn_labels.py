"""What each turn of a user's is, what is expected of the agent then, and how clear the wish has become.

For people and trainers, and no judgement: nobody in the dialogue sees it.
"""

from collections.abc import Iterable

import msgspec

from generators.blueprint import Blueprint, Goal, TurnType
from generators.event import USER, Event
from generators.hiding import EXPECTED, needs
from personas.record import Record
from verifiers.disclosure import WISH, Heard
from verifiers.goal_progress import status_of


class UserTurn(Record):
    """One utterance of the user's: its event, the goal that it is about, and its type.

    ``expected`` is what a right agent does next (see ``hiding.EXPECTED``), ``missing`` what it has yet
    to learn for that goal. ``clarity`` is the share of what that goal needs that is known by then, 1
    where it needs nothing; ``goals`` says of each goal whether it is waiting, open or settled.
    """

    event: int
    goal: str
    type: TurnType
    expected: str
    clarity: float
    missing: tuple[str, ...]
    goals: dict[str, str]


def user_turns(
    blueprint: Blueprint, events: tuple[Event, ...], heard: Iterable[Heard]
) -> tuple[UserTurn, ...]:
    """The user's utterances, labelled; ``heard`` as ``disclosure.listened`` gives it."""
    if not blueprint.goals:
        return ()
    return tuple(
        _labelled(each, blueprint, status)
        for each in heard
        if each.event.kind == "say" and each.event.party == USER
        for status in (_own_status(each.event) or status_of(blueprint, events[: each.event.index]),)
    )


def _labelled(heard: Heard, blueprint: Blueprint, status: dict[str, str]) -> UserTurn:
    goal = _at_issue(blueprint, status)
    needed = needs(blueprint, goal)
    missing = [key for key in needed if key not in heard.known]
    if blueprint.opening == "vague" and WISH not in heard.told:
        missing, needed = [WISH, *missing], (WISH, *needed)
    settled = status.get(goal.id) == "settled"
    kind: TurnType = "answerable" if settled else "ambiguous" if missing else goal.turn
    return UserTurn(
        event=heard.event.index,
        goal=goal.id,
        type=kind,
        expected=EXPECTED[kind],
        clarity=round(1 - len(missing) / len(needed), 4) if needed else 1.0,
        missing=tuple(missing),
        goals=status,
    )


def _at_issue(blueprint: Blueprint, status: dict[str, str]) -> Goal:
    """The goal that was raised last and is open, else the last one that was settled."""
    raised = [goal for goal in blueprint.goals if status.get(goal.id) != "waiting"]
    still_open = [goal for goal in raised if status.get(goal.id) == "open"]
    return (still_open or raised or list(blueprint.goals))[-1]


def _own_status(event: Event) -> dict[str, str]:
    """What the user itself thinks of its goals, where it says."""
    for note in event.annotations:
        if note.name == "goal_status":
            value = msgspec.json.decode(note.value)
            if isinstance(value, dict):
                return {str(name): str(each) for name, each in value.items()}
    return {}
