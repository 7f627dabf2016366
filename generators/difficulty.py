"""What makes a plan hard: counted factors, and a plain sum of them."""

from typing import Literal

from generators.blueprint import Blueprint
from generators.hiding import uncertainty_of

Difficulty = Literal["easy", "medium", "hard"]

DIFFICULTIES = ("easy", "medium", "hard")
FACTORS = (
    "goals",
    "dependencies",
    "writes",
    "calls",
    "withheld",
    "user_acts",
    "refusals",
    "uncertainty",
    "distractors",
    "changes",
)


def factors_of(blueprint: Blueprint) -> dict[str, int]:
    """What makes a plan hard, by the names in ``FACTORS``. Distractors and changes of mind are
    left out where there are none, as in plans that were made before there were any."""
    return {
        "goals": len(blueprint.goals),
        "dependencies": sum(len(goal.after) for goal in blueprint.goals),
        "writes": sum(action.writes for action in blueprint.actions),
        "calls": len(blueprint.actions),
        "withheld": sum(fact.reveal in ("when_asked", "implied") for fact in blueprint.facts),
        "user_acts": sum(step.kind == "act" for step in blueprint.steps),
        "refusals": sum(goal.outcome in ("refused", "partial") for goal in blueprint.goals),
        "uncertainty": uncertainty_of(blueprint),
        **({"distractors": len(blueprint.distractors)} if blueprint.distractors else {}),
        **({"changes": len(blueprint.changes)} if blueprint.changes else {}),
    }


def difficulty_of(factors: dict[str, int]) -> Difficulty:
    """A plain sum: each goal past the first, dependency, write, user act, refusal, distractor and change
    of mind makes it harder; facts and calls count by halves and quarters. The level of uncertainty
    counts by its facts."""
    score = (
        2 * (factors["goals"] - 1)
        + factors["dependencies"]
        + factors["writes"]
        + factors["user_acts"]
        + factors["refusals"]
        + factors.get("distractors", 0)
        + factors.get("changes", 0)
        + factors["withheld"] / 2
        + factors["calls"] / 4
    )
    return "easy" if score < 4.5 else "medium" if score < 9 else "hard"
