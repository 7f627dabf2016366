"""Charts as small inline SVG that follows the page's light or dark colours.

Drawn by matplotlib with stand-in colours, each of which becomes a CSS variable of the page. Text stays
text. Equal figures give equal bytes: ids come from a fixed salt and no date is written.
"""

import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from outputs.figures.faults import Rate
from outputs.figures.histogram import Distribution
from outputs.figures.one_factor import Difference

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, MUTED, RULE = "#0a0a01", "#0a0a02", "#0a0a03"
SERIES = ("#0a0a11", "#0a0a12", "#0a0a13", "#0a0a14", "#0a0a15", "#0a0a16")
_VARIABLES = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    RULE: "var(--rule)",
    **{colour: f"var(--series-{number})" for number, colour in enumerate(SERIES, start=1)},
}
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "duologue",
    "text.parse_math": False,
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "axes.labelsize": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.edgecolor": RULE,
    "axes.labelcolor": MUTED,
    "axes.facecolor": "none",
    "axes.axisbelow": True,
    "figure.facecolor": "none",
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "lines.linewidth": 1.8,
}
MARKERS = ("o", "s", "D", "^", "v", "P")


def distributions(
    series: Mapping[str, Distribution], *, title: str, unit: str, of: str, widest: int = 30
) -> Markup:
    """Several distributions over whole numbers, as shares, one outline each.

    Values from ``widest`` up share the last place, so that one long outlier does not flatten the rest.
    """
    from matplotlib.ticker import MaxNLocator

    shown = {name: each for name, each in series.items() if each.count}
    top = max((each.high for each in shown.values()), default=0)
    last = min(top, widest)

    def draw(axes: "Axes") -> None:
        for number, (name, each) in enumerate(shown.items()):
            heights = [0.0] * (last + 1)
            for value, times in each.counts.items():
                heights[min(value, last)] += 100 * times / each.count
            edges = [place - 0.5 for place in range(last + 2)]
            axes.stairs(
                heights,
                edges,
                color=SERIES[number],
                fill=number == 0,
                alpha=0.35 if number == 0 else None,
                linewidth=0 if number == 0 else 1.8,
                label=f"{name} (mean {each.mean:.1f})",
            )
            if number == 0:
                axes.stairs(heights, edges, color=SERIES[0], linewidth=1.8)
        axes.set_xlabel(f"{unit}{f' ({last} or more at the right)' if top > last else ''}")
        axes.set_ylabel(f"% of {of}")
        axes.set_xlim(-0.5, last + 0.5)
        axes.set_ylim(bottom=0)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        axes.grid(axis="y")
        _legend(axes, 2)

    told = "; ".join(
        f"{name}: mean {each.mean:.1f}, median {each.p50}, from {each.low} to {each.high}"
        for name, each in shown.items()
    )
    return _chart(title, told or "nothing to show", draw if shown else _nothing)


def intervals(rows: Sequence[tuple[str, Rate, bool]], *, title: str, unit: str) -> Markup:
    """A share with its 95% interval per row; the flag sets a row apart in colour and marker."""

    def draw(axes: "Axes") -> None:
        for place, (_, rate, apart) in enumerate(reversed(rows)):
            colour = SERIES[1] if apart else SERIES[0]
            axes.plot([100 * rate.low, 100 * rate.high], [place, place], color=colour, alpha=0.55)
            axes.plot([100 * rate.value], [place], MARKERS[apart], color=colour, markersize=5.5)
        axes.set_yticks(range(len(rows)), [name for name, _, _ in reversed(rows)], color=INK)
        axes.set_ylim(-0.6, len(rows) - 0.4)
        axes.set_xlim(-2, 102)
        axes.set_xlabel(unit)
        axes.grid(axis="x")

    told = "; ".join(
        f"{name}: {100 * rate.value:.1f}% of {rate.whole}, 95% interval "
        f"{100 * rate.low:.1f} to {100 * rate.high:.1f}"
        for name, rate, _ in rows
    )
    height = 0.75 + 0.27 * len(rows)
    return _chart(title, told or "nothing to show", draw if rows else _nothing, 5.6, height)


def differences(rows: Sequence[tuple[str, Difference]], *, title: str) -> Markup:
    """A difference of shares with its 95% interval per row; one that leaves out 0 is set apart."""

    def draw(axes: "Axes") -> None:
        axes.axvline(0, color=MUTED, linewidth=1)
        for place, (_, each) in enumerate(reversed(rows)):
            colour = SERIES[1] if each.tells else SERIES[0]
            axes.plot([100 * each.low, 100 * each.high], [place, place], color=colour, alpha=0.55)
            axes.plot(
                [100 * each.value], [place], MARKERS[each.tells], color=colour, markersize=5.5
            )
        axes.set_yticks(range(len(rows)), [name for name, _ in reversed(rows)], color=INK)
        axes.set_ylim(-0.6, len(rows) - 0.4)
        axes.set_xlim(-104, 104)
        axes.set_xlabel("percentage points, with 95% interval")
        axes.grid(axis="x")

    told = "; ".join(
        f"{name}: {100 * each.value:+.1f} points, 95% interval {100 * each.low:+.1f} to "
        f"{100 * each.high:+.1f}"
        for name, each in rows
    )
    height = 0.75 + 0.27 * len(rows)
    return _chart(title, told or "nothing to show", draw if rows else _nothing, 5.6, height)


