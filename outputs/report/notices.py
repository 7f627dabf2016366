"""What a reader of the report should look at first: figures out of the ordinary, in words.

The thresholds are for reading only. No row is kept or dropped for them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from outputs.figures.coverage import DomainCoverage
from outputs.figures.models import UNREADABLE
from outputs.gates import GateResult
from outputs.report.wording import number, percent
from outputs.statistics import Summary

QUOTA_GAP = 0.03
"""How far an achieved share may be from the one asked for."""
FEW = 20
"""Cases below which a rate is too uncertain to remark on."""

MANY = 8
"""Domains with something to remark beyond which they are remarked on together."""

ENGINE_SHARE = 0.05
"""The share of dialogues that an engine may cost before it is worth a remark."""
DRAFT_SHARE = 0.10
"""The same for drafts thrown away."""
KEPT_SHARE = 0.8
"""The share of dialogues that keep a clause under which it is worth a remark."""
MOST_CLAUSES = 5
"""So many clauses are named, the most often broken first."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One remark, and the section of the report that has the figures."""

    section: str
    text: str


def notices(summary: Summary, stopped: str = "", gates: Iterable[GateResult] = ()) -> list[Notice]:
    """The remarks, in the order of the report's sections. ``stopped`` is why playing ended before all
    that was planned had been played; those of the ``gates`` are told that hold the release."""
    return [
        *(Notice("rates", f"Not released: {each.text}.") for each in gates if each.held),
        *([Notice("funnel", f"Playing ended early: {stopped}.")] if stopped else ()),
        *_outcome(summary),
        *_models(summary),
        *_filter(summary),
        *_shape(summary),
        *_coverage(summary),
        *_policy(summary),
        *_people(summary),
        *_blueprints(summary),
        *_one_factor(summary),
        *_diversity(summary),
        *_agreement(summary),
    ]


def _outcome(summary: Summary) -> list[Notice]:
    decisions = summary.decisions
    if summary.accepted.dialogues or not decisions.attempted:
        return []
    most = next(iter(decisions.leading), "none")
    count = number(decisions.attempted)
    text = f"Not one of {count} dialogues was released; the commonest reason is {most}."
    return [Notice("decisions", text)]


def _models(summary: Summary) -> list[Notice]:
    models, found = summary.models, []
    engine = {kind: n for kind, n in models.failures.items() if kind.startswith("engine.")}
    if models.unfinished > ENGINE_SHARE * models.dialogues:
        found.append(
            f"{models.unfinished} of {models.dialogues} dialogues "
            f"({percent(models.unfinished / models.dialogues)}) broke off because of the engine, "
            f"most by {max(engine, key=lambda kind: engine[kind])}."
        )
    for party in models.parties:
        away = sum(party.rejected.values())
        if party.drafted >= FEW and away > DRAFT_SHARE * party.drafted:
            found.append(
                f"{percent(away / party.drafted)} of the {party.party}'s drafts were thrown away, "
                f"most for {next(iter(party.rejected))}."
            )
        unreadable = {code: n for code, n in party.rejected.items() if code in UNREADABLE}
        if unreadable:
            count = sum(unreadable.values())
            found.append(
                f"{count} {'reply' if count == 1 else 'replies'} of the {party.party}'s model could "
                f"not be understood ({', '.join(unreadable)})."
            )
    return [Notice("models", text) for text in found]


def _filter(summary: Summary) -> list[Notice]:
    faults, found = summary.faults, []
    for kind in faults.kinds:
        rate = kind.alone if kind.alone.whole >= FEW else kind.rejected
        if rate.whole >= FEW and rate.value < 0.9:
            missed = rate.whole - rate.part
            found.append(
                f"The {kind.party}'s fault “{kind.kind}” got through in {missed} of {rate.whole} "
                f"dialogues that had it."
            )
        if not kind.fired:
            found.append(
                f"The {kind.party}'s fault “{kind.kind}” was planned {kind.planned} times and never "
                f"came up."
            )
    if faults.false_alarms.whole >= FEW and faults.false_alarms.low > 0.02:
        found.append(
            f"{faults.false_alarms.part} of {faults.sound} sound dialogues were turned away, most "
            f"for {next(iter(faults.alarm_codes))}."
        )
    if faults.sound and not faults.faulty:
        found.append("No fault was planned, so this build does not measure its own filter.")
    return [Notice("filter", text) for text in found]


