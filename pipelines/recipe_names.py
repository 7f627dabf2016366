"""Names in a recipe that must exist elsewhere: domains, intents, facets, faults, rules, formats."""

from collections.abc import Iterable, Iterator

from rapidfuzz import process

from generators.domains.registry import DOMAINS, domain_named
from pipelines.recipe import Recipe

Unknown = tuple[tuple[str | int, ...], str, str]
"""Place in the recipe, what was found, what would be right."""


def unknown_names(recipe: Recipe) -> Iterator[Unknown]:
    """Every name in the recipe that nothing answers to."""
    yield from _domains(recipe)


def _domains(recipe: Recipe) -> Iterator[Unknown]:
    for name in recipe.blueprints.domains:
        if name not in DOMAINS:
            yield _unknown(("blueprints", "domains", name), "domain", name, DOMAINS)
    for name, weights in recipe.blueprints.intents.items():
        place = ("blueprints", "intents", name)
        if name not in recipe.blueprints.domains:
            yield place, f"{name!r} is not among blueprints.domains", "add it there or leave it out"
        elif name in DOMAINS:
            intents = domain_named(name).intents
            for intent in weights:
                if intent not in intents:
                    yield _unknown((*place, intent), f"intent of {name}", intent, intents)


def _unknown(place: tuple[str | int, ...], kind: str, name: str, known: Iterable[str]) -> Unknown:
    match = process.extractOne(name, sorted(known), score_cutoff=60)
    hint = f"did you mean {match[0]!r}? " if match else ""
    return place, f"unknown {kind} {name!r}", f"{hint}known: {', '.join(sorted(known))}"
