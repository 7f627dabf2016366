"""Resources behind the paths of an OpenAPI document: which there are, and their fields and rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from generators.domains.services.importing.finishing import Notes
from generators.domains.services.importing.guessing import (
    MOST_TEXT,
    label_of_name,
    unit_of,
    words_of_flag,
)
from generators.domains.services.importing.openapi_document import Cycle, Document, Operation
from generators.domains.services.names import name_of
from generators.domains.services.reading import allowed
from generators.domains.services.spec import FieldSpec

MOST_FIELDS = 24
WORDING = ("description", "note", "notes", "comment", "comments", "message", "text", "body")
_TYPES = {"string": "text", "integer": "integer", "number": "number", "boolean": "boolean"}
_FORMATS = {"date": "date", "date-time": "datetime", "time": "time"}
_LISTS = ("items", "data", "results", "content", "value", "values")


@dataclass(slots=True)
class Resource:
    """One kind of thing that paths are about. ``key`` is the field by which one is known; ``ours`` maps
    the document's names to fields, and to nothing where a field is left out. ``rows`` come from
    examples."""

    name: str
    operations: list[Operation] = field(default_factory=list)
    key: str = ""
    fields: dict[str, FieldSpec] = field(default_factory=dict)
    ours: dict[str, str] = field(default_factory=dict)
    wording: tuple[str, ...] = ()
    rows: list[dict[str, Any]] = field(default_factory=list)

    @property
    def one(self) -> str:
        """What one of them is called."""
        words = self.name.replace("_", " ")
        if words.endswith("ies"):
            return f"{words[:-3]}y"
        return words[:-1] if words.endswith("s") and not words.endswith("ss") else words


def resources_of(operations: Iterable[Operation]) -> dict[str, Resource]:
    """The resources, by their names: the last part of a path that is no parameter, with the one before
    where two would share a name."""
    listed = [(each, _trail(each)) for each in operations]
    ways: dict[str, set[tuple[str, ...]]] = {}
    for _, trail in listed:
        if trail:
            ways.setdefault(trail[-1], set()).add(trail[-2:])
    found: dict[str, Resource] = {}
    for each, trail in listed:
        if trail:
            name = name_of("_".join(trail[-2:] if len(ways[trail[-1]]) > 1 else trail[-1:]))
            if name:
                found.setdefault(name, Resource(name)).operations.append(each)
    return found


def is_parameter(part: str) -> bool:
    """Whether a part of a path is filled in."""
    return part.startswith("{") and part.endswith("}")


def is_action(operation: Operation) -> bool:
    """Whether a path ends in something that is done to one thing: ``/pets/{id}/adopt``."""
    parts = operation.segments
    if len(parts) < 3 or operation.method == "get" or is_parameter(parts[-1]):
        return False
    return is_parameter(parts[-2]) and not parts[-1].endswith("s")


def key_parameter(operation: Operation) -> str:
    """The parameter that stands for one thing: at the end of the path, or before an action; empty where
    there is none."""
    parts = operation.segments[:-1] if is_action(operation) else operation.segments
    return parts[-1][1:-1] if parts and is_parameter(parts[-1]) else ""


def _trail(operation: Operation) -> tuple[str, ...]:
    parts = operation.segments[:-1] if is_action(operation) else operation.segments
    return tuple(part for part in parts if not is_parameter(part))


def describe(resource: Resource, document: Document, notes: Notes) -> bool:
    """Fills in a resource's fields, key and rows. False when nothing says what it consists of."""
    schemas, examples = _parts(resource, document, notes)
    for schema in schemas:
        try:
            properties, _ = document.properties(schema)
        except Cycle as cycle:
            notes.leave(f"resources.{resource.name}", str(cycle), "this schema is left out")
            continue
        for foreign, node in properties.items():
            _add_field(resource, document, foreign, node, notes)
    if not resource.fields:
        return False
    _choose_key(resource, notes)
    for each in examples:
        if isinstance(each, Mapping):
            _add_row(resource, each, notes)
    return True


def _parts(
    resource: Resource, document: Document, notes: Notes
) -> tuple[list[Mapping[str, Any]], list[Any]]:
    """The schemas and the examples of one thing: from answers first, from requests after."""
    schemas: list[Mapping[str, Any]] = []
    examples: list[Any] = []
    for part_of in (document.answer, document.request):
        for operation in resource.operations:
            try:
                part = part_of(operation)
                item, listed = _one_of(document, document.followed(part.get("schema")))
            except Cycle as cycle:
                notes.leave(operation.place, str(cycle), "this schema is left out")
                continue
            if item:
                schemas.append(item)
            for value in document.examples(part):
                examples += _things(value, listed)
            if listed:
                examples += document.examples({"schema": item})
    return schemas, examples


