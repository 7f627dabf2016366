"""The part of a recipe that brings worlds of the user's own."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag

from pipelines.section import Section, Whole

Path = Annotated[str, Field(min_length=1)]


class Folder(Section):
    """Service folders as an import leaves them: one, or a folder of them. ``pairs`` of them that have
    no intent in common are drawn and joined."""

    kind: Literal["folder"] = "folder"
    folder: Path
    pairs: Whole = 0


class Sgd(Section):
    """A schema-guided description of services and the rows of their entities, imported when the build
    begins. ``pairs`` as for folders."""

    # A section that is asked for its ``schema`` gives its own.
    model_config = ConfigDict(serialize_by_alias=True)

    kind: Literal["sgd"]
    schema_file: Annotated[Path, Field(alias="schema")]
    entities: Path
    pairs: Whole = 0


class OpenAPI(Section):
    """An OpenAPI 3 document, imported when the build begins. ``pairs`` as for folders."""

    kind: Literal["openapi"]
    document: Path
    pairs: Whole = 0


def _kind(value: Any) -> str:
    kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
    return kind if kind in PATHS else "folder"


Group = Annotated[
    Annotated[Folder, Tag("folder")]
    | Annotated[Sgd, Tag("sgd")]
    | Annotated[OpenAPI, Tag("openapi")],
    Discriminator(_kind),
]
"""Where a group of domains comes from."""

PATHS = {
    "folder": {"folder": "folder"},
    "sgd": {"schema": "schema_file", "entities": "entities"},
    "openapi": {"document": "document"},
}
"""Kind -> the fields that say where something lies, as recipes and as sections call them. They have no
part in any result."""


def files_of(group: Folder | Sgd | OpenAPI) -> dict[str, str]:
    """The paths of a group, by the names that they have in recipes."""
    return {name: getattr(group, field) for name, field in PATHS[group.kind].items()}
