"""A transactional intent as records: a write about something that a search finds, where there is one."""

from collections.abc import Sequence

import msgspec

from generators.domains.services.importing.finishing import PlainRow
from generators.domains.services.importing.sgd_columns import CALLER_ID, CONFIRMATION, ROW_ID
from generators.domains.services.importing.sgd_files import SchemaIntent
from generators.domains.services.importing.sgd_parts import (
    CALLERS,
    Parts,
    arguments_of,
    caller_argument,
    columns_named,
    numbered,
    sentence_of,
)
from generators.domains.services.importing.sgd_tells import is_price
from generators.domains.services.importing.wants import title_of, want_of
from generators.domains.services.names import name_of
from generators.domains.services.spec import FieldSpec, IntentSpec, TableEntry, ToolSpec

_EXAMPLES = 60
_AMBIGUOUS = 0.1
"""The share of rows that a write may confuse with others before it gets one more argument."""


def add_write(
    parts: Parts, intent: SchemaIntent, rows: list[PlainRow], searches: Sequence[SchemaIntent]
) -> None:
    """A transactional intent: a table for what is written, and a tool that writes it, about something
    that a search finds where there is one."""
    name = name_of(intent.name)
    where = f"intents.{intent.name}"
    wanted = [*intent.required_slots, *intent.optional_slots]
    if not wanted:
        parts.notes.leave(where, "no slots", "left out: there would be nothing to write")
        return
    parts.callers = parts.callers or CALLERS
    about = _about(parts, intent, searches)
    own = next((each for each in searches if _belongs(parts, each, intent)), None)
    source = search = ""
    matches: list[str] = []
    if about:
        source = search = name_of(about.name)
        _add_found(parts, source, rows, where)
        matches = _matches(parts, source, intent, where)
    elif own is None and rows and set(intent.result_slots) - set(wanted):
        source = f"{name}_offers"
        matches = _offers(parts, source, intent, rows, where)
    elif not rows and own is None:
        parts.notes.guess(where, "no rows", "values for it come from its choices")
    wanted = [*dict.fromkeys([*wanted, *matches])]
    copies = _copies(parts, source, intent, wanted)
    free = [each for each in wanted if each not in matches]
    arguments = {CALLER_ID: caller_argument(), **arguments_of(parts, intent, wanted, matches)}
    table = name_of(own.name) if own and not source else name
    key = ROW_ID if table != name else CONFIRMATION
    if table == name:
        fields: dict[str, FieldSpec] = {
            CONFIRMATION: FieldSpec(
                description="The number of the confirmation.", label="confirmation number"
            ),
            CALLER_ID: FieldSpec(description="The caller for whom it was done."),
        }
        for each in [*wanted, *copies]:
            lacking = each in arguments and not (
                arguments[each].required or arguments[each].default is not None
            )
            source_lacks = (
                bool(source) and each in copies and (parts.tables[source].fields[each].nullable)
            )
            fields[each] = msgspec.structs.replace(
                parts.columns.fields[each], nullable=lacking or source_lacks
            )
        _with_examples(fields, free, rows)
        parts.tables[name] = TableEntry(key=key, fields=fields, owner=CALLER_ID)
        parts.rows[name] = []
    else:
        parts.notes.guess(
            where, f"the slots of {own.name if own else ''}", f"it writes into {table}"
        )
        fields = parts.tables[table].fields
        _with_examples(fields, free, rows)
    if any(_undrawable(fields[each], parts.rows[table], each) for each in free):
        parts.notes.leave(where, "no values", "left out: nobody could know what to ask for")
        if table == name:
            del parts.tables[name], parts.rows[name]
        return
    tells = (key, *[n for n in copies if is_price(n, fields[n])][:1])
    parts.tools[name] = ToolSpec(
        kind="create",
        table=table,
        description=sentence_of(intent) + (f" Only for what {search} finds." if search else ""),
        arguments=arguments,
        prefix="".join(word[0] for word in name.split("_"))[:4].upper(),
        found_in=source,
        matches=tuple(matches),
        copies=tuple(copies),
    )
    parts.intents[name] = IntentSpec(
        kind="create",
        tool=name,
        title=title_of(intent.name),
        want=want_of(intent.description, intent.name),
        tells=tells,
        search=search,
        weight=2.0,
    )


def _about(
    parts: Parts, intent: SchemaIntent, searches: Sequence[SchemaIntent]
) -> SchemaIntent | None:
    """The search that finds what a write is about: it returns what names the thing, or half of what the
    write needs, or asks for nothing that the write does not; of several, the one with most in common."""
    wanted = {*intent.required_slots, *intent.optional_slots}
    best, most = None, 0
    for each in searches:
        name = name_of(each.name)
        if name not in parts.tools or parts.tables[name].owner:
            continue
        shared = wanted & set(parts.tools[name].returns)
        names_it = parts.intents[name].tells[0] in intent.required_slots
        mostly = len(shared) >= max(2, len(intent.required_slots) / 2)
        fits = names_it or mostly or set(each.required_slots) <= wanted
        if shared and fits and len(shared) > most:
            best, most = each, len(shared)
    return best


