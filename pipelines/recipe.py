"""The recipe: everything that decides what a build makes, validated whole before anything starts.

``play``, ``serving`` and ``budget`` say how instead of what: they never change a result.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from annotated_types import Ge, Le
from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from generators.one_factor.variation import Variation
from generators.perturbation import KINDS
from pipelines.recipe_authors import PlanWriter, Review
from pipelines.recipe_models import Budget, LLMSlot, ModelSlot, Serving
from pipelines.recipe_worlds import PATHS, Group
from pipelines.section import NAME, Count, Section, Share

TOLERANCE = 1e-6
VERSION = r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$"


def _named(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return {name: {} for name in value}
    return value


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


def _sum_to_one(shares: dict[Any, float]) -> dict[Any, float]:
    total = sum(shares.values())
    if abs(total - 1) > TOLERANCE:
        raise PydanticCustomError(
            "weights", "weights that sum to 1 (these sum to {total})", {"total": f"{total:g}"}
        )
    return shares


def _sum_to_one_if_any(shares: dict[Any, float]) -> dict[Any, float]:
    return _sum_to_one(shares) if shares else shares


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


SplitName = Literal["train", "validation", "test"]
Weights = Annotated[dict[str, Share], Field(min_length=1), AfterValidator(_sum_to_one)]
GoalWeights = Annotated[
    dict[int, Share],
    Field(min_length=1),
    AfterValidator(_between(1, 4, "numbers of goals")),
    AfterValidator(_sum_to_one),
]
ComplexityWeights = Annotated[
    dict[int, Share],
    Field(min_length=1),
    AfterValidator(_between(1, 12, "complexities")),
    AfterValidator(_sum_to_one),
]
FailureKind = Literal["easier", "harder", "sibling"]
Levels = Annotated[dict[Share, Share], AfterValidator(_sum_to_one_if_any)]
FactorLevels = Annotated[
    dict[str, Annotated[tuple[str, ...], BeforeValidator(_levels)]], BeforeValidator(_named)
]
Multipliers = dict[str, dict[str, Annotated[float, Ge(0)]]]


class Personas(Section):
    """``count`` people; ``quotas`` maps a facet path to the shares of its values, which sum to 1."""

    count: Count
    quotas: dict[str, Weights] = {}


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
    kinds: Annotated[dict[FailureKind, Share], Field(min_length=1), AfterValidator(_sum_to_one)] = {
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


class Coverage(Section):
    """At least so many accepted dialogues of every kind in ``targets`` (facet -> value -> number):
    facets of plans, ``intents`` and ``clauses`` as ``domain/name``, ``turns`` such as ``5-12`` or
    ``13+``, and facets of personas. What is missing is planned for in at most ``rounds`` further
    rounds."""

    targets: dict[str, Annotated[dict[str, Count], Field(min_length=1)]] = {}
    rounds: Annotated[int, Ge(1), Le(50)] = 4


class FaultChance(Section):
    """A fault that a player shows with this probability per dialogue, and where: ``any``, ``opening``,
    ``goal:N``, ``write:N``, ``write:last`` or ``end``."""

    kind: str
    probability: Share
    at: str = "any"


class ScriptedSlot(Section):
    """A script that speaks for a party, with faults on demand."""

    kind: Literal["scripted"] = "scripted"
    faults: tuple[FaultChance, ...] = ()


def _kind(value: Any) -> str:
    kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
    return "llm" if kind == "llm" else "scripted"


PlayerSlot = Annotated[
    Annotated[ScriptedSlot, Tag("scripted")] | Annotated[LLMSlot, Tag("llm")], Discriminator(_kind)
]
"""What speaks for a party."""


class Players(Section):
    """Who speaks for whom."""

    user: PlayerSlot = ScriptedSlot()
    agent: PlayerSlot = ScriptedSlot()


class Rewards(Section):
    """What counts how much in a dialogue's reward: a completed task, a needed fact that a question
    brought, and, taken off, a needless question."""

    completion: Annotated[float, Ge(0)] = 1.0
    useful: Annotated[float, Ge(0)] = 0.1
    needless: Annotated[float, Ge(0)] = 0.1


class Limits(Section):
    """When a dialogue is ended from outside. ``seconds`` is wall-clock time per dialogue."""

    turns: Count = 40
    calls: Count = 60
    seconds: Annotated[float, Field(gt=0)] = 600.0


class Voter(Section):
    """A scripted critic with known error rates."""

    name: Annotated[str, Field(pattern=NAME)]
    false_accept: Share = 0.0
    false_reject: Share = 0.0
    abstain: Share = 0.0
    weight: Annotated[float, Field(gt=0)] = 1.0


class Committee(Section):
    """``vetoes`` are rule verifiers, all of them unless named. ``quorum`` voters must not abstain, and
    the weighted share of passing votes must reach ``threshold``. With ``ask_all`` voters judge vetoed
    dialogues too."""

    vetoes: Literal["all"] | tuple[str, ...] = "all"
    voters: tuple[Voter, ...] = ()
    quorum: Annotated[int, Ge(0)] = 0
    threshold: Share = 0.5
    ask_all: bool = False


PLAN_FIELDS = ("domain", "intents", "difficulty", "goals", "language", "locale")
"""What a quota of the released rows can count, besides facets of the persona."""


class Quota(Section):
    """No value of ``field`` (or only ``value``) may have more than ``share`` of the released rows."""

    field: str
    share: Annotated[float, Field(gt=0), Le(1)]
    value: str = ""


class Curate(Section):
    """Dialogues of one domain and the same intents whose user sides are at least ``similarity`` alike
    are duplicates. ``splits`` are shares of the released rows. ``held_out`` names the split of all
    dialogues in perturbed environments, to which no others go; with ``environments_apart`` no
    environment is in two splits."""

    similarity: Share = 0.9
    splits: dict[SplitName, Share] = {"train": 0.9, "validation": 0.05, "test": 0.05}
    held_out: SplitName | None = None
    environments_apart: bool = False
    quotas: tuple[Quota, ...] = ()

    _splits_sum = field_validator("splits")(_sum_to_one)


class Gate(Section):
    """The least and the greatest value that a figure of the set may have: one of them, or both."""

    least: Share | None = None
    most: Share | None = None

    @model_validator(mode="after")
    def _a_range(self) -> "Gate":
        if self.least is None and self.most is None:
            raise PydanticCustomError("gate", "least, most, or both")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise PydanticCustomError("gate", "a least value that is not above the greatest")
        return self


class Gates(Section):
    """Figures that hold the release unless they are met: of all that was ``played``, before the filter,
    and of what is to be ``released``."""

    played: dict[str, Gate] = {}
    released: dict[str, Gate] = {}


class Release(Section):
    """What is written beside the rows: ``exports`` maps formats to their options (a list of names will
    do). ``license`` is an identifier as dataset cards use them. ``gates`` say when there is a release at
    all; they never change what is in it."""

    exports: Annotated[dict[str, dict[str, str]], BeforeValidator(_named)] = {}
    license: str = "cc-by-4.0"
    title: str = ""
    gates: Gates = Gates()


class Commit(Section):
    """Finished dialogues go to disk together: this many, or after this many seconds."""

    size: Count = 64
    seconds: Annotated[float, Field(gt=0)] = 1.0


class Play(Section):
    """How fast: ``workers`` processes (0 plays in this one), each with ``in_flight`` dialogues at a
    time at most. With ``adapt`` fewer are played while the engine's own figures say that it has too
    much to do. ``metrics_port`` serves figures in Prometheus' format while the build runs, on loopback;
    0 serves none."""

    workers: Annotated[int, Ge(0)] = 2
    in_flight: Count = 16
    adapt: bool = True
    metrics_port: Annotated[int, Ge(0), Le(65535)] = 0
    commit: Commit = Commit()


class Recipe(Section):
    """What to build. ``name`` and ``version`` name the release; ``seed`` makes it repeatable. ``worlds``
    brings groups of domains besides the shipped ones."""

    name: Annotated[str, Field(pattern=NAME)]
    version: Annotated[str, Field(pattern=VERSION)] = "0.1.0"
    seed: Annotated[int, Ge(-(2**63)), Le(2**63 - 1)] = 0
    personas: Personas
    worlds: dict[Annotated[str, Field(pattern=NAME)], Group] = {}
    blueprints: Blueprints
    coverage: Coverage = Coverage()
    attempts: Annotated[int, Ge(1), Le(64)] = 1
    models: dict[Annotated[str, Field(pattern=NAME)], ModelSlot] = {}
    players: Players = Players()
    limits: Limits = Limits()
    rewards: Rewards = Rewards()
    committee: Committee = Committee()
    curate: Curate = Curate()
    release: Release = Release()
    budget: Budget = Budget()
    serving: Serving = Serving()
    play: Play = Play()

    def resolved(self) -> dict[str, Any]:
        """The whole tree as plain data, defaults included."""
        return self.model_dump(mode="json")

    def results_only(self) -> dict[str, Any]:
        """The part of the tree that decides results: what is asked of which model does; where it is
        served, at what speed and price, does not, nor where worlds lie, nor which gates a release has to
        pass."""
        how: dict[str, Any] = dict.fromkeys(
            ("url", "api_key_env", "prices", "timeouts", "retries"), True
        )
        models = {name: {**how, "vllm": {"replicas", "gpus"}} for name in self.models}
        worlds: dict[str, Any] = {
            name: set(PATHS[group.kind].values()) for name, group in self.worlds.items()
        }
        left_out: dict[str, Any] = {"play": True, "serving": True, "budget": True}
        left_out |= {"models": models, "worlds": worlds, "release": {"gates"}}
        kept = self.model_dump(mode="json", exclude=left_out)
        unused = {name for name in ("models", "worlds") if not kept[name]}
        return {name: value for name, value in kept.items() if name not in unused}
