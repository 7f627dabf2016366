"""Whether a blueprint tells right agents from wrong ones.

A check that a do-nothing agent passes is worth nothing, so every blueprint is put before spoiled agents,
who must fail it, and before an agent that does independent things in another order, who must not.

Everything is tried from a state that the plan's own run went through, so that no probe does again what
the plan has done. What follows a spoiled call is done without its reads: a read changes nothing, which
the check makes sure of, and where the end state is wrong nothing that could be read makes it right.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

import msgspec

from generators.blueprint import Action, Blueprint, Change, Goal, Probe
from generators.domains.domain import Domain
from generators.domains.world import Outcome, world_of
from generators.event import AGENT
from generators.extra_write import extra_writes
from generators.replay import Replay
from generators.spoil import changed_arguments

_TRIES = 40


@dataclass(frozen=True, slots=True)
class Way:
    """Where another order of the plan's actions leads. ``works``: no call fails and the end state is the
    plan's; ``told``: everything that must be said was found out."""

    works: bool
    told: bool


class Trials:
    """Other ways through one plan, from the states that its own run went through."""

    def __init__(self, blueprint: Blueprint, domain: Domain, run: Replay) -> None:
        entries = run.timeline.entries
        self.blueprint = blueprint
        self.domain = domain
        self.actions = blueprint.actions
        self.base = run.timeline.start.base
        self.values = [entry.value for entry in entries if not entry.error]
        self._all_values = [None if entry.error else entry.value for entry in entries]
        self._world = world_of(blueprint, domain)
        self._states = [*(entry.before or {} for entry in entries), run.world.db.snapshot()]
        self._end = run.world.db.state()

    @property
    def last(self) -> int:
        """The place after the last action."""
        return len(self.actions)

    def ends_right(self, place: int, actions: Sequence[Action]) -> bool:
        """Whether the writes among these actions lead from the state before the ``place``-th to the
        plan's end state."""
        self._world.db.restore(self._states[place])
        for action in actions:
            if self.writes(action):
                self._call(action)
        return self._world.db.state() == self._end

    def passes(self, place: int, actions: Sequence[Action]) -> bool:
        """Whether an agent passes that does these actions instead of those from ``place`` on, and says
        all that it has found out."""
        if not self.ends_right(place, actions):
            return False
        self._world.db.restore(self._states[place])
        found = [_value(self._call(action)) for action in actions]
        return self._told([*self._all_values[:place], *found])

    def adds(self, action: Action) -> bool | None:
        """Whether the end state is still the plan's after one call more; None where the call fails or
        changes no row, be it in its wording only."""
        self._world.db.restore(self._states[-1])
        if self._call(action).error or self._world.db.snapshot() == self._states[-1]:
            return None
        return self._world.db.state() == self._end

    def follow(self, order: Sequence[Action]) -> Way:
        """The plan's actions in another order."""
        first = _shared(self.actions, order)
        same_end = _shared(self.actions[first:][::-1], order[first:][::-1])
        after = self.last - same_end
        self._world.db.restore(self._states[first])
        outcomes = [self._call(action) for action in order[first : len(order) - same_end]]
        found = [*self._all_values[:first], *map(_value, outcomes)]
        if self._world.db.snapshot() == self._states[after]:
            found += self._all_values[after:]
            right = True
        else:
            rest = [self._call(action) for action in order[len(order) - same_end :]]
            outcomes += rest
            found += map(_value, rest)
            right = self._world.db.state() == self._end
        failed = any(outcome.error for outcome in outcomes)
        return Way(works=right and not failed, told=self._told(found))

    def writes(self, action: Action) -> bool:
        """Whether the action's tool may change the world."""
        tool = self.domain.tools_of(action.party).get(action.tool)
        return bool(tool and tool.writes)

    def _call(self, action: Action) -> Outcome:
        raw = msgspec.json.encode(action.arguments).decode()
        return self._world.call(action.party, action.tool, raw)

    def _told(self, values: Sequence[Any]) -> bool:
        found_out = msgspec.json.encode(values).decode()
        return all(statement.source in found_out for statement in self.blueprint.must_say)


def _value(outcome: Outcome) -> Any:
    return None if outcome.error else msgspec.Raw(outcome.content.encode())


