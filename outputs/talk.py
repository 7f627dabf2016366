"""What was said in one dialogue, and what about: the form in which a version and a reference corpus can
be laid side by side."""

import msgspec

from generators.blueprint import Blueprint
from generators.domains.shelf import parts_of
from generators.event import AGENT, USER, Event
from outputs.acts import OURS, common_acts
from outputs.judged import Judged
from personas.record import Record


class Said(Record):
    """One utterance of ``user`` or ``agent``, with its dialogue acts where they are known."""

    role: str
    text: str
    acts: tuple[str, ...] = ()


class Talk(Record):
    """One dialogue as utterances in order, the services that it is about, and what is wanted of them
    (``SERVICE/INTENT``)."""

    id: str
    said: tuple[Said, ...]
    services: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()


def talk_of(row: Judged) -> Talk:
    """The utterances of a judged dialogue, with their acts in the common inventory."""
    return Talk(
        id=row.id,
        services=tuple(parts_of(row.blueprint.domain)),
        intents=_intents_meant(row.blueprint),
        said=tuple(
            Said(
                role=event.party,
                text=event.text,
                acts=common_acts(event.party, _acts(event), OURS),
            )
            for event in row.trajectory.events
            if event.kind == "say" and event.party in (USER, AGENT)
        ),
    )


def _intents_meant(plan: Blueprint) -> tuple[str, ...]:
    """The intents of a plan as ``SERVICE/INTENT``; in joined domains they have their service's name
    before their own."""
    parts = parts_of(plan.domain)
    found = []
    for goal in plan.goals:
        owner = next((part for part in parts if goal.intent.startswith(f"{part}_")), parts[0])
        own = goal.intent.removeprefix(f"{owner}_") if len(parts) > 1 else goal.intent
        found.append(f"{owner}/{own}")
    return tuple(dict.fromkeys(found))


def _acts(event: Event) -> list[str]:
    """The acts noted on an utterance: a note holds one name or a list of them, or an object with the
    ``act`` and ``by`` whom it was picked."""
    found: list[str] = []
    for note in event.annotations:
        if note.name == "act":
            value = msgspec.json.decode(note.value)
            if isinstance(value, dict):
                value = value.get("act", [])
            found += value if isinstance(value, list) else [value]
    return found
