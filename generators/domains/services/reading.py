"""Reading a service folder: records, rows and policy, each looked through before anything is built."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from generators.domains.policy import Policy, read_policy
from generators.domains.services.callers import FIND_CALLER, MOST_CALLERS, caller_ids
from generators.domains.services.mistakes import Mistake, ServiceError, record_of, shown, yaml_in
from generators.domains.services.names import why_no_name
from generators.domains.services.scope import Service, key_argument, owner_argument, row_type
from generators.domains.services.spec import (
    FieldSpec,
    IntentSpec,
    ServiceSpec,
    TableEntry,
    ToolSpec,
)
from generators.domains.services.values import is_day, type_of
from generators.domains.table import Row

SERVICE_FILE = "service.yaml"
POLICY_FILE = "policy.md"
PHRASES_FILE = "phrases.yaml"
NOTES_FILE = "import.yaml"
ROWS_FOLDER = "rows"

_TOOL_OF = {
    "find": ("search",),
    "find_none": ("search",),
    "find_other": ("search",),
    "look_up": ("get",),
    "list": ("list",),
    "create": ("create",),
    "update": ("update",),
    "delete": ("delete",),
}
_KEYED = ("get", "update", "delete")


def read_service(folder: Path) -> Service:
    """The service in a folder. Raises ``ServiceError`` with every mistake that was found."""
    wrong: list[Mistake] = []
    spec = record_of(yaml_in(folder / SERVICE_FILE), ServiceSpec, SERVICE_FILE, wrong)
    if spec is None:
        raise ServiceError(folder, wrong)
    wrong += [Mistake(SERVICE_FILE, *each) for each in mistakes_in(spec)]
    policy = _policy(folder, spec, wrong)
    if wrong:
        raise ServiceError(folder, wrong)
    types = {name: row_type(name, entry) for name, entry in spec.tables.items()}
    rows = {name: _rows(folder, name, spec, types[name], wrong) for name in spec.tables}
    wrong += _dangling(spec, rows)
    if wrong:
        raise ServiceError(folder, wrong)
    return Service(spec, rows, types, policy)


def mistakes_in(spec: ServiceSpec) -> Iterator[tuple[str, str, str]]:
    """What in the records does not fit together: field, what was found, what would be right."""
    for kind, names in (
        ("name", [spec.name]),
        *(
            (f"{part}.{name}", [name])
            for part in ("tables", "tools", "intents")
            for name in getattr(spec, part)
        ),
    ):
        for name in names:
            reason = why_no_name(name)
            if reason:
                yield kind, reason, "a name such as find_hotel"
    try:
        if datetime.fromisoformat(spec.clock).tzinfo:
            raise ValueError
    except ValueError:
        yield "clock", shown(spec.clock), "a time such as 2019-03-01T09:00:00"
    if not 0 <= spec.callers <= MOST_CALLERS:
        yield "callers", shown(spec.callers), f"a number from 0 to {MOST_CALLERS}"
    if not spec.intents:
        yield "intents", "none", "at least one intent"
    for name, entry in spec.tables.items():
        for field, found, right in _in_table(spec, entry):
            yield f"tables.{name}.{field}", found, right
    for name, tool in spec.tools.items():
        if name == FIND_CALLER:
            yield f"tools.{name}", "the name of the tool that finds callers", "another name"
        if tool.table not in spec.tables:
            yield f"tools.{name}.table", shown(tool.table), f"one of {', '.join(spec.tables)}"
            continue
        for field, found, right in _in_tool(spec, tool):
            yield f"tools.{name}.{field}", found, right
    for name, intent in spec.intents.items():
        for field, found, right in _in_intent(spec, intent):
            yield f"intents.{name}.{field}", found, right


def _in_table(spec: ServiceSpec, entry: TableEntry) -> Iterator[tuple[str, str, str]]:
    known = f"one of the table's fields: {', '.join(entry.fields)}"
    for name in entry.fields:
        reason = why_no_name(name)
        if reason:
            yield f"fields.{name}", reason, "a name such as check_in_date"
    if entry.key not in entry.fields:
        yield "key", shown(entry.key), known
    elif entry.fields[entry.key].type not in ("text", "integer"):
        yield f"fields.{entry.key}.type", shown(entry.fields[entry.key].type), "text or integer"
    if entry.owner:
        if entry.owner not in entry.fields:
            yield "owner", shown(entry.owner), known
        if not spec.callers:
            yield "owner", f"{entry.owner}, but the service knows no callers", "callers: 40"
    for name, target in entry.references.items():
        if name not in entry.fields:
            yield f"references.{name}", "no field of that name", known
        if target not in spec.tables:
            yield f"references.{name}", shown(target), f"one of {', '.join(spec.tables)}"
    for name in entry.wording:
        if name not in entry.fields or entry.fields[name].type != "text":
            yield "wording", shown(name), "a field of type text"
    for name, field in entry.fields.items():
        if field.choices:
            kind = {"text": str, "integer": int}.get(field.type)
            if kind is None or any(type(each) is not kind for each in field.choices):
                yield f"fields.{name}.choices", shown(field.choices), "values of the field's type"
        for each in field.examples:
            if not allowed(field, each):
                yield f"fields.{name}.examples", shown(each), f"a value of type {field.type}"


def _in_tool(spec: ServiceSpec, tool: ToolSpec) -> Iterator[tuple[str, str, str]]:
    entry = spec.tables[tool.table]
    known = f"one of the fields of {tool.table}: {', '.join(entry.fields)}"
    if not tool.description.strip():
        yield "description", "nothing", "a sentence"
    if not 1 <= tool.limit <= 100:
        yield "limit", shown(tool.limit), "a number from 1 to 100"
    unknown = [n for n, a in tool.arguments.items() if (a.field or n) not in entry.fields]
    for name in unknown:
        yield f"arguments.{name}", shown(tool.arguments[name].field or name), known
    for part in ("returns", "sets"):
        for name in getattr(tool, part):
            if name not in entry.fields:
                yield part, shown(name), known
    if unknown or entry.key not in entry.fields:
        return
    for name, argument in tool.arguments.items():
        reason = why_no_name(name)
        if reason:
            yield f"arguments.{name}", reason, "a name such as check_in_date"
        field = entry.fields[argument.field or name]
        if argument.default is not None and not allowed(field, argument.default):
            yield (
                f"arguments.{name}.default",
                shown(argument.default),
                f"a value of type {field.type}",
            )
        if argument.match == "contains" and field.type != "text":
            yield f"arguments.{name}.match", "contains", "equal, at_least or at_most"
    for name in tool.names:
        if name not in tool.arguments:
            yield "names", shown(name), f"one of the arguments: {', '.join(tool.arguments)}"
    for name, value in tool.sets.items():
        if name in entry.fields and not (value is None or allowed(entry.fields[name], value)):
            yield f"sets.{name}", shown(value), f"a value of type {entry.fields[name].type}"
    key = key_argument(spec, tool)
    if tool.kind in _KEYED and not (key and tool.arguments[key].required):
        yield "arguments", "none that takes the row's key", f"{entry.key}: {{required: true}}"
    if tool.kind == "create":
        yield from _in_create(spec, tool)


def _in_create(spec: ServiceSpec, tool: ToolSpec) -> Iterator[tuple[str, str, str]]:
    entry = spec.tables[tool.table]
    if tool.found_in:
        source = spec.tables.get(tool.found_in)
        if source is None:
            yield "found_in", shown(tool.found_in), f"one of {', '.join(spec.tables)}"
            return
        given = {argument.field or name for name, argument in tool.arguments.items()}
        if not tool.matches:
            yield "matches", "nothing", f"fields of {tool.found_in} that are arguments too"
        for name in tool.matches:
            if name not in source.fields or name not in given:
                yield "matches", shown(name), f"a field of {tool.found_in} that is an argument too"
        for name in tool.copies:
            if name not in source.fields or name not in entry.fields:
                yield "copies", shown(name), f"a field of both {tool.found_in} and {tool.table}"
    sure = {
        argument.field or name
        for name, argument in tool.arguments.items()
        if argument.required or argument.default is not None
    }
    sure |= {*tool.sets, *tool.copies, entry.key}
    for name, field in entry.fields.items():
        if name not in sure and not field.nullable:
            yield (
                "arguments",
                f"nothing that fills {tool.table}.{name}",
                f"{name}, or nullable: true",
            )


def _in_intent(spec: ServiceSpec, intent: IntentSpec) -> Iterator[tuple[str, str, str]]:
    tool = spec.tools.get(intent.tool)
    right = _TOOL_OF[intent.kind]
    fitting = [name for name, each in spec.tools.items() if each.kind in right]
    options = f"one of {', '.join(fitting)}" if fitting else f"a tool of kind {' or '.join(right)}"
    if tool is None or tool.kind not in right:
        yield "tool", shown(intent.tool), options
        return
    if tool.table not in spec.tables:
        return
    if not intent.want.strip():
        yield "want", "nothing", "words that complete: You want to ..."
    shows = set(tool.returns or spec.tables[tool.table].fields)
    for name in intent.tells:
        if name not in shows:
            yield "tells", shown(name), f"what {intent.tool} returns: {', '.join(sorted(shows))}"
    if intent.kind in ("find_none", "find_other"):
        if not tool.names:
            yield "tool", f"{intent.tool}, which has no names", "a search with names"
    if intent.kind != "find_none" and not intent.tells:
        yield "tells", "nothing", "at least one field that the caller must hear"
    if intent.search:
        search = spec.tools.get(intent.search)
        if intent.kind != "create" or search is None or search.kind != "search":
            yield "search", shown(intent.search), "a search, for an intent of kind create"
        elif search.table != tool.found_in:
            yield "search", shown(intent.search), f"a search in {tool.found_in or 'found_in'}"
    if intent.weight < 0 or intent.weight != intent.weight:
        yield "weight", shown(intent.weight), "a number from 0"
    if owner_argument(spec, tool) and not spec.callers:
        yield "tool", f"{intent.tool}, which is about a caller", "callers: 40"


def allowed(field: FieldSpec, value: Any) -> bool:
    """Whether a field may have this value."""
    try:
        return is_day(field, msgspec.convert(value, type_of(field)))
    except msgspec.ValidationError:
        return False


def _policy(folder: Path, spec: ServiceSpec, wrong: list[Mistake]) -> Policy:
    try:
        policy = read_policy(folder / POLICY_FILE)
    except FileNotFoundError:
        wrong.append(Mistake(POLICY_FILE, "", "no such file", "a file"))
        return Policy("", {})
    except (OSError, ValueError) as error:
        wrong.append(Mistake(POLICY_FILE, "", str(error), "one clause for each id"))
        return Policy("", {})
    known = ", ".join(policy.clauses) or "none"
    named = [(f"rules.{name}", name) for name in spec.rules]
    named += [
        (f"intents.{name}.clauses", each)
        for name, intent in spec.intents.items()
        for each in intent.clauses
    ]
    for place, clause in named:
        if clause not in policy.clauses:
            right = f"a clause of {POLICY_FILE}; there are: {known}"
            wrong.append(Mistake(SERVICE_FILE, place, shown(clause), right))
    return policy


def _rows(
    folder: Path, name: str, spec: ServiceSpec, kind: type[Row], wrong: list[Mistake]
) -> tuple[Row, ...]:
    path = folder / ROWS_FOLDER / f"{name}.jsonl"
    file = f"{ROWS_FOLDER}/{name}.jsonl"
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return ()
    except OSError as error:
        wrong.append(Mistake(file, "", str(error), "a file that can be read"))
        return ()
    entry = spec.tables[name]
    decoder = msgspec.json.Decoder(kind)
    days = [each for each, field in entry.fields.items() if field.type in ("date", "datetime")]
    rows: dict[str, Row] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            text, _, place = str(error).partition(" - at `$.")
            field = f"line {number}, {place.rstrip('`')}" if place else f"line {number}"
            wrong.append(Mistake(file, field, text, f"a row of {name}"))
            continue
        for each in days:
            value = getattr(row, each)
            if value is not None and not is_day(entry.fields[each], value):
                wrong.append(Mistake(file, f"line {number}, {each}", shown(value), "a real day"))
        key = str(getattr(row, entry.key))
        if key in rows:
            place = f"line {number}, {entry.key}"
            wrong.append(Mistake(file, place, f"{shown(key)} again", "another key"))
        rows[key] = row
    return tuple(rows.values())


def _dangling(spec: ServiceSpec, rows: dict[str, tuple[Row, ...]]) -> Iterator[Mistake]:
    """Rows that point to no row, or to no caller."""
    people = set(caller_ids(spec.callers))
    for name, entry in spec.tables.items():
        keys = {
            field: {str(getattr(each, spec.tables[target].key)) for each in rows[target]}
            for field, target in entry.references.items()
        }
        if entry.owner:
            keys[entry.owner] = people
        for row in rows[name]:
            for field, known in keys.items():
                value = getattr(row, field)
                if value not in (None, "") and str(value) not in known:
                    place = f"{getattr(row, entry.key)}, {field}"
                    target = "caller" if field == entry.owner else entry.references[field]
                    yield Mistake(f"{ROWS_FOLDER}/{name}.jsonl", place, shown(value), f"a {target}")
