"""Who gets which quota values: from shares over several facets to one cell per person.

Every facet's shares become whole numbers of people first (largest remainder). Facets of different
tables are independent and are dealt out separately. Within a table, values are put together in the
proportions that are nearest to plausible lives and meet all shares (iterative proportional
fitting), facet after facet in the order given; what rounding put into the wrong place is moved
along plausible exchanges until the numbers hold. Where they cannot hold, the facet named first is
met and later ones come as near as they can; a person for whom no asked value is plausible goes
without, and the facet is drawn freely. For two facets of a table the second is met as nearly as it
can be; for more, that is so given what the earlier ones were dealt. It draws no person.
"""

from collections import deque
from collections.abc import Mapping
from itertools import pairwise
from random import Random

import numpy as np

from personas.facet_table import FacetTable, Pins

Shares = Mapping[str, Mapping[str, float]]
"""For each facet, the share asked of each value; each facet's shares sum to 1."""

_FREE = -1
_ROUNDS = 200
_CLOSE = 1e-9


def whole_numbers(shares: Mapping[str, float], count: int) -> dict[str, int]:
    """``count`` split by shares, by largest remainder; ties go to the value named first."""
    exact = {value: share * count for value, share in shares.items()}
    numbers = {value: int(each + _CLOSE) for value, each in exact.items()}
    by_remainder = sorted(shares, key=lambda value: numbers[value] - exact[value])
    for value in by_remainder[: count - sum(numbers.values())]:
        numbers[value] += 1
    return numbers


def _fitted(table: np.ndarray, targets: list[np.ndarray]) -> np.ndarray:
    """The table scaled until its margins are the targets, as far as that is possible.

    Margins are scaled last facet first, so that the first facet's are exact at the end.
    """
    fitted = table.copy()
    for _ in range(_ROUNDS):
        worst = 0.0
        for at in reversed(range(table.ndim)):
            others = tuple(each for each in range(table.ndim) if each != at)
            margin = fitted.sum(axis=others)
            scale = np.divide(targets[at], margin, out=np.zeros_like(margin), where=margin > 0)
            worst = max(worst, float(np.abs(margin - targets[at]).max()))
            shape = [1] * table.ndim
            shape[at] = -1
            fitted = fitted * scale.reshape(shape)
        if worst < _CLOSE:
            break
    return fitted


def _rows(joint: np.ndarray, groups: list[tuple[int, ...]], at: int) -> np.ndarray:
    """For each group (positions on the axes before ``at``), the weights of the values of that axis,
    later axes summed out. A free axis of a group is summed over."""
    upto = joint.sum(axis=tuple(range(at + 1, joint.ndim))) if at + 1 < joint.ndim else joint
    rows = []
    for group in groups:
        taken = upto
        for position in reversed(range(at)):
            chosen = group[position]
            taken = taken.sum(axis=position) if chosen == _FREE else taken.take(chosen, position)
        rows.append(taken[:-1])
    return np.array(rows)


def _spread_out(sizes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Each group's size dealt to values by weight, as whole numbers; rounding errors are carried
    from group to group, so that they do not add up."""
    dealt = np.zeros(weights.shape, dtype=np.int64)
    carried = np.zeros(weights.shape[1])
    for at, size in enumerate(sizes):
        total = weights[at].sum()
        if total <= 0:
            continue
        wanted = size * weights[at] / total
        dealt[at] = np.floor(wanted + _CLOSE)
        carried += wanted - dealt[at]
        order = np.argsort(np.where(weights[at] > 0, -carried, np.inf), kind="stable")
        missing = int(size - dealt[at].sum())
        possible = int((weights[at] > 0).sum())
        for step in range(missing):
            value = order[step % possible]
            dealt[at, value] += 1
            carried[value] -= 1
    return dealt


def _exchange(dealt: np.ndarray, targets: np.ndarray, possible: np.ndarray) -> None:
    """Move people from values with too many to values with too few, in place, along chains of
    plausible exchanges, until the targets hold or no chain is left."""
    while True:
        surplus = dealt.sum(axis=0) - targets
        starts = np.flatnonzero(surplus > 0)
        if not len(starts) or not (surplus < 0).any():
            return
        can_move = (dealt > 0).astype(np.int64).T @ possible.astype(np.int64) > 0
        came_from: dict[int, int] = {int(start): -1 for start in starts}
        queue = deque(came_from)
        end = -1
        while queue and end < 0:
            value = queue.popleft()
            for following in np.flatnonzero(can_move[value]):
                following = int(following)
                if following not in came_from:
                    came_from[following] = value
                    queue.append(following)
                    if surplus[following] < 0:
                        end = following
                        break
        if end < 0:
            return
        chain = [end]
        while came_from[chain[-1]] >= 0:
            chain.append(came_from[chain[-1]])
        chain.reverse()
        movers = []
        for source, target in pairwise(chain):
            groups = np.where(possible[:, target], dealt[:, source], 0)
            movers.append((int(groups.argmax()), source, target, int(groups.max())))
        amount = min(int(surplus[chain[0]]), int(-surplus[end]), *(each[3] for each in movers))
        for group, source, target, _ in movers:
            dealt[group, source] -= amount
            dealt[group, target] += amount


def _cells(table: FacetTable, shares: Shares, count: int) -> dict[tuple[int, ...], int]:
    """How many people get which combination of value positions (``_FREE`` for none)."""
    listed = {facet: list(values) for facet, values in shares.items()}
    joint = table.joint(listed)
    numbers = [np.array(list(whole_numbers(each, count).values())) for each in shares.values()]
    fitted = joint
    for at, each in enumerate(numbers):
        asked_only = np.append(np.ones(len(each)), 0.0)
        shape = [1] * joint.ndim
        shape[at] = -1
        fitted = fitted * asked_only.reshape(shape)
    fitted = _fitted(fitted, [np.append(each, 0) / count for each in numbers])

    groups: dict[tuple[int, ...], int] = {
        (at,): int(size) for at, size in enumerate(numbers[0]) if size
    }
    for at in range(1, joint.ndim):
        names = sorted(groups)
        sizes = np.array([groups[name] for name in names])
        plausible = _rows(joint, names, at)
        guided = _rows(fitted, names, at)
        # A group that the fit has no room for follows plausibility alone.
        lost = guided.sum(axis=1) <= 0
        guided[lost] = plausible[lost]
        dealt = _spread_out(sizes, guided)
        _exchange(dealt, numbers[at], guided > 0)
        _exchange(dealt, numbers[at], plausible > 0)
        groups = {}
        for row, name in enumerate(names):
            for value in np.flatnonzero(dealt[row]):
                groups[(*name, int(value))] = int(dealt[row, value])
            left = int(sizes[row] - dealt[row].sum())
            if left:
                groups[(*name, _FREE)] = left
    return groups


def allocate(table: FacetTable, shares: Shares, count: int, random: Random) -> list[Pins]:
    """The pins of each of ``count`` persons for the facets of one table, in random order."""
    if not shares or not count:
        return [()] * count
    facets = list(shares)
    values = [list(shares[facet]) for facet in facets]
    dealt: list[Pins] = []
    for name, size in sorted(_cells(table, shares, count).items()):
        pins = sorted(
            (facet, values[at][position])
            for at, (facet, position) in enumerate(zip(facets, name, strict=True))
            if position != _FREE
        )
        dealt += [tuple(pins)] * size
    random.shuffle(dealt)
    return dealt
