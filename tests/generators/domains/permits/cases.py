"""Blueprints of the permits counter for tests, and the dialogues that spoiled ones of them give."""

from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec
from msgspec.structs import replace

from generators.blueprint import Action, Blueprint, Step
from generators.domains.domain import breaches
from generators.domains.permits import DOMAIN
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
    """The first blueprint of this intent alone, or with the one before it that it needs, that
    ``where`` accepts."""
    before = DOMAIN.intents[intent].after
    weights = {name: float(name in (intent, *before[:1])) for name in DOMAIN.intents}
    spec = PlanSpec(goals={2 if before else 1: 1.0}, intents=weights)
    for index in range(500):
        found = plan_blueprint(DOMAIN, person(index), spec, 9, index)
        if isinstance(found, Blueprint) and intent in found.intents and where(found):
            return found
    raise LookupError(intent)


def broken_by(blueprint: Blueprint) -> set[str]:
    """The ids of the clauses that a dialogue along the blueprint's steps breaks."""
    run = replay(blueprint, DOMAIN, right_dialogue(blueprint).events)
    return {name for name, _ in breaches(DOMAIN, run.timeline)}


def told(blueprint: Blueprint, key: str) -> str:
    """The value of one of the user's facts."""
    return next(fact.value for fact in blueprint.facts if fact.key == key)


def caller(blueprint: Blueprint) -> str:
    """The caller's citizen number."""
    return told(blueprint, "citizen_number")


def arguments(blueprint: Blueprint, tool: str) -> dict[str, Any]:
    """The arguments of the first call of a tool."""
    return next(each.arguments for each in blueprint.actions if each.tool == tool)


def fresh_world(blueprint: Blueprint) -> World:
    """The world as the blueprint starts it."""
    return World(DOMAIN, blueprint.world_seed, blueprint.clock, blueprint.setup)


def answer(blueprint: Blueprint, tool: str, **given: Any) -> Any:
    """What a tool of the agent's answers in the blueprint's fresh world."""
    raw = msgspec.json.encode(msgspec.to_builtins(given)).decode()
    return fresh_world(blueprint).call(AGENT, tool, raw).value


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


def with_call(blueprint: Blueprint, at: int, tool: str, **given: Any) -> Blueprint:
    """The blueprint with one more call of the agent's, before step ``at`` (-1: after the last)."""
    extra = Action(
        id=f"x{len(blueprint.actions)}",
        party=AGENT,
        tool=tool,
        arguments=msgspec.to_builtins(given),
        goal="g0",
        writes=DOMAIN.agent_tools[tool].writes,
    )
    step = Step(kind="call", goal="g0", action=extra.id)
    return replace(_with_step(blueprint, at, step), actions=(*blueprint.actions, extra))


def with_confirm(blueprint: Blueprint, *values: Any) -> Blueprint:
    """The blueprint with a question at the end that names these values."""
    slots = {f"v{number}": spoken(value) for number, value in enumerate(values)}
    return _with_step(blueprint, -1, Step(kind="confirm", goal="g0", key="plan", slots=slots))


def with_tell(blueprint: Blueprint, value: str) -> Blueprint:
    """The blueprint with this value said at the end."""
    step = Step(kind="tell", goal="g0", key="news", slots={"value": value})
    return _with_step(blueprint, -1, step)


def _with_step(blueprint: Blueprint, at: int, step: Step) -> Blueprint:
    steps = list(blueprint.steps)
    steps.insert(len(steps) if at < 0 else at, step)
    return replace(blueprint, steps=tuple(steps))
