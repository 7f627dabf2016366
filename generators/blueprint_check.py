"""What a blueprint must show before anyone speaks: it executes, keeps the policy, and discriminates.

A check that a do-nothing agent passes is worth nothing, so every blueprint is also put before spoiled
agents (``probes``): those must fail it, and an order that does not matter must not.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import msgspec
from msgspec.structs import replace

from generators.blueprint import Action, Blueprint, Goal, Probe
from generators.domains.domain import Domain, breaches
from generators.event import AGENT
from generators.hiding import uncertainty_of
from generators.replay import Replay, rehearse
from generators.spoil import changed_arguments
from personas.record import Record

DIFFICULTIES = ("easy", "medium", "hard")
FACTORS = (
    "goals",
    "dependencies",
    "writes",
    "calls",
    "withheld",
    "user_acts",
    "refusals",
    "uncertainty",
)
_NO_CHANGE_IS_RIGHT = ("refused", "informed")


class Defect(Record):
    """Why a blueprint is refused. ``code`` is stable and counted."""

    code: str
    message: str


def settled(blueprint: Blueprint, domain: Domain) -> Blueprint:
    """The draft with what execution in a fresh world shows: hashes, diff, goals that depend on one
    another, difficulty and probes."""
    run = rehearse(blueprint, domain, blueprint.actions)
    done = replace(
        blueprint,
        start_hash=run.start_hash,
        end_hash=run.end_hash,
        end_diff=run.world.diff(),
    )
    done = replace(done, goals=_with_found_dependencies(done, domain))
    factors = _factors(done)
    return replace(
        done, factors=factors, difficulty=_difficulty(factors), probes=tuple(probes(done, domain))
    )


def defects(blueprint: Blueprint, domain: Domain) -> list[Defect]:
    """Everything that is wrong with a settled blueprint; empty when it may be played."""
    return list(_defects(blueprint, domain, rehearse(blueprint, domain, blueprint.actions)))


def _defects(blueprint: Blueprint, domain: Domain, run: Replay) -> Iterator[Defect]:
    entries = run.timeline.entries
    for action, entry in zip(blueprint.actions, entries, strict=True):
        if entry.error:
            yield Defect(code="action_failed", message=f"{action.tool} answers {entry.error}")
    for action, entry, after in zip(
        blueprint.actions, entries, _states_after(blueprint, run), strict=True
    ):
        if action.writes and run.timeline.database_before(entry).state_hash() == after:
            yield Defect(code="silent_write", message=f"{action.tool} changes nothing")
    if run.end_hash != blueprint.end_hash or run.start_hash != blueprint.start_hash:
        yield Defect(code="not_reproducible", message="a second execution ends in another state")
    for name, breach in breaches(domain, run.timeline):
        yield Defect(code="policy_broken", message=f"{name}: {breach.message}")
    wants_change = any(goal.outcome not in _NO_CHANGE_IS_RIGHT for goal in blueprint.goals)
    if wants_change and blueprint.end_hash == blueprint.start_hash:
        yield Defect(code="no_effect", message="the right actions leave the world as it was")
    found_out = _found_out(run)
    for statement in blueprint.must_say:
        if statement.source not in found_out:
            yield Defect(code="ungrounded", message=f"no result gives {statement.key}")
    for goal in blueprint.goals:
        if not any(statement.goal == goal.id for statement in blueprint.must_say):
            yield Defect(code="nothing_to_say", message=f"{goal.intent} requires no answer")
    secret = {form for each in blueprint.must_not_say for form in each.forms}
    for statement in blueprint.must_say:
        if secret.issuperset(statement.forms):
            yield Defect(code="contradiction", message=f"{statement.key} must and must not be said")
    for probe in blueprint.probes:
        if probe.passes != probe.should_pass:
            word = "fails" if probe.should_pass else "passes"
            yield Defect(code="undiscriminating", message=f"the agent {probe.name!r} {word}")


def _states_after(blueprint: Blueprint, run: Replay) -> list[str]:
    hashes = []
    for entry in run.timeline.entries[1:]:
        hashes.append(run.timeline.database_before(entry).state_hash())
    return [*hashes, run.end_hash] if blueprint.actions else []


def probes(blueprint: Blueprint, domain: Domain) -> Iterator[Probe]:
    """Spoiled agents on this blueprint. Each reports honestly what it found out, and passes when the
    end state is right and everything that must be said was found out."""

    def passes(actions: Sequence[Action]) -> bool:
        run = rehearse(blueprint, domain, actions)
        found_out = _found_out(run)
        said = all(statement.source in found_out for statement in blueprint.must_say)
        return said and run.end_hash == blueprint.end_hash

    actions = blueprint.actions
    yield Probe(name="does_nothing", should_pass=False, passes=passes(()))
    writes = [index for index, action in enumerate(actions) if action.writes and _by_agent(action)]
    if writes:
        last = writes[-1]
        dropped = [action for index, action in enumerate(actions) if index != last]
        yield Probe(name="drops_last_write", should_pass=False, passes=passes(dropped))
        reads = [action for index, action in enumerate(actions) if index not in writes]
        yield Probe(name="drops_every_write", should_pass=False, passes=passes(reads))
        base = rehearse(blueprint, domain, ()).timeline.start.base
        wrong = any(
            passes([*actions[:index], changed, *actions[index + 1 :]])
            for index in writes
            for changed in changed_arguments(actions[index], domain, base)
        )
        yield Probe(name="changes_one_argument", should_pass=False, passes=wrong)
    orders = list(_other_orders(blueprint))
    if orders:
        right = all(passes(order) for order in orders)
        yield Probe(name="another_order", should_pass=True, passes=right)


def _by_agent(action: Action) -> bool:
    return action.party == AGENT


def _found_out(run: Replay) -> str:
    values = [entry.value for entry in run.timeline.entries if not entry.error]
    return msgspec.json.encode(values).decode()


def _other_orders(blueprint: Blueprint) -> Iterator[list[Action]]:
    """The same actions with two neighbouring goals exchanged that do not need one another, and with
    the calls of a batch turned round."""
    for first, second in pairwise(blueprint.goals):
        if first.id not in second.after:
            yield _exchanged(blueprint, first, second)
    batches: dict[int, list[str]] = {}
    for step in blueprint.steps:
        if step.batch:
            batches.setdefault(step.batch, []).append(step.action)
    by_id = {action.id: action for action in blueprint.actions}
    turned = dict(pair for ids in batches.values() for pair in zip(ids, reversed(ids), strict=True))
    if turned:
        yield [by_id[turned.get(action.id, action.id)] for action in blueprint.actions]


def _exchanged(blueprint: Blueprint, first: Goal, second: Goal) -> list[Action]:
    order = [goal.id for goal in blueprint.goals]
    one, two = order.index(first.id), order.index(second.id)
    order[one], order[two] = order[two], order[one]
    opening = [action for action in blueprint.actions if action.goal == ""]
    return opening + [each for goal in order for each in blueprint.actions if each.goal == goal]


def _with_found_dependencies(blueprint: Blueprint, domain: Domain) -> tuple[Goal, ...]:
    """Neighbouring goals of which the second only works after the first are marked as dependent: a
    plan may call two goals independent only when execution shows it."""
    goals = list(blueprint.goals)
    for index, (first, second) in enumerate(pairwise(blueprint.goals)):
        if first.id in second.after:
            continue
        run = rehearse(blueprint, domain, _exchanged(blueprint, first, second))
        failed = any(entry.error for entry in run.timeline.entries)
        if failed or run.end_hash != blueprint.end_hash:
            goals[index + 1] = replace(second, after=(*second.after, first.id))
    return tuple(goals)


def _factors(blueprint: Blueprint) -> dict[str, int]:
    """What makes a plan hard, by the names in ``FACTORS``."""
    return {
        "goals": len(blueprint.goals),
        "dependencies": sum(len(goal.after) for goal in blueprint.goals),
        "writes": sum(action.writes for action in blueprint.actions),
        "calls": len(blueprint.actions),
        "withheld": sum(fact.reveal in ("when_asked", "implied") for fact in blueprint.facts),
        "user_acts": sum(step.kind == "act" for step in blueprint.steps),
        "refusals": sum(goal.outcome in ("refused", "partial") for goal in blueprint.goals),
        "uncertainty": uncertainty_of(blueprint),
    }


def _difficulty(factors: dict[str, int]) -> Any:
    """A plain sum: each goal past the first, dependency, write, user act and refusal makes it harder;
    facts and calls count by halves and quarters."""
    score = (
        2 * (factors["goals"] - 1)
        + factors["dependencies"]
        + factors["writes"]
        + factors["user_acts"]
        + factors["refusals"]
        + factors["withheld"] / 2
        + factors["calls"] / 4
    )
    return "easy" if score < 4.5 else "medium" if score < 9 else "hard"
