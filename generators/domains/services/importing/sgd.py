"""Importing a schema: a folder for each service, and a line for everything that is not in it."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from generators.domains.policy import Policy
from generators.domains.services import callers
from generators.domains.services.drawing import DRAWS, Moment
from generators.domains.services.importing.phrases import phrases_for
from generators.domains.services.importing.policy import Manual, manual_for
from generators.domains.services.importing.sgd_columns import (
    Notes,
    PlainRow,
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
from generators.domains.services.importing.sgd_service import Parts, add_search, add_write
from generators.domains.services.importing.wants import title_of
from generators.domains.services.importing.writing import write_service
from generators.domains.services.loader import seed_of
from generators.domains.services.mistakes import Mistake, ServiceError
from generators.domains.services.names import name_of, why_no_name
from generators.domains.services.reading import SERVICE_FILE, mistakes_in
from generators.domains.services.scope import Scope, Service, owner_argument, row_type
from generators.domains.services.spec import FieldSpec, ImportNotes, IntentSpec, Note, ServiceSpec
from generators.domains.services.values import is_day
from generators.domains.table import Database
from personas.record import Record, seeded

_NO_DAY = "2025-03-03"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOST_INTENTS = 200
_TRIALS = 60
"""How many callers are tried before an intent counts as one that nobody can have."""


class Imported(Record):
    """What became of one service. ``problem`` says why there is no folder."""

    service: str
    name: str = ""
    folder: str = ""
    tables: int = 0
    rows: int = 0
    tools: int = 0
    intents: int = 0
    left_out: tuple[Note, ...] = ()
    guessed: tuple[Note, ...] = ()
    problem: str = ""


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
    for service_name, intent in sorted(set(rows) - known):
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
        imported = ImportNotes(
            source=spec.source, left_out=tuple(notes.left_out), guessed=tuple(notes.guessed)
        )
        write_service(folder, spec, typed, manual.text, phrases_for(spec), imported)
    except (ServiceError, OSError) as error:
        return Imported(service=shown, name=name, problem=" ".join(str(error).split()))
    return Imported(
        service=shown,
        name=name,
        folder=str(folder),
        tables=len(spec.tables),
        rows=sum(len(each) for each in typed.values()),
        tools=len(spec.tools) + bool(spec.callers),
        intents=len(spec.intents),
        left_out=imported.left_out,
        guessed=imported.guessed,
    )


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
    spec = _possible(spec, parts.rows, notes)
    manual = manual_for(spec)
    spec = msgspec.structs.replace(
        spec, rules=dict(manual.rules), intents=_with_clauses(spec, manual)
    )
    wrong = [Mistake(SERVICE_FILE, *each) for each in mistakes_in(spec)]
    if wrong:
        raise ServiceError(Path(name), wrong)
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


def _possible(spec: ServiceSpec, rows: dict[str, list[PlainRow]], notes: Notes) -> ServiceSpec:
    """The service without the intents of which its rows have no case."""
    types = {name: row_type(name, entry) for name, entry in spec.tables.items()}
    typed = {
        name: [msgspec.convert(row, types[name]) for row in rows[name]] for name in spec.tables
    }
    scope = Scope(Service(spec, typed, types, Policy("", {})))
    base = seed_of([scope])(0)
    db = Database(base, datetime.fromisoformat(spec.clock))
    people = callers.subjects(db) if spec.callers else ["anybody"]
    kept = {}
    for name, intent in spec.intents.items():
        rng = seeded(0, f"{spec.name}:{name}", "import")
        trials = (
            DRAWS[intent.kind](scope, intent, Moment(db, rng.choice(people), rng, {}))
            for _ in range(_TRIALS)
        )
        if any(each is not None for each in trials):
            kept[name] = intent
        else:
            notes.leave(f"intents.{name}", "no case in the rows", "left out: nobody could have it")
    return msgspec.structs.replace(spec, intents=kept)


def _with_clauses(spec: ServiceSpec, manual: Manual) -> dict[str, IntentSpec]:
    """The intents with the clauses that each puts to the test."""
    found = {}
    for name, intent in spec.intents.items():
        clauses = [
            clause
            for clause in manual.by_kind.get(intent.kind, ())
            if intent.search or manual.rules.get(clause) != "only_found"
        ]
        if owner_argument(spec, spec.tools[intent.tool]):
            clauses.insert(0, manual.about_callers)
        found[name] = msgspec.structs.replace(intent, clauses=tuple(clauses))
    return found


def _title(name: str) -> str:
    return re.sub(r"\s*\d+$", "", title_of(name)) or title_of(name)


def _first_day(rows: RowsOf) -> str:
    """The first date in any row; a day of ours where there is none."""
    days = {
        value
        for table in rows.values()
        for row in table
        for value in row.values()
        if isinstance(value, str) and _DAY.fullmatch(value)
    }
    real = [day for day in sorted(days) if is_day(FieldSpec(type="date"), day)]
    return real[0] if real else _NO_DAY
