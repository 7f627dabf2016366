"""Who speaks in a dialogue: the players that a recipe's slots ask for, and what each is told."""

from collections.abc import Mapping
from dataclasses import dataclass

from generators.blueprint import Blueprint
from generators.brief import briefs_of
from generators.domains.domain import Domain
from generators.event import AGENT, USER
from generators.faults import Fault, FaultRule, planned_faults
from generators.player import Player
from generators.scripted.agent import ScriptedAgent
from generators.scripted.user import ScriptedUser
from personas.persona import Persona
from pipelines.recipe import PlayerSlot, Recipe


@dataclass(frozen=True)
class Casting:
    """The players by party, the user first; their private texts; the faults planned for them."""

    players: Mapping[str, Player]
    briefs: Mapping[str, str]
    faults: tuple[Fault, ...]


def casting(
    recipe: Recipe, blueprint: Blueprint, persona: Persona, domain: Domain, attempt: int
) -> Casting:
    """Who plays one attempt. The same for the same arguments."""
    rules = [*_rules(USER, recipe.players.user), *_rules(AGENT, recipe.players.agent)]
    faults = planned_faults(rules, recipe.seed, blueprint, attempt)
    user = ScriptedUser(
        blueprint, domain, persona, seed=recipe.seed, attempt=attempt, faults=faults
    )
    agent = ScriptedAgent(blueprint, domain, seed=recipe.seed, attempt=attempt, faults=faults)
    return Casting(
        players={USER: user, AGENT: agent},
        briefs=briefs_of(blueprint, domain, persona),
        faults=faults,
    )


def _rules(party: str, slot: PlayerSlot) -> list[FaultRule]:
    return [
        FaultRule(kind=each.kind, party=party, probability=each.probability, at=each.at)
        for each in slot.faults
    ]
