"""In what two plans differ, field by field."""

from collections.abc import Container, Iterator
from typing import Any

import msgspec

from generators.blueprint import Blueprint

MEASURED = frozenset({"id", "provenance", "difficulty", "factors", "probes", "discrimination"})
"""What is found out about a plan: it follows from the rest."""


def differing(one: Blueprint, other: Blueprint) -> set[str]:
    """The fields in which the other differs: ``opening``; ``facts.reveal`` where as many records differ
    in that field; ``goals[+]`` where it has more at the end; ``goals`` where it is neither."""
    return {
        place
        for name in Blueprint.__struct_fields__
        for place in _within(name, getattr(one, name), getattr(other, name))
    }


def unlike(one: Blueprint, other: Blueprint, changes: Container[str]) -> set[str]:
    """The fields in which the other differs, but for those that are meant to and what follows from
    them. A whole field stands for all its parts."""
    return {
        place
        for place in differing(one, other)
        for field in [place.removesuffix("[+]").partition(".")[0]]
        if place not in changes and field not in changes and field not in MEASURED
    }


def _within(name: str, one: Any, other: Any) -> Iterator[str]:
    if one == other:
        return
    if not (isinstance(one, tuple) and isinstance(other, tuple)):
        yield name
    elif one == other[: len(one)]:
        yield f"{name}[+]"
    elif len(one) == len(other) and all(isinstance(each, msgspec.Struct) for each in one):
        for before, after in zip(one, other, strict=True):
            for field in before.__struct_fields__:
                if getattr(before, field) != getattr(after, field):
                    yield f"{name}.{field}"
    else:
        yield name
