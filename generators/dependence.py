"""Whether a goal needs an earlier one, as execution shows it and whatever the plan says.

Two wishes that merely stand in one plan are two short ones. A second goal needs the first when it is not
reached without it: a call of it fails then, an argument of it comes from nowhere, or something that it
has to tell is not found out; or when, of neighbours, the second done first comes to another end.
"""

import re
from collections.abc import Iterable, Iterator

import msgspec
from msgspec.structs import replace

from generators.argument_sources import missing_arguments
from generators.blueprint import Blueprint, Goal, RowChange
from generators.calm import calm
from generators.domains.domain import Domain
from generators.replay import Replay, rehearse


def dependent(plan: Blueprint, domain: Domain) -> bool:
    """Whether any goal needs an earlier one that the plan says it needs. ``domain`` is the plan's own,
    perturbed if the plan is."""
    return any(shown for *_, shown in dependencies(plan, domain))


def dependencies(plan: Blueprint, domain: Domain) -> Iterator[tuple[Goal, Goal, bool]]:
    """Every two goals of which the plan says that the second needs the first, and whether it does."""
    if not any(goal.after for goal in plan.goals):
        return
    plan, domain, run = calm(plan, domain, rehearse(plan, domain, plan.actions))
    goals = {goal.id: goal for goal in plan.goals}
    for second in plan.goals:
        for name in second.after:
            first = goals[name]
            shown = not _reached_without(plan, domain, first, second) or (
                _neighbours(plan, first, second)
                and _ends_otherwise(plan, domain, run, first, second)
            )
            yield first, second, shown


def _reached_without(plan: Blueprint, domain: Domain, first: Goal, second: Goal) -> bool:
    left = replace(plan, actions=tuple(each for each in plan.actions if each.goal != first.id))
    run = rehearse(left, domain, left.actions)
    pairs = zip(left.actions, run.timeline.entries, strict=True)
    if any(entry.error != action.error for action, entry in pairs if action.goal == second.id):
        return False
    if any(action.goal == second.id for action, _ in missing_arguments(left, domain, run)):
        return False
    values = [entry.value for entry in run.timeline.entries if not entry.error]
    found_out = msgspec.json.encode(values).decode()
    new = _new_keys(plan.end_diff)
    return all(
        each.source in found_out or each.source in new
        for each in plan.must_say
        if each.goal == second.id
    )


def _neighbours(plan: Blueprint, first: Goal, second: Goal) -> bool:
    order = [goal.id for goal in plan.goals]
    return order.index(second.id) - order.index(first.id) == 1


def _ends_otherwise(
    plan: Blueprint, domain: Domain, run: Replay, first: Goal, second: Goal
) -> bool:
    """Whether the second goal done before the first leads elsewhere although every call works. Where
    one fails, it is the first goal that cannot come later."""
    order = [goal.id for goal in plan.goals]
    place = order.index(first.id)
    order[place : place + 2] = [second.id, first.id]
    opening = [each for each in plan.actions if each.goal not in order]
    turned = opening + [each for goal in order for each in plan.actions if each.goal == goal]
    other = rehearse(plan, domain, turned)
    answers = zip(turned, other.timeline.entries, strict=True)
    failed = any(entry.error != action.error for action, entry in answers)
    return not failed and _changed(other) != _changed(run)


def _changed(run: Replay) -> list[str]:
    """The rows that a run has changed. What keys new rows have does not matter: some count how many
    there were before."""
    changes = run.world.diff()
    texts = (msgspec.json.encode(each, order="sorted").decode() for each in changes)
    new = sorted(_new_keys(changes), key=len, reverse=True)
    return sorted(
        re.sub("|".join(map(re.escape, new)), "", each) if new else each for each in texts
    )


def _new_keys(changes: Iterable[RowChange]) -> set[str]:
    return {change.key for change in changes if change.kind == "added"}
