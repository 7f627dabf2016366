"""The recipe: everything that decides what a build makes, validated whole before anything starts.

``play``, ``serving`` and ``budget`` say how instead of what: they never change a result.
"""

from typing import Annotated, Any, Literal

from annotated_types import Ge, Le
from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from pipelines.recipe_blueprints import Blueprints
from pipelines.recipe_models import Budget, LLMSlot, ModelSlot, Serving
from pipelines.recipe_worlds import PATHS, Group
from pipelines.section import NAME, VERSION, Count, Section, Share, Weights, named, sum_to_one

SplitName = Literal["train", "validation", "test"]


class Personas(Section):
    """``count`` people; ``quotas`` maps a facet path to the shares of its values, which sum to 1."""

    count: Count
    quotas: dict[str, Weights] = {}


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

    _splits_sum = field_validator("splits")(sum_to_one)


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

    exports: Annotated[dict[str, dict[str, str]], BeforeValidator(named)] = {}
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
