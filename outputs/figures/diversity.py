"""How varied the words are, per role, on a sample of fixed size.

Every such figure falls as text is added, so all are taken over the same number of dialogues and words;
``Variety.dialogues`` and ``tokens`` say how many there were when the set is smaller than the sample.
A text is one utterance; two attempts at one blueprint count as two dialogues.
"""

import gzip
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from math import exp, log

from generators.event import AGENT, USER
from outputs.figures.sample import Sample
from outputs.figures.shape import ROLES, share
from outputs.figures.words import ngrams, opening, template, words
from outputs.judged import Judged
from personas.record import Record

SAMPLE_DIALOGUES = 400
SAMPLE_TOKENS = 20_000
BLEU_TEXTS = 300
TOP = 10

Texts = Sequence[Sequence[str]]
"""Texts of several dialogues: one inner sequence per dialogue."""


class Variety(Record):
    """Diversity of one role. Higher is more varied for ``distinct`` and ``ngram_diversity``; lower is
    more varied for the rest.

    ``distinct`` maps n to unique n-grams over all n-grams, within ``tokens`` words. ``ngram_diversity``
    sums those for n = 1 to 4. ``compression`` is raw bytes over gzipped bytes. Of the texts of four
    words or more, ``self_repetition`` is the share with a 4-gram that another dialogue has too, and
    ``template_rate`` that of texts which equal one of another dialogue once names and figures are
    masked. ``self_bleu`` is the mean BLEU-4 of up to 300 such texts against the rest of them.
    ``first_openings`` is the share of dialogues whose first three words of this role are among the
    ten most common, ``openings`` the same for all texts.
    """

    dialogues: int
    texts: int
    tokens: int
    distinct: dict[int, float]
    ngram_diversity: float
    compression: float
    self_repetition: float
    template_rate: float
    self_bleu: float
    first_openings: float
    openings: float
    most_common: tuple[tuple[str, int], ...]


class Diversity:
    """Keeps the utterances of a fixed-size sample of accepted dialogues."""

    def __init__(self, size: int = SAMPLE_DIALOGUES) -> None:
        self.sample: Sample[dict[str, tuple[str, ...]]] = Sample(size, "diversity")

    def add(self, row: Judged) -> None:
        """Offers one judged dialogue; rejected ones are left out."""
        if row.accepted and self.sample.wants(row.id):
            self.sample.add(row.id, utterances(row))

    def merge(self, other: "Diversity") -> None:
        """Offers the sample of another part."""
        self.sample.merge(other.sample)

    def summary(self) -> dict[str, Variety]:
        """The figures of each role."""
        kept = self.sample.items()
        return {role: variety([each[role] for each in kept]) for role in ROLES}


def utterances(row: Judged) -> dict[str, tuple[str, ...]]:
    """What user and agent said, in order."""
    said: dict[str, list[str]] = {USER: [], AGENT: []}
    for event in row.trajectory.events:
        if event.kind == "say" and event.party in said:
            said[event.party].append(event.text)
    return {role: tuple(texts) for role, texts in said.items()}


def variety(dialogues: Texts) -> Variety:
    """All figures for the texts of one role."""
    cut = [[words(text) for text in texts] for texts in dialogues]
    budget = first_tokens(cut, SAMPLE_TOKENS)
    flat = [text for texts in dialogues for text in texts]
    starts = Counter(opening(text) for text in flat)
    long = [[each for each in texts if len(each) >= 4] for texts in cut]
    distinct = {n: distinct_share(budget, n) for n in (1, 2, 3, 4)}
    return Variety(
        dialogues=len(dialogues),
        texts=len(flat),
        tokens=sum(map(len, budget)),
        distinct=distinct,
        ngram_diversity=sum(distinct.values()),
        compression=compression_ratio(" ".join(each) for each in budget),
        self_repetition=self_repetition(long),
        template_rate=template_rate(dialogues),
        self_bleu=self_bleu(spread([text for texts in long for text in texts], BLEU_TEXTS)),
        first_openings=top_share(opening(texts[0]) for texts in dialogues if texts),
        openings=top_share(opening(text) for text in flat),
        most_common=tuple(sorted(starts.items(), key=lambda item: (-item[1], item[0]))[:TOP]),
    )


