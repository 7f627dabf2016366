"""One thing that happened in a dialogue, and who may see it.

An event carries more than scripted text needs: several parties, sessions, languages, private
annotations, rewards, token ids. They are here from the start so that stored rows never change shape.
"""

from typing import Literal

from msgspec.structs import replace

from personas.record import Record

USER = "user"
AGENT = "agent"
WORLD = "world"

EventKind = Literal["say", "think", "call", "result", "observe", "wait", "signal", "stop"]
"""``say``: words to others. ``think``: words to oneself. ``call``/``result``: a tool and its answer.
``observe``: the party noticed something. ``wait``: it chose to stay silent. ``signal``: anything else
that passes between parties (a hand-over, a typing notice). ``stop``: it ended the conversation."""


class ToolCall(Record):
    """A call as it was made. ``arguments`` is the raw JSON string, kept even when it does not parse."""

    id: str
    name: str
    arguments: str


class ToolResult(Record):
    """The world's answer to the call ``call_id``. ``content`` is JSON; ``error`` is a code or empty."""

    call_id: str
    content: str
    error: str = ""


class Annotation(Record):
    """A note on an event or a trajectory that only ``visible_to`` may see; nobody when empty.

    ``value`` is a JSON string. Names in use: ``act`` (dialogue act), ``goal_status`` (what the speaker
    thinks is settled), ``inner_state``, ``planned_faults``, ``reveals`` (fact ids), ``latent_state``
    (what a user's turn is, and how clear the wish) and ``disclosure`` (the ledger of facts); of models
    ``model_call`` (who was asked, and how), ``rejected_draft``, ``check_failed`` (of a turn that was
    kept all the same), ``check_abstained``.
    """

    name: str
    value: str
    visible_to: tuple[str, ...] = ()


class Reward(Record):
    """A named number for one event or one trajectory, and who gave it."""

    name: str
    value: float
    source: str = ""


class Usage(Record):
    """What one model call took: tokens, and milliseconds of latency."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    latency_ms: float = 0.0


class TokenTrace(Record):
    """The exact tokens of a model call, for off-policy training."""

    prompt_hash: str = ""
    prompt_length: int = 0
    token_ids: tuple[int, ...] = ()
    log_probabilities: tuple[float, ...] = ()


class Attachment(Record):
    """A reference to something that is not text: never its bytes."""

    uri: str
    media_type: str
    caption: str = ""
    sha256: str = ""


class Event(Record):
    """One thing that happened. ``index`` counts from 0 within the trajectory.

    Events of one move (an utterance, or several calls made at once) share ``turn``. An utterance is
    visible to every party that hears it; a call and its result only to the party that made it.
    """

    index: int
    turn: int
    party: str
    kind: EventKind
    visible_to: tuple[str, ...]
    text: str = ""
    call: ToolCall | None = None
    result: ToolResult | None = None
    session: int = 0
    language: str = ""
    locale: str = ""
    annotations: tuple[Annotation, ...] = ()
    rewards: tuple[Reward, ...] = ()
    usage: Usage | None = None
    tokens: TokenTrace | None = None
    attachments: tuple[Attachment, ...] = ()


def view_of(events: tuple[Event, ...] | list[Event], party: str) -> list[Event]:
    """What ``party`` may see: its events, with the annotations that are meant for it and no others."""
    return [_stripped(event, party) for event in events if party in event.visible_to]


def _stripped(event: Event, party: str) -> Event:
    if not event.annotations:
        return event
    kept = tuple(note for note in event.annotations if party in note.visible_to)
    if len(kept) == len(event.annotations):
        return event
    return replace(event, annotations=kept)
