"""One service inside a domain: its data, and by what names they go there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from generators.domains.policy import Policy
from generators.domains.services.callers import CALLER_PHONE
from generators.domains.services.spec import (
    FieldSpec,
    Match,
    ServiceSpec,
    TableEntry,
    ToolSpec,
)
from generators.domains.services.values import type_of
from generators.domains.table import Database, Row, TableSpec, fold


@dataclass(frozen=True, slots=True)
class Service:
    """A service folder that was read and found right: its records, rows by table, and policy."""

    spec: ServiceSpec
    rows: Mapping[str, Sequence[Row]]
    row_types: Mapping[str, type[Row]]
    policy: Policy


@dataclass(frozen=True, slots=True)
class Scope:
    """A service under its names in a domain. ``prefix`` stands before the names of its tables, intents,
    facts and phrases, and is empty where the service is a domain by itself; ``tool_names`` are the
    names of its tools that differ from those in its own records."""

    service: Service
    prefix: str = ""
    tool_names: Mapping[str, str] = field(default_factory=dict)

    @property
    def spec(self) -> ServiceSpec:
        """The service's records."""
        return self.service.spec

    def named(self, name: str) -> str:
        """A table, intent or phrase by its name in the domain."""
        return f"{self.prefix}{name}"

    def fact(self, argument: str) -> str:
        """The key of the fact that an argument takes. Who is calling is one fact for all services."""
        return argument if argument == CALLER_PHONE else f"{self.prefix}{argument}"

    def tool(self, name: str) -> str:
        """A tool by its name in the domain."""
        return self.tool_names.get(name, name)

    def row(self, table: str) -> type[Row]:
        """The row type of a table."""
        return self.service.row_types[table]

    def own_tools(self, *kinds: str) -> list[str]:
        """The tools of these kinds, by their names in the records."""
        return [name for name, tool in self.spec.tools.items() if tool.kind in kinds]

    def tables(self) -> list[TableSpec]:
        """The tables as a database takes them."""
        return [
            TableSpec(
                row=self.row(name),
                name=self.named(name),
                key=entry.key,
                references={each: self.row(target) for each, target in entry.references.items()},
                wording=entry.wording,
            )
            for name, entry in self.spec.tables.items()
        ]


def row_type(name: str, entry: TableEntry) -> type[Row]:
    """The row type of a table. Fields that may be lacking come with None."""
    fields: list[Any] = []
    for each, spec in entry.fields.items():
        kind = type_of(spec)
        fields.append((each, kind | None, None) if spec.nullable else (each, kind))
    made: Any = msgspec.defstruct(
        name, fields, bases=(Row,), frozen=True, kw_only=True, forbid_unknown_fields=True
    )
    return made


def field_of(service: ServiceSpec, tool: ToolSpec, name: str) -> FieldSpec:
    """The field that a tool's argument stands for."""
    argument = tool.arguments[name]
    return service.tables[tool.table].fields[argument.field or name]


def owner_argument(service: ServiceSpec, tool: ToolSpec) -> str:
    """The argument that takes the caller's id, empty when the tool has none."""
    owner = service.tables[tool.table].owner
    return next(
        (name for name, each in tool.arguments.items() if owner and (each.field or name) == owner),
        "",
    )


def key_argument(service: ServiceSpec, tool: ToolSpec) -> str:
    """The argument that takes a row's key, empty when the tool has none."""
    key = service.tables[tool.table].key
    return next((name for name, each in tool.arguments.items() if (each.field or name) == key), "")


def matching(scope: Scope, db: Database, tool: ToolSpec, given: Mapping[str, Any]) -> list[Row]:
    """The rows of a search's table that match all that is given, in key order. The case of letters
    makes no difference."""
    wanted: list[tuple[str, Match, Any]] = [
        (each.field or name, each.match, given[name])
        for name, each in tool.arguments.items()
        if given.get(name) is not None
    ]
    equal = {name: value for name, match, value in wanted if match == "equal"}
    others = [each for each in wanted if each[1] != "equal"]
    return [
        row
        for row in db[scope.row(tool.table)].alike(equal)
        if all(_matches(match, getattr(row, name), value) for name, match, value in others)
    ]


def _matches(match: Match, value: Any, wanted: Any) -> bool:
    """Whether a row's value is what was wanted."""
    if value is None:
        return False
    match match:
        case "contains":
            return fold(wanted) in fold(value)
        case "at_least":
            return value >= wanted
        case _:
            return value <= wanted
