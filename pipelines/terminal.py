"""Dialogues, funnels and lists as a person reads them in a terminal."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from unicodedata import category

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from generators.brief import wanted
from generators.domains.domain import Domain
from generators.event import AGENT, USER, Event
from generators.trajectory import Trajectory
from outputs.aside import Aside, Draft, asides_of, last_drafts, models_of
from outputs.judged import Judged
from outputs.told import told_in

_COLOURS = {USER: "cyan", AGENT: "green"}
_PRIVATE = "dim italic"
_LONGEST = 400
_SPACE, _PICTURES = 0x20, 0x2400
"""Control characters are below a space; each has a picture of itself from there on."""
_JOINERS = "\u200c\u200d"
"""Invisible, and part of how some scripts and emoji are written; they move nothing."""


def dialogue(row: Judged) -> RenderableType:
    """One judged dialogue: its plan, who spoke, what happened, and what was decided. What a party kept
    to itself is marked as private."""
    plan, decision, speaker = row.blueprint, row.decision, row.persona
    outcome = "accept" if row.accepted else (row.dropped or decision.outcome)
    head = Text()
    head.append(f"{row.id}  ", style="bold")
    head.append(outcome, style="bold green" if row.accepted else "bold red")
    head.append(f"  {row.split or '-'}  {plan.domain}  {plan.difficulty}")
    about = Text(plain(f"{speaker.name}, {speaker.style.register}: "))
    about.append(plain(" ".join(wanted(goal, plan) for goal in plan.goals)), style="italic")
    models = "; ".join(models_of(row.trajectory))
    return Panel(
        Group(
            about,
            *([Text(plain(f"spoken by {models}"), "dim")] if models else ()),
            Text(),
            _events(row.trajectory),
            Text(),
            *_decided(row),
        ),
        title=head,
        title_align="left",
        border_style="dim",
    )


def _events(trajectory: Trajectory) -> Table:
    """Who, and what: in columns, so that no line of what was said looks like one of ours."""
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(style="dim", justify="right", width=3)
    table.add_column(width=6, overflow="ellipsis", no_wrap=True)
    table.add_column(overflow="fold", ratio=1)
    asides = asides_of(trajectory.events)
    for event in trajectory.events:
        thinks = event.kind == "think"
        if event.index in asides:
            for place, told in enumerate(_told(asides[event.index])):
                index = str(event.index) if thinks and not place else ""
                table.add_row(index, _who(event.party), _private(told))
        if not thinks:
            style = "" if event.kind == "say" else "dim"
            table.add_row(str(event.index), _who(event.party), Text(_content(event), style))
    for each in last_drafts(trajectory):
        table.add_row("", _who(each.party), _private(_draft(each)))
    return table


def _who(party: str) -> Text:
    return Text(plain(party), _COLOURS.get(party, "dim"))


def _private(told: str) -> Text:
    return Text(f"private: {_short(told)}", _PRIVATE)


def _told(aside: Aside) -> Iterator[str]:
    """What stood behind a move, line by line."""
    yield from (f"thinks: {thought}" for thought in aside.thoughts)
    if aside.act:
        yield f"act: {aside.act}{f', picked by {aside.planner}' if aside.planner else ''}"
    if aside.goals:
        yield "goals: " + ", ".join(f"{goal} {state}" for goal, state in aside.goals.items())
    yield from map(_draft, (*aside.drafts, *aside.kept))
    yield from (f"no opinion that could be read from {by}" for by in aside.unsure)


def _draft(draft: Draft) -> str:
    return "\n".join(filter(None, (f"{draft.fate}: {draft.reason}", draft.text)))


def _content(event: Event) -> str:
    if event.call:
        return f"→ {plain(event.call.name)}({_short(event.call.arguments)})"
    if event.result:
        mark = f"✗ {plain(event.result.error)} " if event.result.error else "← "
        return mark + _short(event.result.content)
    if event.kind == "say":
        return plain(event.text)
    return f"[{event.kind}] {plain(event.text)}".rstrip()


def _short(text: str) -> str:
    return plain(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")


def plain(text: str) -> str:
    """Without anything that steers a terminal or turns the order of its characters round: what a model
    has said is shown, and does nothing. Ends of lines stay."""
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() or each in _JOINERS else _shown(each) for each in text
    )


def _shown(character: str) -> str:
    code = ord(character)
    if character == "\n":
        return character
    if character == "\t" or category(character) == "Zs":
        return " "
    if code < _SPACE:
        return chr(_PICTURES + code)
    return f"\\u{code:04x}"


def _decided(row: Judged) -> Iterator[Text]:
    yield Text(f"ended by {row.trajectory.stop_reason}; score {row.decision.score:.2f}", "bold")
    if row.trajectory.failure:
        failure = row.trajectory.failure
        yield Text(plain(f"  {failure.party} broke: {failure.kind}: {failure.message}"), "red")
    if row.dropped:
        of = f" of {row.duplicate_of}" if row.duplicate_of else ""
        yield Text(f"  dropped: {row.dropped}{of}", "yellow")
    told = told_in(row.trajectory)
    if told:
        yield Text(plain(f"  what the user knew: {told.in_words}"), "dim")
    for vote in row.decision.votes:
        verdict = vote.verdict
        if verdict.outcome == "pass" and not verdict.findings:
            continue
        yield Text(f"  {verdict.verifier}: {verdict.outcome}", _style(verdict.outcome))
        for finding in verdict.findings:
            where = f" at {finding.event}" if finding.event >= 0 else ""
            told = f"    {finding.code}{where} ({finding.party}): {finding.message}"
            yield Text(plain(told), "dim")
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
