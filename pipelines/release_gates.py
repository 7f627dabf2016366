"""The gates of a recipe: what they ask, and what a build that does not pass them is told."""

from collections.abc import Iterable, Mapping

from outputs.gates import FIGURES, GateResult, Limit, measured
from outputs.statistics import Summary
from pipelines.mishap import ReleaseHeld
from pipelines.recipe import Recipe


def limits_of(recipe: Recipe) -> dict[str, dict[str, Limit]]:
    """The gates as limits, by set and figure."""
    return {
        which: {
            name: Limit(least=gate.least, most=gate.most)
            for name, gate in getattr(recipe.release.gates, which).items()
        }
        for which in FIGURES
    }


def gates_told(limits: Mapping[str, Mapping[str, Limit]]) -> tuple[str, ...]:
    """Every gate in a few words."""
    return tuple(
        f"{which}.{name} {limit.text}"
        for which, figures in limits.items()
        for name, limit in figures.items()
    )


def results_of(recipe: Recipe, summary: Summary) -> tuple[GateResult, ...]:
    """The gates of a recipe, measured."""
    return measured(summary, limits_of(recipe))


def held(reference: str, results: Iterable[GateResult], remedy: str) -> ReleaseHeld | None:
    """What a build is told whose gates do not all let it pass; None where they do."""
    against = [each for each in results if each.held]
    if not against:
        return None
    count = "1 gate holds" if len(against) == 1 else f"{len(against)} gates hold"
    lines = "\n".join(f"  {each.text}" for each in against)
    return ReleaseHeld(f"{count} the release of {reference}\n{lines}", remedy)
