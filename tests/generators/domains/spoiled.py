"""Blueprints spoiled for tests, and what the dialogues along them break."""

from typing import Any

import msgspec
from msgspec.structs import replace

from generators.blueprint import Action, Blueprint, Step
from generators.domains.domain import breaches
from generators.domains.registry import domain_named
from generators.domains.table import Database
from generators.domains.world import World, world_of
from generators.event import AGENT
from generators.replay import replay
from generators.spoken import spoken
from tests.dialogues import right_dialogue


def broken_by(blueprint: Blueprint) -> set[str]:
    """The ids of the clauses that a dialogue along the blueprint's steps breaks."""
    domain = domain_named(blueprint.domain)
    run = replay(blueprint, domain, right_dialogue(blueprint).events)
    return {name for name, _ in breaches(domain, run.timeline)}


def fact(blueprint: Blueprint, key: str) -> str:
    """What the user knows under a key."""
    return next(each.value for each in blueprint.facts if each.key == key)


def caller(blueprint: Blueprint) -> str:
    """The number that the caller is known by."""
    return next(each.value for each in blueprint.facts if not each.goal)


def fresh_world(blueprint: Blueprint) -> World:
    """The world as the blueprint starts it."""
    return world_of(blueprint, domain_named(blueprint.domain))


def start(blueprint: Blueprint) -> Database:
    """The database as the blueprint starts it."""
    return fresh_world(blueprint).db


def answer(blueprint: Blueprint, tool: str, **given: Any) -> Any:
    """What a tool of the agent's answers in the blueprint's fresh world."""
    raw = msgspec.json.encode(msgspec.to_builtins(given)).decode()
    return fresh_world(blueprint).call(AGENT, tool, raw).value


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
    """The blueprint with one more call of the agent's at the end."""
    return with_call(blueprint, len(blueprint.steps), tool, **given)


def with_call(blueprint: Blueprint, at: int, tool: str, **given: Any) -> Blueprint:
    """The blueprint with one more call of the agent's, before step ``at``."""
    extra = Action(
        id=f"x{len(blueprint.actions)}",
        party=AGENT,
        tool=tool,
        arguments=msgspec.to_builtins(given),
        goal="g0",
        writes=domain_named(blueprint.domain).agent_tools[tool].writes,
    )
    step = Step(kind="call", goal="g0", action=extra.id)
    steps = (*blueprint.steps[:at], step, *blueprint.steps[at:])
    return replace(blueprint, steps=steps, actions=(*blueprint.actions, extra))


def asked(blueprint: Blueprint, **slots: Any) -> Blueprint:
    """The blueprint with a question at the end that names these values, and a yes."""
    named = {name: spoken(value) for name, value in slots.items()}
    return _plus(blueprint, Step(kind="confirm", goal="g0", key="plan", slots=named))


def told(blueprint: Blueprint, **slots: str) -> Blueprint:
    """The blueprint with these values said at the end."""
    return _plus(blueprint, Step(kind="tell", goal="g0", key="news", slots=slots))


def _plus(blueprint: Blueprint, step: Step) -> Blueprint:
    return replace(blueprint, steps=(*blueprint.steps, step))
