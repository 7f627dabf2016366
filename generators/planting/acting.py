"""Flaws in what is done: wrong end states, impossible slots, broken clauses, unreachable goals."""

from datetime import date

from msgspec.structs import replace

from generators.blueprint import Blueprint, RowPatch
from generators.domains.world import World
from generators.extra_write import extra_writes
from generators.planting.original import Flawed, Original, reworded, without_actions
from generators.replay import rehearse


def stale_end(original: Original) -> Flawed | None:
    """The end state on record is that of the plan before its last write."""
    plan, writes = original.blueprint, original.writes()
    if not writes:
        return None
    run = rehearse(plan, original.domain, [each for each in plan.actions if each != writes[-1]])
    other = replace(plan, end_hash=run.end_hash, end_diff=run.world.diff())
    return Flawed(other, settle=False)


def write_too_many(original: Original) -> Flawed | None:
    """One more write, for which there is no goal."""
    plan = original.blueprint
    run = rehearse(plan, original.domain, plan.actions)
    values = [entry.value for entry in run.timeline.entries]
    done = run.world.state_hash()
    for extra in extra_writes(plan, original.domain, original.base, values):
        after = rehearse(plan, original.domain, [*plan.actions, extra])
        if not after.timeline.entries[-1].error and after.end_hash != done:
            action = replace(extra, id=f"a{len(plan.actions)}", goal="")
            step = replace(plan.steps[-1], kind="call", action=action.id, goal="", key="", slots={})
            return Flawed(replace(plan, actions=(*plan.actions, action), steps=(*plan.steps, step)))
    return None


def write_left_out(original: Original) -> Flawed | None:
    """A goal that is to change something, without any of its calls that do."""
    plan = original.blueprint
    goals = [goal for goal in plan.goals if goal.outcome not in ("refused", "informed")]
    if not goals:
        return None
    goal = original.rng.choice(goals)
    dropped = [each.id for each in plan.actions if each.goal == goal.id and each.writes]
    return Flawed(without_actions(plan, dropped))


def no_such_row(original: Original) -> Flawed | None:
    """An id that the user gives and the agent uses, of which there is no row."""
    plan, base = original.blueprint, original.base
    used = _values(plan)
    keys = {key for table in base.tables.values() for key in table.rows}
    found = [fact for fact in plan.facts if fact.value in used and fact.value in keys]
    found = [fact for fact in found if any(letter.isdigit() for letter in fact.value)]
    if not found:
        return None
    value = original.rng.choice(found).value
    last = max(at for at, letter in enumerate(value) if letter.isdigit())
    for shift in range(1, 10):
        other = value[:last] + str((int(value[last]) + shift) % 10) + value[last + 1 :]
        if other not in keys:
            return Flawed(_wished(plan, value, other))
    return None


def no_such_day(original: Original) -> Flawed | None:
    """A day that the user wishes and no calendar has."""
    plan, used = original.blueprint, _values(original.blueprint)
    for fact in plan.facts:
        try:
            day = date.fromisoformat(fact.value)
        except ValueError:
            continue
        if fact.value in used:
            return Flawed(_wished(plan, fact.value, f"{day.year}-02-30"))
    return None


def _wished(plan: Blueprint, old: str, new: str) -> Blueprint:
    """The plan with another value wherever it is wished and used; what is on file stays as it is."""
    return replace(reworded(plan, old, new), setup=plan.setup)


def _values(plan: Blueprint) -> set[str]:
    return {str(value) for action in plan.actions for value in action.arguments.values()}


def opening_left_out(original: Original) -> Flawed | None:
    """Everything is done without finding out first who is calling."""
    plan = original.blueprint
    dropped = [each.id for each in plan.actions if each.goal == ""]
    return Flawed(without_actions(plan, dropped)) if dropped else None


def write_first(original: Original) -> Flawed | None:
    """The first write comes before everything else."""
    plan, writes = original.blueprint, original.writes()
    if not writes:
        return None
    step = next(each for each in plan.steps if each.action == writes[0].id)
    return Flawed(
        replace(
            plan,
            actions=(writes[0], *(each for each in plan.actions if each != writes[0])),
            steps=(step, *(each for each in plan.steps if each != step)),
        )
    )


def done_already(original: Original) -> Flawed | None:
    """All that the plan changes in rows that there are is so from the start."""
    plan = original.blueprint
    changed = [change for change in plan.end_diff if change.kind == "changed"]
    if not changed or any(change.kind != "changed" for change in plan.end_diff):
        return None
    before = {(patch.table, patch.key): dict(patch.fields) for patch in plan.setup}
    for change in changed:
        before.setdefault((change.table, change.key), {}).update(change.after)
    setup = tuple(
        RowPatch(table=table, key=key, fields=fields) for (table, key), fields in before.items()
    )
    start = World(original.domain, plan.world_seed, plan.clock, setup).state_hash()
    return Flawed(replace(plan, setup=setup)) if start == plan.end_hash else None


def waits_in_vain(original: Original) -> Flawed | None:
    """A goal that needs one that never comes before it."""
    plan = original.blueprint
    place = original.rng.randrange(len(plan.goals))
    goal = plan.goals[place]
    later = [each.id for each in plan.goals[place:]]
    other = original.rng.choice([*later, f"g{len(plan.goals)}"])
    goals = list(plan.goals)
    goals[place] = replace(goal, after=(*goal.after, other))
    return Flawed(replace(plan, goals=tuple(goals)))


def no_such_tool(original: Original) -> Flawed | None:
    """A goal that is reached with a tool that the agent does not have."""
    plan, writes = original.blueprint, original.writes()
    if not writes:
        return None
    chosen = original.rng.choice(writes)
    other = original.rng.choice([f"{chosen.tool}_now", *sorted(original.domain.user_tools)])
    actions = tuple(replace(e, tool=other) if e == chosen else e for e in plan.actions)
    return Flawed(replace(plan, actions=actions))
