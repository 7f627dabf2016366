"""The page that shows a version beside a reference corpus: the table, and overlaid charts."""

from outputs.compare import Comparison
from outputs.figures.surface import Surface
from outputs.report.charts import asked_and_achieved, distributions, lines
from outputs.report.page import page

FAR = 1.5
"""Ratios beyond this, either way, are set apart. For reading only."""


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
    groups: dict[str, list[dict[str, object]]] = {}
    for row, (group, figure, mine, human, ratio) in zip(
        comparison.rows, comparison.table(), strict=True
    ):
        far = row.ratio is not None and not 1 / FAR <= row.ratio <= FAR
        groups.setdefault(group, []).append(
            {"figure": figure, "ours": mine, "theirs": human, "ratio": ratio, "far": far}
        )
    return page("comparison.html", comparison=comparison, groups=groups, charts=charts, far=FAR)
