"""The factors in which a plan may be varied, each alone.

A new one is a function that makes drafts out of a base, and one line in ``FACTORS``.
"""

from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

from generators.blueprint import Blueprint
from generators.one_factor.disclosure import implied, opening, uncertainty
from generators.one_factor.environment import environment, mistake_in_environment
from generators.one_factor.goals import depth, leans, width
from generators.one_factor.interruption import distractor
from generators.sources.request import PlanRequest

Vary = Callable[[Blueprint, PlanRequest, str, Random], Iterator[Blueprint]]
"""Drafts of the base with the factor at a level, best first; the first that stands its check is taken.
The request is that of the base, unused. Equal bases get equal chances at every level. Raises
``CannotVary``."""

GROWN = ("goals", "facts", "steps", "actions", "must_say", "must_not_say")
"""What a plan with a further goal has more of."""


class Factor(NamedTuple):
    """What is different, what makes it so, and in which fields the plan then differs, as ``differing``
    names them. ``levels`` are those that a recipe gets which names none; ``mistake`` says what is wrong
    with one, nothing if it is right. ``unfit`` says why a plan that was checked is none after all."""

    does: str
    vary: Vary
    changes: frozenset[str]
    levels: tuple[str, ...]
    mistake: Callable[[str], str]
    unfit: Callable[[Blueprint], str] = lambda member: ""


def _one_of(*levels: str) -> Callable[[str], str]:
    return lambda level: "" if level in levels else f"right would be {' or '.join(levels)}"


def _share(level: str) -> str:
    try:
        right = 0 <= float(level) <= 1
    except ValueError:
        right = False
    return "" if right else "right would be a share from 0 to 1"


FACTORS: dict[str, Factor] = {
    "uncertainty": Factor(
        "another share of what the agent needs is withheld",
        uncertainty,
        frozenset({"uncertainty", "facts.reveal", "goals.missing"}),
        ("0.5", "1"),
        _share,
    ),
    "opening": Factor(
        "the user opens in another manner",
        opening,
        frozenset({"opening"}),
        ("vague",),
        _one_of("vague", "full"),
    ),
    "implied": Factor(
        "what is withheld and can be hinted at is only hinted at",
        implied,
        frozenset({"facts.reveal", "facts.slip"}),
        ("all",),
        _one_of("all"),
    ),
    "distractor": Factor(
        "the user also asks something that is none of the desk's business",
        distractor,
        frozenset({"distractors[+]"}),
        ("1",),
        _one_of("1"),
    ),
    "width": Factor(
        "one more goal, which depends on no other",
        width,
        frozenset({*(f"{name}[+]" for name in GROWN), "end_hash", "end_diff"}),
        ("1",),
        _one_of("1"),
        leans,
    ),
    "depth": Factor(
        "one more goal, which builds on an earlier one",
        depth,
        frozenset({*(f"{name}[+]" for name in GROWN), "end_hash", "end_diff"}),
        ("1",),
        _one_of("1"),
    ),
    "environment": Factor(
        "it plays in an environment that differs from the domain",
        environment,
        frozenset(
            {
                *("perturbation", "domain_hash", "start_hash", "end_hash", "end_diff"),
                *("goals", "steps", "actions", "must_say"),
            }
        ),
        ("renamed",),
        mistake_in_environment,
    ),
}
"""Name -> what it is, in the order in which a set has them."""
