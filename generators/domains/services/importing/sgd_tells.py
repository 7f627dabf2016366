"""Which slots name a thing, which are told of it, and by which it is searched for."""

import math
import re
from collections.abc import Mapping, Sequence

from generators.domains.services.importing.finishing import PlainRow
from generators.domains.services.importing.sgd_files import SchemaIntent
from generators.domains.services.spec import FieldSpec
from generators.domains.services.words import label_of

_MOST_NAMES = 5
_NAMING = re.compile(r"\b(?:name|title)$")
_PRICES = ("price", "fare", "rent", "cost", "fee", "balance", "total", "rate")


def tells_of(
    intent: SchemaIntent,
    fields: Mapping[str, FieldSpec],
    rows: Sequence[PlainRow],
    written: frozenset[str],
) -> tuple[str, ...]:
    """What a caller is told of a row: what names it, and one thing more."""
    given = set(intent.required_slots)
    results = [n for n in intent.result_slots if n in fields and n not in given]
    results = [n for n in results if fields[n].type != "boolean"] or results
    if not results:
        return tuple(intent.required_slots[:1])
    distinct = {n: len({str(row[n]) for row in rows if n in row}) / len(rows) for n in results}

    def naming(name: str) -> float:
        label = label_of(name, fields[name])
        score = distinct[name] + (2.0 if name in written else 0.0)
        if _NAMING.search(label) and distinct[name] > 0.05:
            score += 3.0
        if "phone" in label or fields[name].choices:
            score -= 2.5
        if "address" in label or "street" in label:
            score -= 1.0
        if is_price(name, fields[name]):
            score -= 2.0
        score += 0.5 if "departure" in label else 0.0
        return score - (2.0 if name in intent.optional_slots else 0.0)

    def more(name: str) -> float:
        score = {"number": 2.0, "integer": 1.5, "time": 1.2, "date": 1.0}.get(fields[name].type, 0)
        score += 3.0 if is_price(name, fields[name]) else 0.0
        return score - (3.0 if name in intent.optional_slots else 0.0)

    first = max(results, key=naming)
    rest = [name for name in results if name != first]
    return (first, max(rest, key=more)) if rest else (first,)


def is_price(name: str, spec: FieldSpec) -> bool:
    """Whether a field is what something costs."""
    words = label_of(name, spec).split()
    return spec.type in ("integer", "number") and any(word in _PRICES for word in words)


def names_of(
    intent: SchemaIntent, fields: Mapping[str, FieldSpec], rows: Sequence[PlainRow]
) -> tuple[str, ...]:
    """By what people name what they search for: what is required, and so much more that some values
    which occur do not occur together. Else a search would never find nothing."""
    said = [n for n in intent.required_slots if fields[n].type != "boolean"]
    optional = [n for n in intent.optional_slots if n in fields and n not in said]
    said += [n for n in optional if fields[n].type == "date"]

    def rank(name: str) -> int:
        spec = fields[name]
        if spec.type == "boolean":
            return 2 if spec.when_true else 9
        return 3 if spec.unit or spec.type == "number" else 0 if spec.choices else 1

    for name in sorted((n for n in optional if n not in said), key=rank):
        if len(said) < _MOST_NAMES and not _has_gaps(said, rows):
            said.append(name)
    return tuple(said[:_MOST_NAMES])


def _has_gaps(names: Sequence[str], rows: Sequence[PlainRow]) -> bool:
    """Whether some values of these fields occur, but not together. What is not the case is nothing that
    is searched for."""
    whole = [row for row in rows if all(row.get(n) not in (None, False) for n in names)]
    together = {tuple(str(row[n]) for n in names) for row in whole}
    apart = [len({str(row[n]) for row in rows if row.get(n) not in (None, False)}) for n in names]
    return len(together) < math.prod(apart)
