"""How a service's intents are solved, by their kind: with real calls, the way the policy says."""

from collections.abc import Callable
from typing import Any

from generators.domains.plan import Plan
from generators.domains.services.callers import look_up_once
from generators.domains.services.cases import OTHER, SEARCHED_BY, told_key
from generators.domains.services.scope import Scope, field_of, key_argument, owner_argument
from generators.domains.services.spec import IntentSpec, ToolSpec
from generators.domains.services.values import saying


def solve_find(scope: Scope, intent: IntentSpec, plan: Plan) -> None:
    """Ask for the criteria, search, and tell what was found first."""
    result = _searched(scope, intent.tool, plan, _given(scope, intent.tool, plan))
    _tell_found(scope, intent.tool, intent.tells, result["results"][0], plan)


def solve_none(scope: Scope, intent: IntentSpec, plan: Plan) -> None:
    """Ask for the criteria, search, and say that there is nothing."""
    given = _given(scope, intent.tool, plan)
    _tell_none(scope, intent.tool, _searched(scope, intent.tool, plan, given), plan)
    plan.outputs["missed"] = _keys(scope, given, plan)


def solve_other(scope: Scope, intent: IntentSpec, plan: Plan) -> None:
    """As when nothing is found; then ask for another value, and search again."""
    given = _given(scope, intent.tool, plan)
    _tell_none(scope, intent.tool, _searched(scope, intent.tool, plan, given), plan)
    name = next(each.removeprefix(OTHER) for each in plan.slots if each.startswith(OTHER))
    plan.outputs["missed"] = _keys(scope, {name: given[name]}, plan)
    given[name] = plan.slots[f"{OTHER}{name}"]
    plan.ask(*_keys(scope, {name: given[name]}, plan))
    result = _searched(scope, intent.tool, plan, given)
    _tell_found(scope, intent.tool, intent.tells, result["results"][0], plan)


def solve_look_up(scope: Scope, intent: IntentSpec, plan: Plan) -> None:
    """Ask for the key, look the row up, and tell what it says."""
    tool = scope.spec.tools[intent.tool]
    _identified(scope, tool, plan)
    given = _given(scope, intent.tool, plan)
    plan.ask(*_keys(scope, given, plan))
    row = plan.call(scope.tool(intent.tool), **given, **_owner(scope, tool, plan))
    plan.tell(scope.named(f"{intent.tool}_found"), **{name: row[name] for name in intent.tells})
    _remember(scope, given, plan)


def solve_write(scope: Scope, intent: IntentSpec, plan: Plan) -> None:
    """Find what it is about, ask for the rest, say all of it and wait for a yes, write, and tell what
    came of it."""
    tool = scope.spec.tools[intent.tool]
    _identified(scope, tool, plan)
    if intent.search:
        _find_first(scope, intent, plan)
    given = _given(scope, intent.tool, plan)
    plan.ask(*_keys(scope, given, plan))
    said = {name: saying(field_of(scope.spec, tool, name), value) for name, value in given.items()}
    plan.confirm(confirm_key(scope, intent.tool, given), **said)
    row = plan.call(scope.tool(intent.tool), **given, **_owner(scope, tool, plan))
    plan.tell(scope.named(f"{intent.tool}_done"), **{name: row[name] for name in intent.tells})
    _remember(scope, given, plan)


def _find_first(scope: Scope, intent: IntentSpec, plan: Plan) -> None:
    """Find what a write is about, and say so, unless it was found in this dialogue already. What the
    caller calls it by is asked for before."""
    tool, search = scope.spec.tools[intent.tool], scope.spec.tools[intent.search]
    given = {name: plan.slots[name] for name in plan.slots[SEARCHED_BY].split(", ") if name}
    about = [each for each in tool.matches if each in plan.slots]
    call = given | _owner(scope, search, plan)
    if any(
        action.tool == scope.tool(intent.search) and action.arguments == call
        for action in plan.actions
    ):
        return
    named = given | {each: plan.slots[each] for each in about}
    plan.ask(*_keys(scope, named, plan))
    result = _searched(scope, intent.search, plan, given)
    shown = next(
        row
        for row in result["results"]
        if all(row.get(each, plan.slots[each]) == plan.slots[each] for each in about)
    )
    told = (
        each.tells
        for each in scope.spec.intents.values()
        if each.kind == "find" and each.tool == intent.search
    )
    tells = next(told, ())
    if tells:
        _tell_found(scope, intent.search, tells, shown, plan)


