"""What a source of blueprints is asked for, and what it is."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from msgspec import field

from generators.blueprint import Blueprint
from generators.domains.domain import Domain
from generators.one_factor.variation import Variation
from generators.perturbation import PerturbSpec
from personas.persona import Persona
from personas.record import Record, seeded


class FailedPlan(Record):
    """A plan of an earlier version that went wrong: what of it others can grow from.

    ``withheld`` is how many facts were told only when asked for; ``caller`` and ``world_seed`` say
    whose plan it was; ``pass_rate`` is the share of its attempts that was accepted.
    """

    id: str
    intents: tuple[str, ...]
    withheld: int
    caller: str
    world_seed: int
    pass_rate: float
    generation: int = 0


class PlanSpec(Record):
    """What to plan: the share of facts that are withheld until asked for, that of plans with a request
    that is none of the desk's business (``distractors``), that of composed plans whose user changes its
    mind (``changes``), how many worlds to draw from, and weights for intents (1 where none is given).

    ``uncertainty`` are the weights of exact levels, which stand instead of ``withheld``; ``vague`` is
    the share of plans whose user opens vaguely, ``implied`` that of withheld facts that are hinted at
    where they can be. See ``hiding``.

    ``sources`` are the weights of where plans come from: ``composed`` takes one to four goals by the
    weights in ``goals``; ``policy_graph`` walks over clauses, with weights from ``clauses`` (1 where
    none is given), until their weights add up to a number drawn by the weights in ``complexity``;
    ``failures`` grows plans of the ``kinds`` (by their weights) from those that ``failed``. ``perturb``
    says in which environments plans are to play. With ``one_factor`` candidates come in sets: a base,
    and for each of the variations a plan that differs from it in nothing else. Where ``dependent`` goals
    are asked for, a plan may say of none that it needs another unless execution shows it.
    """

    goals: dict[int, float]
    sources: dict[str, float] = field(default_factory=lambda: {"composed": 1.0})
    complexity: dict[int, float] = field(default_factory=lambda: {2: 1.0})
    clauses: dict[str, float] = {}
    withheld: float = 0.5
    uncertainty: dict[float, float] = {}
    vague: float = 0.0
    implied: float = 0.0
    distractors: float = 0.0
    changes: float = 0.0
    worlds: int = 3
    intents: dict[str, float] = {}
    failed: tuple[FailedPlan, ...] = ()
    kinds: dict[str, float] = {}
    turn_limit: int = 40
    call_limit: int = 60
    perturb: PerturbSpec = PerturbSpec()
    one_factor: tuple[Variation, ...] = ()
    dependent: bool = False

    @property
    def set_size(self) -> int:
        """How many candidates make a set: one without variations."""
        return 1 + len(self.one_factor)


class Further(Record):
    """One more goal at the end of a plan that is otherwise the same: one that builds on an earlier goal
    (``dependent``), or on none. Chance is drawn for the plan of id ``of``; none of the intents
    ``without`` will do."""

    of: str
    dependent: bool
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """One candidate that is wanted: whose plan it is to be, in which kind of world. ``index`` is its
    number in the build; ``rng`` is its own, and nothing else may decide anything. Sources that choose
    goals one by one add the ``further`` goal."""

    domain: Domain
    persona: Persona
    spec: PlanSpec
    seed: int
    index: int
    rng: Random
    further: Further | None = None


def stream(domain: Domain, persona: Persona, seed: int, index: int) -> Random:
    """What the plan of a request is drawn from, from its beginning."""
    return seeded(seed, f"{domain.name}:{persona.id}:{index}", "compose")


Source = Callable[[PlanRequest], Blueprint | None]
"""Drafts a blueprint, without id and without what execution shows: that is settled and checked for all
sources alike. A draft that was made by executing it has the ``end_hash`` that it came to, which saves a
second execution. None when there is no case for this request; raises ``PlanBroken`` when an oracle meets
what it did not expect. The draft's provenance names the source, its parents, and what led to it."""
