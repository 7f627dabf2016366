"""From a proposal to a draft of a blueprint, by carrying it out in a live world.

The steps around the calls are ours: the agent asks for what the user knows, says what it is about to
change, and tells what it found out. Scripts have words for them that fit any domain
(``scripted/general.yaml``).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from generators.argument_sources import says
from generators.blueprint import Blueprint, Fact, Goal, Provenance, Statement, Step, StepKind
from generators.domains.plan import Plan, PlanBroken
from generators.domains.tool_words import in_words, label, listed
from generators.event import AGENT
from generators.reviewing.round import Comment
from generators.scripted.phrasebook import GENERAL, book_of
from generators.sources.instruction import naming
from generators.sources.walk import leaves
from generators.spoken import forms, spoken
from generators.writing.assignment import Assignment
from generators.writing.constraints import goal_name
from generators.writing.proposal import (
    Proposal,
    ProposedAction,
    ProposedFact,
    mistakes_of_form,
)

_SHORT = 3


def drafted(proposal: Proposal, assignment: Assignment, by: str) -> Blueprint | list[Comment]:
    """The draft that a proposal comes to, or why it comes to none: mistakes of form, or the first call
    that fails. Raises ``PlanBroken`` when not even the caller can be identified."""
    mistakes = mistakes_of_form(
        proposal, goals=assignment.goals, intents=assignment.intents, known=assignment.known
    )
    if mistakes:
        return mistakes
    plan = assignment.plan()
    for fact in proposal.facts:
        plan.facts[fact.key] = _fact(fact, assignment)
    own = [value for result in plan.results for _, value in leaves(result)]
    asked: set[str] = set()
    for number in range(1, len(proposal.goals) + 1):
        plan.goal = _id(number)
        actions = [action for action in proposal.actions if action.goal == number]
        later = {key for action in actions for key in action.asks}
        _ask(
            plan, (each for each in _needed(proposal, number, actions) if each not in later), asked
        )
        before = len(plan.results)
        for action in actions:
            try:
                _do(plan, action, asked, own)
            except PlanBroken as broken:
                at = proposal.actions.index(action) + 1
                text = f"action {at}: {broken}"
                return [Comment(code="action_failed", text=text, constraint=goal_name(number))]
        _tell(plan, proposal, number, plan.results[before:])
    return _blueprint(proposal, assignment, plan, by)


def _ask(plan: Plan, keys: Iterable[str], asked: set[str]) -> None:
    """One question for those of the facts that nobody has asked for."""
    new = [key for key in dict.fromkeys(keys) if key not in asked]
    if new:
        plan.ask(*new)
        asked.update(new)


def _id(number: int) -> str:
    return f"g{number - 1}"


def _fact(fact: ProposedFact, assignment: Assignment) -> Fact:
    return Fact(
        key=fact.key,
        value=fact.value,
        spoken=fact.spoken if fact.spoken != fact.value else "",
        reveal=fact.reveal,
        goal=_id(fact.goal),
        cues=_cues(fact.key, assignment),
    )


def _cues(key: str, assignment: Assignment) -> tuple[str, ...]:
    """The words of the key; and where the domain asks for it in other words, the longest of those."""
    words = [word for word in key.split("_") if len(word) >= _SHORT] or [key.replace("_", " ")]
    book = book_of(assignment.domain)
    for template in book.all("ask", key) if book.has("ask", key) else ():
        if not {*words} & {*template.words}:
            words.append(max(template.words, key=len))
    return tuple(words)


def _needed(proposal: Proposal, number: int, actions: list[ProposedAction]) -> Iterator[str]:
    """The keys of a goal's facts, and of those of other goals that its calls use."""
    used = {str(value) for action in actions for value in action.arguments.values()}
    for fact in proposal.facts:
        if fact.goal == number or fact.value in used:
            yield fact.key


