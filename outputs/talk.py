"""What was said in one dialogue, and nothing else: the form in which a version and a reference corpus
can be laid side by side."""

from generators.event import AGENT, USER
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
    """The utterances of a judged dialogue. Acts come from the ``act`` annotations, in lower case."""
    return Talk(
        id=row.id,
        said=tuple(
            Said(
                role=event.party,
                text=event.text,
                acts=tuple(
                    note.value.strip('"').lower()
                    for note in event.annotations
                    if note.name == "act"
                ),
            )
            for event in row.trajectory.events
            if event.kind == "say" and event.party in (USER, AGENT)
        ),
    )
