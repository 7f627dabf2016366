"""Written plans for tests: assignments by number, and what becomes of them."""

import asyncio
from collections.abc import Mapping

from generators.domains.registry import domain_named
from generators.planning import request_of
from generators.reviewing.committee import Panel
from generators.reviewing.scripted import ScriptedReviewer
from generators.sources.request import PlanSpec
from generators.writing.assignment import Assignment, assignment_of
from generators.writing.rounds import Written, written
from generators.writing.scripted import ScriptedWriter
from generators.writing.writer import Writer
from tests.people import person

SEED = 11
PRICED = ("add_cover", "add_person", "extend_trip")
"""Changes of an insurance policy that cost premium."""


def given(
    number: int,
    domain: str = "cloakroom",
    goals: int = 1,
    tools: int = 12,
    intents: tuple[str, ...] = (),
) -> Assignment:
    """The assignment with a number, of these ``intents`` if any are named."""
    others = domain_named(domain).intents.keys() - {*intents} if intents else ()
    spec = PlanSpec(goals={goals: 1.0}, intents=dict.fromkeys(others, 0.0))
    return assignment_of(
        request_of(domain_named(domain), person(number % 5), spec, SEED, number), tools
    )


def outcome(
    assignment: Assignment,
    writer: Writer,
    panel: Panel | None = None,
    rounds: int = 1,
    best_of: Mapping[int, int] | None = None,
) -> Written:
    """What becomes of an assignment."""
    return asyncio.run(written(assignment, writer, panel, rounds, best_of))


def flawed(kind: str = "", share: float = 1.0, mends: float = 1.0) -> ScriptedWriter:
    """A writer whose plans have one kind of flaw, or none."""
    return ScriptedWriter(flaws={kind: share} if kind else {}, mends=mends, seed=SEED)


def panel_of(*rates: tuple[float, float, float], threshold: float = 0.5) -> Panel:
    """Scripted reviewers with these rates of accepting flaws, rejecting sound plans and abstaining."""
    return Panel(
        reviewers=tuple(
            ScriptedReviewer(
                name=f"r{at}",
                false_accept=accepts,
                false_reject=rejects,
                abstain=abstains,
                seed=SEED,
            )
            for at, (accepts, rejects, abstains) in enumerate(rates)
        ),
        threshold=threshold,
    )
