"""What a plan comes to, whoever is to play it: two plans with one signature are duplicates."""

from typing import Any

from generators.blueprint import Blueprint
from personas.record import canonical_json, content_hash


def signature(blueprint: Blueprint) -> str:
    """A hash of the goals, of the entities in the calls that reach them, and of what makes the plan
    easy or hard: its factors and how the user opens, save for the level at which facts are withheld,
    which their number shows, and the environment if it is perturbed.

    The persona and what is on file about it, its words and the seeds that chance was drawn from have no
    part in it, and neither have the order of goals and calls and which of the facts it is that are
    withheld: plans that differ in nothing else are so near to one another that the second teaches
    nothing.
    """
    filed = {
        value: f"{patch.table}.{name}"
        for patch in blueprint.setup
        for name, value in patch.fields.items()
        if isinstance(value, str)
    }
    return content_hash(
        {
            "domain": blueprint.domain,
            "world": blueprint.world_seed,
            "goals": sorted([goal.intent, goal.outcome] for goal in blueprint.goals),
            "calls": sorted(
                canonical_json([each.party, each.tool, _filed(each.arguments, filed)]).decode()
                for each in blueprint.actions
            ),
            "opening": blueprint.opening,
            "factors": {
                name: value for name, value in blueprint.factors.items() if name != "uncertainty"
            },
        }
        | ({"environment": blueprint.perturbation} if blueprint.perturbation else {})
        | ({"changes": _changes(blueprint, filed)} if blueprint.changes else {})
    )


def _changes(blueprint: Blueprint, filed: dict[str, str]) -> list[Any]:
    """What would have been done, had the user not changed its mind."""
    return [
        [each.kind, *([call.tool, _filed(call.arguments, filed)] for call in each.actions)]
        for each in blueprint.changes
    ]


def _filed(arguments: dict[str, Any], filed: dict[str, str]) -> dict[str, Any]:
    """The arguments with names for what is on file about the caller: a postcode is the persona's."""
    return {
        name: filed.get(value, value) if isinstance(value, str) else value
        for name, value in arguments.items()
    }
