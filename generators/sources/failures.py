"""Plans that descend from plans that went wrong: WebRL's curriculum (Qi et al., 2025).

A plan of an earlier version that was seldom or never played to an accepted end seeds an easier one, a
harder one or a sibling: the same wishes of another caller. Its parent's id goes with it, and how many
steps it is away from a plan that had none. Where plans of solved tasks come from, none does from here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace as with_fields
from itertools import islice

from msgspec.structs import replace

from generators.blueprint import Blueprint, Goal
from generators.domains.domain import Domain, Situation
from generators.domains.plan import PlanBroken
from generators.sources.chooser import shuffled, weights
from generators.sources.composing import staged
from generators.sources.request import FailedPlan, PlanRequest

_LOOKED_AT = 24
_MOST_GOALS = 4
KINDS = ("easier", "harder", "sibling")


def regrown(request: PlanRequest) -> Blueprint | None:
    """An easier or a harder plan than one that failed, or a sibling of it. See ``Source``."""
    domain, spec, rng = request.domain, request.spec, request.rng
    seeds = [each for each in spec.failed if set(each.intents) <= domain.intents.keys()]
    if not seeds:
        return None
    seed = rng.choice(seeds)
    kind = next(shuffled({k: spec.kinds.get(k, 0.0) for k in _possible(seed)}, rng), "")
    if not kind:
        return None
    wanted, withheld = list(seed.intents), spec.withheld
    if kind == "easier":
        wanted = _without_one(domain, wanted, rng.random())
        withheld = spec.withheld / 2 if len(wanted) < len(seed.intents) else 0.0
    elif kind == "harder":
        withheld = (1 + spec.withheld) / 2
    chooser = Again(domain, wanted, spec.intents, one_more=kind == "harder", note=kind)
    scene = staged(with_fields(request, spec=replace(spec, withheld=withheld)), chooser)
    if len(scene.goals) != len(wanted) + (kind == "harder"):
        return None
    draft = scene.blueprint("failures", kind, (seed.id,), seed.generation + 1)
    why = _unlike(draft, seed, kind)
    if why:
        raise PlanBroken(f"it is not {why}: {seed.id}", "not_what_was_meant")
    return draft


def _possible(seed: FailedPlan) -> Iterator[str]:
    """The kinds of plans that there can be for it."""
    if len(seed.intents) > 1 or seed.withheld:
        yield "easier"
    if len(seed.intents) < _MOST_GOALS:
        yield "harder"
    yield "sibling"


def _without_one(domain: Domain, intents: Sequence[str], chance: float) -> list[str]:
    """The intents without one that no other of them builds on; a single one stays."""
    free = [
        name
        for name in intents
        if not any(name in domain.intents[other].after for other in intents if other != name)
    ]
    if len(intents) < 2 or not free:
        return list(intents)
    dropped = free[int(chance * len(free))]
    return [name for name in intents if name != dropped]


def _unlike(draft: Blueprint, seed: FailedPlan, kind: str) -> str:
    """In which way the draft is not what it was to be; empty when it is."""
    withheld = sum(fact.reveal == "when_asked" for fact in draft.facts)
    goals, caller = len(draft.goals), draft.setup[0].key if draft.setup else ""
    if kind == "easier":
        fewer = goals < len(seed.intents) or withheld < seed.withheld
        return "" if fewer and withheld <= seed.withheld else "easier than"
    if kind == "harder":
        return "" if goals > len(seed.intents) and withheld >= seed.withheld else "harder than"
    return "" if (draft.world_seed, caller) != (seed.world_seed, seed.caller) else "another than"


class Again:
    """The wishes of a plan once more, in their order, and perhaps one more. See ``Chooser``."""

    def __init__(
        self,
        domain: Domain,
        intents: Sequence[str],
        multipliers: Mapping[str, float],
        one_more: bool,
        note: str,
    ) -> None:
        self.note = note
        self._domain = domain
        self._intents = intents
        self._multipliers = multipliers
        self._one_more = one_more

    def caller(self, strangers: Iterator[Situation]) -> str:
        """See ``Chooser``. Of some, the first who has a case of the most of the wishes."""
        best, most = "", -1
        for stranger in islice(strangers, _LOOKED_AT):
            found = sum(
                self._domain.intents[name].draw(stranger) is not None
                for name in self._intents
                if not self._domain.intents[name].after
            )
            if found > most:
                best, most = stranger.subject, found
            if found == len(self._intents):
                break
        return best

    def following(self, situation: Situation, goals: Sequence[Goal]) -> Iterator[str]:
        """See ``Chooser``. The one that comes on top builds on an earlier one where that can be."""
        if len(goals) < len(self._intents):
            # In its turn or not at all: a plan with other wishes would be another plan.
            yield self._intents[len(goals)]
        elif self._one_more and len(goals) == len(self._intents):
            possible = weights(self._domain, situation, self._multipliers)
            chained = {name: w for name, w in possible.items() if self._domain.intents[name].after}
            yield from shuffled(chained, situation.rng)
            yield from shuffled(possible, situation.rng)
