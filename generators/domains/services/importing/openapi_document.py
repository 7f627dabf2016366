"""An OpenAPI 3 document: read, looked through, and followed along its references.

Whatever cannot be used is told with its place; nothing in a document is ever fetched or run.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from generators.domains.services.mistakes import ImportFailed, shown

LARGEST_BYTES = 20_000_000
_DEEPEST = 24
METHODS = ("get", "post", "put", "patch", "delete")


class Cycle(ValueError):
    """A reference that leads back to itself, out of the document, or nowhere."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. ``parameters`` are those of the path and its own, with references followed."""

    path: str
    method: str
    body: Mapping[str, Any]
    parameters: tuple[Mapping[str, Any], ...]

    @property
    def place(self) -> str:
        """Where it stands in the document, for messages."""
        return f"paths.{self.path}.{self.method}"

    @property
    def segments(self) -> list[str]:
        """The path's parts: ``/pets/{id}`` is ``pets``, ``{id}``."""
        return [part for part in self.path.split("/") if part]

    @property
    def tags(self) -> list[str]:
        """The tags it goes under."""
        return [each for each in as_list(self.body.get("tags")) if isinstance(each, str)]


class Document:
    """A document and its references."""

    def __init__(self, tree: Mapping[str, Any]) -> None:
        self._tree = tree

    @property
    def title(self) -> str:
        """What the document is called; empty when it does not say."""
        return " ".join(str(as_mapping(self._tree.get("info")).get("title") or "").split())[:80]

    @property
    def summary(self) -> str:
        """The first sentence of its description."""
        text = str(as_mapping(self._tree.get("info")).get("description") or "")
        return " ".join(text.split()).split(". ")[0][:300]

    def followed(self, node: Any) -> Mapping[str, Any]:
        """The node, or what it refers to. Raises ``Cycle``."""
        seen: list[str] = []
        while isinstance(node, Mapping) and isinstance(node.get("$ref"), str):
            reference = node["$ref"]
            if reference in seen or len(seen) > _DEEPEST:
                raise Cycle(f"the reference {shown(reference)} leads back to itself")
            seen.append(reference)
            if not reference.startswith("#/"):
                raise Cycle(f"the reference {shown(reference)} leads out of the document")
            node = self._tree
            for part in reference[2:].split("/"):
                part = part.replace("~1", "/").replace("~0", "~")
                if not isinstance(node, Mapping) or part not in node:
                    raise Cycle(f"the reference {shown(reference)} leads nowhere")
                node = node[part]
        return as_mapping(node)

    def properties(self, schema: Any, depth: int = 0) -> tuple[dict[str, Any], set[str]]:
        """The properties of an object's schema, those of ``allOf`` among them, and which are required.
        Raises ``Cycle``."""
        if depth > _DEEPEST:
            raise Cycle("schemas are put together in a circle")
        found = self.followed(schema)
        properties: dict[str, Any] = {}
        required: set[str] = set()
        for part in as_list(found.get("allOf")):
            more, needed = self.properties(part, depth + 1)
            properties |= more
            required |= needed
        for name, each in as_mapping(found.get("properties")).items():
            properties[str(name)] = each
        required |= {each for each in as_list(found.get("required")) if isinstance(each, str)}
        return properties, required

    def operations(self) -> Iterator[Operation | tuple[str, str]]:
        """Every operation in the order of the document; for one that cannot be read, its place and what
        is wrong."""
        for path, item in as_mapping(self._tree.get("paths")).items():
            if not isinstance(path, str) or not path.startswith("/"):
                yield f"paths.{shown(path)}", "no path: it does not begin with a slash"
                continue
            try:
                found = self.followed(item)
            except Cycle as cycle:
                yield f"paths.{path}", str(cycle)
                continue
            for method in METHODS:
                if method in found:
                    yield self._operation(path, method, found)

    def _operation(
        self, path: str, method: str, item: Mapping[str, Any]
    ) -> Operation | tuple[str, str]:
        body = as_mapping(item[method])
        given = [*as_list(item.get("parameters")), *as_list(body.get("parameters"))]
        try:
            parameters = {
                (str(each.get("in")), str(each.get("name"))): each
                for each in map(self.followed, given)
            }
        except Cycle as cycle:
            return f"paths.{path}.{method}", str(cycle)
        return Operation(path, method, body, tuple(parameters.values()))

    def answer(self, operation: Operation) -> Mapping[str, Any]:
        """The JSON part of an operation's first good response: its ``schema`` and examples. Raises
        ``Cycle``."""
        responses = as_mapping(operation.body.get("responses"))
        good = sorted((str(code), code) for code in responses if str(code).startswith("2"))
        return _json(self.followed(responses[good[0][1]])) if good else {}

    def request(self, operation: Operation) -> Mapping[str, Any]:
        """The JSON part of what an operation takes. Raises ``Cycle``."""
        return _json(self.followed(operation.body.get("requestBody")))

    def examples(self, part: Mapping[str, Any]) -> list[Any]:
        """The example values beside and in a schema."""
        found: list[Any] = []
        try:
            nodes = (part, self.followed(part.get("schema")))
        except Cycle:
            nodes = (part,)
        for node in nodes:
            if "example" in node:
                found.append(node["example"])
            examples = node.get("examples")
            found += as_list(examples)
            for each in as_mapping(examples).values():
                try:
                    found.append(self.followed(each).get("value"))
                except Cycle:
                    continue
        return found


def read_document(path: Path) -> Document:
    """The document in a JSON or YAML file. Raises ``ImportFailed``."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise ImportFailed(f"{path}: larger than {LARGEST_BYTES // 1_000_000} MB")
        text = path.read_text(encoding="utf-8")
        tree = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except FileNotFoundError:
        raise ImportFailed(f"{path}: no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ImportFailed(f"{path}: cannot be read ({error})") from None
    except (yaml.YAMLError, RecursionError) as error:
        said = " ".join(str(error).split())[:200] or "nested too deeply"
        raise ImportFailed(f"{path}: found neither JSON nor YAML ({said})") from None
    if not isinstance(tree, Mapping):
        raise ImportFailed(f"{path}: found {shown(tree)}; right would be an OpenAPI document")
    version = str(tree.get("openapi", ""))
    if not version.startswith("3."):
        old = f"swagger {tree['swagger']}" if "swagger" in tree else shown(version)
        raise ImportFailed(f"{path}, openapi: found {old}; right would be a version 3 document")
    if not as_mapping(tree.get("paths")):
        raise ImportFailed(f"{path}, paths: found nothing; right would be at least one path")
    return Document(tree)


def _json(node: Mapping[str, Any]) -> Mapping[str, Any]:
    content = as_mapping(node.get("content"))
    return next((as_mapping(part) for kind, part in content.items() if "json" in str(kind)), {})


def as_mapping(node: Any) -> Mapping[str, Any]:
    """The node where it is an object, else nothing."""
    return node if isinstance(node, Mapping) else {}


def as_list(node: Any) -> list[Any]:
    """The node where it is a list, else nothing."""
    return node if isinstance(node, list) else []
