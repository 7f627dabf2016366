"""From a proposal to a draft of a blueprint, by carrying it out in a live world.

The steps around the calls are ours: the agent asks for what the user knows, says what it is about to
change, and tells what it found out. Scripts have words for them that fit any domain
(``scripted/general.yaml``).
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from generators.blueprint import Blueprint, Fact, Goal, Provenance, Statement, Step
from generators.domains.plan import Plan, PlanBroken
from generators.event import USER
from generators.reviewing.round import Comment
from generators.scripted.phrasebook import GENERAL, book_of
from generators.spoken import forms, spoken
from generators.writing.assignment import Assignment
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
    asked: set[str] = set()
    for number in range(1, len(proposal.goals) + 1):
        plan.goal = _id(number)
        actions = [action for action in proposal.actions if action.goal == number]
        needed = [key for key in _needed(proposal, number, actions) if key not in asked]
        if needed:
            plan.ask(*needed)
            asked.update(needed)
        found: list[Any] = []
        for action in actions:
            try:
                found.append(_done(plan, action))
            except PlanBroken as broken:
                at = proposal.actions.index(action) + 1
                return [Comment(code="action_failed", text=f"action {at}: {broken}")]
        _tell(plan, proposal, number, found)
    return _blueprint(proposal, assignment, plan, by)


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


def _done(plan: Plan, action: ProposedAction) -> Any:
    if action.party == USER:
        result = plan.act(GENERAL, action.tool, **action.arguments)
        step = plan.steps[-1]
        task = action.tool.replace("_", " ")
        plan.steps[-1] = replace(step, slots={**step.slots, "task": task})
        return result
    tool = plan.world.domain.agent_tools.get(action.tool)
    if tool and tool.writes:
        said = ", ".join(_said(action.arguments)) or "nothing else"
        plan.confirm(GENERAL, action=action.tool.replace("_", " "), details=said)
    return plan.call(action.tool, **action.arguments)


def _said(value: Any) -> Iterator[str]:
    """The values in arguments, as people say them."""
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _said(each)
    elif isinstance(value, str | int | float):
        yield spoken(value)


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
        plan.steps.append(
            Step(
                kind="refuse" if refused and at == 0 else "tell",
                goal=plan.goal,
                key=GENERAL,
                slots={"what": name, "value": spoken(value)},
            )
        )


def _found(text: str, results: list[Any]) -> tuple[str, Any]:
    """The value that a text stands for, with its name in words: as results have it, or as it is."""
    for name, value in (each for result in results for each in _scalars("result", result)):
        if text in (value, msgspec.json.encode(value).decode()):
            return name.replace("_", " "), value
    return "result", text


def _scalars(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for inner, each in value.items():
            yield from _scalars(str(inner), each)
    elif isinstance(value, list):
        for each in value:
            yield from _scalars(name, each)
    elif value is not None:
        yield name, value


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
