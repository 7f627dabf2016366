"""Rows of older schema versions, brought forward one step at a time.

A stored version never changes, so what reads it has to know every shape there ever was. Whoever raises
``SCHEMA_VERSION`` adds one function to ``STEPS``, and nothing else that reads rows has to change.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

Step = Callable[[dict[str, Any]], dict[str, Any]]

FIRST_VERSION = 1


def _named_environments(row: dict[str, Any]) -> dict[str, Any]:
    """Version 1 knew no environments but the domains themselves, and kept no slips."""
    plan = msgspec.json.decode(row["blueprint"])
    environment = f"{plan['domain']}@{plan['domain_hash']}"
    return {**row, "environment": environment, "refined": False}


STEPS: tuple[Step, ...] = (_named_environments,)
"""``STEPS[i]`` takes a row of version ``FIRST_VERSION + i`` to the next one. Version 1 is the first
that was ever stored."""


class UnknownSchema(ValueError):
    """A row of a schema version that this program does not know."""


def migrated(
    row: dict[str, Any], steps: Sequence[Step] = STEPS, first: int = FIRST_VERSION
) -> dict[str, Any]:
    """The row in the newest shape. The row given is not changed."""
    newest = first + len(steps)
    version = row.get("schema_version")
    if not isinstance(version, int) or not first <= version <= newest:
        known = f"{first} to {newest}" if steps else str(first)
        raise UnknownSchema(
            f"row {row.get('id', '?')} has schema version {version!r}; this program reads {known}"
        )
    for number in range(version, newest):
        row = {**steps[number - first](dict(row)), "schema_version": number + 1}
    return row