def asked_and_achieved(
    asked: Mapping[str, float],
    achieved: Mapping[str, Mapping[str, float]],
    *,
    title: str,
    at_most: int = 20,
) -> Markup:
    """Shares of one facet's values: what was asked for as an open ring, what came as filled marks.

    Where there are more than ``at_most`` values, the rarest are left out, and the chart says so.
    """
    found = list(dict.fromkeys([*asked, *(value for each in achieved.values() for value in each)]))
    most = {
        value: max(each.get(value, 0.0) for each in (asked, *achieved.values())) for value in found
    }
    values = sorted(found, key=lambda value: (value not in asked, -most[value], value))[:at_most]
    values.sort(key=_natural)
    left_out = len(found) - len(values)

    def draw(axes: "Axes") -> None:
        places = [len(values) - 1 - place for place in range(len(values))]
        for number, (name, shares) in enumerate(achieved.items()):
            axes.plot(
                [100 * shares.get(value, 0.0) for value in values],
                places,
                MARKERS[number],
                color=SERIES[number],
                markersize=5.5,
                linestyle="none",
                label=name,
            )
        wanted = [(100 * asked[v], p) for v, p in zip(values, places, strict=True) if v in asked]
        if wanted:
            axes.plot(
                *zip(*wanted, strict=True),
                "o",
                color=INK,
                markerfacecolor="none",
                markersize=11,
                markeredgewidth=1.1,
                linestyle="none",
                label="asked for",
            )
        axes.set_yticks(places, [value or "(none)" for value in values], color=INK)
        axes.set_ylim(-0.6, len(values) - 0.4)
        right = max(109 * max(most.values()), 10)
        axes.set_xlim(-0.03 * right, right)
        axes.set_xlabel(f"% ({left_out} rarer values left out)" if left_out else "%")
        axes.grid(axis="both")
        _legend(axes, 3)

    everything = {**({"asked for": asked} if asked else {}), **achieved}
    told = "; ".join(
        f"{value or '(none)'}: "
        + ", ".join(
            f"{name} {100 * shares.get(value, 0):.1f}%" for name, shares in everything.items()
        )
        for value in values
    )
    return _chart(
        title,
        told or "nothing to show",
        draw if values else _nothing,
        4.4,
        1.25 + 0.24 * len(values),
    )


def _natural(value: str) -> tuple[int, str]:
    """Levels go from low to high, everything else by the alphabet."""
    levels = ("low", "easy", "medium", "high", "hard")
    return (levels.index(value), "") if value in levels else (len(levels), value)


def curves(
    series: Mapping[str, Mapping[int, float]], *, title: str, across: str, up: str
) -> Markup:
    """Shares over whole numbers, one line each."""
    shares = {
        name: {at: 100 * each for at, each in points.items()} for name, points in series.items()
    }
    return lines(shares, title=title, across=across, up=up, top=103.0)


def lines(
    series: Mapping[str, Mapping[int, float]],
    *,
    title: str,
    across: str,
    up: str,
    top: float | None = None,
) -> Markup:
    """Values over whole numbers, one line each, from 0 up."""

    def draw(axes: "Axes") -> None:
        for number, (name, points) in enumerate(series.items()):
            axes.plot(
                list(points),
                list(points.values()),
                marker=MARKERS[number % len(MARKERS)],
                markersize=5,
                color=SERIES[number % len(SERIES)],
                label=name,
            )
        axes.set_xlabel(across)
        axes.set_ylabel(up)
        axes.set_ylim(0, top)
        axes.set_xticks(sorted({point for points in series.values() for point in points}))
        axes.grid(axis="y")
        _legend(axes, 4)

    told = "; ".join(
        f"{name}: " + ", ".join(f"{at}: {each:.1f}" for at, each in points.items())
        for name, points in series.items()
    )
    return _chart(title, told or "nothing to show", draw if series else _nothing)


def _legend(axes: "Axes", columns: int) -> None:
    """Above the plot, where it covers no data."""
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=columns,
        borderaxespad=0.2,
        handlelength=1.4,
        columnspacing=1.4,
        borderpad=0.1,
    )


def _nothing(axes: "Axes") -> None:
    axes.set_axis_off()
    axes.text(0.5, 0.5, "nothing to show", ha="center", va="center", color=MUTED)


def _chart(
    title: str, told: str, draw: Callable[["Axes"], None], width: float = 4.4, height: float = 2.6
) -> Markup:
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        draw(figure.subplots())
        canvas = FigureCanvasSVG(figure)
        text = io.StringIO()
        canvas.print_svg(text, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    return Markup('<figure class="chart"><figcaption>{}</figcaption>{}</figure>').format(
        title, _inline(text.getvalue(), title, told)
    )


def _inline(svg: str, title: str, told: str) -> Markup:
    """The bare ``svg`` element with the page's colours and font, ids of its own, and its figures in
    words for those who don't see it."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.S)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.S)
    prefix = re.sub(r"[^a-z0-9]+", "-", title.lower())
    svg = re.sub(r"<style.*?</style>", "", svg, flags=re.S)
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)
    svg = re.sub(r'\bid="', f'id="{prefix}-', svg)
    svg = re.sub(r'(href="#|url\(#)', rf"\g<1>{prefix}-", svg)
    svg = re.sub(r"#0a0a[01]\d", lambda found: _VARIABLES[found[0]], svg)
    svg = re.sub(r"'DejaVu Sans'|DejaVu Sans", "var(--sans)", svg)
    head, tail = svg.split(">", 1)
    label = escape(f"{title}. {told}.")
    return Markup(f'{head} role="img" aria-label="{label}">{tail}')
