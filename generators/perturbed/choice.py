"""Which tools of an environment are missing, out of service, slow or behind.

The tools that identify a caller are always there: without them nobody could be served, and a policy
that begins with them could not be kept.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import ceil

from generators.domains.domain import Domain
from generators.domains.plan import Plan
from generators.domains.trouble import Trouble
from generators.domains.world import World
from generators.event import AGENT
from generators.perturbation import Perturbation
from personas.record import seeded

_SHARES = {"missing": 0.2, "outages": 0.2, "timeouts": 0.35}
"""The share of tools that are concerned, at least one."""
_TROUBLE: dict[str, Trouble] = {"outages": "unavailable", "timeouts": "timeout", "stale": "stale"}


def missing_in(domain: Domain, perturbation: Perturbation) -> frozenset[str]:
    """The agent's tools that are not there."""
    if "missing" not in perturbation.kinds:
        return frozenset()
    return _drawn(domain, perturbation, "missing", _dispensable(domain))


def troubles_in(domain: Domain, perturbation: Perturbation) -> dict[str, Trouble]:
    """The agent's tools that are there and give trouble, one kind each."""
    left = sorted(domain.agent_tools.keys() - missing_in(domain, perturbation))
    found: dict[str, Trouble] = {}
    if "stale" in perturbation.kinds:
        found |= {name: "stale" for name in left if not domain.agent_tools[name].writes}
    for kind, among in (("timeouts", left), ("outages", sorted({*left} & {*_dispensable(domain)}))):
        if kind in perturbation.kinds:
            found |= dict.fromkeys(_drawn(domain, perturbation, kind, among), _TROUBLE[kind])
    return dict(sorted(found.items()))


def _drawn(
    domain: Domain, perturbation: Perturbation, kind: str, among: Sequence[str]
) -> frozenset[str]:
    rng = seeded(perturbation.variant, domain.name, kind)
    return frozenset(rng.sample(among, min(len(among), ceil(_SHARES[kind] * len(among)))))


@lru_cache(maxsize=64)
def _dispensable(domain: Domain) -> tuple[str, ...]:
    """The agent's tools with which no caller is identified."""
    world = World(domain, 0, domain.clock)
    subject = domain.subjects(world.db)[0]
    plan = Plan(world, subject, {fact.key: fact for fact in domain.identity(world.db, subject)})
    domain.identify(plan)
    needed = {action.tool for action in plan.actions if action.party == AGENT}
    return tuple(sorted(domain.agent_tools.keys() - needed))
