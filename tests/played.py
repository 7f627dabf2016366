"""Scripted dialogues for tests: blueprints of a domain, and playing one of them."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import cache

from generators.blueprint import Blueprint
from generators.brief import briefs_of
from generators.domains.domain import Domain
from generators.domains.registry import domain_named
from generators.domains.shelf import Shelf
from generators.event import AGENT, USER
from generators.faults import Fault
from generators.perturbed.view import domain_of
from generators.planning import plan_blueprint
from generators.player import Act, Move, Player, View
from generators.scripted.agent import ScriptedAgent
from generators.scripted.user import ScriptedUser
from generators.self_play import Limits, play
from generators.sources.request import PlanSpec
from generators.trajectory import Trajectory
from personas.persona import Persona
from tests.people import person

SPEC = PlanSpec(goals={1: 0.4, 2: 0.4, 3: 0.2}, withheld=0.5)


@cache
def cases(name: str, count: int) -> tuple[tuple[Blueprint, Persona], ...]:
    """``count`` blueprints of a domain, each with its persona; registers take turns."""
    domain, found = domain_named(name), []
    for index in range(10 * count):
        persona = person(index)
        blueprint = plan_blueprint(domain, persona, SPEC, seed=5, index=index)
        if isinstance(blueprint, Blueprint):
            found.append((blueprint, persona))
        if len(found) == count:
            return tuple(found)
    raise LookupError(f"{name} gives too few blueprints")


def scripted(
    blueprint: Blueprint,
    persona: Persona,
    attempt: int = 0,
    faults: Sequence[Fault] = (),
    seed: int = 3,
    shelf: Shelf | None = None,
    user_plan: Blueprint | None = None,
) -> Trajectory:
    """One attempt by scripted players. The user's goes by a plan of its own where it has one."""
    domain = domain_of(blueprint, shelf)
    own = user_plan or blueprint
    players: dict[str, Player] = {
        USER: ScriptedUser(own, domain, persona, seed=seed, attempt=attempt, faults=faults),
        AGENT: ScriptedAgent(blueprint, domain, seed=seed, attempt=attempt, faults=faults),
    }
    briefs = briefs_of(blueprint, domain, persona)
    return asyncio.run(
        play(
            blueprint,
            domain,
            players,
            attempt=attempt,
            seed=seed,
            briefs=briefs,
            faults=faults,
        )
    )


class Reader:
    """A player that reads its moves from a list, and keeps the views it was given. An exception in
    the list is raised; after the end of the list it waits."""

    name = "reader"

    def __init__(self, party: str, *moves: Move | Act | Exception) -> None:
        self.party = party
        self.views: list[View] = []
        self._moves = list(moves)

    async def move(self, view: View) -> Move:
        """The next one in the list."""
        self.views.append(view)
        if not self._moves:
            return Move(acts=())
        move = self._moves.pop(0)
        if isinstance(move, Exception):
            raise move
        return Move(acts=(move,)) if isinstance(move, Act) else move


def say(text: str, *to: str) -> Act:
    """Words, to everybody or to those named."""
    return Act(kind="say", text=text, to=to)


def call(tool: str, arguments: str = "{}") -> Act:
    """A call with raw arguments."""
    return Act(kind="call", tool=tool, arguments=arguments)


STOP = Act(kind="stop")


def read_out(
    *readers: Reader,
    limits: Limits | None = None,
    blueprint: Blueprint | None = None,
    domain: Domain | None = None,
) -> Trajectory:
    """A dialogue of readers in a cloakroom."""
    plan = blueprint or cases("cloakroom", 1)[0][0]
    players: Mapping[str, Player] = {reader.party: reader for reader in readers}
    return asyncio.run(
        play(
            plan,
            domain or domain_named("cloakroom"),
            players,
            attempt=0,
            seed=1,
            briefs={reader.party: f"the {reader.party}'s own brief" for reader in readers},
            limits=limits,
        )
    )
