"""Who spoke in a build and what it took, as a version's manifest tells it: no addresses, no keys."""

from collections.abc import Iterator, Mapping
from typing import Any

from generators.event import AGENT, USER
from generators.models.meter import Reading
from pipelines.calls.spending import money_of
from pipelines.engines.options import served_name
from pipelines.model_slots import prices_of, source_of
from pipelines.recipe import Recipe
from pipelines.recipe_models import LLMSlot

_COPIED = ("model_calls", "prefix_hits", "failures", "stopped")


def credits_of(recipe: Recipe) -> tuple[dict[str, Any], ...]:
    """Everything that speaks, judges drafts or plans turns: first the parties, then who helps them.

    ``for`` is a party, ``critic of PARTY`` or ``planner of PARTY``. What a script plays has its
    party as ``slot``; a model has its slot of the recipe's models, and says how it was asked.
    """
    parties = {USER: recipe.players.user, AGENT: recipe.players.agent}
    helpers: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []
    for party, player in parties.items():
        if not isinstance(player, LLMSlot):
            found.append({"slot": party, "for": party, "player": player.kind})
            continue
        talk = {"mode": player.mode, "think": player.think}
        found.append(_credit(recipe, player.model or party, party) | talk)
        for name, does in _helpers(player):
            helpers.append(_credit(recipe, name, f"{does} of {party}"))
    return (*found, *helpers)


def _helpers(player: LLMSlot) -> Iterator[tuple[str, str]]:
    if player.checks and player.checks.critic:
        yield player.checks.critic, "critic"
    if player.planner:
        yield player.planner.slot, "planner"


def _credit(recipe: Recipe, name: str, whom: str) -> dict[str, Any]:
    slot, source = recipe.models[name], source_of(recipe.models, name)
    served = source.vllm
    return {
        "slot": name,
        "for": whom,
        "player": "llm",
        "model": served_name(served.model) if served else source.model,
        "revision": served.revision if served else source.revision,
        "sampling": slot.sampling.model_dump(mode="json"),
        "served_by": {"vllm": dict(served.options)} if served else "url",
    }


def notes_of(recipe: Recipe, details: Mapping[str, Any]) -> dict[str, Any]:
    """What the play stage's report has to say in the manifest. ``cost`` is money by slot, for those
    that have prices. Parts that are empty are left out."""
    notes = {name: details[name] for name in _COPIED if details.get(name)}
    calls: Mapping[str, Any] = details.get("model_calls", {})
    cost = {
        name: round(money_of(_tokens_of(name, taken), recipe.models), 6)
        for name, taken in calls.items()
        if name in recipe.models and prices_of(recipe.models, name).any
    }
    return notes | ({"cost": cost} if cost else {})


def _tokens_of(slot: str, taken: Mapping[str, Any]) -> Reading:
    return Reading(tokens={f"{slot}/{kind}": count for kind, count in taken["tokens"].items()})
