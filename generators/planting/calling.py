"""Flaws in whose plan it is, and plans that there are already."""

from collections.abc import Iterator

from msgspec.structs import replace

from generators.blueprint import RowPatch
from generators.domains.world import World
from generators.planting.original import Flawed, Original, reworded
from generators.replay import rehearse

_SHORTEST = 3


def somebody_elses(original: Original) -> Flawed | None:
    """The plan is for one person and given to another."""
    return Flawed(replace(original.blueprint, persona_id=original.other.id))


def another_name(original: Original) -> Flawed | None:
    """On file there is another name than the persona's."""
    plan, name = original.blueprint, original.persona.demographics.family_name
    setup = tuple(
        replace(
            patch,
            fields={
                key: value.replace(name, "Threnody") if isinstance(value, str) else value
                for key, value in patch.fields.items()
            },
        )
        for patch in plan.setup
    )
    return Flawed(replace(plan, setup=setup)) if setup != plan.setup else None


def another_place(original: Original) -> Flawed | None:
    """The plan is for another country than the persona's."""
    locale = original.persona.demographics.locale
    other = original.rng.choice([each for each in ("en_US", "en_GB", "de_DE") if each != locale])
    return Flawed(replace(original.blueprint, locale=other))


def another_language(original: Original) -> Flawed | None:
    """The dialogue is to be in a language that the persona does not have."""
    mine = {each.code for each in original.persona.languages}
    others = [each for each in ("fi", "pt", "ja") if each not in mine]
    return Flawed(replace(original.blueprint, language=original.rng.choice(others)))


def played_again(original: Original) -> Flawed | None:
    """The same errand of the same person, with another secret."""
    plan = original.blueprint
    facts = tuple(
        replace(fact, value="heron-4711") if fact.reveal == "never" else fact for fact in plan.facts
    )
    return Flawed(replace(plan, facts=facts))


def other_fact_withheld(original: Original) -> Flawed | None:
    """The same errand, with another one of its facts withheld."""
    plan = original.blueprint
    hidden = [fact for fact in plan.facts if fact.reveal == "when_asked"]
    open_ones = [fact for fact in plan.facts if fact.reveal == "upfront"]
    if not hidden or not open_ones:
        return None
    turned = {
        id(original.rng.choice(hidden)): "upfront",
        id(original.rng.choice(open_ones)): "when_asked",
    }
    facts = tuple(replace(f, reveal=turned.get(id(f), f.reveal)) for f in plan.facts)
    return Flawed(replace(plan, facts=facts))


def played_by_another(original: Original) -> Flawed | None:
    """The same errand, by another person."""
    plan, other = original.blueprint, original.other
    if not plan.setup:
        return None
    db = World(original.domain, plan.world_seed, plan.clock).db
    setup = original.domain.settle(db, plan.setup[0].key, other)
    for old, new in _changes(original, setup):
        plan = reworded(plan, old, new)
    locale = other.demographics.locale
    plan = replace(plan, setup=setup, persona_id=other.id, locale=locale)
    entries = rehearse(plan, original.domain, plan.actions).timeline.entries
    if any(entry.error for entry in entries):
        return None
    return Flawed(plan, persona=other)


def _changes(original: Original, setup: tuple[RowPatch, ...]) -> Iterator[tuple[str, str]]:
    """What is on file about the one, and about the other."""
    for mine, theirs in zip(original.blueprint.setup, setup, strict=False):
        for name, old in mine.fields.items():
            new = theirs.fields.get(name)
            if isinstance(old, str) and isinstance(new, str) and len(old) >= _SHORTEST:
                yield old, new
