"""What a scripted agent is going to do: the blueprint's steps as lines that it can perform.

Lines are plain data, so that a planned fault is a change of lines (``agent_faults``) and the agent
itself need not know which of them are wrong.
"""

from dataclasses import dataclass, field
from typing import Literal

import msgspec

from generators.blueprint import Blueprint
from generators.faults import Fault

LineKind = Literal[
    "ask", "call", "act", "confirm", "tell", "refuse", "remark", "echo", "presume", "pass"
]
"""The kinds of a step, and four more. ``remark`` says ``text`` and, when it asks, waits for a reply;
``echo`` says the last utterance again; ``presume`` takes facts as told; ``pass`` does nothing."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to do. ``goal`` is a goal's id, or empty for how every dialogue opens.

    ``fault`` is what is marked when the line is performed. A ``careless`` call may fail without the
    agent minding; calls of one non-zero ``batch`` are made at once.
    """

    kind: LineKind
    goal: str
    key: str = ""
    facts: tuple[str, ...] = ()
    slots: dict[str, str] = field(default_factory=dict)
    tool: str = ""
    arguments: str = ""
    writes: bool = False
    batch: int = 0
    text: str = ""
    careless: bool = False
    fault: Fault | None = None


def lines_of(blueprint: Blueprint) -> list[Line]:
    """A right agent's lines, in order. ``act`` lines carry what the user is expected to report."""
    actions = {action.id: action for action in blueprint.actions}
    lines = []
    for step in blueprint.steps:
        action = actions.get(step.action)
        call = action if step.kind == "call" else None
        lines.append(
            Line(
                kind=step.kind,
                goal=step.goal,
                key=step.key,
                facts=step.facts,
                slots=dict(step.slots),
                tool=call.tool if call else "",
                arguments=msgspec.json.encode(call.arguments).decode() if call else "",
                writes=bool(call and call.writes),
                batch=step.batch,
            )
        )
    return lines
