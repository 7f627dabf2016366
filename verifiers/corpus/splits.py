"""Train, validation and test, such that nothing in one of them has been met in another.

Two dialogues belong together when they share a blueprint or a persona, or an environment where that is
given, directly or through others, and a group is never divided. Where a group goes follows from a hash
of its smallest persona id, so it stays there when data are added, unless it lies at a border or grows
together with another. What is held out has a split of its own.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from personas.record import Record, seeded
from verifiers.corpus.clusters import Clusters

SHARES: dict[str, float] = {"train": 0.9, "validation": 0.05, "test": 0.05}


class Placed(Record):
    """One dialogue as it is split. ``blueprint_id`` is that of the base for the members of a set.
    Environments are kept apart where they are named."""

    id: str
    blueprint_id: str
    persona_id: str
    environment: str = ""
    held_out: bool = False


class Inseparable(ValueError):
    """What is to be held out shares a persona or a plan with what is not."""


class Splits(Record):
    """``of`` maps trajectory ids to splits; ``asked`` and ``achieved`` are shares of all dialogues."""

    of: dict[str, str]
    asked: dict[str, float]
    achieved: dict[str, float]
    groups: dict[str, int]


def split(
    dialogues: Iterable[Placed],
    shares: Mapping[str, float] | None = None,
    seed: int = 0,
    held_out: str = "",
) -> Splits:
    """Places every dialogue; the same for any order of the dialogues.

    Groups stand in the order of their hashes, and the line is cut where the asked shares end: a split
    is off by at most half the group at each of its borders. With ``held_out`` the groups that have to
    be held out are that split, whatever its share, and the others keep to theirs among themselves.
    Raises ``ValueError`` when shares are negative or do not sum to 1, and ``Inseparable`` when what is
    held out belongs together with what is not.
    """
    asked = dict(SHARES if shares is None else shares)
    if any(share < 0 for share in asked.values()) or abs(sum(asked.values()) - 1) > 1e-6:
        raise ValueError(f"shares must sum to 1 and not be negative: {asked}")
    groups = _groups(dialogues, seed)
    of: dict[str, str] = {}
    counts: Counter[str] = Counter()
    group_counts: Counter[str] = Counter()
    out = [bool(held_out) and _held_out(group) for group in groups]
    among = {name: share for name, share in asked.items() if name != held_out}
    total = sum(map(len, groups))
    left = sum(len(group) for group, held in zip(groups, out, strict=True) if not held)
    before = 0
    for group, held in zip(groups, out, strict=True):
        name = held_out
        if not held:
            name = _at((before + len(group) / 2) / left, among)
            before += len(group)
        of.update((each.id, name) for each in group)
        counts[name] += len(group)
        group_counts[name] += 1
    return Splits(
        of=dict(sorted(of.items())),
        asked=asked,
        achieved={name: counts[name] / total if total else 0.0 for name in asked},
        groups={name: group_counts[name] for name in asked},
    )


def _groups(dialogues: Iterable[Placed], seed: int) -> list[list[Placed]]:
    ordered = sorted(dialogues, key=lambda each: each.id)
    clusters: Clusters[tuple[str, str]] = Clusters()
    for each in ordered:
        clusters.link(("blueprint", each.blueprint_id), ("persona", each.persona_id))
        if each.environment:
            clusters.link(("environment", each.environment), ("persona", each.persona_id))
    members: dict[tuple[str, str], list[Placed]] = {}
    for each in ordered:
        members.setdefault(clusters.root(("persona", each.persona_id)), []).append(each)

    def place(group: list[Placed]) -> tuple[float, str]:
        name = min(each.persona_id for each in group)
        return seeded(seed, name, "split").random(), name

    return sorted(members.values(), key=place)


def _held_out(group: list[Placed]) -> bool:
    """Whether the group is held out. Raises ``Inseparable`` when only a part of it is."""
    if len({each.held_out for each in group}) > 1:
        first = next(each for each in group if each.held_out)
        raise Inseparable(
            f"dialogue {first.id} is to be held out, and persona {first.persona_id} is met elsewhere too"
        )
    return group[0].held_out


def _at(position: float, shares: Mapping[str, float]) -> str:
    """The split at a position in [0, 1) when the splits lie side by side."""
    end, whole = 0.0, sum(shares.values())
    wanted = [name for name, share in shares.items() if share > 0]
    for name in wanted:
        end += shares[name]
        if position * whole < end:
            return name
    return wanted[-1]
