"""Wrong ways through a plan: what careless agents would do, and players with faults.

Calls are left out, moved, repeated, and made with values that are wrong here: the next one of their
kind, or one that was right in another plan of the same world.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import msgspec
from msgspec.structs import replace

from generators.blueprint import Action
from generators.brief import briefs_of
from generators.domain_check.solving import SEED, Case
from generators.domains.domain import Domain
from generators.domains.table import Base
from generators.domains.world import world_of
from generators.event import AGENT, USER, Event
from generators.faults import FAULTS, Fault, places
from generators.player import Player
from generators.replay import Replay, rehearse, replay
from generators.scripted.agent import ScriptedAgent
from generators.scripted.user import ScriptedUser
from generators.self_play import play
from generators.spoil import changed_arguments

_OTHER_VALUES = 6

Values = Mapping[tuple[int, str], list[dict[str, Any]]]
"""World and tool -> the arguments that right plans give it there."""


def values_in(cases: Iterable[Case]) -> Values:
    """The arguments that these plans give to tools."""
    found: defaultdict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    for case in cases:
        for action in case.plan.actions:
            given = found[case.plan.world_seed, action.tool]
            if action.arguments not in given:
                given.append(action.arguments)
    return found


def wrong_ways(domain: Domain, case: Case, values: Values) -> Iterator[tuple[str, Replay]]:
    """What happens on each wrong way, and its name. Bare plans come first: they take less time."""
    plan = case.plan
    for how, actions in _wrong_plans(domain, case, values):
        yield how, rehearse(plan, domain, actions)
    for how, events in _said_and_not_done(domain, case, values):
        yield how, replay(plan, domain, events)
    for party, kind in FAULTS:
        for at in places(party, kind, plan):
            fault = Fault(kind=kind, party=party, at=at)
            yield f"the {party} {kind.replace('_', ' ')}", played(domain, case, fault)


def _wrong_plans(domain: Domain, case: Case, values: Values) -> Iterator[tuple[str, list[Action]]]:
    actions = list(case.plan.actions)
    base = world_of(case.plan, domain).db.base
    for index, action in enumerate(actions):
        before, after = actions[:index], actions[index + 1 :]
        yield f"without {action.tool}", [*before, *after]
        yield f"{action.tool} first", [action, *before, *after]
        yield f"{action.tool} twice", [*before, action, action, *after]
        for changed in _changed(action, domain, base, case, values):
            yield f"{action.tool} with another value", [*before, changed, *after]
            yield f"{action.tool} once more, with another value", [*actions, changed]


def _said_and_not_done(
    domain: Domain, case: Case, values: Values
) -> Iterator[tuple[str, list[Event]]]:
    """The right words, and one call with another value than was said."""
    events = told(domain, case)
    base = world_of(case.plan, domain).db.base
    left = list(case.plan.actions)
    for index, event in enumerate(events):
        if event.call is None or event.party != AGENT:
            continue
        given = msgspec.json.decode(event.call.arguments)
        action = next((a for a in left if (a.tool, a.arguments) == (event.call.name, given)), None)
        if action is None:
            continue
        left.remove(action)
        for changed in _changed(action, domain, base, case, values):
            arguments = msgspec.json.encode(changed.arguments).decode()
            wrong = replace(event, call=replace(event.call, arguments=arguments))
            how = f"{action.tool} with another value than was said"
            yield how, [*events[:index], wrong, *events[index + 1 :]]


def _changed(
    action: Action, domain: Domain, base: Base, case: Case, values: Values
) -> Iterator[Action]:
    """The action with one value that is wrong here."""
    yield from changed_arguments(action, domain, base)
    yield from _as_elsewhere(action, values.get((case.plan.world_seed, action.tool), []))


def _as_elsewhere(action: Action, others: list[dict[str, Any]]) -> Iterator[Action]:
    """The action with one argument at a time left out, or as another plan has it. What a tool cannot do
    without, it says by itself."""
    for name, value in action.arguments.items():
        yield replace(action, arguments={k: v for k, v in action.arguments.items() if k != name})
        unlike = (each[name] for each in others if name in each and each[name] != value)
        for other in islice(unlike, _OTHER_VALUES):
            yield replace(action, arguments={**action.arguments, name: other})


def played(domain: Domain, case: Case, *faults: Fault) -> Replay:
    """The plan played by scripts, with these faults, and executed again."""
    return replay(case.plan, domain, told(domain, case, *faults))


def told(domain: Domain, case: Case, *faults: Fault) -> tuple[Event, ...]:
    """What happens when scripts play the plan, with these faults."""
    plan, persona = case.plan, case.persona
    players: dict[str, Player] = {
        USER: ScriptedUser(plan, domain, persona, seed=SEED, attempt=0, faults=faults),
        AGENT: ScriptedAgent(plan, domain, seed=SEED, attempt=0, faults=faults),
    }
    briefs = briefs_of(plan, domain, persona)
    return asyncio.run(
        play(plan, domain, players, attempt=0, seed=SEED, briefs=briefs, faults=faults)
    ).events