def _belongs(parts: Parts, search: SchemaIntent, intent: SchemaIntent) -> bool:
    """Whether a write adds to what a search of the caller's own rows returns."""
    name = name_of(search.name)
    if name not in parts.tools or not parts.tables[name].owner:
        return False
    own = set(parts.tables[name].fields) - {ROW_ID, CALLER_ID}
    return own == {*intent.required_slots, *intent.optional_slots}


def _is_count(spec: FieldSpec) -> bool:
    """Whether a field says how many the caller wants, and nothing of what is found."""
    return spec.type == "integer" and bool(spec.unit)


def _add_found(parts: Parts, source: str, rows: list[PlainRow], where: str) -> None:
    """Rows of a write tell of things too: those that no search returned are added to its table."""
    names = [n for n in parts.tables[source].fields if n != ROW_ID]
    known = {tuple(str(row.get(n)) for n in names) for row in parts.rows[source]}
    added = []
    for row in rows:
        key = tuple(str(row.get(n)) for n in names)
        if key not in known and all(n in row for n in names):
            known.add(key)
            added.append({n: row[n] for n in names})
    used = "values in them are examples of what callers bring along"
    if len(rows) > len(added):
        parts.notes.leave(where, f"{len(rows) - len(added)} rows of what others did", used)
    if added:
        every = [{k: v for k, v in row.items() if k != ROW_ID} for row in parts.rows[source]]
        parts.rows[source] = numbered([*every, *added])
        done = f"added to {source}, in which no search had returned them"
        parts.notes.guess(where, f"{len(added)} things in its rows", done)


def _matches(parts: Parts, source: str, intent: SchemaIntent, where: str) -> list[str]:
    """By what a write says which row it is about; what names a row is added where that is not enough."""
    fields = parts.tables[source].fields
    wanted = [*intent.required_slots, *intent.optional_slots]
    matches = [n for n in wanted if n in fields and not _is_count(fields[n])]
    for name in wanted:
        if name in fields and name not in matches:
            done = "taken for the caller's wish, not for a property of what is found"
            parts.notes.guess(f"{where}.{name}", f"a number of {fields[name].unit}", done)
    for name in parts.intents[source].tells[:1]:
        if name not in matches and _ambiguous(parts.rows[source], matches) > _AMBIGUOUS:
            matches.append(name)
            done = "an argument that was added: without it several rows are meant"
            parts.notes.guess(f"{where}.{name}", ", ".join(wanted), done)
    return matches


def _ambiguous(rows: Sequence[PlainRow], names: Sequence[str]) -> float:
    """The share of rows that are not the first with their values."""
    return 1 - len({tuple(str(row.get(n)) for n in names) for row in rows}) / max(len(rows), 1)


def _offers(
    parts: Parts, source: str, intent: SchemaIntent, rows: list[PlainRow], where: str
) -> list[str]:
    """A table of what was answered to a write that no search comes before: what can be had."""
    names = [n for n in columns_named(intent) if any(n in row for row in rows)]
    matches = [n for n in intent.required_slots if n in names]
    offers: dict[tuple[str, ...], PlainRow] = {}
    for row in rows:
        offers.setdefault(tuple(str(row[n]) for n in matches), row)
    if len(offers) < len(rows):
        parts.notes.leave(where, f"{len(rows) - len(offers)} rows", "the same offer again")
    fields = {ROW_ID: FieldSpec(description="The number of the row.", label="reference number")}
    fields |= {
        n: msgspec.structs.replace(
            parts.columns.fields[n], nullable=any(n not in row for row in offers.values())
        )
        for n in names
    }
    parts.tables[source] = TableEntry(key=ROW_ID, fields=fields)
    parts.rows[source] = numbered(offers.values())
    parts.notes.guess(where, f"{len(offers)} rows", f"what can be had, in {source}")
    return matches


def _copies(parts: Parts, source: str, intent: SchemaIntent, wanted: list[str]) -> list[str]:
    """What a write's answer says besides, taken from what it is about."""
    if not source:
        return []
    fields = parts.tables[source].fields
    return [n for n in intent.result_slots if n in fields and n not in wanted]


def _with_examples(
    fields: dict[str, FieldSpec], free: Sequence[str], rows: Sequence[PlainRow]
) -> None:
    """Values that callers brought along, side by side as they were recorded."""
    names = [n for n in free if not fields[n].choices and fields[n].type != "boolean"]
    whole = [row for row in rows if all(n in row for n in names)]
    seen: dict[tuple[str, ...], PlainRow] = {}
    for row in whole:
        seen.setdefault(tuple(str(row[n]) for n in names), row)
    step = max(1, len(seen) // _EXAMPLES)
    chosen = list(seen.values())[::step][:_EXAMPLES]
    for name in names if chosen else []:
        fields[name] = msgspec.structs.replace(
            fields[name], examples=tuple(row[name] for row in chosen)
        )


def _undrawable(spec: FieldSpec, rows: Sequence[PlainRow], name: str) -> bool:
    if spec.type != "text" or spec.choices or spec.examples:
        return False
    return not any(name in row for row in rows)
