"""Dialogues in which the user says almost the same, of which only the best is kept.

Compared is what the user says, within one domain and one set of intents: agents of one kind sound
alike by nature, and two wishes of different kinds are no duplicates however alike they are worded.
Plans that differ from their bases in one factor are compared only with those of the same factor and
level: a set that lost a member for being like its base would tell nothing.
Attempts of one blueprint are compared too. Likeness of meaning is not looked at.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from rapidfuzz import fuzz, process

from generators.blueprint import Blueprint
from generators.event import USER
from generators.trajectory import Trajectory
from personas.record import Record
from verifiers.corpus.clusters import Clusters


class Candidate(Record):
    """One dialogue as it is compared. Only candidates of one ``block`` are compared; of a cluster the
    one with the highest ``score`` stays, and of equals the one with the smallest id."""

    id: str
    block: tuple[str, ...]
    text: str
    score: float = 1.0


class Duplicate(Record):
    """What a dropped dialogue repeats, and how alike they are (0 to 100). It may be less than the
    threshold: the two may be linked through others of their cluster."""

    kept: str
    similarity: float


def candidate(trajectory: Trajectory, blueprint: Blueprint, score: float = 1.0) -> Candidate:
    """The user's side of a dialogue, letters' case and white space evened out."""
    said = (e.text for e in trajectory.events if e.kind == "say" and e.party == USER)
    return Candidate(
        id=trajectory.id,
        block=(blueprint.domain, *filter(None, [blueprint.variation]), *sorted(blueprint.intents)),
        text="\n".join(" ".join(text.casefold().split()) for text in said),
        score=score,
    )


def near_duplicates(
    candidates: Iterable[Candidate], threshold: int = 90, chunk: int = 1024, workers: int = 1
) -> dict[str, Duplicate]:
    """Dropped id -> what it repeats, in id order; the same for any order of the candidates.

    ``threshold`` is the least similarity (0 to 100, normalised indel similarity) of two duplicates.
    Memory is bounded by ``chunk`` x ``chunk`` bytes beside the texts; ``workers`` is a number of
    threads. Raises ``ValueError`` when two candidates share an id.
    """
    blocks: dict[tuple[str, ...], list[Candidate]] = {}
    for each in candidates:
        blocks.setdefault(each.block, []).append(each)
    ids = [each.id for block in blocks.values() for each in block]
    if len(set(ids)) != len(ids):
        raise ValueError("two candidates share an id")
    found: dict[str, Duplicate] = {}
    for block in blocks.values():
        found.update(_within(block, threshold, chunk, workers))
    return dict(sorted(found.items()))


def _within(
    block: list[Candidate], threshold: int, chunk: int, workers: int
) -> Iterator[tuple[str, Duplicate]]:
    # By length, so that texts too unlike in length to be duplicates are whole chunks apart.
    ordered = sorted(block, key=lambda each: (len(each.text), each.id))
    texts = [each.text for each in ordered]
    clusters: Clusters[int] = Clusters()
    for one, other in _pairs(texts, threshold, chunk, workers):
        clusters.link(one, other)
    for group in clusters.groups(range(len(ordered))):
        members = [ordered[position] for position in group]
        kept = min(members, key=lambda each: (-each.score, each.id))
        for each in members:
            if each is not kept:
                yield each.id, Duplicate(kept=kept.id, similarity=fuzz.ratio(each.text, kept.text))


def _pairs(
    texts: Sequence[str], threshold: int, chunk: int, workers: int
) -> Iterator[tuple[int, int]]:
    """Positions of similar texts; the texts are sorted by length."""
    for top in range(0, len(texts), chunk):
        rows = texts[top : top + chunk]
        longest = _longest_match(len(rows[-1]), threshold)
        for left in range(top, len(texts), chunk):
            if len(texts[left]) > longest:
                break
            columns = texts[left : left + chunk]
            table = process.cdist(
                rows,
                columns,
                scorer=fuzz.ratio,
                score_cutoff=threshold,
                dtype=np.uint8,
                workers=workers,
            )
            for row, column in zip(*np.nonzero(table), strict=True):
                if top + row < left + column:
                    yield int(top + row), int(left + column)


def _longest_match(length: int, threshold: int) -> float:
    """The length past which a text can't be similar: the similarity of two texts is at most twice the
    shorter length over the sum of both."""
    return length * (200 - threshold) / threshold if threshold > 0 else float("inf")
