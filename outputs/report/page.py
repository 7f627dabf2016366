"""Makes the report: one HTML file with its style and charts inside, that loads nothing from anywhere.

The figures come ready from ``outputs.statistics``; here they are only laid out. Templates escape all
values, because what models said is data. Equal input gives equal bytes.
"""

from collections.abc import Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from generators.domains.domain import Domain
from generators.domains.shelf import Shelf
from outputs.figures.models import DRAFT_CODES
from outputs.figures.one_factor import FactorFigure, OneFactorSummary
from outputs.gates import gates_of
from outputs.manifest import Manifest
from outputs.report.charts import asked_and_achieved, curves, differences, distributions, intervals
from outputs.report.dialogue import excerpt_of
from outputs.report.notices import notices
from outputs.report.speakers import speakers_of
from outputs.report.wording import first_sentence, interval, number, percent, points, short
from outputs.statistics import Statistics, Summary
from verifiers.codes import meaning

_FOLDER = Path(__file__).parent
SAMPLES = 20
MANY_NAMES = 12
"""Names in a row; of more it is said how many."""


def report_html(
    statistics: Statistics, manifest: Manifest, *, domains: Mapping[str, Domain] | None = None
) -> str:
    """The report of a version as HTML.

    The manifest gives what the rows don't tell: recipe, seeds, quotas, what came before the
    attempts; it may lack the parts that are known only after release. ``domains`` default to the
    shipped ones.
    """
    quotas = manifest.recipe.get("personas", {}).get("quotas", {})
    domains = statistics.known_domains(Shelf()) if domains is None else domains
    plans_asked = manifest.recipe.get("blueprints", {}).get("quotas", {})
    summary = statistics.summary(quotas, domains, plans_asked)
    gates = gates_of(manifest)
    return page(
        "report.html",
        manifest=manifest,
        speakers=speakers_of(manifest) if summary.models.dialogues else [],
        draft_codes=DRAFT_CODES,
        facts=_facts(manifest, held=any(each.held for each in gates)),
        before=list(takewhile(lambda step: step[0] != "attempts", manifest.funnel)),
        summary=summary,
        varied=manifest.notes.get("one_factor", {}),
        steering=manifest.notes.get("steering", {}),
        notices=notices(summary, str(manifest.notes.get("stopped", "")), gates),
        gates=gates,
        meanings=_meanings(summary, domains),
        clauses={name: domain.policy.clauses for name, domain in domains.items()},
        charts=_charts(summary),
        excerpts=[excerpt_of(row) for row in statistics.excerpts.chosen(SAMPLES)],
    )


def _facts(manifest: Manifest, *, held: bool) -> dict[str, str]:
    """What stands under the title, without what is not known."""
    at = manifest.created_at[:16].replace("T", " ")
    given = {
        "content": manifest.content_hash[:16],
        "seed": str(manifest.recipe.get("seed", "")),
        "domains": _some(sorted(manifest.domains)),
        "code": manifest.code[:12],
        "held back" if held else "released": at,
        "license": manifest.license,
    }
    return {name: value for name, value in given.items() if value}


def _some(names: list[str]) -> str:
    left = len(names) - MANY_NAMES
    return ", ".join(names) if left <= 0 else f"{', '.join(names[:MANY_NAMES])} and {left} more"


