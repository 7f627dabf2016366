"""What a writer proposes: wishes, what the user knows, what a right agent does, what it has to say."""

import re
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import msgspec

from generators.argument_sources import says
from generators.blueprint import Blueprint, Fact, Outcome
from generators.event import ToolCall
from generators.llm.draft import Malformed, shallow
from generators.llm.schemas import MOST_NAMED
from generators.reviewing.round import Comment
from generators.spoken import forms
from generators.writing.constraints import known_name
from personas.record import Record

MOST = {"facts": 6, "actions": 10, "say": 6}
"""The most that there may be of each, per goal."""
KEY = r"[a-z][a-z0-9_]{1,30}"
"""How the keys of facts look: they are read out as words."""
MALFORMED = "malformed_proposal"
UNSAID = "talk_breaks_policy"
"""The code of a plan that breaks a clause about talk when it is read aloud."""


class ProposedGoal(Record):
    """One wish. ``need`` says it in one sentence to the person who has it ("You want ...")."""

    intent: str
    need: str
    outcome: Outcome


class ProposedFact(Record):
    """Something that the user knows and the agent needs for the wish with the number ``goal``, from 1.
    ``value`` is how tools take it, ``spoken`` how a person says it."""

    goal: int
    key: str
    value: str
    spoken: str
    reveal: Literal["upfront", "when_asked"]


class ProposedAction(Record, omit_defaults=False):
    """A call of a right dialogue, in order.

    ``asks`` are the keys of facts that the employee asks for only now, right before the call; others are
    asked for when their goal begins. ``names`` are values that it has to say before: those that the
    policy wants named before a change, or between which the person has to choose.
    """

    goal: int
    party: Literal["agent", "user"]
    tool: str
    arguments: dict[str, Any]
    asks: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


class ProposedAnswer(Record):
    """A value that the agent has to say, as a tool has given it."""

    goal: int
    value: str


class Proposal(Record):
    """A whole plan, as far as a writer decides it."""

    goals: tuple[ProposedGoal, ...]
    facts: tuple[ProposedFact, ...]
    actions: tuple[ProposedAction, ...]
    say: tuple[ProposedAnswer, ...]


_DECODE = msgspec.json.Decoder(Proposal).decode
_ENCODE = msgspec.json.Encoder().encode


def written_out(proposal: Proposal) -> str:
    """A proposal as a model would write it."""
    return _ENCODE(proposal).decode()


def read_out(text: str) -> Proposal:
    """The proposal in a text, be it in a block or between sentences. Raises ``Malformed``."""
    start, end = text.find("{"), text.rfind("}")
    inner = text[start : end + 1] if 0 <= start < end else text
    try:
        shallow((ToolCall(id="", name="", arguments=inner),))
        return _DECODE(inner)
    except (msgspec.DecodeError, RecursionError) as error:
        problem = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise Malformed("not_json", f"It is not the JSON object asked for: {problem}.") from error


def mistakes_of_form(
    proposal: Proposal, *, goals: int, intents: tuple[str, ...], known: tuple[str, ...]
) -> list[Comment]:
    """What is wrong with a proposal before it is carried out. ``goals`` is how many wishes were asked
    for, ``intents`` the kinds to choose from, ``known`` the keys of what the user knows anyway."""
    return [
        *(
            Comment(
                code=MALFORMED,
                text=f"The key {fact.key!r} is that of what the caller is known by.",
                constraint=known_name(fact.key),
            )
            for fact in proposal.facts
            if fact.key in known
        ),
        *(Comment(code=MALFORMED, text=text) for text in _mistakes(proposal, goals, intents)),
    ]


