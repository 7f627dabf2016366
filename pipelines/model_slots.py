"""The model slots of a recipe: which are used, by whom, and what is wrong with them."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from generators.brief import prompt_mistake
from generators.event import AGENT, USER
from generators.llm.turn_rules import TURN_RULES
from pipelines.engines.flags import flag_mistakes
from pipelines.recipe import Recipe
from pipelines.recipe_authors import ModelCritic, ModelWriter
from pipelines.recipe_models import RETRIES, LLMSlot, ModelSlot, Prices, Timeouts

_OURS = frozenset({"messages", "model", "n", "stream", "stream_options"})
"""Fields of a request that no slot may set: one answer to our messages, in one piece."""

Mistake = tuple[tuple[str | int, ...], str, str]
"""Place in the recipe, what was found, what would be right."""


def players_of(recipe: Recipe) -> dict[str, LLMSlot]:
    """The parties that a language model speaks for."""
    slots = {USER: recipe.players.user, AGENT: recipe.players.agent}
    return {party: slot for party, slot in slots.items() if isinstance(slot, LLMSlot)}


def used_slots(recipe: Recipe) -> dict[str, tuple[str | int, ...]]:
    """The slots that the recipe asks, by name, with the first place that does."""
    used: dict[str, tuple[str | int, ...]] = {}
    for party, slot in players_of(recipe).items():
        place = ("players", party)
        used.setdefault(slot.model or party, (*place, "model"))
        if slot.checks and slot.checks.critic:
            used.setdefault(slot.checks.critic, (*place, "checks", "critic"))
        if slot.planner:
            used.setdefault(slot.planner.slot, (*place, "planner", "slot"))
    for name, place in author_slots(recipe).items():
        used.setdefault(name, place)
    return used


def author_slots(recipe: Recipe) -> dict[str, tuple[str | int, ...]]:
    """The slots that write and review plans, by name, with the first place that asks them."""
    plans = recipe.blueprints
    used: dict[str, tuple[str | int, ...]] = {}
    if isinstance(plans.writer, ModelWriter):
        used[plans.writer.slot] = ("blueprints", "writer", "slot")
    for at, critic in enumerate(plans.review.critics if plans.review else ()):
        if isinstance(critic, ModelCritic):
            used.setdefault(critic.slot, ("blueprints", "review", "critics", at, "slot"))
    return used


def source_of(models: Mapping[str, ModelSlot], name: str) -> ModelSlot:
    """The slot whose server a slot uses: its own, or the one that it shares."""
    slot = models[name]
    return models[slot.share] if slot.share else slot


def prices_of(models: Mapping[str, ModelSlot], name: str) -> Prices:
    """What the tokens of a slot cost: by its own prices, or those of the slot that it shares."""
    return models[name].prices or source_of(models, name).prices or Prices()


def timeouts_of(models: Mapping[str, ModelSlot], name: str) -> Timeouts:
    """How long a call of a slot may take, by its own word or that of the slot that it shares."""
    return models[name].timeouts or source_of(models, name).timeouts or Timeouts()


def retries_of(models: Mapping[str, ModelSlot], name: str) -> int:
    """How often a call of a slot is tried again, by its own word or that of the slot that it shares."""
    given = [each.retries for each in (models[name], source_of(models, name))]
    return next((each for each in given if each is not None), RETRIES)


def model_mistakes(recipe: Recipe) -> Iterator[Mistake]:
    """What is wrong with the models and the players that ask them."""
    known = ", ".join(sorted(recipe.models)) or "none"
    for name, place in used_slots(recipe).items():
        if name not in recipe.models:
            yield place, f"no model slot {name!r}", f"add it under models (there are: {known})"
    for name, slot in recipe.models.items():
        yield from _slot_mistakes(recipe, name, slot)
    for party, player in players_of(recipe).items():
        yield from _player_mistakes(("players", party), player)
    # A slot that is missing is another mistake.
    models = recipe.models
    asked = [
        name
        for name in used_slots(recipe)
        if name in models and (models[name].share or name) in models
    ]
    if recipe.budget.money and not any(prices_of(models, name).any for name in asked):
        right = "add prices to the models that are asked, or limit tokens"
        yield ("budget", "money"), "no model that is asked costs money", right


def _slot_mistakes(recipe: Recipe, name: str, slot: ModelSlot) -> Iterator[Mistake]:
    place: tuple[Any, ...] = ("models", name)
    if slot.share:
        other = recipe.models.get(slot.share)
        if other is None or other.share or slot.share == name:
            known = sorted(each for each, it in recipe.models.items() if not it.share)
            right = f"a slot that has a url or vllm: {', '.join(known) or 'there is none'}"
            yield (*place, "share"), f"found {slot.share!r}", right
    if slot.vllm and (slot.vllm.model.startswith("-") or not slot.vllm.model.isprintable()):
        right = "right would be a folder or a hub id"
        yield (*place, "vllm", "model"), f"found {slot.vllm.model!r}", right
    for option, found, right in flag_mistakes(slot.vllm.options) if slot.vllm else ():
        yield (*place, "vllm", "options", option), found, right
    for name in sorted(_OURS & slot.sampling.extra.keys()):
        found = f"{name} is not for the extra fields"
        yield (*place, "sampling", "extra", name), found, "Duologue fills it in by itself"
    for url in slot.url:
        for found, right in _url_mistakes(url):
            yield (*place, "url"), found, right


def _url_mistakes(url: str) -> Iterator[tuple[str, str]]:
    """What was found, and what would be right."""
    if "@" in url.partition("://")[2].partition("/")[0]:
        right = "keys come from the environment: see api_key_env"
        yield "a name or a password in the address", right
        return
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or not url.isprintable() or any(each in url for each in " ?#"):
        yield f"found {url!r}", "right would be http://HOST:PORT/v1"
    elif url.rstrip("/").endswith("/completions"):
        yield f"found {url!r}", "the address up to /v1; the rest is added to it"


def _player_mistakes(place: tuple[Any, ...], player: LLMSlot) -> Iterator[Mistake]:
    if player.prompt and not os.path.isfile(player.prompt):
        yield (*place, "prompt"), f"there is no file {player.prompt!r}", "the path of a prompt file"
    elif player.prompt:
        template = Path(player.prompt).read_text(encoding="utf-8", errors="replace")
        problem = prompt_mistake(str(place[-1]), template)
        if problem:
            yield (*place, "prompt"), f"{player.prompt}: {problem}", "a template that can be filled"
    if player.planner and place[-1] != AGENT:
        yield (*place, "planner"), "a planner for the user", "planners guide the agent only"
    if not player.checks or player.checks.rules == "all":
        return
    for index, rule in enumerate(player.checks.rules):
        if rule not in TURN_RULES:
            right = f"known here: {', '.join(sorted(TURN_RULES))}"
            yield (*place, "checks", "rules", index), f"unknown rule {rule!r}", right