def confirm_key(scope: Scope, name: str, given: dict[str, Any]) -> str:
    """The phrases that ask for the yes to a write. An update has some for each set of values."""
    tool = scope.spec.tools[name]
    if tool.kind != "update":
        return scope.named(name)
    key = key_argument(scope.spec, tool)
    return scope.named("_".join((name, *(each for each in given if each != key))))


def _given(scope: Scope, tool: str, plan: Plan) -> dict[str, Any]:
    """The arguments of a tool that the draw has values for."""
    return {
        name: plan.slots[name] for name in scope.spec.tools[tool].arguments if name in plan.slots
    }


def _keys(scope: Scope, given: dict[str, Any], plan: Plan) -> list[str]:
    """The facts that these arguments take from the caller; what was found out besides is none."""
    known = {key: fact.value for key, fact in plan.facts.items()}
    keys = (told_key(scope, name, value, known) for name, value in given.items())
    return [key for key in dict.fromkeys(keys) if key]


def _owner(scope: Scope, tool: ToolSpec, plan: Plan) -> dict[str, str]:
    owner = owner_argument(scope.spec, tool)
    return {owner: plan.subject} if owner else {}


def _identified(scope: Scope, tool: ToolSpec, plan: Plan) -> None:
    if owner_argument(scope.spec, tool):
        look_up_once(plan)


def _searched(scope: Scope, name: str, plan: Plan, given: dict[str, Any]) -> dict[str, Any]:
    tool = scope.spec.tools[name]
    _identified(scope, tool, plan)
    plan.ask(*_keys(scope, given, plan))
    result = plan.call(scope.tool(name), **given, **_owner(scope, tool, plan))
    _remember(scope, given, plan)
    plan.outputs.setdefault("searched", []).append((scope.tool(name), given.copy()))
    return result


def _tell_found(
    scope: Scope, name: str, tells: tuple[str, ...], row: dict[str, Any], plan: Plan
) -> None:
    tool = scope.spec.tools[name]
    fields = scope.spec.tables[tool.table].fields
    said = {each: row[each] for each in tells}
    plan.tell(scope.named(f"{name}_found"), **said)
    shown = {each: value for each, value in row.items() if each in fields}
    found = plan.db[scope.row(tool.table)].alike(shown)[0]
    key = getattr(found, scope.spec.tables[tool.table].key)
    plan.outputs.setdefault("found", {})[scope.named(tool.table)] = key


def _tell_none(scope: Scope, name: str, result: dict[str, Any], plan: Plan) -> None:
    names = scope.spec.tools[name].names
    searched = {each: result["searched"].get(each) for each in names}
    # What is or is not the case stands in the words themselves.
    said = {each: value for each, value in searched.items() if not isinstance(value, bool | None)}
    plan.tell(scope.named(f"{name}_none"), **said)


def _remember(scope: Scope, given: dict[str, Any], plan: Plan) -> None:
    known = plan.outputs.setdefault("given", {})
    for name, value in given.items():
        known |= dict.fromkeys(_keys(scope, {name: value}, plan), value)


ORACLES: dict[str, Callable[[Scope, IntentSpec, Plan], None]] = {
    "find": solve_find,
    "list": solve_find,
    "find_none": solve_none,
    "find_other": solve_other,
    "look_up": solve_look_up,
    "create": solve_write,
    "update": solve_write,
    "delete": solve_write,
}
"""How a goal is solved, by the kind of its intent."""
