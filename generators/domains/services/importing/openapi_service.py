"""Operations on resources as a service's tools and intents; method and path tell reads from writes."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from generators.domains.services.importing.finishing import Notes
from generators.domains.services.importing.making_up import made_up
from generators.domains.services.importing.openapi_document import (
    Cycle,
    Document,
    Operation,
)
from generators.domains.services.importing.openapi_resource import (
    Resource,
    describe,
    field_made_of,
    is_action,
    is_parameter,
    key_parameter,
    resources_of,
)
from generators.domains.services.importing.wants import title_of, want_of
from generators.domains.services.names import name_of, why_no_name
from generators.domains.services.spec import (
    ArgumentSpec,
    IntentSpec,
    ServiceSpec,
    TableEntry,
    ToolSpec,
)

CLOCK = "2025-03-03T09:00:00"
ENOUGH_ROWS = 24
_LIMIT = 5
_MOST_NAMES = 3
_PAGING = re.compile(
    r"^(?:page|per_?page|page_?size|limit|offset|cursor|sort|order|fields|expand)", re.I
)
_NAMING = ("name", "title", "label", "subject")
_TELLING = ("price", "total", "amount", "status", "state", "date", "time", "city")


def service_of(
    document: Document, operations: Iterable[Operation], name: str, title: str, notes: Notes
) -> tuple[ServiceSpec, dict[str, list[dict[str, Any]]]]:
    """The records and rows of the service that these operations make up."""
    tables: dict[str, TableEntry] = {}
    rows: dict[str, list[dict[str, Any]]] = {}
    tools: dict[str, ToolSpec] = {}
    intents: dict[str, IntentSpec] = {}
    for resource in resources_of(operations).values():
        if not describe(resource, document, notes):
            for each in resource.operations:
                notes.leave(each.place, "no schema says what it is about")
            continue
        made = {}
        for each in resource.operations:
            tool = _tool(document, resource, each, notes)
            own = _tool_name(each, {*tools, *made})
            if tool and why_no_name(own):
                notes.leave(each.place, "no name for a tool can be made of it")
            elif tool:
                made[own] = tool
        if not made:
            continue
        _with_rows(resource, notes)
        tables[resource.name] = TableEntry(
            key=resource.key, fields=resource.fields, wording=_wording(resource, made)
        )
        rows[resource.name] = resource.rows
        tools |= made
        for own, tool in made.items():
            intents |= _intents(resource, own, tool)
    notes.guess("clock", CLOCK, "the moment at which the world stands still")
    spec = ServiceSpec(
        name=name,
        title=title,
        summary=f"{document.summary.rstrip('.') or title}.",
        clock=CLOCK,
        tables=tables,
        tools=tools,
        intents=intents,
        source=f"the OpenAPI document {document.title or name}",
    )
    return spec, rows


def _tool_name(operation: Operation, taken: set[str]) -> str:
    """The operation's id as a name; its method and path where it has none of its own."""
    given = name_of(str(operation.body.get("operationId") or ""))
    words = [part for part in operation.segments if not is_parameter(part)]
    one = "one" if is_parameter(operation.segments[-1]) else ""
    made = name_of("_".join((operation.method, one, *words)))
    return given if given and given not in taken else made if made not in taken else ""


def _tool(
    document: Document, resource: Resource, operation: Operation, notes: Notes
) -> ToolSpec | None:
    """The tool that an operation becomes, None where it can become none."""
    if operation.body.get("deprecated") is True:
        notes.leave(operation.place, "deprecated")
        return None
    key = key_parameter(operation)
    kind = _kind(operation, key)
    if not kind:
        found = f"{operation.method} on {'one thing' if key else 'all of them'}"
        notes.leave(operation.place, found, "left out: what it changes is not said")
        return None
    try:
        arguments = _arguments(document, resource, operation, kind, notes)
    except Cycle as cycle:
        notes.leave(operation.place, str(cycle))
        return None
    if key:
        arguments = {resource.key: ArgumentSpec(required=True), **arguments}
    if kind == "update" and len(arguments) < 2:
        notes.leave(
            operation.place, "nothing that it changes", "left out: what it changes is not said"
        )
        return None
    if kind == "update" and is_action(operation):
        notes.guess(operation.place, "an action", "it changes the fields that it is given")
    if kind == "list" and arguments:
        kind = "search"
    named = [n for n in arguments if resource.fields[n].type != "boolean"]
    return ToolSpec(
        kind=kind,  # type: ignore[arg-type]
        table=resource.name,
        description=_sentence(operation, resource, notes),
        arguments=arguments,
        limit=_LIMIT,
        names=tuple(named or arguments)[:_MOST_NAMES] if kind == "search" else (),
        prefix=resource.name[:1].upper() if kind == "create" else "",
    )


def _kind(operation: Operation, key: str) -> str:
    if is_action(operation):
        return "update"
    return {
        ("get", True): "get",
        ("get", False): "list",
        ("post", False): "create",
        ("put", True): "update",
        ("patch", True): "update",
        ("delete", True): "delete",
    }.get((operation.method, bool(key)), "")


