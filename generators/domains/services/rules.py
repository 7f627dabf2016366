"""What code can check of a service's policy. Each rule is written once, for whatever the service is."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from generators.domains.domain import Clause
from generators.domains.said import amount_said, answered, says, ways_of_day, ways_of_time
from generators.domains.services.callers import FIND_CALLER
from generators.domains.services.scope import Scope, field_of, owner_argument
from generators.domains.services.spec import FieldSpec, Rule, ToolSpec
from generators.domains.services.tools import WRITES
from generators.domains.services.values import ways_to_say
from generators.domains.timeline import Breach, Entry, Timeline
from generators.event import AGENT

Check = Callable[[Scope, Timeline], Iterable[Breach]]

_LOOKS_BACK = 3
"""How many answered turns may lie between what a write was asked with and the write: callers make sure
of things before they say yes."""
_COUNTS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def caller_first(scope: Scope, timeline: Timeline) -> Iterator[Breach]:
    """A call about a caller comes after that caller was looked up."""
    for call, tool in _own_calls(scope, timeline):
        owner = owner_argument(scope.spec, tool)
        if not owner:
            continue
        wanted = (call.arguments or {}).get(owner)
        known = [each.value["caller_id"] for each in timeline.earlier(call, FIND_CALLER)]
        if wanted not in known:
            yield Breach(call.index, f"{call.tool} for {wanted}, who was not looked up before")


def confirmed(scope: Scope, timeline: Timeline) -> Iterator[Breach]:
    """Before a write the agent has said every value, and the caller has replied."""
    for call, tool in _writes(scope, timeline):
        before = " ".join(answered(timeline, call)[-_LOOKS_BACK:])
        for name, value in _values(scope, tool, call):
            field = field_of(scope.spec, tool, name)
            if not isinstance(value, bool) and not _said(before, field, value, timeline):
                yield Breach(call.index, f"{call.tool}: {name} {value} was not confirmed")


def only_found(scope: Scope, timeline: Timeline) -> Iterator[Breach]:
    """What a write is about was among the results of an earlier search."""
    for call, tool in _own_calls(scope, timeline):
        searches = [
            scope.tool(name)
            for name, each in scope.spec.tools.items()
            if each.kind == "search" and each.table == tool.found_in
        ]
        if not searches:
            continue
        wanted = {name: value for name, value in _values(scope, tool, call) if name in tool.matches}
        shown = [row for each in timeline.earlier(call, *searches) for row in each.value["results"]]
        if not any(all(_same(row.get(k, v), v) for k, v in wanted.items()) for row in shown):
            yield Breach(call.index, f"{call.tool} with {wanted}, which no search has returned")


def nothing_invented(scope: Scope, timeline: Timeline) -> Iterator[Breach]:
    """Texts that are written were said by the caller or returned by a tool."""
    for call, tool in _writes(scope, timeline):
        heard = " ".join(e.text for e in timeline.says("user", call.index))
        returned = " ".join(str(each.value) for each in timeline.earlier(call))
        for name, value in _values(scope, tool, call):
            field = field_of(scope.spec, tool, name)
            if field.type != "text" or value == tool.arguments[name].default:
                continue
            known = f"{heard} {returned}".casefold()
            if str(value).casefold() not in known:
                yield Breach(call.index, f"{call.tool}: {name} {value!r} comes from nowhere")


def nothing_twice(scope: Scope, timeline: Timeline) -> Iterator[Breach]:
    """The same is not written twice, nor tried to be."""
    done: list[tuple[str, dict[str, Any] | None]] = []
    for call in timeline.calls(failed=True):
        tool = _tool(scope, call)
        if tool is None or tool.kind not in WRITES:
            continue
        if (call.tool, call.arguments) in done:
            yield Breach(call.index, f"{call.tool} was done already with the same values")
        elif not call.error:
            done.append((call.tool, call.arguments))


RULES: dict[Rule, Check] = {
    "caller_first": caller_first,
    "confirmed": confirmed,
    "only_found": only_found,
    "nothing_invented": nothing_invented,
    "nothing_twice": nothing_twice,
}
"""Name -> what a clause is checked by."""

_NEED_TALK = ("confirmed", "nothing_invented")


def clauses_of(scope: Scope, renamed: Callable[[str], str] = str) -> dict[str, Clause]:
    """The checkable clauses of a service. ``renamed`` gives a clause's id in the domain."""

    def clause(name: str, rule: Rule) -> Clause:
        check = RULES[rule]
        looks_at = "talk" if rule in _NEED_TALK else "calls"
        return Clause(renamed(name), looks_at, lambda timeline: check(scope, timeline))

    made = [clause(name, rule) for name, rule in scope.spec.rules.items()]
    return {each.id: each for each in made}


def _tool(scope: Scope, call: Entry) -> ToolSpec | None:
    return next(
        (each for name, each in scope.spec.tools.items() if scope.tool(name) == call.tool), None
    )


def _own_calls(scope: Scope, timeline: Timeline) -> Iterator[tuple[Entry, ToolSpec]]:
    for call in timeline.calls(party=AGENT):
        tool = _tool(scope, call)
        if tool:
            yield call, tool


def _writes(scope: Scope, timeline: Timeline) -> Iterator[tuple[Entry, ToolSpec]]:
    return (each for each in _own_calls(scope, timeline) if each[1].kind in WRITES)


def _values(scope: Scope, tool: ToolSpec, call: Entry) -> list[tuple[str, Any]]:
    """The arguments with a value, but for who is calling."""
    owner = owner_argument(scope.spec, tool)
    return [
        (name, value)
        for name, value in (call.arguments or {}).items()
        if value is not None and name != owner and name in tool.arguments
    ]


def _said(text: str, field: FieldSpec, value: Any, timeline: Timeline) -> bool:
    ways = list(ways_to_say(field, value))
    if field.type == "date":
        day = datetime.fromisoformat(value).date()
        ways += ways_of_day(day, timeline.start.now.date())
    elif field.type == "time" and value != "24:00":
        ways += ways_of_time(datetime.fromisoformat(f"2000-01-01T{value}"))
    elif field.type in ("integer", "number"):
        if value in range(len(_COUNTS)):
            ways.append(_COUNTS[int(value)])
        if amount_said(text, float(value)):
            return True
    return says(text, ways)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one.casefold() == other.casefold()
    return one == other
