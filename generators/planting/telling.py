"""Flaws in what the user is told: secrets, missing and contradictory facts, and answers given away."""

from datetime import date
from typing import Any

from msgspec.structs import replace

from generators.argument_sources import leaves, says
from generators.blueprint import Blueprint, Fact, Goal
from generators.planting.original import Flawed, Original
from generators.replay import rehearse
from generators.spoil import another_value
from generators.spoken import forms

_SHORTEST = 3


def secret_in_need(original: Original) -> Flawed | None:
    """The wish has the user's secret in it."""
    plan, secret = original.blueprint, _secret(original.blueprint)
    if secret is None:
        return None
    goal = original.rng.choice(plan.goals)
    need = f"{goal.need} Your private word, {secret.value}, is on file."
    return Flawed(_with_goal(plan, goal, replace(goal, need=need)))


def secret_in_fact(original: Original) -> Flawed | None:
    """What may be told has the user's secret in it, written otherwise."""
    plan, secret = original.blueprint, _secret(original.blueprint)
    told = [fact for fact in plan.facts if fact.reveal in ("upfront", "when_asked")]
    if secret is None or not told:
        return None
    fact = original.rng.choice(told)
    spoken = f"{fact.saying} ({secret.value.replace('-', ' ').upper()})"
    return Flawed(_with_fact(plan, fact, replace(fact, spoken=spoken)))


def _secret(plan: Blueprint) -> Fact | None:
    return next((fact for fact in plan.facts if fact.reveal == "never"), None)


def _with_goal(plan: Blueprint, old: Goal, new: Goal) -> Blueprint:
    return replace(plan, goals=tuple(new if each is old else each for each in plan.goals))


def _with_fact(plan: Blueprint, old: Fact, new: Fact) -> Blueprint:
    return replace(plan, facts=tuple(new if each is old else each for each in plan.facts))


def forgotten_fact(original: Original) -> Flawed | None:
    """A value that calls need is known to nobody: the user does not have it and is not asked for it."""
    found = _needed(original)
    if not found:
        return None
    fact = original.rng.choice(found)
    plan = _unsaid(original.blueprint, fact)
    steps = tuple(
        replace(step, facts=tuple(key for key in step.facts if key != fact.key))
        for step in plan.steps
    )
    return Flawed(replace(plan, steps=steps))


def asked_in_vain(original: Original) -> Flawed | None:
    """The user is asked for what it does not know."""
    asked = {key for step in original.blueprint.steps for key in step.facts}
    found = [fact for fact in original.blueprint.facts if fact.key in asked]
    if not found:
        return None
    return Flawed(_unsaid(original.blueprint, original.rng.choice(found)))


def unsaid_choice(original: Original) -> Flawed | None:
    """The user no longer says which one it wants: the agent sees several, and any would do."""
    plan = original.blueprint
    needed = {fact.key for fact in _needed(original)}
    used = {str(each) for action in plan.actions for each in leaves(action.arguments)}
    asked = {key for step in plan.steps for key in step.facts}
    found = [
        fact
        for fact in plan.facts
        if fact.goal and fact.key in asked - needed and fact.value not in used
    ]
    if not found:
        return None
    fact = original.rng.choice(found)
    bare = _unsaid(plan, fact)
    steps = tuple(
        replace(step, facts=tuple(key for key in step.facts if key != fact.key))
        for step in bare.steps
    )
    return Flawed(replace(bare, steps=steps), shown=False)


def _unsaid(plan: Blueprint, fact: Fact) -> Blueprint:
    """The plan without a fact, and with needs and slots that no longer have its value."""
    goals = []
    for goal in plan.goals:
        need = goal.need
        for form in sorted({fact.value, fact.saying, *forms(fact.value)}, key=len, reverse=True):
            if says(need.casefold(), form.casefold()):
                need = need.replace(form, "the one you have in mind")
        slots = {name: each for name, each in goal.slots.items() if each not in forms(fact.value)}
        goals.append(replace(goal, need=need, slots=slots))
    facts = tuple(each for each in plan.facts if each is not fact)
    return replace(plan, goals=tuple(goals), facts=facts)


