"""A search intent as records: a table of what it returned, and a query over it."""

import re

import msgspec

from generators.domains.services.callers import MOST_CALLERS, caller_ids
from generators.domains.services.importing.finishing import PlainRow
from generators.domains.services.importing.sgd_columns import CALLER_ID, ROW_ID
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
from generators.domains.services.importing.sgd_tells import names_of, tells_of
from generators.domains.services.importing.wants import title_of, want_of
from generators.domains.services.names import name_of
from generators.domains.services.spec import FieldSpec, IntentSpec, TableEntry, ToolSpec

_LIMIT = 5
_ABOUT_USER = re.compile(r"\buser(?:'s|s)?\b", re.I)


def add_search(parts: Parts, intent: SchemaIntent, rows: list[PlainRow]) -> None:
    """A search intent: a table of what it returned, a tool that queries it, and what callers may want
    of it."""
    name = name_of(intent.name)
    where = f"intents.{intent.name}"
    if not rows:
        parts.notes.leave(where, "no rows", "left out: there would be nothing to find")
        return
    names = [n for n in columns_named(intent) if any(n in row for row in rows)]
    for each in columns_named(intent):
        if each not in names:
            parts.notes.leave(f"{where}.{each}", "no row has this slot")
    fields = {ROW_ID: FieldSpec(description="The number of the row.", label="reference number")}
    fields |= {
        each: msgspec.structs.replace(
            parts.columns.fields[each], nullable=any(each not in row for row in rows)
        )
        for each in names
    }
    owned = bool(_ABOUT_USER.search(intent.description))
    arguments = arguments_of(parts, intent, names)
    tells = tells_of(intent, fields, rows, parts.columns.asked)
    if owned:
        parts.notes.guess(where, intent.description, "its rows belong to callers")
        rows = _owned(parts, intent, rows, names, where)
        fields[CALLER_ID] = FieldSpec(description="The caller to whom it belongs.")
        arguments = {CALLER_ID: caller_argument(), **arguments}
    parts.tables[name] = TableEntry(key=ROW_ID, fields=fields, owner=CALLER_ID if owned else "")
    parts.rows[name] = numbered(rows)
    said = names_of(intent, fields, rows)
    parts.tools[name] = ToolSpec(
        kind="search",
        table=name,
        description=sentence_of(intent),
        arguments=arguments,
        returns=tuple(n for n in names if n in intent.result_slots) or tuple(names),
        limit=_LIMIT,
        names=said,
    )
    parts.notes.guess(f"tools.{name}", ", ".join(tells), "what a caller is told of what is found")
    want, title = want_of(intent.description, intent.name), title_of(intent.name)
    parts.intents[name] = IntentSpec(
        kind="find", tool=name, title=title, want=want, tells=tells, weight=2.0
    )
    if said:
        parts.intents[f"{name}_in_vain"] = IntentSpec(
            kind="find_none", tool=name, title=f"{title}, and there is none", want=want, weight=0.7
        )
        parts.intents[f"{name}_at_last"] = IntentSpec(
            kind="find_other",
            tool=name,
            title=f"{title}, with another wish",
            want=want,
            tells=tells,
            weight=0.7,
        )


def _owned(
    parts: Parts, intent: SchemaIntent, rows: list[PlainRow], names: list[str], where: str
) -> list[PlainRow]:
    """The rows dealt out to callers. Where a caller can have only one for each value asked for, such
    as one balance for each account, there are callers enough for all."""
    groups: dict[tuple[str, ...], list[PlainRow]] = {}
    for row in rows:
        groups.setdefault(tuple(str(row[n]) for n in intent.required_slots), []).append(row)
    single = len(set(names) - set(intent.required_slots)) == 1
    if single:
        largest = max(len(group) for group in groups.values())
        parts.callers = max(parts.callers, min(largest, MOST_CALLERS))
    parts.callers = parts.callers or CALLERS
    ids = caller_ids(parts.callers)
    dealt: list[PlainRow] = []
    for group in groups.values():
        kept = group[: len(ids)] if single else group
        if len(kept) < len(group):
            parts.notes.leave(
                where, f"{len(group) - len(kept)} rows", "more than there are callers"
            )
        start = 0 if single else len(dealt)
        dealt += [{**row, CALLER_ID: ids[n % len(ids)]} for n, row in enumerate(kept, start)]
    return dealt
