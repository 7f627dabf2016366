"""The part of a recipe that says which plans are made, and of what."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from annotated_types import Ge
from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
)
from pydantic_core import PydanticCustomError

from generators.one_factor.variation import Variation
from generators.perturbation import KINDS
from pipelines.recipe_authors import PlanWriter, Review
from pipelines.section import Count, Section, Share, Weights, named, sum_to_one


def _levels(value: Any) -> Any:
    """Levels as they are named: numbers may be written as such, and a single one by itself."""
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        value = [value]
    if isinstance(value, (list, tuple)):
        return tuple(
            f"{each:g}" if isinstance(each, (int, float)) and not isinstance(each, bool) else each
            for each in value
        )
    # None, or nothing in braces, where a list of factors was given.
    return value or ()


def _sum_to_one_if_any(shares: dict[Any, float]) -> dict[Any, float]:
    return sum_to_one(shares) if shares else shares


def _between(low: int, high: int, what: str) -> Callable[[dict[int, float]], dict[int, float]]:
    def check(weights: dict[int, float]) -> dict[int, float]:
        for key in weights:
            if not low <= key <= high:
                raise PydanticCustomError(
                    "goals",
                    "{what} from {low} to {high} (found {key})",
                    {"what": what, "low": low, "high": high, "key": key},
                )
        return weights

    return check


GoalWeights = Annotated[
    dict[int, Share],
    Field(min_length=1),
    AfterValidator(_between(1, 4, "numbers of goals")),
    AfterValidator(sum_to_one),
]
ComplexityWeights = Annotated[
    dict[int, Share],
    Field(min_length=1),
    AfterValidator(_between(1, 12, "complexities")),
    AfterValidator(sum_to_one),
]
FailureKind = Literal["easier", "harder", "sibling"]
Levels = Annotated[dict[Share, Share], AfterValidator(_sum_to_one_if_any)]
FactorLevels = Annotated[
    dict[str, Annotated[tuple[str, ...], BeforeValidator(_levels)]], BeforeValidator(named)
]
Multipliers = dict[str, dict[str, Annotated[float, Ge(0)]]]


class Perturb(Section):
    """In which share of plans the environment differs from the domain, by kind; kinds come together by
    chance. ``variants`` is the number of different environments for equal kinds and domain."""

    renamed: Share = 0.0
    reordered: Share = 0.0
    paraphrased: Share = 0.0
    missing: Share = 0.0
    outages: Share = 0.0
    timeouts: Share = 0.0
    stale: Share = 0.0
    variants: Count = 3

    @property
    def chances(self) -> dict[str, float]:
        """Kind -> share, for those that are wanted."""
        return {kind: share for kind in KINDS if (share := getattr(self, kind))}


class Failures(Section):
    """Plans of an earlier version from which plans of the source ``failures`` descend: those of which
    at most ``pass_rate`` of the attempts was accepted. ``from`` is ``NAME@VERSION`` under the same root,
    or a version's folder. ``kinds`` are weights of what grows from them: ``easier`` plans, ``harder``
    ones, ``sibling`` ones with the same wishes of another caller."""

    model_config = ConfigDict(serialize_by_alias=True)

    version: Annotated[str, Field(alias="from", min_length=1)]
    pass_rate: Share = 0.5
    kinds: Annotated[dict[FailureKind, Share], Field(min_length=1), AfterValidator(sum_to_one)] = {
        "easier": 0.3,
        "harder": 0.3,
        "sibling": 0.4,
    }


class Blueprints(Section):
    """``count`` checked plans. ``domains`` and ``goals`` are weights that sum to 1. A group of the
    recipe's worlds spreads its weight evenly over its domains, ``GROUP.pairs`` over the pairs drawn from
    it, and ``GROUP.NAME`` is one domain. ``intents`` holds multipliers per domain (1 where none is
    given, 0 leaves an intent out). ``withheld`` is the share of facts told only when asked;
    ``uncertainty`` stands instead of it: weights of levels, each the exact share of what the agent needs
    that is withheld. ``vague`` is the share of plans whose user opens without saying what it wants,
    ``implied`` that of withheld preferences that only show in how the user reacts.
    ``distractors`` is the share of plans in which the user also asks something that is none of the
    desk's business. ``changes`` is the share of composed plans in which the user changes its mind about
    something that the agent has worked on. ``worlds`` is the number of different seed databases per
    domain. Planning gives up after ``candidates`` candidates per plan wanted.

    ``sources`` are the weights of what chooses goals: ``composed`` goes by ``goals``; ``policy_graph``
    walks over the policy's clauses until their weights (``clauses``, per domain, 1 where none is given)
    add up to a number drawn by ``complexity``; ``failures`` grows plans from those of an earlier
    version that went wrong; ``written`` asks the ``writer``. ``review`` puts plans of all sources before
    critics. ``quotas`` maps ``difficulty`` and its factors to the shares of their values; every domain's
    plans have them. ``perturb`` changes the environments of plans, but for those that are written.

    With ``one_factor`` (factor -> its levels; a list of factors will do) plans come in sets: ``count``
    is then the number of bases, and each level of each factor adds a plan that differs from its base
    in nothing else.
    """

    count: Count
    domains: Weights
    sources: Weights = {"composed": 1.0}
    goals: GoalWeights = {1: 0.5, 2: 0.3, 3: 0.15, 4: 0.05}
    complexity: ComplexityWeights = {2: 0.5, 3: 0.3, 4: 0.2}
    withheld: Share = 0.5
    uncertainty: Levels = {}
    vague: Share = 0.0
    implied: Share = 0.0
    distractors: Share = 0.0
    changes: Share = 0.0
    worlds: Count = 3
    intents: Multipliers = {}
    clauses: Multipliers = {}
    failures: Failures | None = None
    quotas: dict[str, Weights] = {}
    candidates: Count = 10
    writer: PlanWriter | None = None
    review: Review | None = None
    perturb: Perturb = Perturb()
    one_factor: FactorLevels = {}

    @property
    def variations(self) -> tuple[Variation, ...]:
        """What there is of every base, in order."""
        if not self.one_factor:
            return ()
        from generators.one_factor.factors import FACTORS

        return tuple(
            Variation(factor=factor, level=level)
            for factor, known in FACTORS.items()
            if factor in self.one_factor
            for level in self.one_factor[factor] or known.levels
        )

    @property
    def set_size(self) -> int:
        """How many candidates belong together: a base and its members; 1 where there are no sets."""
        return 1 + len(self.variations)

    @property
    def at_most(self) -> int:
        """The number of plans where every base has all its members."""
        return self.count * self.set_size
