"""The page that shows a version beside a reference corpus: the table, and overlaid charts."""

from collections.abc import Iterable
from pathlib import Path

from outputs.compare import Comparison, NothingToCompare, compared, surface_of
from outputs.figures.surface import Surface
from outputs.judged import Judged
from outputs.reference import read_reference
from outputs.report.charts import asked_and_achieved, distributions, lines
from outputs.report.page import page
from outputs.talk import talk_of

FAR = 1.5
"""Ratios beyond this, either way, are set apart. For reading only."""


def compare_report(
    judged_rows: Iterable[Judged], reference: Path, out: Path, name: str = "this version"
) -> Comparison:
    """Compares the released dialogues among the rows with the corpus and writes the page to ``out``.

    Reads both sides once. Raises ``BadReference`` for a file that is no corpus, ``NothingToCompare``
    when no row is released, ``OSError`` when the page cannot be written.
    """
    theirs = surface_of(read_reference(reference))
    ours = surface_of(talk_of(row) for row in judged_rows if row.accepted)
    if not ours.talks:
        raise NothingToCompare(f"{name} has no released dialogue to compare")
    comparison = compared(ours, theirs, name, reference.name)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(comparison_html(comparison, ours, theirs), encoding="utf-8")
    return comparison


def comparison_html(comparison: Comparison, ours: Surface, theirs: Surface) -> str:
    """The page as self-contained HTML."""
    sides = {comparison.name: ours, comparison.reference: theirs}
    charts = [
        distributions(
            {name: side.turns["user"].summary() for name, side in sides.items()},
            title="User turns per dialogue",
            unit="utterances of the user",
            of="dialogues",
        ),
        *(
            distributions(
                {name: side.words[role].summary() for name, side in sides.items()},
                title=f"Words per {role} turn",
                unit="words",
                of="utterances",
                widest=40,
            )
            for role in ("user", "agent")
        ),
        lines(
            {name: side.words_by_place() for name, side in sides.items()},
            title="Length of the user's turns through the dialogue",
            across="the user's 1st, 2nd, 3rd, … turn",
            up="words, mean",
        ),
    ]
    for role in ("user", "agent"):
        acts = {name: side.act_shares(role) for name, side in sides.items()}
        if all(acts.values()):
            charts.append(asked_and_achieved({}, acts, title=f"Dialogue acts of the {role}"))
    shares = {name: side.subjects.shares() for name, side in sides.items()}
    if set.intersection(*map(set, shares.values())):
        charts.append(asked_and_achieved({}, shares, title="Share of dialogues about each service"))
    groups: dict[str, list[dict[str, object]]] = {}
    for row, (group, figure, mine, human, ratio) in zip(
        comparison.rows, comparison.table(), strict=True
    ):
        far = row.ratio is not None and not 1 / FAR <= row.ratio <= FAR
        groups.setdefault(group, []).append(
            {"figure": figure, "ours": mine, "theirs": human, "ratio": ratio, "far": far}
        )
    return page("comparison.html", comparison=comparison, groups=groups, charts=charts, far=FAR)
