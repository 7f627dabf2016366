"""Who spoke in a build and what it took, as a version's manifest tells it: no addresses, no keys."""

from collections.abc import Iterator, Mapping
from typing import Any

from generators.event import AGENT, USER
from generators.models.meter import Reading
from pipelines.calls.spending import money_of
from pipelines.engines.options import served_name
from pipelines.model_slots import prices_of, source_of
from pipelines.recipe import Recipe
from pipelines.recipe_authors import ModelCritic, ModelWriter
from pipelines.recipe_models import LLMSlot

_COPIED = ("model_calls", "prefix_hits", "failures", "stopped")


def credits_of(recipe: Recipe) -> tuple[dict[str, Any], ...]:
    """Everything that speaks, judges drafts, plans turns, or writes or reviews plans: first the parties,
    then who helps them.

    ``for`` is a party, ``critic of PARTY``, ``planner of PARTY``, ``plans`` or ``review of plans``.
    What a script does has a party, or what it is called, as ``slot``; a model has its slot of the
    recipe's models, and says how it was asked.
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
    return (*found, *helpers, *_authors(recipe))


def _authors(recipe: Recipe) -> Iterator[dict[str, Any]]:
    writer, review = recipe.blueprints.writer, recipe.blueprints.review
    if isinstance(writer, ModelWriter):
        yield _credit(recipe, writer.slot, "plans")
    elif writer:
        yield {"slot": "writer", "for": "plans", "player": writer.kind}
    for critic in review.critics if review else ():
        if isinstance(critic, ModelCritic):
            yield _credit(recipe, critic.slot, "review of plans") | {"prompt": critic.prompt}
        else:
            yield {"slot": critic.name, "for": "review of plans", "player": critic.kind}


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


def reviewed(details: Mapping[str, Any]) -> dict[str, Any]:
    """What the plan stage's report has to say of writing and reviewing; nothing where there was none."""
    return {"review": details["review"]} if "review" in details else {}


def varied(details: Mapping[str, Any]) -> dict[str, Any]:
    """What the plan stage's report has to say of sets; nothing where there are none: for each variation
    how many members there are (``made``) and, by code, how many could not be made."""
    if "one_factor" not in details:
        return {}
    return {
        "one_factor": {
            name: {
                "made": codes.get("", 0),
                "refused": {code: times for code, times in sorted(codes.items()) if code},
            }
            for name, codes in details["one_factor"].items()
        }
    }


def _tokens_of(slot: str, taken: Mapping[str, Any]) -> Reading:
    return Reading(tokens={f"{slot}/{kind}": count for kind, count in taken["tokens"].items()})
