"""Tools made of a service's records: six kinds, interpreted."""

from collections.abc import Callable
from typing import Any

from generators.domains.services.scope import (
    Scope,
    field_of,
    key_argument,
    matching,
    owner_argument,
)
from generators.domains.services.spec import ToolSpec
from generators.domains.services.values import is_day, type_of
from generators.domains.table import Database, Row, ToolFailure
from generators.domains.tool import Tool, tool_made_of

WRITES = ("create", "update", "delete")


def tools_of(scope: Scope) -> dict[str, Tool]:
    """The service's own tools, by their names in the domain."""
    return {scope.tool(name): _tool(scope, name, spec) for name, spec in scope.spec.tools.items()}


def _tool(scope: Scope, name: str, spec: ToolSpec) -> Tool:
    fields: list[Any] = []
    described = {}
    for each, argument in spec.arguments.items():
        field = field_of(scope.spec, spec, each)
        kind = type_of(field)
        if argument.required:
            fields.append((each, kind))
        elif argument.default is not None:
            fields.append((each, kind, argument.default))
        else:
            fields.append((each, kind | None, None))
        described[each] = argument.description or field.description or each.replace("_", " ")
    run = _KINDS[spec.kind](scope, name, spec)
    writes = spec.kind in WRITES

    def checked(db: Database, **given: Any) -> Any:
        for each, value in given.items():
            if value is not None and not is_day(field_of(scope.spec, spec, each), value):
                raise ToolFailure("invalid_arguments", f"{each}: there is no such day: {value}")
        return run(db, given)

    return tool_made_of(scope.tool(name), spec.description, checked, writes, fields, described)


_Run = Callable[[Database, dict[str, Any]], Any]


def _search(scope: Scope, name: str, spec: ToolSpec) -> _Run:
    owner = owner_argument(scope.spec, spec)

    def run(db: Database, given: dict[str, Any]) -> Any:
        found = matching(scope, db, spec, given)
        searched = {k: v for k, v in given.items() if v is not None and k != owner}
        results = [_shown(scope, spec, row) for row in found[: spec.limit]]
        return {"searched": searched, "total": len(found), "results": results}

    return run


def _get(scope: Scope, name: str, spec: ToolSpec) -> _Run:
    def run(db: Database, given: dict[str, Any]) -> Any:
        return _shown(scope, spec, _row_meant(scope, spec, db, given))

    return run


def _create(scope: Scope, name: str, spec: ToolSpec) -> _Run:
    entry = scope.spec.tables[spec.table]
    key = key_argument(scope.spec, spec)

    def run(db: Database, given: dict[str, Any]) -> Any:
        values = {
            spec.arguments[each].field or each: value
            for each, value in given.items()
            if value is not None
        }
        for each, value in copied(scope, db, spec, values).items():
            values.setdefault(each, value)
        values |= spec.sets
        if not key:
            parts = [value for _, value in sorted(values.items())]
            values[entry.key] = db.new_id(spec.prefix or name[:1].upper(), name, *parts)
        row = scope.row(spec.table)(**values)
        return _shown(scope, spec, db[scope.row(spec.table)].insert(row))

    return run


def _update(scope: Scope, name: str, spec: ToolSpec) -> _Run:
    entry = scope.spec.tables[spec.table]

    def run(db: Database, given: dict[str, Any]) -> Any:
        row = _row_meant(scope, spec, db, given)
        changes = {
            spec.arguments[each].field or each: value
            for each, value in given.items()
            if value is not None
        }
        changes = {k: v for k, v in changes.items() if k not in (entry.key, entry.owner)}
        changes |= spec.sets
        if all(getattr(row, name) == value for name, value in changes.items()):
            raise ToolFailure("unchanged", "the row has these values already")
        changed = db[scope.row(spec.table)].change(str(getattr(row, entry.key)), **changes)
        return _shown(scope, spec, changed)

    return run


def _delete(scope: Scope, name: str, spec: ToolSpec) -> _Run:
    def run(db: Database, given: dict[str, Any]) -> Any:
        row = _row_meant(scope, spec, db, given)
        entry = scope.spec.tables[spec.table]
        db[scope.row(spec.table)].remove(str(getattr(row, entry.key)))
        return _shown(scope, spec, row)

    return run


_KINDS: dict[str, Callable[[Scope, str, ToolSpec], _Run]] = {
    "search": _search,
    "list": _search,
    "get": _get,
    "create": _create,
    "update": _update,
    "delete": _delete,
}


def _row_meant(scope: Scope, spec: ToolSpec, db: Database, given: dict[str, Any]) -> Row:
    """The row with the key that is given; one of another caller is not found."""
    entry = scope.spec.tables[spec.table]
    row = db[scope.row(spec.table)].get(str(given[key_argument(scope.spec, spec)]))
    owner = owner_argument(scope.spec, spec)
    if owner and getattr(row, entry.owner) != given[owner]:
        raise ToolFailure("not_found", f"this caller has no such {spec.table.replace('_', ' ')}")
    return row


def copied(scope: Scope, db: Database, spec: ToolSpec, values: dict[str, Any]) -> dict[str, Any]:
    """What a ``create`` takes over from the row that it is about. Raises ``ToolFailure("not_found")``
    when there is none that agrees."""
    if not spec.found_in:
        return {}
    row = next(iter(agreeing(scope, db, spec, values)), None)
    if row is None:
        wanted = ", ".join(f"{each} {values.get(each)}" for each in spec.matches)
        raise ToolFailure("not_found", f"there is nothing with {wanted}")
    return {each: getattr(row, each) for each in spec.copies}


def agreeing(scope: Scope, db: Database, spec: ToolSpec, values: dict[str, Any]) -> list[Row]:
    """The rows that a ``create`` may be about, in key order."""
    wanted = {each: values[each] for each in spec.matches if values.get(each) is not None}
    return db[scope.row(spec.found_in)].alike(wanted)


def _shown(scope: Scope, spec: ToolSpec, row: Row) -> dict[str, Any]:
    names = spec.returns or row.__struct_fields__
    return {each: getattr(row, each) for each in names}
