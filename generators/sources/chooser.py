"""What chooses the goals of a blueprint, one after the other, from what is possible as it goes on."""

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Protocol

from generators.blueprint import Goal
from generators.domains.domain import Domain, Situation

_CHAINED = 4
"""An intent that builds on an earlier one is seldom possible: where it is, it is so much likelier."""


class Chooser(Protocol):
    """Chooses the goals of one blueprint."""

    @property
    def note(self) -> str:
        """What led the choice, for the blueprint's provenance."""
        ...

    def caller(self, strangers: Iterator[Situation]) -> str:
        """Whose plan it becomes: one of those who are offered, in random order, each more than once.
        They are shown as they are before anything has happened."""
        ...

    def following(self, situation: Situation, goals: Sequence[Goal]) -> Iterator[str]:
        """The intents to try for the next goal, best first: the first that has a case becomes it.
        None at all when the plan is complete."""
        ...


def eligible(domain: Domain, situation: Situation) -> list[str]:
    """The intents that may come next: none twice, and none before the one that it needs."""
    earlier = situation.earlier
    return [
        intent.name
        for intent in domain.intents.values()
        if intent.name not in earlier
        and (not intent.after or any(name in earlier for name in intent.after))
    ]


def weights(
    domain: Domain, situation: Situation, multipliers: Mapping[str, float]
) -> dict[str, float]:
    """How likely each intent is that may come next."""
    return {
        name: domain.intents[name].weight
        * multipliers.get(name, 1.0)
        * (_CHAINED if domain.intents[name].after else 1)
        for name in eligible(domain, situation)
    }


def shuffled(weights: Mapping[str, float], rng: Random) -> Iterator[str]:
    """The names in a random order, heavier ones earlier; those without weight are left out. Draws from
    ``rng`` only as far as it is read."""
    left = {name: weight for name, weight in weights.items() if weight > 0}
    while left:
        name = rng.choices(list(left), list(left.values()))[0]
        del left[name]
        yield name
