"""Blueprints of the data desk for tests, and the dialogues that spoiled ones of them give."""

from collections.abc import Callable
from functools import cache
from typing import Any

from msgspec.structs import replace

from generators.blueprint import Action, Blueprint, Step
from generators.domains.datadesk import DOMAIN
from generators.domains.domain import breaches
from generators.domains.table import Database
from generators.domains.world import World
from generators.event import AGENT
from generators.planning import plan_blueprint
from generators.replay import replay
from generators.sources.request import PlanSpec
from generators.spoken import spoken
from tests.dialogues import right_dialogue
from tests.people import person


def blueprints(count: int, spec: PlanSpec, seed: int = 5) -> list[Blueprint]:
    """The blueprints among the first candidates of a build."""
    found = [plan_blueprint(DOMAIN, person(n), spec, seed, n) for n in range(count)]
    return [each for each in found if isinstance(each, Blueprint)]


@cache
def case(intent: str, where: Callable[[Blueprint], bool] = lambda _: True) -> Blueprint:
    """The first blueprint of this intent alone that ``where`` accepts."""
    weights = {name: float(name == intent) for name in DOMAIN.intents}
    spec = PlanSpec(goals={1: 1.0}, intents=weights)
    for index in range(500):
        found = plan_blueprint(DOMAIN, person(index), spec, 9, index)
        if isinstance(found, Blueprint) and where(found):
            return found
    raise LookupError(intent)


def broken_by(blueprint: Blueprint) -> set[str]:
    """The ids of the clauses that a dialogue along the blueprint's steps breaks."""
    run = replay(blueprint, DOMAIN, right_dialogue(blueprint).events)
    return {name for name, _ in breaches(DOMAIN, run.timeline)}


def caller(blueprint: Blueprint) -> str:
    """The caller's staff number."""
    return fact(blueprint, "staff_number")


def fact(blueprint: Blueprint, key: str) -> str:
    """What the user knows under a key."""
    return next(each.value for each in blueprint.facts if each.key == key)


def start(blueprint: Blueprint) -> Database:
    """The database as the blueprint starts it."""
    return World(DOMAIN, blueprint.world_seed, blueprint.clock, blueprint.setup).db


def arguments(blueprint: Blueprint, tool: str) -> dict[str, Any]:
    """What the first call of a tool is made with."""
    return next(each.arguments for each in blueprint.actions if each.tool == tool)


def with_arguments(blueprint: Blueprint, tool: str, **changed: Any) -> Blueprint:
    """The blueprint with other arguments in the calls of one tool."""
    actions = tuple(
        replace(action, arguments={**action.arguments, **changed})
        if action.tool == tool
        else action
        for action in blueprint.actions
    )
    return replace(blueprint, actions=actions)


def without(blueprint: Blueprint, *tools: str, kinds: tuple[str, ...] = ()) -> Blueprint:
    """The blueprint without the calls of these tools and without the steps of these kinds."""
    gone = {action.id for action in blueprint.actions if action.tool in tools}
    steps = tuple(
        step for step in blueprint.steps if step.action not in gone and step.kind not in kinds
    )
    return replace(blueprint, steps=steps)


def then(blueprint: Blueprint, tool: str, **given: Any) -> Blueprint:
    """The blueprint with one more call at the end."""
    extra = Action(
        id=f"x{len(blueprint.actions)}",
        party=AGENT,
        tool=tool,
        arguments=given,
        goal="g0",
        writes=DOMAIN.agent_tools[tool].writes,
    )
    blueprint = replace(blueprint, actions=(*blueprint.actions, extra))
    return _plus(blueprint, Step(kind="call", goal="g0", action=extra.id))


def asked(blueprint: Blueprint, **slots: Any) -> Blueprint:
    """The blueprint with a question at the end that names these values, and a yes."""
    named = {name: spoken(value) for name, value in slots.items()}
    return _plus(blueprint, Step(kind="confirm", goal="g0", key="plan", slots=named))


def told(blueprint: Blueprint, **slots: str) -> Blueprint:
    """The blueprint with these values said at the end."""
    return _plus(blueprint, Step(kind="tell", goal="g0", key="news", slots=slots))


def _plus(blueprint: Blueprint, step: Step) -> Blueprint:
    return replace(blueprint, steps=(*blueprint.steps, step))
