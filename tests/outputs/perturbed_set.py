"""Judged dialogues of perturbed plans, and of the plans that they were made from."""

from functools import cache

from generators.blueprint import Blueprint
from generators.event import AGENT
from generators.faults import Fault
from generators.perturbation import KINDS
from generators.perturbed.view import domain_of
from outputs.judged import Judged
from personas.persona import Persona
from tests.perturbed_plans import perturbed_cases
from tests.played import scripted
from verifiers.committee import Committee, decide
from verifiers.rules import RULES
from verifiers.verdict import evidence

EVERY = "+".join(KINDS)
SLIP = Fault(kind="uses_old_name", party=AGENT, at="opening")


def row_of(
    plan: Blueprint, persona: Persona, attempt: int = 0, faults: tuple[Fault, ...] = ()
) -> Judged:
    """One attempt at a plan in its environment, as the rules decide about it."""
    told = scripted(plan, persona, attempt, faults)
    decision = decide(evidence(told, plan, domain_of(plan)), Committee(vetoes=tuple(RULES)))
    split = "train" if decision.outcome == "accept" else ""
    return Judged(trajectory=told, blueprint=plan, persona=persona, decision=decision, split=split)


@cache
def pairs(kinds: str = EVERY, count: int = 4) -> tuple[tuple[Judged, Judged], ...]:
    """A perturbed plan's dialogue and its parent's, so many of them."""
    return tuple(
        (row_of(child, persona), row_of(parent, persona))
        for child, parent, persona in perturbed_cases("cloakroom", kinds, count)
    )


@cache
def refined() -> Judged:
    """A dialogue in which the agent first calls a tool by its old name."""
    child, _, persona = perturbed_cases("cloakroom", "renamed", 2)[0]
    return row_of(child, persona, faults=(SLIP,))
