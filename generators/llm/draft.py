"""What a model's reply says its party does: one draft of a move."""

from collections.abc import Iterable

import msgspec

from generators.event import Annotation, TokenTrace, ToolCall, Usage
from generators.player import Act, Move
from personas.record import Record

_DEEP = 64


class Draft(Record):
    """A reply as it was understood. Calls have no ids yet. ``done`` are the numbers of the goals that a
    user thinks are settled, None when it was not asked. ``repairs`` names what had to be put right to
    understand the reply."""

    thoughts: tuple[str, ...] = ()
    say: str = ""
    calls: tuple[ToolCall, ...] = ()
    done: tuple[int, ...] | None = None
    ends: bool = False
    repairs: tuple[str, ...] = ()

    @property
    def thinks_only(self) -> bool:
        """Whether it has a thought and nothing that anybody else could notice."""
        return bool(self.thoughts) and not (self.say or self.calls or self.ends)


class Malformed(Exception):
    """A reply that is none. ``code`` is counted; ``reason`` is for the model that has to try again."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def shallow(calls: Iterable[ToolCall]) -> tuple[ToolCall, ...]:
    """The calls. Raises ``Malformed`` for arguments nested so deeply that readers would fail on them."""
    found = tuple(calls)
    for call in found:
        depth = deepest = 0
        if call.arguments.count("[") + call.arguments.count("{") > _DEEP:
            for letter in call.arguments:
                depth += (letter in "[{") - (letter in "]}")
                deepest = max(deepest, depth)
        if deepest > _DEEP:
            raise Malformed("too_deep", "The arguments of a call are nested too deeply.")
    return found


class Notes(Record):
    """What is written down beside a move: ``every`` on each of its events, ``first`` on the first one,
    ``main`` on what it says, or else on the first thing that it does."""

    every: tuple[Annotation, ...] = ()
    first: tuple[Annotation, ...] = ()
    main: tuple[Annotation, ...] = ()


_NO_NOTES = Notes()


def move_of(
    draft: Draft,
    thoughts: Iterable[str] = (),
    notes: Notes = _NO_NOTES,
    usage: Usage | None = None,
    tokens: TokenTrace | None = None,
) -> Move:
    """The draft as a move: thoughts first, those from before it among them, then words, calls and the
    end. A draft with nothing in it waits. Usage and tokens belong to the first act."""
    planned = [("think", text, "", "{}") for text in (*thoughts, *draft.thoughts)]
    main = len(planned)
    if draft.say:
        planned.append(("say", draft.say, "", "{}"))
    planned += [("call", "", call.name, call.arguments) for call in draft.calls]
    if draft.ends:
        planned.append(("stop", "", "", "{}"))
    if len(planned) == main:
        planned.append(("wait", "", "", "{}"))
    return Move(
        acts=tuple(
            Act(
                kind=kind,  # type: ignore[arg-type]
                text=text,
                tool=tool,
                arguments=arguments,
                annotations=(
                    *notes.every,
                    *(notes.first if index == 0 else ()),
                    *(notes.main if index == main else ()),
                ),
                usage=usage if index == 0 else None,
                tokens=tokens if index == 0 else None,
            )
            for index, (kind, text, tool, arguments) in enumerate(planned)
        )
    )


def note(name: str, value: object, *visible_to: str) -> Annotation:
    """An annotation with a value that is yet to be encoded."""
    return Annotation(
        name=name, value=msgspec.json.encode(value).decode(), visible_to=tuple(visible_to)
    )