def page(template: str, **values: Any) -> str:
    """A template of this folder, filled in. It gets the style sheet as ``style``."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"percent": percent, "number": number, "interval": interval}
    environment.filters |= {"short": short, "points": points, "sentence": first_sentence}
    style = Markup((_FOLDER / "page.css").read_text(encoding="utf-8"))
    return environment.get_template(template).render(style=style, **values)


def _meanings(summary: Summary, domains: Mapping[str, Domain]) -> dict[str, str]:
    """What each code that occurs means; for a policy clause, what the clause says."""
    found = {}
    for code in summary.decisions.mentioned:
        clause = code.removeprefix("policy.")
        said = [
            first_sentence(domain.policy.clauses[clause])
            for _, domain in sorted(domains.items())
            if clause in domain.policy.clauses
        ]
        if said and clause != code:
            found[code] = " / ".join(dict.fromkeys(said))
        else:
            found[code] = _meaning(code)
    return found


def _meaning(code: str) -> str:
    if code.startswith("failed."):
        party, _, kind = code.removeprefix("failed.").partition(".")
        return f"Broke off before its end, because of the {party}: {kind.replace('_', ' ')}."
    try:
        return meaning(code)
    except KeyError:
        return ""


def _charts(summary: Summary) -> dict[str, Any]:
    shape, away, faults = summary.accepted, summary.turned_away, summary.faults
    # Where nothing is released, a reader wants to see what was turned away.
    shown, whose = (shape, "") if shape.dialogues else (away, " (turned away)")
    rows = [
        (f"{each.party}: {each.kind.replace('_', ' ')}", each.rejected, False)
        for each in faults.kinds
        if each.fired
    ]
    rows.sort(key=lambda row: (-row[1].value, row[0]))
    if faults.sound:
        rows.append(("no fault (false alarms)", faults.false_alarms, True))
    return {
        "faults": intervals(
            rows, title="Rejected, by planned fault", unit="% rejected, with 95% interval"
        ),
        "user_turns": distributions(
            {"released": shape.turns["user"], "turned away": away.turns["user"]},
            title="User turns per dialogue",
            unit="utterances of the user",
            of="dialogues",
        ),
        "words": distributions(
            {"user": shown.words["user"], "agent": shown.words["agent"]},
            title=f"Words per utterance{whose}",
            unit="words",
            of="utterances",
            widest=50,
        ),
        "calls": distributions(
            {"agent": shown.calls["agent"], "user": shown.calls["user"]},
            title=f"Tool calls per dialogue{whose}",
            unit="calls",
            of="dialogues",
        ),
        "drafts": distributions(
            {each.party: each.drafts for each in summary.models.parties},
            title="Drafts per turn",
            unit="drafts until one was taken",
            of="turns",
        ),
        "passes": curves(
            {each.difficulty: each.powers for each in summary.groups.passes},
            title="Chance that k attempts all pass",
            across="k",
            up="% of blueprints",
        ),
        "one_factor": _one_factor(summary.one_factor),
        "plans": [
            asked_and_achieved(
                each.asked,
                {"blueprints": _shares(each.plans)}
                | ({"released dialogues": _shares(each.accepted)} if each.accepted else {}),
                title=each.facet.replace("_", " "),
            )
            for each in summary.plans
            if each.plans
        ],
        "people": [
            asked_and_achieved(
                each.asked,
                {"personas": _shares(each.personas)}
                | ({"released dialogues": _shares(each.accepted)} if each.accepted else {}),
                title=each.facet,
            )
            for each in summary.people
            if each.asked or len(each.personas) > 1
        ],
    }


def _one_factor(found: OneFactorSummary) -> list[Markup]:
    """A chart of all differences, and one of each factor's shares, beside those of its bases."""

    def named(each: FactorFigure, text: str) -> str:
        return f"{text} ({each.player})" if len(found.players) > 1 else text

    rows = [(named(each, each.name), each.difference) for each in found.figures]
    charts = [differences(rows, title="Passed more or less often than the base")] if rows else []
    for factor, figures in found.factors.items():
        pairs = [
            row
            for each in figures
            for row in (
                (named(each, f"base of {each.level}"), each.base, False),
                (named(each, each.level), each.member, True),
            )
        ]
        charts.append(intervals(pairs, title=f"Passed, by {factor}", unit="% of attempts passed"))
    return charts


def _shares(counts: Mapping[str, int]) -> dict[str, float]:
    total = sum(counts.values())
    return {value: times / total for value, times in counts.items()} if total else {}
