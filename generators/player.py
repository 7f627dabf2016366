"""What speaks for a party: a model, a script, or anything else that answers with a move."""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from generators.event import Annotation, Attachment, Event, Reward, TokenTrace, Usage
from personas.record import Record


class Act(Record):
    """One thing a party does in its move, before it becomes an event.

    ``say`` and ``think`` use ``text``; ``call`` uses ``tool`` and raw JSON ``arguments``; ``stop`` ends
    the conversation by this explicit act and by nothing else; ``wait`` passes. ``to`` names who hears
    a ``say`` or gets a ``signal``, everybody when empty; the first one named has the floor next.
    """

    kind: Literal["say", "think", "call", "observe", "wait", "signal", "stop"]
    text: str = ""
    to: tuple[str, ...] = ()
    tool: str = ""
    arguments: str = "{}"
    annotations: tuple[Annotation, ...] = ()
    rewards: tuple[Reward, ...] = ()
    usage: Usage | None = None
    tokens: TokenTrace | None = None
    attachments: tuple[Attachment, ...] = ()
    language: str = ""


class Move(Record):
    """What a party does when it is its turn. Several ``call`` acts in one move are parallel calls.

    A move with calls keeps the floor: the party sees the results and moves again. A move that says
    something, waits or stops gives the floor to the next party.
    """

    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class View:
    """All that a player may know when it moves: what its party has seen, its tools, its brief.

    ``brief`` is the party's private text (an agent's policy, a user's persona and goals).
    ``tools`` are OpenAI function schemas. ``clock`` is the world's time.
    """

    party: str
    events: list[Event]
    tools: list[dict[str, Any]]
    brief: str
    clock: str


class Player(Protocol):
    """Speaks for one party of one dialogue."""

    party: str
    name: str

    async def move(self, view: View) -> Move:
        """The next move. Raises ``PlayerError`` when the player cannot go on."""
        ...


class PlayerError(Exception):
    """The player broke: recorded as a failure of its party, or of ``party`` when somebody else is to
    blame; never a crash of the build. ``notes`` are kept with the dialogue: there is no event that
    could carry them."""

    def __init__(self, kind: str, message: str, party: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.party = party
        self.notes: tuple[Annotation, ...] = ()


class EngineDown(Exception):
    """What a player needs is gone for everybody. No fault of this dialogue: nothing is recorded, and it
    goes on once the engine is back."""
