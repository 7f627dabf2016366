"""What callers may want of a recorded server: each of its tools, with arguments that were recorded."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from generators.blueprint import Fact
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.plan import Plan
from generators.domains.recorded.spec import RecordedTool, Recording
from generators.domains.recorded.world import Answers, writes_before
from generators.spoken import spoken

_IDLE = ("a", "an", "the", "of", "for", "in", "on", "at", "to", "by", "is", "and", "or", "id")


def intents_of(
    tools: Mapping[str, RecordedTool], answers: Answers, confirmed: str
) -> dict[str, Intent]:
    """An intent for each tool of which somebody could want something."""
    return {
        name: Intent(
            name=name,
            title=name.replace("_", " ").capitalize(),
            outcome="fulfilled" if tool.writes else "informed",
            draw=partial(_draw, name, tool, answers),
            oracle=partial(_solve, name, tool),
            clauses=("M01", confirmed) if tool.writes and confirmed else ("M01",),
        )
        for name, tool in tools.items()
        if tool.want and tool.tells
    }


def _draw(name: str, tool: RecordedTool, answers: Answers, situation: Situation) -> Draw | None:
    """A call that was recorded in the state that has been reached, and can be talked about."""
    fitting = sorted(_fitting(name, tool, answers, situation), key=lambda each: str(each.arguments))
    if not fitting:
        return None
    chosen = situation.rng.choice(fitting)
    return Draw(
        need=f"You want to {tool.want}.",
        slots=dict(chosen.arguments),
        facts=tuple(_fact(name, key, value, tool) for key, value in chosen.arguments.items()),
    )


def _fitting(
    name: str, tool: RecordedTool, answers: Answers, situation: Situation
) -> Iterator[Recording]:
    before = writes_before(situation.db)
    for (state, _), each in answers.items():
        if state != before or each.tool != name or each.error:
            continue
        # What may be left out of a write has no place in the words that ask for the yes.
        if tool.writes and set(each.arguments) != set(tool.schema.get("required", [])):
            continue
        if all(is_plain(value) for value in each.arguments.values()) and told(each, tool):
            # One caller means one thing by one word.
            texts = [spoken(value).casefold() for value in each.arguments.values()]
            if len(set(texts)) == len(texts):
                yield each


def is_plain(value: Any) -> bool:
    """Whether people can say it."""
    return isinstance(value, (str, int, float)) and str(value).strip() != ""


def told(recording: Recording, tool: RecordedTool) -> dict[str, Any]:
    """What a caller must hear of an answer, by slot; empty where something is lacking."""
    found = {slot_of(path): value_at(recording.result, path) for path in tool.tells}
    return found if all(is_plain(each) for each in found.values()) else {}


def slot_of(path: str) -> str:
    """The slot of phrases that a path of a result fills."""
    return path.replace(".", "_")


def value_at(result: Any, path: str) -> Any:
    """The value at a path such as ``rooms.0.name``; None where there is none."""
    for part in path.split("."):
        if isinstance(result, Mapping):
            result = result.get(part)
        elif isinstance(result, list) and part.isdigit() and int(part) < len(result):
            result = result[int(part)]
        else:
            return None
    return result


def _fact(name: str, key: str, value: Any, tool: RecordedTool) -> Fact:
    words = [word for word in key.lower().split("_") if word not in _IDLE]
    label = " ".join(key.lower().split("_"))
    return Fact(
        key=f"{name}_{key}",
        value=str(value) if not isinstance(value, bool) else str(value).lower(),
        spoken=spoken(value),
        reveal="upfront",
        cues=tuple(dict.fromkeys((label, *words))),
    )


def _solve(name: str, tool: RecordedTool, plan: Plan) -> None:
    """Ask for the arguments, for a write say them all and wait for a yes, call, and tell."""
    given = dict(plan.slots)
    if given:
        plan.ask(*(f"{name}_{key}" for key in given))
    if tool.writes:
        plan.confirm(name, **given)
    result = plan.call(name, **given)
    said = {slot_of(path): value_at(result, path) for path in tool.tells}
    plan.tell(name, **said)