def _do(plan: Plan, action: ProposedAction, asked: set[str], own: Sequence[Any]) -> None:
    """What the agent says and asks before a call, and the call."""
    tool = plan.world.domain.tools_of(action.party).get(action.tool)
    changes = action.party == AGENT and tool is not None and tool.writes
    if not changes:
        for text in action.names:
            name, value = _found(text, plan.results)
            plan.steps.append(_telling(plan.goal, name, value))
    _ask(plan, action.asks, asked)
    task = action.tool.replace("_", " ")
    if changes:
        plan.confirm(GENERAL, action=task, details=_announced(plan, action, own))
    if action.party == AGENT:
        plan.call(action.tool, **action.arguments)
        return
    with_what = ", ".join(["", *(in_words(said) for _, said in _argued(plan, action, own))])
    done = any((a.tool, a.arguments) == (action.tool, action.arguments) for a in plan.actions)
    plan.act(GENERAL, action.tool, **action.arguments)
    step = plan.steps[-1]
    task = f"{task}{with_what}{', once more' if done else ''}"
    plan.steps[-1] = replace(step, slots={**step.slots, "task": task})


def _argued(plan: Plan, action: ProposedAction, own: Sequence[Any]) -> list[tuple[str, Any]]:
    """A call's arguments as the user says them, each followed by what people call its row."""
    sayings: dict[Any, str] = {fact.value: fact.saying for fact in plan.facts.values()}
    return [
        (key, sayings.get(each, each))
        for name, value in naming(action.arguments, plan.results, own)
        for key, each in leaves(value, name)
    ]


def _announced(plan: Plan, action: ProposedAction, own: Sequence[Any]) -> str:
    """What is said of a change beforehand: its arguments, as the user says them, by what people call the
    rows that they stand for, and what else the writer names."""
    pairs, bare = _argued(plan, action, own), list[str]()
    for text in action.names:
        name, value = _found(text, plan.results)
        said = spoken(value)
        if says(_details(pairs, bare).casefold(), said.casefold()):
            continue
        if name:
            pairs.append((name, value))
        else:
            bare.append(said)
    return _details(pairs, bare) or "nothing else"


def _details(pairs: list[tuple[str, Any]], bare: list[str]) -> str:
    return ", ".join(([listed(pairs)] if pairs else []) + bare)


def _tell(plan: Plan, proposal: Proposal, number: int, found: list[Any]) -> None:
    """The goal's answers, each found in what the calls have given. A goal that ends in a refusal begins
    with that."""
    goal = proposal.goals[number - 1]
    refused = goal.outcome == "refused"
    for at, answer in enumerate(each for each in proposal.say if each.goal == number):
        name, value = _found(answer.value, found)
        source = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        key = f"{goal.intent}.{at}"
        plan.must_say.append(Statement(key=key, goal=plan.goal, forms=forms(value), source=source))
        kind = "refuse" if refused and at == 0 else "tell"
        plan.steps.append(_telling(plan.goal, name, value, kind))


def _telling(goal: str, name: str, value: Any, kind: StepKind = "tell") -> Step:
    return Step(
        kind=kind,
        goal=goal,
        key=GENERAL,
        slots={"what": label(name) or "result", "value": spoken(value)},
    )


def _found(text: str, results: Sequence[Any]) -> tuple[str, Any]:
    """The field and the value that a text stands for: as results have it, or no field and the text."""
    for name, value in (each for result in results for each in leaves(result, "result")):
        if value is not None and text in (
            value,
            msgspec.json.encode(value).decode(),
            spoken(value),
        ):
            return name, value
    return "", text


def _blueprint(proposal: Proposal, assignment: Assignment, plan: Plan, by: str) -> Blueprint:
    request, domain = assignment.request, assignment.domain
    return Blueprint(
        domain=domain.name,
        domain_hash=domain.hash,
        persona_id=request.persona.id,
        world_seed=assignment.world_seed,
        clock=domain.clock,
        locale=request.persona.demographics.locale,
        setup=assignment.setup,
        goals=tuple(
            Goal(
                id=_id(number),
                intent=goal.intent,
                need=re.sub(r"\s+", " ", goal.need).strip(),
                outcome=goal.outcome,
                after=tuple(
                    _id(at)
                    for at, before in enumerate(proposal.goals[: number - 1], 1)
                    if before.intent in domain.intents[goal.intent].after
                ),
                clauses=domain.intents[goal.intent].clauses,
            )
            for number, goal in enumerate(proposal.goals, 1)
        ),
        facts=(*plan.facts.values(), assignment.private),
        steps=tuple(plan.steps),
        actions=tuple(plan.actions),
        must_say=tuple(plan.must_say),
        must_not_say=tuple(plan.must_not_say),
        provenance=Provenance(source="written", seed=request.seed, note=by),
        turn_limit=request.spec.turn_limit,
        call_limit=request.spec.call_limit,
    )
