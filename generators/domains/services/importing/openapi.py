"""Importing an OpenAPI 3 document: one service folder, or one for each tag of a large document."""

from collections.abc import Iterator
from pathlib import Path

from generators.domains.services.importing.finishing import (
    Imported,
    Notes,
    finished,
    imported_as,
)
from generators.domains.services.importing.openapi_document import (
    Document,
    Operation,
    read_document,
)
from generators.domains.services.importing.openapi_service import service_of
from generators.domains.services.importing.phrases import phrases_for
from generators.domains.services.importing.writing import write_service
from generators.domains.services.mistakes import ServiceError
from generators.domains.services.names import name_of

MOST_TOOLS = 40
"""Operations in one service. An agent that has to read more schemas than that reads none of them."""
_LARGEST = 5_000


def import_openapi(file: Path, out: Path) -> Iterator[Imported]:
    """Imports a document into folders under ``out``, and says what became of each service.

    A document with more than ``MOST_TOOLS`` operations becomes a service for each first tag, or first
    part of a path where there are no tags. Raises ``ImportFailed`` when it cannot be read at all.
    """
    document = read_document(file)
    notes, good = Notes(), list[Operation]()
    for each in document.operations():
        if isinstance(each, Operation):
            good.append(each)
        else:
            notes.leave(*each)
    if len(good) > _LARGEST:
        left = f"{len(good) - _LARGEST} operations"
        notes.leave("paths", left, f"left out: more than {_LARGEST}")
        del good[_LARGEST:]
    title = document.title or file.stem
    name = name_of(title) or "service"
    if len(good) <= MOST_TOOLS:
        yield _imported(document, good, name, title, out, notes)
        return
    groups: dict[str, list[Operation]] = {}
    for each in good:
        own = each.tags[0] if each.tags else (each.segments or ["other"])[0]
        groups.setdefault(name_of(f"{name} {own}") or name, []).append(each)
    for group, operations in groups.items():
        for each in operations[MOST_TOOLS:]:
            notes.leave(each.place, f"more than {MOST_TOOLS} operations under one tag")
        own = f"{title}: {group.removeprefix(f'{name}_').replace('_', ' ')}"
        yield _imported(document, operations[:MOST_TOOLS], group, own, out, notes)
        # What concerns the document stands with its first service.
        notes = Notes()


def _imported(
    document: Document, operations: list[Operation], name: str, title: str, out: Path, notes: Notes
) -> Imported:
    folder = out / name
    if folder.exists():
        problem = f"{folder} is there already: left as it is"
        return Imported(service=title, name=name, problem=problem)
    try:
        drafted, rows = service_of(document, operations, name, title, notes)
        spec, manual = finished(drafted, rows, notes)
        imported = notes.whole(spec.source)
        write_service(folder, spec, rows, manual.text, phrases_for(spec), imported)
    except (ServiceError, OSError) as error:
        problem = " ".join(str(error).split())
        return Imported(service=title, name=name, problem=problem, left_out=tuple(notes.left_out))
    return imported_as(title, spec, rows, folder, imported)