def _shape(summary: Summary) -> list[Notice]:
    shape = summary.accepted
    cut = sum(shape.stop_reasons.get(name, 0) for name in ("turn_limit", "call_limit", "stalled"))
    text = f"{cut} released dialogues were cut off by a limit or stalled."
    return [Notice("shape", text)] if cut else []


def _coverage(summary: Summary) -> list[Notice]:
    missed = [each for each in summary.targets if each.accepted < each.asked]
    found = [
        f"{number(each.accepted)} of {number(each.asked)} accepted dialogues with "
        f"{each.facet} {each.value}."
        for each in missed
    ]
    if not summary.accepted.dialogues:
        return [Notice("coverage", text) for text in found]
    never = {each.domain: _never(each) for each in summary.coverage.domains}
    lacking = {name: counts for name, counts in never.items() if counts}
    if len(lacking) > MANY:
        told = _counted(sum(lacking.values(), Counter()))
        found.append(f"In {len(lacking)} of {len(never)} domains never exercised: {told}.")
    else:
        for name, counts in lacking.items():
            found.append(f"{name}: never exercised: {_counted(counts)}.")
    return [Notice("coverage", text) for text in found]


def _never(domain: DomainCoverage) -> Counter[str]:
    parts = {
        "agent tool": domain.agent_tools.never,
        "user tool": domain.user_tools.never,
        "intent": domain.intents.never,
        "clause": domain.clauses.never,
    }
    return Counter({what: len(never) for what, never in parts.items() if never})


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number(n)} {what}{'s' * (n > 1)}" for what, n in counts.items())


def _policy(summary: Summary) -> list[Notice]:
    often = sorted(
        (
            (clause.passed.value, domain.domain, clause)
            for domain in summary.policies
            for clause in domain.clauses
            if clause.passed.whole >= FEW and clause.passed.value < KEPT_SHARE
        ),
        key=lambda each: each[:2],
    )
    found = [
        f"{number(clause.broken)} of {number(clause.passed.whole)} dialogues that put the clause "
        f"{clause.clause} of {domain} to the test broke it."
        for _, domain, clause in often[:MOST_CLAUSES]
    ]
    if more := len(often) - len(found):
        found.append(
            f"{number(more)} more clause{'s' * (more > 1)} broken in more than a fifth of dialogues."
        )
    return [Notice("policy", text) for text in found]


def _people(summary: Summary) -> list[Notice]:
    found = []
    for facet in summary.people:
        total = sum(facet.accepted.values())
        for value, asked in facet.asked.items():
            achieved = facet.accepted.get(value, 0) / total if total else 0.0
            if total and abs(achieved - asked) > QUOTA_GAP:
                found.append(
                    f"{facet.facet} = {value}: {100 * asked:.0f}% asked for, {100 * achieved:.1f}% of "
                    f"released dialogues."
                )
    return [Notice("personas", text) for text in found]


def _blueprints(summary: Summary) -> list[Notice]:
    return [
        Notice(
            "blueprints",
            f"The probe “{probe.name}” came out wrong on {probe.tried - probe.right} of {probe.tried} "
            f"blueprints.",
        )
        for probe in summary.groups.probes
        if probe.right < probe.tried
    ]


def _one_factor(summary: Summary) -> list[Notice]:
    """Of factors that tell, the one that costs most."""
    found = [each for each in summary.one_factor.figures if each.difference.high < 0]
    if not found:
        return []
    worst = min(found, key=lambda each: each.difference.value)
    text = (
        f"Of what was varied alone, {worst.name} costs the agent most: {worst.member.part} of "
        f"{worst.pairs} attempts pass, {worst.base.part} without it."
    )
    return [Notice("factors", text)]


def _diversity(summary: Summary) -> list[Notice]:
    user = summary.diversity.get("user")
    if user and user.dialogues >= FEW and user.first_openings > 0.6:
        share = 100 * user.first_openings
        text = f"{share:.0f}% of dialogues open with one of ten phrases of three words."
        return [Notice("diversity", text)]
    return []


def _agreement(summary: Summary) -> list[Notice]:
    alpha = summary.votes.agreement.alpha
    if alpha is None or alpha >= 0.2 or summary.votes.agreement.units < FEW:
        return []
    text = f"The voters agree little more than by chance (Krippendorff's alpha {number(alpha, 2)})."
    return [Notice("agreement", text)]
