"""Goals drawn by the weights of intents: as many as the recipe's distribution says."""

from collections.abc import Iterator, Mapping, Sequence

from generators.blueprint import Blueprint, Goal
from generators.domains.domain import Domain, Situation
from generators.sources.chooser import shuffled, weights
from generators.sources.composing import compose
from generators.sources.request import PlanRequest


def composed(request: PlanRequest) -> Blueprint | None:
    """As many goals as the recipe's distribution says, of any intents. See ``Source``."""
    spec = request.spec
    return compose(request, "composed", Composed(request.domain, spec.goals, spec.intents))


class Composed:
    """One to four goals of any intents. See ``Chooser``."""

    note = ""

    def __init__(
        self, domain: Domain, goals: Mapping[int, float], intents: Mapping[str, float]
    ) -> None:
        self._domain = domain
        self._goals = goals
        self._intents = intents
        self._wanted = 0

    def caller(self, strangers: Iterator[Situation]) -> str:
        """See ``Chooser``. Anybody."""
        return next(strangers).subject

    def following(self, situation: Situation, goals: Sequence[Goal]) -> Iterator[str]:
        """See ``Chooser``."""
        if not goals:
            (self._wanted,) = situation.rng.choices(list(self._goals), list(self._goals.values()))
        if len(goals) >= self._wanted:
            return iter(())
        return shuffled(weights(self._domain, situation, self._intents), situation.rng)
