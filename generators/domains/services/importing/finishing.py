"""What every import ends with: intents that somebody can have, a manual, and what became of it all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from generators.domains.policy import Policy
from generators.domains.services import callers
from generators.domains.services.cases import Moment
from generators.domains.services.drawing import DRAWS
from generators.domains.services.importing.policy import Manual, manual_for
from generators.domains.services.loader import seed_of
from generators.domains.services.mistakes import Mistake, ServiceError
from generators.domains.services.reading import SERVICE_FILE, mistakes_in
from generators.domains.services.scope import Scope, Service, owner_argument, row_type
from generators.domains.services.spec import ImportNotes, IntentSpec, Note, ServiceSpec
from generators.domains.table import Database
from personas.record import Record, seeded

PlainRow = dict[str, Any]

_TRIALS = 60
"""How many callers are tried before an intent counts as one that nobody can have."""


@dataclass
class Notes:
    """What is left out and guessed while one service is imported."""

    left_out: list[Note] = field(default_factory=list)
    guessed: list[Note] = field(default_factory=list)

    def leave(self, where: str, found: str, done: str = "left out") -> None:
        """Something is not imported."""
        self.left_out.append(Note(where=where[:200], found=found[:300], done=done))

    def guess(self, where: str, found: str, done: str) -> None:
        """Something is taken for something."""
        self.guessed.append(Note(where=where[:200], found=found[:300], done=done))

    def whole(self, source: str) -> ImportNotes:
        """All of them, as they stand in ``import.yaml``."""
        return ImportNotes(
            source=source, left_out=tuple(self.left_out), guessed=tuple(self.guessed)
        )


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


def imported_as(
    service: str,
    spec: ServiceSpec,
    rows: Mapping[str, Sequence[PlainRow]],
    folder: Path,
    notes: ImportNotes,
) -> Imported:
    """What became of a service that is in its folder now."""
    return Imported(
        service=service,
        name=spec.name,
        folder=str(folder),
        tables=len(spec.tables),
        rows=sum(len(each) for each in rows.values()),
        tools=len(spec.tools) + bool(spec.callers),
        intents=len(spec.intents),
        left_out=notes.left_out,
        guessed=notes.guessed,
    )


def finished(
    spec: ServiceSpec, rows: Mapping[str, Sequence[PlainRow]], notes: Notes
) -> tuple[ServiceSpec, Manual]:
    """The service with its manual, without the intents that nobody can have. Raises ``ServiceError``
    when nothing is left that anybody could want, or it does not fit together."""
    # What does not fit together could not be drawn from either.
    _check(spec)
    possible = _possible(spec, rows, notes)
    manual = manual_for(possible)
    whole = msgspec.structs.replace(
        possible, rules=dict(manual.rules), intents=_with_clauses(possible, manual)
    )
    _check(whole)
    return whole, manual


def _check(spec: ServiceSpec) -> None:
    wrong = [Mistake(SERVICE_FILE, *each) for each in mistakes_in(spec)]
    if wrong:
        raise ServiceError(Path(spec.name), wrong)


def _possible(
    spec: ServiceSpec, rows: Mapping[str, Sequence[PlainRow]], notes: Notes
) -> ServiceSpec:
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
