"""Wrong ways through a plan: what careless agents would do, and players with faults.

Calls are left out, moved, repeated, and made with values that are wrong here: the next one of their
kind, one that is far off, or one that was right in another plan of the same world. Words are left out,
and what should be kept is blurted out. More is done than was asked for.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

from generators.blueprint import Action
from generators.brief import briefs_of
from generators.domain_check.solving import SEED, Case
from generators.domains.domain import Domain
from generators.domains.table import Base
from generators.domains.world import world_of
from generators.event import AGENT, USER, WORLD, Event, ToolCall, ToolResult
from generators.extra_write import extra_writes
from generators.faults import FAULTS, Fault, places
from generators.player import Player
from generators.replay import Replay, rehearse, replay
from generators.scripted.agent import ScriptedAgent
from generators.scripted.user import ScriptedUser
from generators.self_play import play
from generators.spoil import changed_arguments

_OTHER_VALUES = 40
_AGAIN = 4

Values = Mapping[tuple[int, str, str], list[dict[str, Any]]]
"""World, party and tool -> the arguments that right plans give it there."""


def values_in(cases: Iterable[Case]) -> Values:
    """The arguments that these plans give to tools."""
    found: defaultdict[tuple[int, str, str], list[dict[str, Any]]] = defaultdict(list)
    for case in cases:
        for action in case.plan.actions:
            given = found[case.plan.world_seed, action.party, action.tool]
            if action.arguments not in given:
                given.append(action.arguments)
    return found


def wrong_ways(domain: Domain, case: Case, values: Values) -> Iterator[tuple[str, Replay]]:
    """What happens on each wrong way, and its name. Those of which there are few come first."""
    plan = case.plan
    for how, actions in _out_of_order(plan.actions):
        yield how, rehearse(plan, domain, actions)
    right = told(domain, case)
    for how, events in (
        *_said_wrongly(case, right),
        *_more_than_planned(domain, case, values, right),
    ):
        yield how, replay(plan, domain, events)
    for how, actions in _with_other_values(domain, case, values):
        yield how, rehearse(plan, domain, actions)
    for how, events in _said_and_not_done(domain, case, values, right):
        yield how, replay(plan, domain, events)
    for party, kind in FAULTS:
        for at in places(party, kind, plan):
            fault = Fault(kind=kind, party=party, at=at)
            yield f"the {party} {kind.replace('_', ' ')}", played(domain, case, fault)


def _out_of_order(actions: Sequence[Action]) -> Iterator[tuple[str, list[Action]]]:
    for index, action in enumerate(actions):
        before, after = actions[:index], actions[index + 1 :]
        yield f"without {action.tool}", [*before, *after]
        yield f"{action.tool} first", [action, *before, *after]
        yield f"{action.tool} twice", [*before, action, action, *after]


def _with_other_values(
    domain: Domain, case: Case, values: Values
) -> Iterator[tuple[str, list[Action]]]:
    actions = list(case.plan.actions)
    base = world_of(case.plan, domain).db.base
    for changed in changed_arguments(actions[0], domain, base) if actions else ():
        yield f"{changed.tool} again and again", [*([changed] * _AGAIN), *actions]
    for index, action in enumerate(actions):
        for changed in _changed(action, domain, base, case, values):
            with_other = [*actions[:index], changed, *actions[index + 1 :]]
            yield f"{action.tool} with another value", with_other
            yield f"{action.tool} once more, with another value", [*actions, changed]


def _more_than_planned(
    domain: Domain, case: Case, values: Values, events: Sequence[Event]
) -> Iterator[tuple[str, list[Event]]]:
    """The right dialogue, and at its end what another plan of the same world does, for this caller, or
    any write that can be made up from what is known."""
    actions = case.plan.actions
    results = [msgspec.json.decode(event.result.content) for event in events if event.result]
    for extra in extra_writes(case.plan, domain, world_of(case.plan, domain).db.base, results):
        made = _made(AGENT, extra.tool, extra.arguments, events)
        yield f"{extra.tool} beside what was asked for", [*events, *made]
    mine = {**actions[0].arguments} if actions else {}
    for (world, party, tool), given in values.items():
        known = domain.tools_of(party).get(tool)
        if world != case.plan.world_seed or known is None or not (known.writes or party == USER):
            continue
        for arguments in given:
            here = {name: mine.get(name, value) for name, value in arguments.items()}
            yield f"{tool} beside what was asked for", [*events, *_made(party, tool, here, events)]


def _made(
    party: str, tool: str, arguments: dict[str, Any], events: Sequence[Event]
) -> tuple[Event, Event]:
    """A call after these events, and that it was answered: how is found out when it is executed."""
    call = ToolCall(id="extra", name=tool, arguments=msgspec.json.encode(arguments).decode())
    at, turn = len(events), events[-1].turn + 1
    return (
        Event(index=at, turn=turn, party=party, kind="call", visible_to=(party,), call=call),
        Event(
            index=at + 1,
            turn=turn,
            party=WORLD,
            kind="result",
            visible_to=(party,),
            result=ToolResult(call_id=call.id, content="{}", error=""),
        ),
    )


def _said_wrongly(case: Case, events: Sequence[Event]) -> Iterator[tuple[str, list[Event]]]:
    """The right dialogue but for one turn of words: it is left out, or everything is blurted out."""
    known = [fact.value for fact in case.plan.facts] + [fact.saying for fact in case.plan.facts]
    for event in events:
        if event.result is not None:
            known += _words_in(msgspec.json.decode(event.result.content))
    last = max(at for at, event in enumerate(events) if event.kind == "say")
    everything = replace(events[last], party=AGENT, text=", ".join(dict.fromkeys(known)))
    yield "the agent blurts everything out", [*events[:last], everything, *events[last:]]
    for at, event in enumerate(events):
        if event.kind == "say":
            yield f"the {event.party} keeps silent once", [*events[:at], *events[at + 1 :]]


def _words_in(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [word for each in value.values() for word in _words_in(each)]
    if isinstance(value, list):
        return [word for each in value for word in _words_in(each)]
    return [str(value)] if value is not None else []


def _said_and_not_done(
    domain: Domain, case: Case, values: Values, events: Sequence[Event]
) -> Iterator[tuple[str, list[Event]]]:
    """The right words, and one call with another value than was said."""
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
    yield from _as_elsewhere(action, case, values)
    yield from _far_off(action)


def _as_elsewhere(action: Action, case: Case, values: Values) -> Iterator[Action]:
    """The action with one argument at a time left out, or as another plan has it, be it for another
    tool. What a tool cannot do without, it says by itself."""
    given = [
        each for key, found in values.items() if key[0] == case.plan.world_seed for each in found
    ]
    for name, value in action.arguments.items():
        yield replace(action, arguments={k: v for k, v in action.arguments.items() if k != name})
        unlike = [each[name] for each in given if name in each and each[name] != value]
        for other in _some(unlike):
            yield replace(action, arguments={**action.arguments, name: other})


def _some(values: list[Any]) -> list[Any]:
    """A few of the values, from all over."""
    once = list({str(value): value for value in values}.values())
    return once[:: max(1, len(once) // _OTHER_VALUES)]


def _far_off(action: Action) -> Iterator[Action]:
    """The action with one number or day at a time that is well beyond what was right."""
    for name, value in action.arguments.items():
        for other in _beyond(value):
            yield replace(action, arguments={**action.arguments, name: other})


def _beyond(value: Any) -> Iterator[Any]:
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield value * 4
    elif isinstance(value, str):
        try:
            day = date.fromisoformat(value[:10])
        except ValueError:
            return
        for days in (-400, -60, 60, 400):
            yield (day + timedelta(days=days)).isoformat() + value[10:]


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
