"""What a recipe says of sets that differ in one factor, and what does not go together with them."""

from collections.abc import Iterator

from generators.one_factor.environment import DRAWN
from generators.one_factor.factors import FACTORS
from generators.perturbation import KINDS
from generators.sources.registry import WRITTEN
from pipelines.did_you_mean import did_you_mean
from pipelines.model_slots import Mistake
from pipelines.recipe import Recipe

_PLACE = ("blueprints", "one_factor")
_ENVIRONMENT = "environment"


def one_factor_mistakes(recipe: Recipe) -> Iterator[Mistake]:
    """Everything in a recipe of sets that cannot be built; nothing where there are none."""
    wanted = recipe.blueprints.one_factor
    for factor, levels in wanted.items():
        if factor not in FACTORS:
            yield (*_PLACE, factor), f"unknown factor {factor!r}", did_you_mean(factor, FACTORS)
            continue
        for at, level in enumerate(levels):
            if wrong := FACTORS[factor].mistake(level):
                yield (*_PLACE, factor), f"found {level!r}", wrong
            elif level in levels[:at]:
                yield (*_PLACE, factor), f"found {level!r} twice", "every level once"
    if wanted:
        yield from _beside(recipe)
        yield from _bases(recipe)


def _beside(recipe: Recipe) -> Iterator[Mistake]:
    """What picks plans or rows one by one would leave half of a set."""
    plans, curate = recipe.blueprints, recipe.curate
    for place, there in (
        (("blueprints", "quotas"), bool(plans.quotas)),
        (("coverage", "targets"), bool(recipe.coverage.targets)),
        (("curate", "quotas"), bool(curate.quotas)),
    ):
        if there:
            right = "one or the other: it would pick single plans out of sets"
            yield place, "it does not go with blueprints.one_factor", right
    if WRITTEN in plans.sources:
        right = "one or the other: written plans are not varied"
        yield ("blueprints", "sources", WRITTEN), "sets of plans that are written", right
    for field in ("held_out", "environments_apart"):
        if getattr(curate, field):
            right = "one or the other: a set is of one persona, who may not be in two splits"
            yield ("curate", field), "environments of sets kept apart", right


def _bases(recipe: Recipe) -> Iterator[Mistake]:
    """Levels that no base could be varied to."""
    plans = recipe.blueprints
    drawn = DRAWN in plans.one_factor.get(_ENVIRONMENT, ())
    if drawn and not plans.perturb.chances:
        right = f"a share for {' or '.join(KINDS)} in blueprints.perturb"
        yield (*_PLACE, _ENVIRONMENT), "drawn, and nothing is perturbed", right
    if plans.perturb.chances and not drawn:
        right = f"blueprints.one_factor.environment: [{DRAWN}], or kinds there and no shares here"
        yield ("blueprints", "perturb"), "shares that nothing uses: bases are not perturbed", right
    if "uncertainty" in plans.one_factor:
        if not plans.uncertainty:
            right = "the level of the bases, such as blueprints.uncertainty: {0: 1}"
            yield (*_PLACE, "uncertainty"), "bases without a level of uncertainty", right
        levels = [each.level for each in plans.variations if each.factor == "uncertainty"]
        for level in levels:
            if not FACTORS["uncertainty"].mistake(level) and float(level) in plans.uncertainty:
                right = "a level that no base has"
                yield (*_PLACE, "uncertainty"), f"{level} is a level of the bases", right
    untold = plans.uncertainty or {plans.withheld: 1.0}
    if "implied" in plans.one_factor and not any(
        level and share for level, share in untold.items()
    ):
        right = "bases that withhold something: a level above 0 in blueprints.uncertainty"
        yield (*_PLACE, "implied"), "nothing is withheld that could be hinted at", right
    for factor, share in (("opening", plans.vague), ("distractor", plans.distractors)):
        if factor in plans.one_factor and share == 1:
            field = "vague" if factor == "opening" else "distractors"
            yield (*_PLACE, factor), "all bases have it", f"blueprints.{field} below 1"
