"""The slots and rows of one schema-guided service as fields and typed rows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from generators.domains.services.callers import CALLER_PHONE
from generators.domains.services.importing.finishing import Notes, PlainRow
from generators.domains.services.importing.guessing import converted, guessed_field
from generators.domains.services.importing.sgd_files import SchemaIntent, SchemaService
from generators.domains.services.names import name_of, why_no_name
from generators.domains.services.spec import FieldSpec
from generators.domains.services.words import cues_of, label_of

DONT_CARE = "dontcare"
CALLER_ID = "caller_id"
ROW_ID = "row_id"
CONFIRMATION = "confirmation"
_TAKEN = (CALLER_ID, ROW_ID, CONFIRMATION, CALLER_PHONE)


@dataclass(frozen=True, slots=True)
class Columns:
    """The fields of a service by our name, the name of each slot here, and which of them transactional
    intents ask for."""

    fields: dict[str, FieldSpec]
    ours: dict[str, str]
    asked: frozenset[str] = frozenset()


def columns_of(
    service: SchemaService, rows: Mapping[str, Sequence[PlainRow]], notes: Notes
) -> Columns:
    """A field for every slot that some intent uses, typed by the values of all ``rows``."""
    used = {name for intent in service.intents for name in slots_of(intent)}
    values: dict[str, set[str]] = {}
    for table in rows.values():
        for row in table:
            for name, value in row.items():
                if isinstance(value, str) and value != DONT_CARE:
                    values.setdefault(name, set()).add(value)
    fields: dict[str, FieldSpec] = {}
    ours: dict[str, str] = {}
    for slot in service.slots:
        where = f"slots.{slot.name}"
        name = name_of(slot.name)
        reason = why_no_name(name)
        if reason:
            notes.leave(where, reason)
        elif slot.name in ours:
            notes.leave(where, "a second slot of this name")
        elif slot.name not in used:
            notes.leave(where, "a slot that no intent has")
        else:
            while name in fields or name in _TAKEN:
                name = f"{name}_slot"
            if name != slot.name:
                notes.guess(where, slot.name[:80], f"it is called {name}")
            choices = slot.possible_values if slot.is_categorical else ()
            guess = guessed_field(
                name, slot.description, choices, sorted(values.get(slot.name, ()))
            )
            if guess.guessed:
                notes.guess(where, _sample(values.get(slot.name, choices)), guess.guessed)
            fields[name], ours[slot.name] = guess.field, name
    asked = {
        ours[name]
        for intent in service.intents
        if intent.is_transactional
        for name in intent.required_slots
        if name in ours
    }
    return Columns(_with_cues(fields), ours, frozenset(asked))


def slots_of(intent: SchemaIntent) -> tuple[str, ...]:
    """Every slot that an intent names."""
    return (*intent.required_slots, *intent.optional_slots, *intent.result_slots)


def known_intent(intent: SchemaIntent, columns: Columns, notes: Notes) -> SchemaIntent | None:
    """The intent in our names, without slots that the service does not have; None when it requires
    one of those."""
    where = f"intents.{intent.name}"
    unknown = [name for name in dict.fromkeys(slots_of(intent)) if name not in columns.ours]
    for name in unknown:
        if name in intent.required_slots:
            notes.leave(where, f"it requires {name[:80]!r}, which is no slot of the service")
            return None
        notes.leave(f"{where}.{name}", "no slot of the service")
    ours = columns.ours
    optional: dict[str, str] = {}
    for name, default in intent.optional_slots.items():
        if name in ours and name not in intent.required_slots:
            optional[ours[name]] = default
    return msgspec.structs.replace(
        intent,
        required_slots=tuple(dict.fromkeys(ours[each] for each in intent.required_slots)),
        optional_slots=optional,
        result_slots=tuple(
            dict.fromkeys(ours[each] for each in intent.result_slots if each in ours)
        ),
    )


def typed_rows(
    intent: SchemaIntent, raw: Iterable[Any], columns: Columns, notes: Notes
) -> list[PlainRow]:
    """The rows of one (known) intent as its fields hold them, each once. A row with a wrong value is
    left out; the reasons are counted."""
    names = dict.fromkeys(slots_of(intent))
    reasons: Counter[str] = Counter()
    strange: Counter[str] = Counter()
    found: dict[bytes, PlainRow] = {}
    for row in raw:
        if not isinstance(row, dict):
            reasons["a row that is no mapping"] += 1
            continue
        strange.update(name for name in row if columns.ours.get(name) not in names)
        plain: PlainRow = {}
        try:
            for foreign, ours in columns.ours.items():
                if ours in names and foreign in row and row[foreign] is not None:
                    plain[ours] = _converted(ours, columns.fields[ours], row[foreign])
        except ValueError as error:
            reasons[str(error)] += 1
            continue
        lacking = [name for name in intent.required_slots if name not in plain]
        if lacking:
            reasons[f"no {lacking[0]}"] += 1
        elif plain:
            found.setdefault(msgspec.json.encode(plain, order="sorted"), plain)
    where = f"rows of {intent.name}"
    for reason, count in reasons.most_common():
        notes.leave(where, reason, f"{count} rows left out")
    for name, count in strange.most_common(20):
        notes.leave(where, f"slot {str(name)[:80]!r}, which the intent has not", f"in {count} rows")
    return list(found.values())


def _converted(name: str, spec: FieldSpec, value: Any) -> Any:
    try:
        return converted(spec, value)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _with_cues(fields: dict[str, FieldSpec]) -> dict[str, FieldSpec]:
    """The fields with cues that tell them apart: a word that two labels share names neither."""
    words = Counter(
        word
        for name, each in fields.items()
        for word in set(cues_of(name, each)) | set(each.unit.split())
    )
    made = {}
    for name, each in fields.items():
        label = label_of(name, each)
        own = [w for w in cues_of(name, each) if w == label or (words[w] == 1 and len(w) > 3)]
        unit = [f"how many {each.unit}", each.unit] if each.unit else []
        flag = [each.when_true] if each.when_true else []
        flag += [label.removesuffix(" name")] if label.endswith(" name") else []
        cues = tuple(dict.fromkeys((*own, *unit, *flag)))
        made[name] = msgspec.structs.replace(each, cues=cues)
    return made


def _sample(values: Iterable[str]) -> str:
    return ", ".join(sorted(values)[:3])
