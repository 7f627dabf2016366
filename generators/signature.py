"""What a plan comes to, whoever is to play it: two plans with one signature are duplicates."""

from generators.blueprint import Blueprint
from personas.record import content_hash


def signature(blueprint: Blueprint) -> str:
    """A hash of the goals, of the entities in the calls that reach them, and of what makes the plan
    easy or hard: what is withheld, how the user opens, and its factors, save for the level at which
    that was withheld. The persona, its words and the seeds that chance was drawn from have no part in
    it."""
    return content_hash(
        {
            "domain": blueprint.domain,
            "world": blueprint.world_seed,
            "goals": [[goal.intent, goal.outcome] for goal in blueprint.goals],
            "calls": [[each.party, each.tool, each.arguments] for each in blueprint.actions],
            "reveal": {fact.key: fact.reveal for fact in blueprint.facts},
            "opening": blueprint.opening,
            "factors": {
                name: value for name, value in blueprint.factors.items() if name != "uncertainty"
            },
        }
    )
