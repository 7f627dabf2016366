"""A plan and its world without the trouble that passes: what is tried out on a plan is about deeds.

Whether a spoiled agent fails and another order does not must not hang on who meets a time-out first.
What is out of service stays so: no deed can count on it.
"""

from dataclasses import replace
from functools import lru_cache

from msgspec.structs import replace as changed

from generators.blueprint import Blueprint
from generators.domains.domain import Domain
from generators.replay import Replay, rehearse

_STAYS = "unavailable"


def calm(blueprint: Blueprint, domain: Domain, run: Replay) -> tuple[Blueprint, Domain, Replay]:
    """The plan without its calls that fail, the domain without trouble that passes, and what carrying
    out the one in the other shows. ``run`` is the plan's own, and serves where nothing gives trouble."""
    if not domain.troubles:
        return blueprint, domain, run
    answered = tuple(action for action in blueprint.actions if not action.error)
    made = {action.id for action in answered}
    steps = tuple(step for step in blueprint.steps if not step.action or step.action in made)
    plan = changed(blueprint, actions=answered, steps=steps)
    quiet = _calmed(domain)
    return plan, quiet, rehearse(plan, quiet, answered)


@lru_cache(maxsize=256)
def _calmed(domain: Domain) -> Domain:
    staying = {tool: trouble for tool, trouble in domain.troubles.items() if trouble == _STAYS}
    return replace(domain, troubles=staying)
