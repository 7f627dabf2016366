"""A joint distribution over facets that depend on each other, drawn with some of them pinned.

A table has *states* with weights (one age with one education with one occupation, say). Some facets
are functions of the state (*axes*); others are drawn given the state (*leaves*: the household, given
age and occupation). Pinning facets to values conditions everything else on them exactly, so that a
quota for retired people brings their ages with it. What has no weight is implausible and is never
drawn. It knows nothing of personas or of quotas.
"""

from bisect import bisect
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, product
from math import prod
from random import Random
from typing import Generic, TypeVar

import numpy as np

State = TypeVar("State", bound=Hashable)
Pins = tuple[tuple[str, str], ...]
"""Facets and the values they are pinned to, sorted."""

_CACHED_CONDITIONS = 256


class Spread:
    """A distribution over a few values. Values without weight are dropped; without any weights
    given, all values are equally likely."""

    def __init__(self, values: Sequence[str], weights: Sequence[float] = ()):
        paired = list(zip(values, weights or [1.0] * len(values), strict=True))
        total = sum(weight for _, weight in paired)
        self._shares = {value: weight / total for value, weight in paired if weight}
        self.values = tuple(self._shares)
        self._upto = tuple(accumulate(self._shares.values())) if weights else ()

    def share(self, value: str) -> float:
        """The probability of one value, 0 if it is not among the values."""
        return self._shares.get(value, 0.0)

    def draw(self, random: Random) -> str:
        """One value."""
        at = random.random()
        if not self._upto:
            return self.values[int(at * len(self.values))]
        return self.values[min(bisect(self._upto, at), len(self.values) - 1)]


Axis = Callable[[State], str]
Leaf = Callable[[State], Spread]


class FacetTable(Generic[State]):
    """States with weights; ``axes`` and ``leaves`` by facet path. A leaf must return one and the
    same ``Spread`` object for states that share it."""

    def __init__(
        self,
        weights: Mapping[State, float],
        axes: Mapping[str, Axis[State]],
        leaves: Mapping[str, Leaf[State]],
    ):
        self.states = tuple(state for state, weight in weights.items() if weight > 0)
        self._weights = np.array([weights[state] for state in self.states])
        self._axes = dict(axes)
        self._leaves = dict(leaves)
        self.facets = (*axes, *leaves)
        # Per instance, so that a cache never outlives its table.
        self._coded = lru_cache(None)(self._uncached_codes)
        self._likelihood = lru_cache(_CACHED_CONDITIONS)(self._uncached_likelihood)
        self._condition = lru_cache(_CACHED_CONDITIONS)(self._uncached_condition)

    def values(self, facet: str) -> tuple[str, ...]:
        """Every value that a facet may take, in the order in which the states bring them up."""
        found, _ = self._coded(facet)
        return tuple(dict.fromkeys(value for spread in found for value in spread.values))

    def _uncached_codes(self, facet: str) -> tuple[tuple[Spread, ...], np.ndarray]:
        """The different distributions of a facet (an axis has one value each), and for each state
        which of them holds."""
        if facet in self._axes:
            axis = self._axes[facet]
            certain = {value: Spread((value,)) for value in map(axis, self.states)}
            spreads = [certain[axis(state)] for state in self.states]
        else:
            spreads = list(map(self._leaves[facet], self.states))
        places = {spread: at for at, spread in enumerate(dict.fromkeys(spreads))}
        return tuple(places), np.array([places[spread] for spread in spreads])

    def _uncached_likelihood(self, facet: str, value: str) -> np.ndarray:
        """The probability of the value in each state."""
        spreads, codes = self._coded(facet)
        return np.array([spread.share(value) for spread in spreads])[codes]

    def _uncached_condition(self, pins: Pins) -> tuple[np.ndarray, np.ndarray]:
        """The states possible under the pins, and their cumulative weights."""
        weights = self._weights
        for facet, value in pins:
            weights = weights * self._likelihood(facet, value)
        possible = np.flatnonzero(weights)
        if not len(possible):
            raise ValueError(f"nothing satisfies {dict(pins)}")
        return possible, np.cumsum(weights[possible])

    def draw(self, pins: Pins, random: Random) -> tuple[State, dict[str, str]]:
        """A state and the values of all leaves, given the pins.

        Raises ``ValueError`` if no state satisfies the pins.
        """
        possible, upto = self._condition(pins)
        at = int(upto.searchsorted(random.random() * upto[-1], side="right"))
        state = self.states[possible[min(at, len(possible) - 1)]]
        pinned = dict(pins)
        leaves = {
            facet: pinned[facet] if facet in pinned else leaf(state).draw(random)
            for facet, leaf in self._leaves.items()
        }
        return state, leaves

    def joint(self, listed: Mapping[str, Sequence[str]]) -> np.ndarray:
        """The joint probability of several facets at once, one array axis per facet.

        Along each axis stand the listed values, and last the sum over all other values.
        """
        sizes = {facet: len(values) + 1 for facet, values in listed.items()}
        axes = [facet for facet in listed if facet in self._axes]
        leaves = [facet for facet in listed if facet in self._leaves]
        cell = np.zeros(len(self.states), dtype=np.int64)
        for facet in axes:
            place = {value: at for at, value in enumerate(listed[facet])}
            spreads, codes = self._coded(facet)
            column = [place.get(spread.values[0], sizes[facet] - 1) for spread in spreads]
            cell = cell * sizes[facet] + np.array(column)[codes]
        shares = {facet: self._leaf_shares(facet, listed[facet]) for facet in leaves}
        cells = prod(sizes[facet] for facet in axes)
        slices = []
        for choice in product(*(range(sizes[facet]) for facet in leaves)):
            weights = self._weights
            for facet, at in zip(leaves, choice, strict=True):
                weights = weights * shares[facet][at]
            slices.append(np.bincount(cell, weights=weights, minlength=cells))
        table = np.array(slices).reshape([sizes[facet] for facet in (*leaves, *axes)])
        order = [(*leaves, *axes).index(facet) for facet in listed]
        return np.transpose(table, order) / self._weights.sum()

    def _leaf_shares(self, facet: str, values: Sequence[str]) -> list[np.ndarray]:
        shares = [self._likelihood(facet, value) for value in values]
        rest = 1.0 - sum(shares)
        # Rounding must not make an impossible remainder look possible.
        return [*shares, np.where(rest > 1e-9, rest, 0.0)]
