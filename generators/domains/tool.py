"""A tool: a typed Python function over the database, with the schema that a model is shown.

The JSON Schema and the validation of arguments come from the same signature and docstring, so they
cannot disagree. A tool's first parameter is the ``Database``; the others are its arguments.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_type_hints

import docstring_parser
import msgspec

from generators.domains.table import Database, ToolFailure


@dataclass(frozen=True)
class Tool:
    """One tool. ``writes`` says whether it may change the world. Made by ``read`` or ``write``."""

    name: str
    description: str
    function: Callable[..., Any]
    writes: bool
    arguments: type[msgspec.Struct]
    schema: dict[str, Any] = field(hash=False)

    def parse(self, raw: str) -> dict[str, Any]:
        """The arguments in a raw JSON string, validated against the signature.

        Raises ``ToolFailure("invalid_arguments")`` that says what is wrong and where.
        """
        try:
            parsed = msgspec.json.decode(raw or "{}", type=self.arguments)
        except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
            raise ToolFailure("invalid_arguments", f"{self.name}: {error}") from error
        return {name: getattr(parsed, name) for name in self.arguments.__struct_fields__}

    def __call__(self, db: Database, **arguments: Any) -> Any:
        """Runs the function with arguments that ``parse`` returned."""
        return self.function(db, **arguments)


def read(function: Callable[..., Any]) -> Tool:
    """A tool that only looks."""
    return _tool(function, writes=False)


def write(function: Callable[..., Any]) -> Tool:
    """A tool that may change rows."""
    return _tool(function, writes=True)


def _tool(function: Callable[..., Any], writes: bool) -> Tool:
    name = function.__name__
    text = docstring_parser.parse(inspect.getdoc(function) or "")
    described = {each.arg_name: each.description or "" for each in text.params}
    hints = get_type_hints(function, include_extras=True)
    parameters = list(inspect.signature(function).parameters.values())[1:]
    fields = []
    for each in parameters:
        if each.name not in described:
            raise ValueError(f"tool {name}: its docstring does not describe {each.name!r}")
        if each.default is inspect.Parameter.empty:
            fields.append((each.name, hints[each.name]))
        else:
            fields.append((each.name, hints[each.name], each.default))
    description = " ".join(
        part.strip() for part in (text.short_description, text.long_description) if part
    )
    if not description:
        raise ValueError(f"tool {name}: it has no docstring")
    return tool_made_of(name, description, function, writes, fields, described)


def tool_made_of(
    name: str,
    description: str,
    function: Callable[..., Any],
    writes: bool,
    fields: Sequence[tuple[str, Any] | tuple[str, Any, Any]],
    described: Mapping[str, str],
) -> Tool:
    """A tool whose arguments are data: ``fields`` are name, type and, for optional ones, default."""
    arguments = msgspec.defstruct(
        f"{name}_arguments", fields, kw_only=True, forbid_unknown_fields=True
    )
    return Tool(
        name=name,
        description=description,
        function=function,
        writes=writes,
        arguments=arguments,
        schema=_schema(name, description, arguments, described),
    )


def _schema(
    name: str, description: str, arguments: type[msgspec.Struct], described: Mapping[str, str]
) -> dict[str, Any]:
    _, components = msgspec.json.schema_components([arguments], ref_template="#/$defs/{name}")
    body = components.pop(arguments.__name__)
    if components:
        raise ValueError(f"tool {name}: arguments must be plain values, not records: {components}")
    properties = {
        key: {**value, "description": described[key]}
        for key, value in body.get("properties", {}).items()
    }
    parameters: dict[str, Any] = {
        "type": "object",
        "properties": properties,
        "required": body.get("required", []),
        "additionalProperties": False,
    }
    return {
        "type": "function",
        "function": {"name": name, "description": description, "parameters": parameters},
    }


def toolbox(*tools: Tool) -> dict[str, Tool]:
    """Tools by name. Raises ``ValueError`` when two share one."""
    named = {tool.name: tool for tool in tools}
    if len(named) != len(tools):
        raise ValueError("two tools share a name")
    return named
