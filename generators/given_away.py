"""What a plan tells its user: nothing that only tools give, no secret, and nothing in two ways."""

import re
from collections.abc import Iterator

from generators.argument_sources import says
from generators.blueprint import Blueprint, Fact, Goal
from generators.spoken import forms
from personas.record import canonical_json

_SHORTEST = 3
_PLAIN = ("yes", "no", "true", "false")


def told_secrets(blueprint: Blueprint) -> Iterator[str]:
    """A sentence for every secret of the user's that the plan itself lets out."""
    text = canonical_json(blueprint).decode().casefold()
    secrets = [
        fact
        for fact in blueprint.facts
        if fact.reveal == "never" and all(text.count(part) > 1 for part in _parts(fact.value))
    ]
    if not secrets:
        return
    places = [(f"the need of {goal.intent}", goal.need) for goal in blueprint.goals]
    for fact in blueprint.facts:
        if fact.reveal != "never":
            places.append((f"the fact {fact.key}", f"{fact.value}\n{fact.spoken}\n{fact.slip}"))
    for goal in blueprint.goals:
        places.append((f"a slot of {goal.intent}", "\n".join(goal.slots.values())))
    for change in blueprint.changes:
        places.append(("a change of mind", "\n".join((change.need, *change.slots.values()))))
    for step in blueprint.steps:
        places.append((f"the step {step.kind} {step.key}", "\n".join(step.slots.values())))
    for action in blueprint.actions:
        places.append((f"a call of {action.tool}", str(action.arguments)))
    for statement in blueprint.must_say:
        places.append((f"what must be said, {statement.key},", "\n".join(statement.forms)))
    for fact in secrets:
        pattern = _loosely(fact.value)
        for place, text in places:
            if pattern.search(text):
                yield f"{place} has the secret {fact.key}"


def _parts(secret: str) -> list[str]:
    return re.findall(r"[^\W_]+", secret.casefold())


def _loosely(secret: str) -> re.Pattern[str]:
    """Finds a secret whatever the case, and whatever stands between its letters and numbers."""
    parts = _parts(secret)
    words = r"[\W_]*".join(map(re.escape, parts))
    return re.compile(rf"(?<![^\W_]){words}(?![^\W_])" if parts else r"(?!)", re.I)


def given_answers(blueprint: Blueprint) -> Iterator[str]:
    """A sentence for every answer that the user is told beforehand.

    A row that the plan creates has a key that nobody can know. Of other answers, those that repeat a
    wish of the user's are no discovery: the value of a slot, or of a fact that the agent asks for.
    """
    needs = {goal.id: _need(goal, blueprint).casefold() for goal in blueprint.goals}
    everything = "\n".join(needs.values())
    facts = [fact for fact in blueprint.facts if fact.reveal != "never"]
    for change in blueprint.end_diff:
        if change.kind == "added" and _telling(change.key):
            key = change.key.casefold()
            if says(everything, key) or any(says(_words(fact), key) for fact in facts):
                yield f"the user is told {change.key}, which only comes about in the dialogue"
    asked = {key for step in blueprint.steps for key in step.facts}
    asked |= {key for change in blueprint.changes for key in change.instead.values()}
    mine = [fact for fact in facts if fact.key in asked]
    wished = {goal.id: _wishes(goal, mine, blueprint) for goal in blueprint.goals}
    names = {fact.saying.casefold() for fact in mine}
    for statement in blueprint.must_say:
        told = [form.casefold() for form in statement.forms]
        wish = wished.get(statement.goal, "")
        if not _telling(statement.source) or any(says(wish, f) or f in names for f in told):
            continue
        for form in told:
            if says(needs.get(statement.goal, ""), form):
                yield f"the need tells {statement.key}, which the user is to find out"
                break
            idle = (f for f in facts if f.key not in asked and f.goal in ("", statement.goal))
            if any(says(_words(fact), form) for fact in idle):
                yield f"a fact tells {statement.key}, which the user is to find out"
                break