def _arguments(
    document: Document, resource: Resource, operation: Operation, kind: str, notes: Notes
) -> dict[str, ArgumentSpec]:
    """The arguments besides the key: query parameters of a list, and what the body of a write holds.
    Raises ``Cycle``."""
    found: dict[str, ArgumentSpec] = {}
    if kind == "list":
        for each in operation.parameters:
            _add_parameter(document, resource, operation, each, found, notes)
    if kind in ("create", "update"):
        properties, required = document.properties(document.request(operation).get("schema"))
        for foreign in properties:
            ours = resource.ours.get(foreign, "")
            if not ours:
                notes.leave(f"{operation.place}.{foreign[:60]}", "no field of the resource")
            elif ours in resource.wording and foreign not in required:
                notes.leave(
                    f"{operation.place}.{foreign[:60]}", "free words that need not be there"
                )
            elif ours != resource.key:
                needed = foreign in required and kind == "create"
                found[ours] = ArgumentSpec(required=needed)
            elif foreign in required and kind == "create":
                found[ours] = ArgumentSpec(required=True)
    if kind == "create" and not any(each.required for each in found.values()):
        for ours in list(found)[:2]:
            notes.guess(
                f"{operation.place}.{ours}", "optional", "required, or nothing would be said"
            )
            found[ours] = ArgumentSpec(required=True)
    return found


def _add_parameter(
    document: Document,
    resource: Resource,
    operation: Operation,
    parameter: Mapping[str, Any],
    found: dict[str, ArgumentSpec],
    notes: Notes,
) -> None:
    """One parameter of a list as a criterion. It gets a field where the resource has none of its name
    and the document says what it holds."""
    foreign, where = str(parameter.get("name", "")), str(parameter.get("in", ""))
    place = f"{operation.place}.{foreign[:60]}"
    inside = [part[1:-1] for part in operation.segments if is_parameter(part)]
    if where == "path" and foreign in inside:
        notes.leave(place, "the thing that it belongs to", "left out: all are listed together")
        return
    if where != "query":
        notes.leave(place, f"a parameter in the {where or 'document'}", "left out: no criterion")
        return
    if _PAGING.match(foreign):
        notes.leave(place, "paging or sorting", f"left out: at most {_LIMIT} are shown")
        return
    name = resource.ours.get(foreign) or name_of(foreign)
    if name not in resource.fields:
        try:
            field = field_made_of(document, name, parameter.get("schema"))
        except (Cycle, ValueError) as reason:
            notes.leave(place, str(reason))
            return
        if not name or not (field.choices or field.type == "boolean"):
            notes.leave(place, "no field of the resource", "left out: nothing could be found by it")
            return
        resource.fields[name] = msgspec.structs.replace(field, nullable=True)
        notes.guess(place, "no field of the resource", "a field was added for it")
    found[name] = ArgumentSpec(required=bool(parameter.get("required")))


def _sentence(operation: Operation, resource: Resource, notes: Notes) -> str:
    for key in ("summary", "description"):
        text = " ".join(str(operation.body.get(key) or "").split())
        if text:
            return f"{text[:400].rstrip('.')}."
    deed = {"get": "Look up", "post": "Add", "put": "Change", "patch": "Change", "delete": "Remove"}
    one = key_parameter(operation) or operation.method != "get"
    what = f"a {resource.one}" if one else resource.name.replace("_", " ")
    made = f"{deed[operation.method]} {what}."
    notes.guess(operation.place, "no summary", f"described as {made!r}")
    return made


def _wording(resource: Resource, tools: Mapping[str, ToolSpec]) -> tuple[str, ...]:
    """Free words that somebody writes. Those that are searched for are none."""
    searched = {name for tool in tools.values() if tool.kind == "search" for name in tool.arguments}
    return tuple(name for name in resource.wording if name not in searched)


def _with_rows(resource: Resource, notes: Notes) -> None:
    missing = ENOUGH_ROWS - len(resource.rows)
    if missing > 0:
        taken = {each[resource.key] for each in resource.rows}
        found = f"{len(resource.rows)} examples"
        resource.rows += made_up(resource.name, resource.key, resource.fields, taken, missing)
        done = f"{missing} rows are made up; put real ones in their place"
        notes.guess(f"rows/{resource.name}.jsonl", found, done)


def _intents(resource: Resource, name: str, tool: ToolSpec) -> dict[str, IntentSpec]:
    title, tells = title_of(name.replace("_", " ")), _tells(resource, tool)
    want = want_of(tool.description, name)
    if tool.kind in ("create", "update", "delete"):
        return {name: IntentSpec(kind=tool.kind, tool=name, title=title, want=want, tells=tells)}
    if tool.kind in ("get", "list"):
        kind = "look_up" if tool.kind == "get" else "list"
        return {name: IntentSpec(kind=kind, tool=name, title=title, want=want, tells=tells)}
    found = IntentSpec(kind="find", tool=name, title=title, want=want, tells=tells, weight=2.0)
    none = IntentSpec(
        kind="find_none", tool=name, title=f"{title}, and there is none", want=want, weight=0.7
    )
    other = msgspec.structs.replace(
        found, kind="find_other", title=f"{title}, with another wish", weight=0.7
    )
    return {name: found, f"{name}_in_vain": none, f"{name}_at_last": other}


def _tells(resource: Resource, tool: ToolSpec) -> tuple[str, ...]:
    """What a caller must hear: what names the thing, or its key, and one thing more."""
    if tool.kind in ("create", "delete"):
        return (resource.key,)
    plain = [
        name
        for name, field in resource.fields.items()
        if name not in resource.wording and field.type != "boolean"
    ]
    news = [name for name in plain if name not in tool.arguments]
    named = [name for name in plain if name.split("_")[-1] in _NAMING]
    if tool.kind == "update":
        named = []
    first = (named or [each for each in plain if each == resource.key] or plain)[0]
    rest = [name for name in news if name not in (first, resource.key)]
    telling = [name for name in rest if any(word in name for word in _TELLING)]
    return (first, *(telling or rest)[:1])