def _shared(one: Sequence[Action], other: Sequence[Action]) -> int:
    """How many actions both begin with."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))


def exchanges(trials: Trials) -> dict[tuple[str, str], Way]:
    """What comes of exchanging two neighbouring goals, for those that do not say that they depend on one
    another, by their ids."""
    return {
        (first.id, second.id): trials.follow(_exchanged(trials.blueprint, first, second))
        for first, second in pairwise(trials.blueprint.goals)
        if first.id not in second.after
    }


def probes(trials: Trials, exchanged: Mapping[tuple[str, str], Way]) -> Iterator[Probe]:
    """Spoiled agents and other orders on this blueprint. Each agent reports honestly what it found out,
    and passes when the end state is right and everything that must be said was found out."""
    actions, blueprint = trials.actions, trials.blueprint
    yield _spoiled("does_nothing", trials.passes(0, ()))
    writes = [n for n, action in enumerate(actions) if trials.writes(action) and _by_agent(action)]
    if writes:
        last = writes[-1]
        yield _spoiled("drops_last_write", trials.passes(last, actions[last + 1 :]))
        reads = [action for n, action in enumerate(actions) if n not in writes]
        yield _spoiled("drops_every_write", trials.passes(0, reads))
        passed = [
            trials.passes(n, [changed, *actions[n + 1 :]])
            for n in writes
            for changed in changed_arguments(actions[n], trials.domain, trials.base)
        ]
        if passed:
            yield _spoiled("changes_one_argument", *passed)
    if blueprint.changes:
        yield _spoiled("ignores_a_change", *(_kept_to(trials, each) for each in blueprint.changes))
    if (right := _extra(trials)) is not None:
        yield _spoiled("adds_a_write", right)
    orders = [way for pair, way in exchanged.items() if _independent(trials.blueprint, *pair)]
    if turned := _turned(trials):
        orders.append(trials.follow(turned))
    if orders:
        wrong = sum(not (way.works and way.told) for way in orders)
        yield Probe(
            name="another_order",
            should_pass=True,
            passes=not wrong,
            tried=len(orders),
            wrong=wrong,
        )


def score(found: Sequence[Probe]) -> float:
    """The share of agents that came out as they should."""
    tried = sum(probe.tried for probe in found)
    return round(1 - sum(probe.wrong for probe in found) / tried, 4) if tried else 0.0


def _spoiled(name: str, *passed: bool) -> Probe:
    wrong = sum(passed)
    return Probe(name=name, should_pass=False, passes=wrong > 0, tried=len(passed), wrong=wrong)


def _by_agent(action: Action) -> bool:
    return action.party == AGENT


def _kept_to(trials: Trials, change: Change) -> bool:
    """Whether an agent passes that goes on as if the user had not changed its mind."""
    steps = trials.blueprint.steps
    at = next(
        n for n, step in enumerate(steps) if step.kind == "change" and step.goal == change.goal
    )
    place = sum(bool(step.action) for step in steps[:at])
    rest = [action for action in trials.actions[place:] if action.goal != change.goal]
    return trials.passes(place, [*change.actions, *rest])


def _extra(trials: Trials) -> bool | None:
    """Whether the end state is right all the same after a valid write of the agent that nobody asked
    for; None where none is found."""
    tried = extra_writes(trials.blueprint, trials.domain, trials.base, trials.values)
    outcomes = (trials.adds(action) for action in islice(tried, _TRIES))
    return next((right for right in outcomes if right is not None), None)


def _independent(blueprint: Blueprint, first: str, second: str) -> bool:
    return next(first not in goal.after for goal in blueprint.goals if goal.id == second)


def _turned(trials: Trials) -> list[Action]:
    """The actions with the calls of every batch turned round; empty where no batch has a write, since
    reads come to the same in any order."""
    batches: dict[int, list[str]] = {}
    for step in trials.blueprint.steps:
        if step.batch:
            batches.setdefault(step.batch, []).append(step.action)
    by_id = {action.id: action for action in trials.actions}
    whole = [ids for ids in batches.values() if by_id.keys() >= set(ids)]
    writing = [ids for ids in whole if any(trials.writes(by_id[each]) for each in ids)]
    turned = dict(pair for ids in writing for pair in zip(ids, reversed(ids), strict=True))
    return [by_id[turned.get(action.id, action.id)] for action in trials.actions] if turned else []


def _exchanged(blueprint: Blueprint, first: Goal, second: Goal) -> list[Action]:
    order = [goal.id for goal in blueprint.goals]
    one, two = order.index(first.id), order.index(second.id)
    order[one], order[two] = order[two], order[one]
    opening = [action for action in blueprint.actions if action.goal == ""]
    return opening + [each for goal in order for each in blueprint.actions if each.goal == goal]
