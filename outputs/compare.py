"""Puts a version beside a reference corpus of human dialogues: how far is its talk from people's?

Only surfaces are compared (lengths, variety, small habits), never whether a dialogue is right. Figures
that depend on the amount of text are taken over equal amounts from both sides.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from generators.event import AGENT, USER
from outputs.figures.diversity import (
    compression_ratio,
    distinct_share,
    first_tokens,
    self_repetition,
    spread,
    template_rate,
    top_share,
)
from outputs.figures.shape import ROLES, share
from outputs.figures.subjects import Subjects, covered
from outputs.figures.surface import HABITS, Surface, deviation
from outputs.figures.words import opening, words
from outputs.talk import Talk
from personas.record import Record

MOST_TOKENS = 50_000


class CompareRow(Record):
    """One figure on both sides. ``ratio`` is ours over theirs, None when theirs is 0. ``digits`` is how
    many decimals are worth printing."""

    group: str
    figure: str
    ours: float
    theirs: float
    ratio: float | None
    digits: int = 3


class Comparison(Record):
    """All figures, in groups, and how much of each side they rest on."""

    name: str
    reference: str
    our_dialogues: int
    their_dialogues: int
    rows: tuple[CompareRow, ...]

    def table(self) -> list[tuple[str, str, str, str, str]]:
        """The rows as text: group, figure, ours, theirs, ratio."""
        return [
            (
                row.group,
                row.figure,
                f"{row.ours:.{row.digits}f}",
                f"{row.theirs:.{row.digits}f}",
                "–" if row.ratio is None else f"{row.ratio:.2f}",
            )
            for row in self.rows
        ]

    def markdown(self) -> str:
        """The table in Markdown."""
        lines = [
            f"| | | {self.name} | {self.reference} | ratio |",
            "|---|---|---:|---:|---:|",
        ]
        last = ""
        for group, *cells in self.table():
            lines.append(f"| {group if group != last else ''} | {' | '.join(cells)} |")
            last = group
        return "\n".join(lines) + "\n"


class NothingToCompare(Exception):
    """The version has no dialogue to compare."""


def surface_of(talks: Iterable[Talk]) -> Surface:
    """The surface of all talks."""
    surface = Surface()
    for talk in talks:
        surface.add(talk)
    return surface


def compared(ours: Surface, theirs: Surface, name: str, reference: str) -> Comparison:
    """The figures of two surfaces, side by side."""
    rows = [*_lengths(ours, theirs), *_variety(ours, theirs), *_habits(ours, theirs)]
    rows += _acts(ours, theirs)
    rows += _subjects(ours.subjects, theirs.subjects)
    return Comparison(
        name=name,
        reference=reference,
        our_dialogues=ours.talks,
        their_dialogues=theirs.talks,
        rows=tuple(rows),
    )


def _row(group: str, figure: str, sides: Iterable[float], digits: int = 3) -> CompareRow:
    """A row from the figures of both sides, ours first."""
    ours, theirs = sides
    ratio = ours / theirs if theirs else None
    return CompareRow(
        group=group, figure=figure, ours=ours, theirs=theirs, ratio=ratio, digits=digits
    )


def _lengths(ours: Surface, theirs: Surface) -> list[CompareRow]:
    measured = [
        ("turns per dialogue", "both", ours.exchanges, theirs.exchanges),
        *(("turns per dialogue", role, ours.turns[role], theirs.turns[role]) for role in ROLES),
        *((f"words per {role} turn", "", ours.words[role], theirs.words[role]) for role in ROLES),
    ]
    rows = []
    for group, who, one, other in measured:
        mine, human = one.summary(), other.summary()
        start = f"{who}, " if who else ""
        rows.append(_row(group, f"{start}mean", (mine.mean, human.mean), 2))
        deviations = deviation(mine), deviation(human)
        rows.append(_row(group, f"{start}standard deviation", deviations, 2))
        if who != AGENT:
            for quantile in ("p10", "p50", "p90"):
                pair = getattr(mine, quantile), getattr(human, quantile)
                rows.append(_row(group, f"{start}{quantile}", pair, 0))
    return rows


def _variety(ours: Surface, theirs: Surface) -> list[CompareRow]:
    kept = ours.sample.items(), theirs.sample.items()
    size = min(map(len, kept))
    rows = []
    for role in ROLES:
        mine, human = ([_texts(talk, role) for talk in talks[:size]] for talks in kept)
        cut = [[[words(text) for text in texts] for texts in side] for side in (mine, human)]
        tokens = min(MOST_TOKENS, *(sum(len(w) for texts in side for w in texts) for side in cut))
        budgets = [first_tokens(side, tokens) for side in cut]
        group = f"variety of the {role}, {size} dialogues, {tokens} words"
        for n in (1, 2, 3):
            rows.append(_row(group, f"distinct-{n}", (distinct_share(b, n) for b in budgets)))
        rows.append(
            _row(
                group,
                "compression ratio",
                (compression_ratio(" ".join(each) for each in b) for b in budgets),
                2,
            )
        )
        long = [[[w for w in texts if len(w) >= 4] for texts in side] for side in cut]
        rows.append(_row(group, "4-gram of another dialogue", map(self_repetition, long)))
        rows.append(_row(group, "template of another dialogue", map(template_rate, (mine, human))))
        rows += _openings(f"openings of the {role}, first three words", mine, human)
    return rows


def _openings(
    group: str, mine: Sequence[Sequence[str]], human: Sequence[Sequence[str]]
) -> list[CompareRow]:
    """Openings of first utterances, and of equally many of all."""
    firsts = [[[texts[0]] for texts in side if texts] for side in (mine, human)]
    flat = [[[text] for texts in side for text in texts] for side in (mine, human)]
    rows = []
    for label, sides in (("first turns", firsts), ("all turns", flat)):
        size = min(map(len, sides))
        starts = [[opening(one[0]) for one in spread(side, size)] for side in sides]
        rows += [
            _row(group, f"{label}: different", (share(len(set(s)), len(s)) for s in starts)),
            _row(group, f"{label}: ten commonest", map(top_share, starts)),
        ]
    size = min(map(len, flat))
    repeats = [_said_twice([one[0] for one in spread(side, size)]) for side in flat]
    rows.append(_row(group, "all turns: said word for word more than once", repeats))
    return rows


def _said_twice(texts: Sequence[str]) -> float:
    counts = Counter(text.strip().lower() for text in texts)
    return share(sum(times for times in counts.values() if times > 1), len(texts))


def _habits(ours: Surface, theirs: Surface) -> list[CompareRow]:
    rows = []
    for role in ROLES:
        totals = [sum(side.words[role].counts.values()) for side in (ours, theirs)]
        for habit in HABITS:
            counts = [side.habits[role, habit] for side in (ours, theirs)]
            rows.append(_row(f"share of {role} turns", habit, map(share, counts, totals)))
    for habit in ("question", "greeting"):
        counts = [share(side.first_habits[habit], side.talks) for side in (ours, theirs)]
        rows.append(_row("share of first user turns", habit, counts))
    return rows


def _acts(ours: Surface, theirs: Surface) -> list[CompareRow]:
    """Only where both sides have acts: an absent annotation is not a habit."""
    rows = []
    for role in (USER, AGENT):
        mine, human = ours.act_shares(role), theirs.act_shares(role)
        if mine and human:
            for act in sorted({*mine, *human}, key=lambda act: (-human.get(act, 0.0), act)):
                pair = mine.get(act, 0.0), human.get(act, 0.0)
                rows.append(_row(f"acts of the {role}", act, pair))
    return rows


def _subjects(ours: Subjects, theirs: Subjects) -> list[CompareRow]:
    """Only where some service is the same: elsewhere there is nothing to cover."""
    common = ours.services.keys() & theirs.services.keys()
    if not common:
        return []
    rows = []
    met = covered(theirs.intents, ours.intents)
    for group, mine, human, shared in (
        ("services", ours.services, theirs.services, len(common)),
        ("intents", ours.intents, theirs.intents, len(met)),
    ):
        sides = share(mine.total(), ours.talks), share(human.total(), theirs.talks)
        rows += [
            _row(group, "of the reference's, so many", (shared, len(human)), 0),
            _row(group, "per dialogue, mean", sides, 2),
        ]
    several = share(ours.several, ours.talks), share(theirs.several, theirs.talks)
    rows.insert(2, _row("services", "dialogues about several", several))
    return rows


def _texts(talk: Talk, role: str) -> list[str]:
    return [each.text for each in talk.said if each.role == role]