def _need(goal: Goal, blueprint: Blueprint) -> str:
    """The wish, also as it is once the user has changed its mind."""
    change = blueprint.change_of(goal.id)
    return f"{goal.need}\n{change.need}" if change else goal.need


def _wishes(goal: Goal, facts: list[Fact], blueprint: Blueprint) -> str:
    values = [form for fact in facts for form in (fact.value, *forms(fact.value))]
    change = blueprint.change_of(goal.id)
    slots = [*goal.slots.values(), *(change.slots.values() if change else ())]
    return "\n".join([*slots, *values]).casefold()


def _words(fact: Fact) -> str:
    return f"{fact.value}\n{fact.spoken}".casefold()


def _telling(source: str) -> bool:
    return len(source) >= _SHORTEST and source.casefold() not in _PLAIN


def contradictions(blueprint: Blueprint) -> Iterator[str]:
    """A sentence for everything that the user is told in two ways. What a need says of days, numbers and
    ids is a fact of the user's, a slot of the wish, or on file about the caller."""
    facts: dict[str, Fact] = {}
    for fact in blueprint.facts:
        other = facts.setdefault(fact.key, fact)
        if other.value != fact.value:
            yield f"{fact.key} is {other.value!r} and {fact.value!r}"
    goals = {goal.id: goal for goal in blueprint.goals}
    for fact in facts.values():
        goal = goals.get(fact.goal)
        slot = goal.slots.get(fact.key) if goal else None
        if slot is not None and not _same(slot, fact):
            yield f"{fact.key} is {fact.value!r}, and the wish {slot!r}"
    known = _known(blueprint)
    for goal in blueprint.goals:
        for value in _VALUE.findall(_need(goal, blueprint)):
            if not says(known, value.casefold()) and not _YEAR.fullmatch(value):
                yield f"the need of {goal.intent} says {value}, and no fact does"


_VALUE = re.compile(
    r"""(?<![\w.,:/-])(?:
      \d{1,2}\ [A-Z][a-z]+\ \d{4}
    | \d{4}-\d\d-\d\d
    | [A-Za-z]*-?\d[\d,]*\.\d+
    | (?=[A-Za-z-]*\d\w*\d\w*\d)[A-Za-z]*-?\w+(?:-\w+)*
    )(?!\w)""",
    re.X,
)
"""Days with their year, numbers with a fraction, and numbers and ids with three figures or more."""
_YEAR = re.compile(r"(?:19|20)\d\d")


def _known(blueprint: Blueprint) -> str:
    known = [value for goal in blueprint.goals for value in goal.slots.values()]
    known += [value for change in blueprint.changes for value in change.slots.values()]
    for fact in blueprint.facts:
        known += [fact.value, fact.spoken, *forms(fact.value)]
    for patch in blueprint.setup:
        known += [str(value) for value in patch.fields.values()]
    return "\n".join(known).casefold()


_TRUTHS = {word: forms(truth) for truth in (True, False) for word in forms(truth)}


def _same(slot: str, fact: Fact) -> bool:
    said = {form.casefold() for form in (fact.value, fact.spoken, *forms(fact.value))}
    if slot.casefold() in said or said.intersection(_TRUTHS.get(slot.casefold(), ())):
        return True
    try:
        return float(slot) == float(fact.value)
    except ValueError:
        return False


def broken_reveals(blueprint: Blueprint) -> Iterator[str]:
    """A sentence for every reveal rule that cannot be kept."""
    order = {goal.id: place for place, goal in enumerate(blueprint.goals)}
    for fact in blueprint.facts:
        if fact.goal and fact.goal not in order:
            yield f"{fact.key} belongs to {fact.goal!r}, which is no goal"
        if fact.reveal != "after":
            continue
        if fact.after not in order:
            yield f"{fact.key} is told after {fact.after!r}, which is no goal"
        elif fact.goal and order.get(fact.goal, 0) <= order[fact.after]:
            yield f"{fact.key} is needed for {fact.goal}, and told only after {fact.after}"
