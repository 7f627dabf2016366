"""Importing a schema: a folder for each service, and a line for everything that is not in it."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from generators.domains.services import callers
from generators.domains.services.importing.finishing import (
    Imported,
    Notes,
    PlainRow,
    finished,
    imported_as,
)
from generators.domains.services.importing.phrases import phrases_for
from generators.domains.services.importing.policy import Manual
from generators.domains.services.importing.sgd_columns import (
    columns_of,
    known_intent,
    typed_rows,
)
from generators.domains.services.importing.sgd_files import (
    RowsOf,
    SchemaIntent,
    SchemaService,
    distinct,
    read_rows,
    read_schema,
)
from generators.domains.services.importing.sgd_parts import Parts
from generators.domains.services.importing.sgd_search import add_search
from generators.domains.services.importing.sgd_write import add_write
from generators.domains.services.importing.wants import title_of
from generators.domains.services.importing.writing import write_service
from generators.domains.services.mistakes import ServiceError
from generators.domains.services.names import name_of, why_no_name
from generators.domains.services.spec import FieldSpec, Note, ServiceSpec
from generators.domains.services.values import is_day

_NO_DAY = "2025-03-03"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOST_INTENTS = 200


def import_schema(schema: Path, entities: Path, out: Path) -> Iterator[Imported]:
    """Imports every service of a schema into a folder of its own under ``out``, and says what became of
    each, in order; what belongs to no service comes last. A folder that is there already is left as it
    is. Raises ``ImportFailed`` when a file cannot be read at all."""
    services, strange = read_schema(schema)
    rows, lines = read_rows(entities)
    clock = f"{_first_day(rows)}T09:00:00"
    taken: set[str] = set()
    for service in services:
        yield _imported(service, rows, clock, out, taken)
    known = {(each.service_name, intent.name) for each in services for intent in each.intents}
    malformed = {note.where for note in strange}
    for service_name, intent in sorted(set(rows) - known):
        if service_name in malformed:
            continue
        found = f"{len(rows[service_name, intent])} rows of {intent[:80]!r}, which no service has"
        strange.append(Note(where=service_name[:80], found=found, done="left out"))
    for note in distinct([*strange, *lines]):
        yield Imported(service=note.where, problem=f"{note.found}: {note.done}")


def _imported(
    service: SchemaService, rows: RowsOf, clock: str, out: Path, taken: set[str]
) -> Imported:
    shown = service.service_name[:80]
    name = name_of(service.service_name)
    problem = why_no_name(name)
    if problem:
        return Imported(service=shown, problem=f"{problem}: no folder can be called so")
    if name in taken:
        return Imported(service=shown, problem=f"a second service that would be called {name}")
    taken.add(name)
    folder = out / name
    if folder.exists():
        return Imported(
            service=shown, name=name, problem=f"{folder} is there already: left as it is"
        )
    notes = Notes()
    try:
        spec, typed, manual = service_from(service, rows, name, clock, notes)
        imported = notes.whole(spec.source)
        write_service(folder, spec, typed, manual.text, phrases_for(spec), imported)
    except (ServiceError, OSError) as error:
        return Imported(service=shown, name=name, problem=" ".join(str(error).split()))
    return imported_as(shown, spec, typed, folder, imported)


def service_from(
    service: SchemaService, rows: RowsOf, name: str, clock: str, notes: Notes
) -> tuple[ServiceSpec, dict[str, list[PlainRow]], Manual]:
    """The records, rows and manual of one service. What is left out and guessed goes to ``notes``.
    Raises ``ServiceError`` when nothing is left that anybody could want."""
    raw = {each.name: rows.get((service.service_name, each.name), []) for each in service.intents}
    tables = {key: [row for row in each if isinstance(row, dict)] for key, each in raw.items()}
    columns = columns_of(service, tables, notes)
    parts = Parts(columns, notes)
    known: list[tuple[SchemaIntent, list[PlainRow]]] = []
    for intent in _wellnamed(service.intents, notes):
        ours = known_intent(intent, columns, notes)
        if ours:
            known.append((ours, typed_rows(ours, raw[intent.name], columns, notes)))
    searches = [intent for intent, _ in known if not intent.is_transactional]
    for intent, typed in known:
        if not intent.is_transactional:
            add_search(parts, intent, typed)
    for intent, typed in known:
        if intent.is_transactional:
            add_write(parts, intent, typed, searches)
    notes.guess("clock", clock, "the day on which the world stands still: the first in the rows")
    summary = " ".join(service.description.split())[:400]
    title = _title(service.service_name)
    spec = ServiceSpec(
        name=name,
        title=title,
        summary=f"{summary.rstrip('.') or title}.",
        clock=clock,
        callers=parts.callers,
        tables=parts.tables,
        tools=parts.tools,
        intents=parts.intents,
        source=f"the schema-guided service {service.service_name[:80]}",
    )
    spec, manual = finished(spec, parts.rows, notes)
    return spec, parts.rows, manual


def _wellnamed(intents: Sequence[SchemaIntent], notes: Notes) -> Iterator[SchemaIntent]:
    """The intents with a name of their own."""
    taken: set[str] = set()
    for intent in intents[:_MOST_INTENTS]:
        name = name_of(intent.name)
        where = f"intents.{intent.name}"
        if why_no_name(name):
            notes.leave(where, why_no_name(name))
        elif name in taken or name == callers.FIND_CALLER:
            notes.leave(where, f"a second intent that would be called {name}")
        else:
            taken.add(name)
            yield intent
    if len(intents) > _MOST_INTENTS:
        notes.leave(
            "intents", f"{len(intents)} intents", f"only the first {_MOST_INTENTS} are taken"
        )


def _title(name: str) -> str:
    return re.sub(r"\s*\d+$", "", title_of(name)) or title_of(name)


def _first_day(rows: RowsOf) -> str:
    """The first date in any row; a day of ours where there is none."""
    days = {
        value
        for table in rows.values()
        for row in table
        if isinstance(row, dict)
        for value in row.values()
        if isinstance(value, str) and _DAY.fullmatch(value)
    }
    real = [day for day in sorted(days) if is_day(FieldSpec(type="date"), day)]
    return real[0] if real else _NO_DAY
