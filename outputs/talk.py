"""What was said in one dialogue, and nothing else: the form in which a version and a reference corpus
can be laid side by side."""

import msgspec

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
    """One dialogue as utterances in order."""

    id: str
    said: tuple[Said, ...]


def talk_of(row: Judged) -> Talk:
    """The utterances of a judged dialogue, with their acts in the common inventory."""
    return Talk(
        id=row.id,
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
