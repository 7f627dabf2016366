"""In what an environment differs from the domain that it comes from.

A perturbation is two things, kinds and a number, and everything else follows from them and the domain:
what tools are called, which are missing, which fail. So all plans of one variant play in the same
environment, and an environment has an id that rows and splits can go by.
"""

from typing import NamedTuple

from personas.record import Record, seeded


class PerturbationKind(NamedTuple):
    """What is different, and whether a right agent has to act differently for it."""

    does: str
    deeds: bool


KINDS: dict[str, PerturbationKind] = {
    "renamed": PerturbationKind("tools and arguments have other names", False),
    "reordered": PerturbationKind("arguments stand in another order", False),
    "paraphrased": PerturbationKind("descriptions are worded differently", False),
    "missing": PerturbationKind("some tools are not there", True),
    "outages": PerturbationKind("some tools are out of service", True),
    "timeouts": PerturbationKind("some tools time out when a call is first made", True),
    "stale": PerturbationKind("reads after a change answer once from before it", True),
}
"""Name -> what it is, in the order in which they apply."""


class Perturbation(Record):
    """``kinds`` in the order of ``KINDS``; ``variant`` tells environments of equal kinds apart."""

    kinds: tuple[str, ...]
    variant: int = 0

    def __post_init__(self) -> None:
        if not self.kinds or self.kinds != tuple(kind for kind in KINDS if kind in self.kinds):
            raise ValueError(f"kinds {self.kinds!r}: some of {', '.join(KINDS)}, in this order")

    @property
    def name(self) -> str:
        """The kinds and the variant, such as ``renamed+timeouts.2``."""
        return f"{'+'.join(self.kinds)}.{self.variant}"


class PerturbSpec(Record):
    """How likely each kind is, independently of the others, and how many variants there are."""

    chances: dict[str, float] = {}
    variants: int = 3


def perturbation_of(spec: PerturbSpec, seed: int, persona_id: str) -> Perturbation | None:
    """The environment in which this persona is met, or None for the domain as it is.

    All plans of a persona are perturbed alike: so those who are met in an environment that is held out
    are met nowhere else.
    """
    kinds = tuple(
        kind
        for kind in KINDS
        if seeded(seed, persona_id, f"perturb:{kind}").random() < spec.chances.get(kind, 0.0)
    )
    if not kinds:
        return None
    return Perturbation(kinds=kinds, variant=variant_of(spec, seed, persona_id))


def variant_of(spec: PerturbSpec, seed: int, persona_id: str) -> int:
    """Which of the environments of equal kinds this persona meets."""
    return seeded(seed, persona_id, "perturb:variant").randrange(spec.variants)


def environment_of(domain: str, domain_hash: str, perturbation: Perturbation | None) -> str:
    """The id of an environment: the domain and its hash, and what is different in it."""
    plain = f"{domain}@{domain_hash}"
    return f"{plain}/{perturbation.name}" if perturbation else plain
