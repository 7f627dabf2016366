"""What one schema-guided service is made of while it grows, and the parts that its intents share."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from generators.domains.services.importing.finishing import Notes, PlainRow
from generators.domains.services.importing.guessing import converted
from generators.domains.services.importing.sgd_columns import DONT_CARE, ROW_ID, Columns
from generators.domains.services.importing.sgd_files import SchemaIntent
from generators.domains.services.importing.sgd_tells import is_price
from generators.domains.services.importing.wants import title_of
from generators.domains.services.spec import ArgumentSpec, IntentSpec, Match, TableEntry, ToolSpec
from generators.domains.services.words import label_of

CALLERS = 40
"""How many people a service knows, unless its rows need more."""


@dataclass
class Parts:
    """What a service is made of, while it grows. ``query`` are the intents that search, ``found`` what
    each of them returns, by our names."""

    columns: Columns
    notes: Notes
    tables: dict[str, TableEntry] = field(default_factory=dict)
    rows: dict[str, list[PlainRow]] = field(default_factory=dict)
    tools: dict[str, ToolSpec] = field(default_factory=dict)
    intents: dict[str, IntentSpec] = field(default_factory=dict)
    callers: int = 0


def columns_named(intent: SchemaIntent) -> list[str]:
    """Every slot that an intent names, once, in order."""
    return list(
        dict.fromkeys((*intent.required_slots, *intent.optional_slots, *intent.result_slots))
    )


def arguments_of(
    parts: Parts, intent: SchemaIntent, names: Iterable[str], added: Iterable[str] = ()
) -> dict[str, ArgumentSpec]:
    """Required slots as required arguments; optional ones with their default, where it is a value."""
    made = {name: ArgumentSpec(required=True) for name in intent.required_slots}
    for name, default in intent.optional_slots.items():
        if name not in names:
            continue
        value = None
        if default and default != DONT_CARE:
            try:
                value = converted(parts.columns.fields[name], default)
            except ValueError as error:
                where = f"intents.{intent.name}.{name}"
                parts.notes.leave(where, f"default: {error}", "it may be left out, without default")
        made[name] = ArgumentSpec(default=value, match=_match(parts, intent, name))
    for name in added:
        made.setdefault(name, ArgumentSpec(required=True))
    return made


def _match(parts: Parts, intent: SchemaIntent, name: str) -> Match:
    """Which rows a search with this value finds: who asks for a rating of 4.2 takes a better one."""
    spec = parts.columns.fields[name]
    if intent.is_transactional or spec.type != "number":
        return "equal"
    match: Match = "at_least"
    if "rating" not in label_of(name, spec).split():
        if not is_price(name, spec):
            return "equal"
        match = "at_most"
    where = f"intents.{intent.name}.{name}"
    parts.notes.guess(where, spec.description, f"what is wanted is {match.replace('_', ' ')} that")
    return match


def caller_argument() -> ArgumentSpec:
    """The argument by which a tool is told who is calling."""
    return ArgumentSpec(required=True, description="The caller's id, as find_caller gives it.")


def sentence_of(intent: SchemaIntent) -> str:
    """The intent's description as a tool's, its title where it has none."""
    text = " ".join(intent.description.split())[:400].rstrip(".") or title_of(intent.name)
    return f"{text}."


def numbered(rows: Iterable[PlainRow]) -> list[PlainRow]:
    """The rows with a number for a key."""
    return [{ROW_ID: f"R{number:05d}", **row} for number, row in enumerate(rows, 1)]
