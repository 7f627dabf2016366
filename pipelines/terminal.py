"""Dialogues, funnels and lists as a person reads them in a terminal."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from generators.domains.domain import Domain
from generators.event import AGENT, USER, Event
from outputs.judged import Judged

_COLOURS = {USER: "cyan", AGENT: "green"}
_LONGEST = 400


def dialogue(row: Judged) -> RenderableType:
    """One judged dialogue: its plan, what happened, and what was decided."""
    plan, decision = row.blueprint, row.decision
    outcome = "accept" if row.accepted else (row.dropped or decision.outcome)
    head = Text()
    head.append(f"{row.id}  ", style="bold")
    head.append(outcome, style="bold green" if row.accepted else "bold red")
    head.append(f"  {row.split or '-'}  {plan.domain}  {plan.difficulty}\n")
    head.append(f"{row.persona.name}, {row.persona.style.register}: ")
    head.append(" ".join(goal.need for goal in plan.goals), style="italic")
    return Panel(
        Group(*_events(row.trajectory.events), Text(), *_decided(row)),
        title=head,
        title_align="left",
        border_style="dim",
    )


def _events(events: Iterable[Event]) -> Iterator[Text]:
    for event in events:
        colour = _COLOURS.get(event.party, "dim")
        line = Text(f"{event.index:>3} ", style="dim")
        line.append(f"{event.party:<6}", style=colour)
        line.append(_content(event), style="" if event.kind == "say" else "dim")
        yield line


def _content(event: Event) -> str:
    if event.call:
        return f"→ {_plain(event.call.name)}({_short(event.call.arguments)})"
    if event.result:
        mark = f"✗ {event.result.error} " if event.result.error else "← "
        return mark + _short(event.result.content)
    if event.kind == "say":
        return _plain(event.text)
    return f"[{event.kind}] {_plain(event.text)}".rstrip()


def _short(text: str) -> str:
    return _plain(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")


def _plain(text: str) -> str:
    """Without escape sequences: what a model has said must not steer the terminal."""
    return text.replace("\x1b", "␛")


def _decided(row: Judged) -> Iterator[Text]:
    yield Text(f"ended by {row.trajectory.stop_reason}; score {row.decision.score:.2f}", "bold")
    if row.trajectory.failure:
        failure = row.trajectory.failure
        yield Text(f"  {failure.party} broke: {failure.kind}: {failure.message}", "red")
    if row.dropped:
        of = f" of {row.duplicate_of}" if row.duplicate_of else ""
        yield Text(f"  dropped: {row.dropped}{of}", "yellow")
    for vote in row.decision.votes:
        verdict = vote.verdict
        if verdict.outcome == "pass" and not verdict.findings:
            continue
        yield Text(f"  {verdict.verifier}: {verdict.outcome}", _style(verdict.outcome))
        for finding in verdict.findings:
            where = f" at {finding.event}" if finding.event >= 0 else ""
            yield Text(f"    {finding.code}{where} ({finding.party}): {finding.message}", "dim")
    passed = [v.verdict.verifier for v in row.decision.votes if v.verdict.outcome == "pass"]
    yield Text(f"  passed by {', '.join(passed) or 'nobody'}", "dim")


def _style(outcome: str) -> str:
    return {"pass": "green", "fail": "red"}.get(outcome, "yellow")


def funnel(steps: Iterable[tuple[str, int]], ledger: Mapping[str, Any]) -> Table:
    """What was left after each stage, then why the others went."""
    table = Table(title="Funnel", title_justify="left", box=None, pad_edge=False)
    table.add_column("stage")
    table.add_column("left", justify="right")
    for label, count in steps:
        table.add_row(label, f"{count:,}")
    gone = [
        *((f"  rejected: {code}", count) for code, count in ledger.get("rejected", {}).items()),
        *((f"  failed: {party}", count) for party, count in ledger.get("failed", {}).items()),
    ]
    for label, count in sorted(gone, key=lambda each: (-each[1], each[0])):
        table.add_row(Text(label, "dim"), Text(f"{count:,}", "dim"))
    return table


def domain_line(domain: Domain) -> str:
    """A domain in one line."""
    return (
        f"{domain.name:<12} {domain.title}: {len(domain.agent_tools)} agent tools, "
        f"{len(domain.user_tools)} user tools, {len(domain.intents)} intents, "
        f"{len(domain.policy.clauses)} clauses, {len(domain.clauses)} of them checked"
    )


def domain_facts(domain: Domain) -> dict[str, Any]:
    """A domain as plain data."""
    return {
        "title": domain.title,
        "summary": domain.summary,
        "agent_tools": sorted(domain.agent_tools),
        "user_tools": sorted(domain.user_tools),
        "intents": {name: each.outcome for name, each in sorted(domain.intents.items())},
        "clauses": domain.policy.clauses,
        "checked_clauses": sorted(domain.clauses),
    }


def domain_tree(domain: Domain) -> RenderableType:
    """A domain with its tools, intents and clauses in full."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for kind, tools in (("agent tool", domain.agent_tools), ("user tool", domain.user_tools)):
        for name, tool in sorted(tools.items()):
            sentence = tool.description.partition("\n")[0]
            table.add_row(name, f"{kind}{', writes' if tool.writes else ''}", sentence)
    for name, intent in sorted(domain.intents.items()):
        table.add_row(name, f"intent, {intent.outcome}", intent.title)
    for name, sentence in domain.policy.clauses.items():
        kind = "clause, checked" if name in domain.clauses else "clause"
        table.add_row(name, kind, Text(sentence))
    return Group(Text(f"{domain.name}: {domain.title}", "bold underline"), domain.summary, table)