def _needed(original: Original) -> list[Fact]:
    """Facts without which no agent could make the calls: an argument has their value, which nothing
    else gives before. Days are left out, since they may be counted, and so are plain words."""
    plan = original.blueprint
    entries = rehearse(plan, original.domain, plan.actions).timeline.entries
    policy = original.domain.policy.text.casefold()
    found = []
    for fact in plan.facts:
        value = fact.value
        if fact.reveal == "never" or _is_day(value) or not _particular(value):
            continue
        others = [each for each in plan.facts if each is not fact]
        if any(
            says(f"{each.value}\n{each.spoken}".casefold(), value.casefold()) for each in others
        ):
            continue
        if says(policy, value.casefold()):
            continue
        for action, entry in zip(plan.actions, entries, strict=True):
            if any(_same(leaf, value) for leaf in leaves(action.arguments)):
                found.append(fact)
                break
            if any(_gives(leaf, value) for leaf in leaves(entry.value)):
                break
    return found


def _particular(value: str) -> bool:
    return len(value) >= _SHORTEST and any(letter.isdigit() for letter in value)


def _same(leaf: Any, value: str) -> bool:
    return str(leaf) == value


def _gives(leaf: Any, value: str) -> bool:
    return any(says(str(leaf).casefold(), form.casefold()) for form in forms(value)) or _same(
        leaf, value
    )


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value[:10])
    except ValueError:
        return False
    return True


def told_twice(original: Original) -> Flawed | None:
    """The user knows one thing in two versions."""
    plan = original.blueprint
    for fact in original.rng.sample(plan.facts, len(plan.facts)):
        other = another_value(fact.value, {}, original.base)
        if fact.reveal != "never" and other is not None:
            return Flawed(replace(plan, facts=(*plan.facts, replace(fact, value=other, spoken=""))))
    return None


def need_says_otherwise(original: Original) -> Flawed | None:
    """The wish names another day, number or id than the fact."""
    plan, rng = original.blueprint, original.rng
    known = "\n".join(form for fact in plan.facts for form in (*forms(fact.value), fact.spoken))
    known += "\n".join(value for goal in plan.goals for value in goal.slots.values())
    for fact in rng.sample(plan.facts, len(plan.facts)):
        if fact.reveal == "never" or sum(letter.isdigit() for letter in fact.value) < _SHORTEST:
            continue
        other = another_value(fact.value, {}, original.base)
        if other is None or any(says(known.casefold(), form.casefold()) for form in forms(other)):
            continue
        form = forms(fact.value)[0]
        for goal in plan.goals:
            if says(goal.need.casefold(), form.casefold()):
                need = goal.need.replace(form, forms(other)[0])
                return Flawed(_with_goal(plan, goal, replace(goal, need=need)))
    return None


def slot_says_otherwise(original: Original) -> Flawed | None:
    """The wish that the plan was made for has another value than the user's fact of that name."""
    plan = original.blueprint
    facts = [fact for fact in plan.facts if fact.goal and fact.reveal != "never"]
    for fact in original.rng.sample(facts, len(facts)):
        other = another_value(fact.value, {}, original.base)
        goal = next(each for each in plan.goals if each.id == fact.goal)
        if other is not None:
            slots = {**goal.slots, fact.key: forms(other)[0]}
            return Flawed(_with_goal(plan, goal, replace(goal, slots=slots)))
    return None


def answer_in_need(original: Original) -> Flawed | None:
    """The wish says what the user is to find out."""
    found = _answers(original)
    if not found:
        return None
    goal, form = original.rng.choice(found)
    need = f"{goal.need} You have heard that it will be {form}."
    return Flawed(_with_goal(original.blueprint, goal, replace(goal, need=need)))


def answer_in_fact(original: Original) -> Flawed | None:
    """A fact says what the user is to find out."""
    found = _answers(original)
    if not found:
        return None
    goal, form = original.rng.choice(found)
    fact = Fact(key="hint", value=form, reveal="upfront", goal=goal.id)
    plan = original.blueprint
    return Flawed(replace(plan, facts=(fact, *plan.facts)))


def _answers(original: Original) -> list[tuple[Goal, str]]:
    """What must be said and the user neither knows nor wishes, with the goal that it belongs to."""
    plan = original.blueprint
    known = [f"{fact.value}\n{fact.spoken}\n" + "\n".join(forms(fact.value)) for fact in plan.facts]
    known += ["\n".join([goal.need, *goal.slots.values()]) for goal in plan.goals]
    text = "\n".join(known).casefold()
    goals = {goal.id: goal for goal in plan.goals}
    return [
        (goals[each.goal], each.forms[0])
        for each in plan.must_say
        if each.goal in goals
        and len(each.source) >= _SHORTEST
        and each.forms[0].casefold() not in ("yes", "no", "true", "false")
        and not any(says(text, form.casefold()) for form in each.forms)
    ]