def _mistakes(proposal: Proposal, goals: int, intents: tuple[str, ...]) -> Iterator[str]:
    if len(proposal.goals) != goals:
        yield f"There are {len(proposal.goals)} goals; there have to be {goals}."
    for goal in proposal.goals:
        if goal.intent not in intents:
            yield f"There is no intent {goal.intent[:40]!r}; there are {', '.join(intents)}."
        if not goal.need.strip() or not goal.need.isprintable():
            yield f"The need of {goal.intent[:40]!r} is not one sentence of plain text."
    keys = [fact.key for fact in proposal.facts]
    for at, fact in enumerate(proposal.facts):
        if not re.fullmatch(KEY, fact.key) or fact.key in keys[:at]:
            yield f"The key {fact.key[:40]!r} is taken, or is not a name such as order_number."
        if not fact.value.strip() or not (fact.value + fact.spoken).isprintable():
            yield f"The fact {fact.key[:40]!r} has no value that could be said."
    parts = (*proposal.facts, *proposal.actions, *proposal.say)
    for number in sorted({each.goal for each in parts} - {*range(1, len(proposal.goals) + 1)}):
        yield f"There is no goal with the number {number}."
    for at, action in enumerate(proposal.actions, 1):
        for key in sorted({*action.asks} - {*keys}):
            yield f"Action {at} asks for {key[:40]!r}, which is none of the facts."
        if not all(each.strip() and each.isprintable() for each in action.names):
            yield f"Action {at} names something that could not be said."
        if max(len(action.asks), len(action.names)) > MOST_NAMED:
            yield f"Action {at} asks for or names too much; there may be {MOST_NAMED} of each."
    orders = [action.goal for action in proposal.actions]
    if orders != sorted(orders):
        yield "The actions are not in the order of their goals."
    for name, most in MOST.items():
        found = len(getattr(proposal, name))
        if found > most * goals:
            yield f"There are {found} {name}; there may be {most * goals}."


def proposal_of(plan: Blueprint, known: tuple[str, ...]) -> Proposal:
    """The proposal from which a plan might have come. What its opening does is left out, and what the
    user knows anyway, by the keys ``known``; what is told only after something else becomes what is
    told when asked for, and what a wish says of itself becomes a fact."""
    places = {goal.id: at for at, goal in enumerate(plan.goals, 1)}
    before = _said_before(plan, known)
    facts = [fact for fact in plan.facts if fact.reveal != "never" and fact.key not in known]
    facts += _said_by_wishes(plan, {*known, *(fact.key for fact in facts)})
    return Proposal(
        goals=tuple(
            ProposedGoal(intent=goal.intent, need=goal.need, outcome=goal.outcome)
            for goal in plan.goals
        ),
        facts=tuple(
            ProposedFact(
                goal=places.get(fact.goal, 1),
                key=fact.key,
                value=fact.value,
                spoken=fact.saying,
                reveal="upfront" if fact.reveal == "upfront" else "when_asked",
            )
            for fact in facts
        ),
        actions=tuple(
            ProposedAction(
                goal=places[action.goal],
                party="user" if action.party == "user" else "agent",
                tool=action.tool,
                arguments=action.arguments,
                asks=before[action.id].asks,
                names=before[action.id].names,
            )
            for action in plan.actions
            if action.goal
        ),
        say=tuple(
            ProposedAnswer(goal=places[each.goal], value=each.source)
            for each in plan.must_say
            if each.goal
        ),
    )


class _Before(NamedTuple):
    """What is asked and named between the call before and this one."""

    asks: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def _said_before(plan: Blueprint, known: tuple[str, ...]) -> dict[str, _Before]:
    """By the id of the call. What a goal asks for before its first call is asked for when it begins."""
    found: dict[str, _Before] = {}
    goal, asks, names, begins = "", list[str](), list[str](), True
    for step in plan.steps:
        if step.goal != goal:
            goal, asks, names, begins = step.goal, [], [], True
        if step.action:
            told = tuple(dict.fromkeys(names))[:MOST_NAMED]
            found[step.action] = _Before(tuple(asks), told)
            asks, names, begins = [], [], False
        elif step.kind == "ask":
            asks += [key for key in step.facts if key not in known] if names or not begins else []
        else:
            names += step.slots.values()
    return found


def _said_by_wishes(plan: Blueprint, taken: set[str]) -> Iterator[Fact]:
    """Facts for the slots whose values a need tells and no fact does. A writer has no slots."""
    told = [form for fact in plan.facts for form in (fact.value, fact.spoken, *forms(fact.value))]
    for goal in plan.goals:
        for name, value in goal.slots.items():
            if name in taken or value in told or not re.fullmatch(KEY, name):
                continue
            if says(goal.need.casefold(), value.casefold()):
                taken.add(name)
                yield Fact(key=name, value=value, reveal="upfront", goal=goal.id)
