"""What every record is: frozen, compared by value, named by its content.

Ids are content hashes and seeds flow from ids, so neither scheduling order nor worker count nor
resumption can change what a build makes.
"""

import hashlib
from random import Random
from typing import Any, TypeVar, dataclass_transform

import msgspec


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class Record(msgspec.Struct, frozen=True, omit_defaults=True):
    """A frozen record. Fields at their default are left out of its JSON, so a new field with a
    default changes neither old ids nor old rows. Required fields come first."""


AnyRecord = TypeVar("AnyRecord", bound=msgspec.Struct)

_ENCODER = msgspec.json.Encoder(order="sorted")


def canonical_json(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no white space: equal values give equal bytes."""
    return _ENCODER.encode(value)


def content_hash(value: Any) -> str:
    """SHA-256 of the canonical JSON, 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def content_id(value: Any) -> str:
    """The first 16 digits of the content hash: the id of a record."""
    return content_hash(value)[:16]


def identified(record: AnyRecord) -> AnyRecord:
    """The record with its ``id`` set to the hash of everything else in it."""
    blank = msgspec.structs.replace(record, id="")
    return msgspec.structs.replace(blank, id=content_id(blank))


def seeded(seed: int, of: str, purpose: str) -> Random:
    """The random stream for one purpose of one id under one build seed.

    Streams for different purposes are independent: drawing more from one never shifts another.
    """
    return Random(f"{seed}:{of}:{purpose}")