def first_tokens(dialogues: Iterable[Texts], limit: int) -> list[list[str]]:
    """Texts, as lists of words, until ``limit`` words are reached; the last text may be cut."""
    kept, left = [], limit
    for texts in dialogues:
        for text in texts:
            if left <= 0:
                return kept
            kept.append(list(text[:left]))
            left -= len(kept[-1])
    return kept


def distinct_share(texts: Texts, n: int) -> float:
    """Unique n-grams over all n-grams; none crosses from one text into the next."""
    found = [gram for text in texts for gram in ngrams(text, n)]
    return share(len(set(found)), len(found))


def compression_ratio(texts: Iterable[str]) -> float:
    """Bytes of the texts, one per line, over their gzipped bytes: higher is more redundant."""
    raw = "\n".join(texts).encode()
    return len(raw) / len(gzip.compress(raw, compresslevel=9, mtime=0)) if raw else 0.0


def self_repetition(dialogues: Sequence[Texts]) -> float:
    """The share of texts, cut into words, with a 4-gram that a text of another dialogue has too."""
    homes: defaultdict[tuple[str, ...], set[int]] = defaultdict(set)
    for place, texts in enumerate(dialogues):
        for text in texts:
            for gram in ngrams(text, 4):
                homes[gram].add(place)
    flat = [text for texts in dialogues for text in texts]
    repeating = sum(1 for text in flat if any(len(homes[gram]) > 1 for gram in ngrams(text, 4)))
    return share(repeating, len(flat))


def template_rate(dialogues: Texts) -> float:
    """The share of texts of four words or more whose template occurs in another dialogue too."""
    masked = [
        [shape for shape in map(template, texts) if shape.count(" ") >= 3] for texts in dialogues
    ]
    homes = Counter(shape for texts in masked for shape in set(texts))
    flat = [shape for texts in masked for shape in texts]
    return share(sum(1 for shape in flat if homes[shape] > 1), len(flat))


def self_bleu(texts: Texts, order: int = 4) -> float:
    """The mean BLEU of each text against all others, with uniform weights up to ``order``.

    A precision of zero counts as half a match (so that one missing order does not make the whole 0).
    Linear in the number of n-grams: for each, the two largest counts in any text tell the largest in
    all others.
    """
    if len(texts) < 2:
        return 0.0
    counts = [[Counter(ngrams(text, n)) for n in range(1, order + 1)] for text in texts]
    best: dict[tuple[str, ...], list[int]] = {}
    for text in counts:
        for grams in text:
            for gram, times in grams.items():
                best[gram] = sorted([*best.get(gram, [0, 0]), times])[1:]
    lengths = Counter(len(text) for text in texts)
    scores = [
        _bleu(each, best, len(text), lengths) for text, each in zip(texts, counts, strict=True)
    ]
    return sum(scores) / len(scores)


def _bleu(
    counts: list[Counter[tuple[str, ...]]],
    best: dict[tuple[str, ...], list[int]],
    length: int,
    lengths: Counter[int],
) -> float:
    total = 0.0
    for grams in counts:
        matched = sum(min(times, _elsewhere(best[gram], times)) for gram, times in grams.items())
        there = sum(grams.values())
        total += log((matched or 0.5) / there) if there else log(0.5)
    others = [each for each, times in lengths.items() if times > (each == length)]
    nearest = min(others, key=lambda each: (abs(each - length), each))
    brevity = 1.0 if length >= nearest else exp(1 - nearest / length)
    return brevity * exp(total / len(counts))


def _elsewhere(two_best: list[int], mine: int) -> int:
    """The largest count in any other text, given mine and the two largest in all."""
    second, first = two_best
    return second if mine == first else first


def top_share(keys: Iterable[str], top: int = TOP) -> float:
    """The share that the ``top`` most common keys have in all."""
    counts = Counter(keys)
    return share(sum(times for _, times in counts.most_common(top)), sum(counts.values()))


def spread(items: Sequence[Sequence[str]], size: int) -> list[Sequence[str]]:
    """At most ``size`` items, evenly spaced."""
    if len(items) <= size:
        return list(items)
    return [items[place * len(items) // size] for place in range(size)]
