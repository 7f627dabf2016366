"""Who speaks in a dialogue: the players that a recipe's slots ask for, and what each is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from generators.blueprint import Blueprint
from generators.brief import briefs_of
from generators.domains.domain import Domain
from generators.event import AGENT, USER
from generators.faults import Fault, FaultRule, planned_faults
from generators.llm.player import LLMPlayer
from generators.llm.settings import Settings, TurnChecks
from generators.llm.turn_rules import TURN_RULES
from generators.models.chat import Slot
from generators.models.meter import Meter
from generators.perturbed.view import in_environment
from generators.player import Player
from generators.scripted.agent import ScriptedAgent
from generators.scripted.user import ScriptedUser
from generators.trajectory import Member
from personas.persona import Persona
from personas.record import canonical_json
from pipelines.recipe import PlayerSlot, Recipe, ScriptedSlot
from pipelines.recipe_models import Checks, LLMSlot


@dataclass(frozen=True)
class Models:
    """The model slots of a recipe, ready to be asked in this process, and what counts their calls."""

    slots: Mapping[str, Slot] = field(default_factory=dict)
    meter: Meter = field(default_factory=Meter)


@dataclass(frozen=True)
class Scene:
    """What all attempts at one plan share: the plan, who the user is, the domain, and the players'
    private texts by party."""

    blueprint: Blueprint
    persona: Persona
    domain: Domain
    briefs: Mapping[str, str]


@dataclass(frozen=True)
class Casting:
    """The players by party, the user first; the faults planned for them; and the members of the
    dialogue where a player's name does not tell all."""

    players: Mapping[str, Player]
    faults: tuple[Fault, ...]
    members: tuple[Member, ...] = ()


def scene_of(recipe: Recipe, blueprint: Blueprint, persona: Persona, domain: Domain) -> Scene:
    """The scene of a plan, as the recipe words it. ``domain`` is the one that the plan names; what is
    played in is the plan's environment."""
    domain = in_environment(domain, blueprint.perturbation)
    prompts = {
        party: prompt_text(slot.prompt)
        for party, slot in _slots(recipe).items()
        if isinstance(slot, LLMSlot) and slot.prompt
    }
    briefs = briefs_of(blueprint, domain, persona, prompts)
    return Scene(blueprint=blueprint, persona=persona, domain=domain, briefs=briefs)


def casting(recipe: Recipe, scene: Scene, attempt: int, models: Models) -> Casting:
    """Who plays one attempt. The same for the same arguments."""
    slots, blueprint, domain = _slots(recipe), scene.blueprint, scene.domain
    rules = [rule for party, slot in slots.items() for rule in _rules(party, slot)]
    faults = planned_faults(rules, recipe.seed, blueprint, attempt)

    def cast(party: str, slot: PlayerSlot) -> Player:
        if isinstance(slot, LLMSlot):
            return _model_player(party, slot, recipe, scene, attempt, models)
        if party == USER:
            return ScriptedUser(
                blueprint, domain, scene.persona, seed=recipe.seed, attempt=attempt, faults=faults
            )
        return ScriptedAgent(blueprint, domain, seed=recipe.seed, attempt=attempt, faults=faults)

    return Casting(
        players={party: cast(party, slot) for party, slot in slots.items()},
        faults=faults,
        members=tuple(
            _member(party, slot, models.slots[slot.model or party])
            for party, slot in slots.items()
            if isinstance(slot, LLMSlot)
        ),
    )


def _slots(recipe: Recipe) -> dict[str, PlayerSlot]:
    return {USER: recipe.players.user, AGENT: recipe.players.agent}


def _model_player(
    party: str,
    slot: LLMSlot,
    recipe: Recipe,
    scene: Scene,
    attempt: int,
    models: Models,
) -> LLMPlayer:
    checks, planner = slot.checks, slot.planner
    return LLMPlayer(
        party,
        models.slots[slot.model or party],
        settings_of(slot),
        blueprint=scene.blueprint,
        domain=scene.domain,
        dialogue=dialogue_key(scene.blueprint.id, attempt),
        seed=recipe.seed,
        meter=models.meter,
        critic=models.slots[checks.critic] if checks and checks.critic else None,
        planner=models.slots[planner.slot] if planner else None,
        chances=dialogue_key(scene.blueprint.base_id, attempt),
    )


def settings_of(slot: LLMSlot) -> Settings:
    """The slot's settings as players take them."""
    return Settings(
        mode=slot.mode,
        think=slot.think,
        prompt=prompt_text(slot.prompt) if slot.prompt else "",
        checks=_checks(slot.checks) if slot.checks else None,
        acts=slot.planner.acts if slot.planner else {},
    )


@cache
def prompt_text(path: str) -> str:
    """A prompt file of the user's own."""
    return Path(path).read_text(encoding="utf-8")


def _checks(checks: Checks) -> TurnChecks:
    rules = tuple(TURN_RULES) if checks.rules == "all" else checks.rules
    return TurnChecks(rules=rules, redrafts=checks.redrafts, then=checks.then)


def _member(party: str, slot: LLMSlot, model: Slot) -> Member:
    return Member(
        party=party,
        role=party,
        player=f"llm:{slot.model or party}",
        model=model.chat.model,
        revision=model.chat.revision,
        sampling=canonical_json(model.sampling).decode(),
    )


def dialogue_key(blueprint_id: str, attempt: int) -> str:
    """The key of one attempt."""
    return f"{blueprint_id}:{attempt:02d}"


def _rules(party: str, slot: PlayerSlot) -> list[FaultRule]:
    if not isinstance(slot, ScriptedSlot):
        return []
    return [
        FaultRule(kind=each.kind, party=party, probability=each.probability, at=each.at)
        for each in slot.faults
    ]
