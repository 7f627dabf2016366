"""One schema-guided service as records: search intents become queries over the rows that they returned,
transactional ones become writes about what a search finds."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from generators.domains.services.callers import MOST_CALLERS, caller_ids
from generators.domains.services.importing.finishing import Notes, PlainRow
from generators.domains.services.importing.guessing import converted
from generators.domains.services.importing.sgd_columns import (
    CALLER_ID,
    CONFIRMATION,
    DONT_CARE,
    ROW_ID,
    Columns,
)
from generators.domains.services.importing.sgd_files import SchemaIntent
from generators.domains.services.importing.wants import title_of, want_of
from generators.domains.services.names import name_of
from generators.domains.services.spec import (
    ArgumentSpec,
    FieldSpec,
    IntentSpec,
    Match,
    TableEntry,
    ToolSpec,
)
from generators.domains.services.words import label_of

_CALLERS = 40
_EXAMPLES = 60
_LIMIT = 5
_MOST_NAMES = 5
_AMBIGUOUS = 0.1
"""The share of rows that a write may confuse with others before it gets one more argument."""
_ABOUT_USER = re.compile(r"\buser(?:'s|s)?\b", re.I)
_NAMING = re.compile(r"\b(?:name|title)$")
_PRICES = ("price", "fare", "rent", "cost", "fee", "balance", "total", "rate")


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


def add_search(parts: Parts, intent: SchemaIntent, rows: list[PlainRow]) -> None:
    """A search intent: a table of what it returned, a tool that queries it, and what callers may want
    of it."""
    name = name_of(intent.name)
    where = f"intents.{intent.name}"
    if not rows:
        parts.notes.leave(where, "no rows", "left out: there would be nothing to find")
        return
    names = [n for n in _columns(intent) if any(n in row for row in rows)]
    for each in _columns(intent):
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
    arguments = _arguments(parts, intent, names)
    tells = _tells(intent, fields, rows, parts.columns.asked)
    if owned:
        parts.notes.guess(where, intent.description, "its rows belong to callers")
        rows = _owned(parts, intent, rows, names, where)
        fields[CALLER_ID] = FieldSpec(description="The caller to whom it belongs.")
        arguments = {CALLER_ID: _caller(), **arguments}
    parts.tables[name] = TableEntry(key=ROW_ID, fields=fields, owner=CALLER_ID if owned else "")
    parts.rows[name] = _numbered(rows)
    said = _names(intent, fields, rows)
    parts.tools[name] = ToolSpec(
        kind="search",
        table=name,
        description=_sentence(intent),
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
    parts.callers = parts.callers or _CALLERS
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
    arguments = {CALLER_ID: _caller(), **_arguments(parts, intent, wanted, matches)}
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
    tells = (key, *[n for n in copies if _is_price(n, fields[n])][:1])
    parts.tools[name] = ToolSpec(
        kind="create",
        table=table,
        description=_sentence(intent),
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


def _columns(intent: SchemaIntent) -> list[str]:
    return list(
        dict.fromkeys((*intent.required_slots, *intent.optional_slots, *intent.result_slots))
    )


def _arguments(
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


def _names(
    intent: SchemaIntent, fields: Mapping[str, FieldSpec], rows: Sequence[PlainRow]
) -> tuple[str, ...]:
    """By what people name what they search for: what is required, and so much more that some values
    which occur do not occur together. Else a search would never find nothing."""
    said = [n for n in intent.required_slots if fields[n].type != "boolean"]
    optional = [n for n in intent.optional_slots if n in fields and n not in said]
    said += [n for n in optional if fields[n].type == "date"]

    def rank(name: str) -> int:
        spec = fields[name]
        if spec.type == "boolean":
            return 2 if spec.when_true else 9
        return 3 if spec.unit or spec.type == "number" else 0 if spec.choices else 1

    for name in sorted((n for n in optional if n not in said), key=rank):
        if len(said) < _MOST_NAMES and not _has_gaps(said, rows):
            said.append(name)
    return tuple(said[:_MOST_NAMES])


def _has_gaps(names: Sequence[str], rows: Sequence[PlainRow]) -> bool:
    """Whether some values of these fields occur, but not together. What is not the case is nothing that
    is searched for."""
    whole = [row for row in rows if all(row.get(n) not in (None, False) for n in names)]
    together = {tuple(str(row[n]) for n in names) for row in whole}
    apart = [len({str(row[n]) for row in rows if row.get(n) not in (None, False)}) for n in names]
    return len(together) < math.prod(apart)


def _match(parts: Parts, intent: SchemaIntent, name: str) -> Match:
    """Which rows a search with this value finds: who asks for a rating of 4.2 takes a better one."""
    spec = parts.columns.fields[name]
    if intent.is_transactional or spec.type != "number":
        return "equal"
    match: Match = "at_least"
    if "rating" not in label_of(name, spec).split():
        if not _is_price(name, spec):
            return "equal"
        match = "at_most"
    where = f"intents.{intent.name}.{name}"
    parts.notes.guess(where, spec.description, f"what is wanted is {match.replace('_', ' ')} that")
    return match


def _caller() -> ArgumentSpec:
    return ArgumentSpec(required=True, description="The caller's id, as find_caller gives it.")


def _sentence(intent: SchemaIntent) -> str:
    text = " ".join(intent.description.split())[:400].rstrip(".") or title_of(intent.name)
    return f"{text}."


def _numbered(rows: Iterable[PlainRow]) -> list[PlainRow]:
    return [{ROW_ID: f"R{number:05d}", **row} for number, row in enumerate(rows, 1)]


def _tells(
    intent: SchemaIntent,
    fields: Mapping[str, FieldSpec],
    rows: Sequence[PlainRow],
    written: frozenset[str],
) -> tuple[str, ...]:
    """What a caller is told of a row: what names it, and one thing more."""
    given = set(intent.required_slots)
    results = [n for n in intent.result_slots if n in fields and n not in given]
    results = [n for n in results if fields[n].type != "boolean"] or results
    if not results:
        return tuple(intent.required_slots[:1])
    distinct = {n: len({str(row[n]) for row in rows if n in row}) / len(rows) for n in results}

    def naming(name: str) -> float:
        label = label_of(name, fields[name])
        score = distinct[name] + (2.0 if name in written else 0.0)
        if _NAMING.search(label) and distinct[name] > 0.05:
            score += 3.0
        if "phone" in label or fields[name].choices:
            score -= 2.5
        if "address" in label or "street" in label:
            score -= 1.0
        if _is_price(name, fields[name]):
            score -= 2.0
        score += 0.5 if "departure" in label else 0.0
        return score - (2.0 if name in intent.optional_slots else 0.0)

    def more(name: str) -> float:
        score = {"number": 2.0, "integer": 1.5, "time": 1.2, "date": 1.0}.get(fields[name].type, 0)
        score += 3.0 if _is_price(name, fields[name]) else 0.0
        return score - (3.0 if name in intent.optional_slots else 0.0)

    first = max(results, key=naming)
    rest = [name for name in results if name != first]
    return (first, max(rest, key=more)) if rest else (first,)


def _is_price(name: str, spec: FieldSpec) -> bool:
    """Whether a field is what something costs."""
    words = label_of(name, spec).split()
    return spec.type in ("integer", "number") and any(word in _PRICES for word in words)


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
    parts.callers = parts.callers or _CALLERS
    ids = caller_ids(parts.callers)
    dealt = []
    for group in groups.values():
        kept = group[: len(ids)] if single else group
        if len(kept) < len(group):
            parts.notes.leave(
                where, f"{len(group) - len(kept)} rows", "more than there are callers"
            )
        dealt += [{**row, CALLER_ID: ids[place % len(ids)]} for place, row in enumerate(kept)]
    return dealt


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
        parts.rows[source] = _numbered([*every, *added])
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
    names = [n for n in _columns(intent) if any(n in row for row in rows)]
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
    parts.rows[source] = _numbered(offers.values())
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