def _one_of(document: Document, schema: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """The schema of one thing, and where it lies in a list of them: ``[]`` for a bare list, a property's
    name for a list inside an object, empty for no list."""
    if schema.get("type") == "array":
        return document.followed(schema.get("items")), "[]"
    properties, _ = document.properties(schema)
    for name in _LISTS:
        node = document.followed(properties.get(name))
        if node.get("type") == "array":
            item = document.followed(node.get("items"))
            if document.properties(item)[0]:
                return item, name
    return (schema, "") if properties else ({}, "")


def _things(value: Any, listed: str) -> list[Any]:
    if listed == "[]" and isinstance(value, list):
        return value
    if listed and isinstance(value, Mapping) and isinstance(value.get(listed), list):
        return value[listed]
    return [value]


def _add_field(
    resource: Resource, document: Document, foreign: str, node: Any, notes: Notes
) -> None:
    if foreign in resource.ours:
        return
    name, place = name_of(foreign), f"resources.{resource.name}.{foreign[:60]}"
    resource.ours[foreign] = ""
    try:
        made = field_made_of(document, name, node)
    except (Cycle, ValueError) as reason:
        notes.leave(place, str(reason))
        return
    if not name or name in resource.fields:
        notes.leave(place, "no name of its own")
    elif len(resource.fields) == MOST_FIELDS:
        notes.leave(place, f"more than {MOST_FIELDS} fields")
    else:
        if made.type == "text" and name in WORDING:
            resource.wording = (*resource.wording, name)
            notes.guess(place, "a text", "taken for free words, which may differ")
        if made.type == "boolean":
            notes.guess(place, "a boolean", f"said as {made.when_true!r} or {made.when_false!r}")
        resource.fields[name] = msgspec.structs.replace(made, nullable=True)
        resource.ours[foreign] = name


def field_made_of(document: Document, name: str, node: Any) -> FieldSpec:
    """The field that a schema of one value describes. Raises ``ValueError`` for one that holds no plain
    value, and ``Cycle``."""
    schema = document.followed(node)
    choices = schema.get("enum")
    kind = schema.get("type", "string" if choices else None)
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), None)
    if kind not in _TYPES:
        what = {"array": "a list", "object": "an object"}.get(str(kind), "no plain value")
        raise ValueError(f"{what}; a field holds one plain value")
    description = " ".join(str(schema.get("description") or "").split())[:MOST_TEXT]
    label = label_of_name(name, description)
    yes, no = words_of_flag(name) if kind == "boolean" and name else ("", "")
    made = FieldSpec(
        type=_FORMATS.get(str(schema.get("format")), _TYPES[kind]),  # type: ignore[arg-type]
        description=description,
        label=label,
        unit=unit_of(name, label) if kind == "integer" else "",
        when_true=yes,
        when_false=no,
    )
    if isinstance(choices, list) and made.type in ("text", "integer"):
        fitting = tuple(dict.fromkeys(each for each in choices if allowed(made, each)))
        made = msgspec.structs.replace(made, choices=fitting)
    example = schema.get("example", schema.get("default"))
    if example is not None and not made.choices and allowed(made, example):
        made = msgspec.structs.replace(made, examples=(example,))
    return made


def _choose_key(resource: Resource, notes: Notes) -> None:
    """The field by which one thing is known: what paths call it, or its id. It is text always, so that
    new things can be given one."""
    named = [name_of(key_parameter(each)) for each in resource.operations if key_parameter(each)]
    one = resource.one.replace(" ", "_")
    options = [*named, "id", *(name.removeprefix(f"{one}_") for name in named), f"{one}_id"]
    key = next((name for name in options if name in resource.fields), "")
    place = f"resources.{resource.name}"
    if not key:
        key = named[0] if named else "id"
        notes.guess(place, "no field that is a key", f"{key} is made up for it")
    elif resource.fields[key].type != "text":
        found = resource.fields[key].type
        notes.guess(f"{place}.{key}", found, "held as text, so that new ones can be given one")
    plain = resource.fields.pop(key, FieldSpec())
    label = (
        f"{resource.one} number" if plain.label in ("", "id", f"{resource.one} id") else plain.label
    )
    plain = FieldSpec(description=plain.description, label=label)
    resource.fields = {key: plain, **resource.fields}
    resource.key = key


def _add_row(resource: Resource, foreign: Mapping[str, Any], notes: Notes) -> None:
    row: dict[str, Any] = {}
    for theirs, ours in resource.ours.items():
        value = foreign.get(theirs)
        if not ours or value is None:
            continue
        if ours == resource.key:
            value = str(value)[:60]
        if resource.fields[ours].type == "number" and type(value) is int:
            value = float(value)
        if allowed(resource.fields[ours], value):
            row[ours] = value
        else:
            place = f"resources.{resource.name}.{theirs[:60]}"
            notes.leave(place, f"the example {str(value)[:60]!r}", "left out of the row")
    taken = {each[resource.key] for each in resource.rows}
    if row.get(resource.key) and row[resource.key] not in taken and len(row) > 1:
        resource.rows.append(row)
