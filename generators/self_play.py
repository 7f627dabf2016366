"""Lets players talk until the dialogue ends, and writes down what happened.

One coroutine per dialogue, no threads, no network of its own: players await whatever they need. It
gives each player a view of what its party has seen and nothing else, runs calls in the world, hands
the floor on (``dialogue``), and ends every dialogue with exactly one reason. It judges nothing.
"""

import asyncio
from collections.abc import Mapping, Sequence

from generators.blueprint import Blueprint
from generators.dialogue import Dialogue, Ended, Limits, failure_of
from generators.domains.domain import Domain
from generators.domains.world import world_of
from generators.faults import Fault, faults_note
from generators.player import Player
from generators.trajectory import Member, Session, StopReason, Trajectory, named

__all__ = ["Limits", "limits_of", "play"]


def limits_of(blueprint: Blueprint) -> Limits:
    """The limits that a blueprint sets, without a deadline."""
    return Limits(turns=blueprint.turn_limit, calls=blueprint.call_limit)


async def play(
    blueprint: Blueprint,
    domain: Domain,
    players: Mapping[str, Player],
    *,
    attempt: int,
    seed: int,
    briefs: Mapping[str, str],
    limits: Limits | None = None,
    faults: Sequence[Fault] = (),
    members: Sequence[Member] = (),
) -> Trajectory:
    """One attempt at a blueprint, from the first word to the end.

    ``players`` speak for their parties, in this order; ``briefs`` are their private texts. ``faults``
    are those planned for the players: they are recorded, hidden from every party and from verifiers,
    with whether they were fired. ``members`` describe the players where a name is not enough.

    Never raises for a dialogue's own fault: whoever breaks is named in ``failure``. Raises
    ``EngineDown`` when a player's engine is gone for everybody. Cancelling the task cancels the
    dialogue.
    """
    limits = limits or limits_of(blueprint)
    try:
        world = world_of(blueprint, domain, limits.tool_seconds)
    except Exception as bug:  # A stale blueprint costs this dialogue, not the build.
        dialogue, end = None, Ended(StopReason.ERROR, failure_of("world", bug))
    else:
        dialogue = Dialogue(blueprint, world, players, briefs, limits)
        end = await _run(dialogue, limits)
    events = tuple(dialogue.events) if dialogue else ()
    described = {member.party: member for member in members}
    return named(
        Trajectory(
            blueprint_id=blueprint.id,
            group_id=blueprint.id,
            attempt=attempt,
            seed=seed,
            domain=domain.name,
            members=tuple(
                described.get(party) or Member(party=party, role=party, player=player.name)
                for party, player in players.items()
            ),
            events=events,
            stop_reason=end.reason,
            failure=end.failure,
            start_hash=dialogue.start_hash if dialogue else "",
            end_hash=dialogue.world.state_hash() if dialogue else "",
            sessions=(Session(index=0, starts_at=blueprint.clock),),
            annotations=(*((faults_note(faults, events),) if faults else ()), *end.notes),
        )
    )


async def _run(dialogue: Dialogue, limits: Limits) -> Ended:
    try:
        async with asyncio.timeout(limits.seconds or None):
            await dialogue.run()
    except Ended as end:
        return end
    except TimeoutError:
        return Ended(StopReason.DEADLINE)
    raise AssertionError("a dialogue ends by Ended only")
