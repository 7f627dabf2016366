"""Candidates that somebody has to be asked about: written ones, and all of those that are reviewed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec.structs import replace

from generators.blueprint import Blueprint
from generators.blueprint_check import Defect
from generators.defect_ledger import DefectLedger
from generators.dependence import dependencies
from generators.domains.domain import Domain
from generators.domains.plan import PlanBroken
from generators.perturbed.view import in_environment
from generators.planning import Refusal, plan_blueprint, plan_member, request_of
from generators.reviewing.committee import Case, Panel
from generators.reviewing.round import Round, objections
from generators.sources.registry import WRITTEN, source_of
from generators.sources.request import PlanSpec
from generators.writing.assignment import assignment_of
from generators.writing.rounds import written
from generators.writing.writer import Writer
from personas.persona import Persona
from personas.record import identified


@dataclass(frozen=True)
class Authors:
    """Who writes plans, at most ``rounds`` times each and with ``tools`` of the agent's tools, and who
    reviews those of all sources. Nobody for what a recipe does not ask for. ``best_of`` has how many
    proposals a round has, by the complexity from which it does."""

    writer: Writer | None = None
    panel: Panel | None = None
    rounds: int = 3
    tools: int = 12
    best_of: Mapping[int, int] = field(default_factory=dict)


class Authored(NamedTuple):
    """A candidate, the rounds that it took, none where nobody was asked, and all that was found wrong
    in them."""

    planned: Blueprint | Refusal
    rounds: tuple[Round, ...] = ()
    ledger: DefectLedger = DefectLedger()


async def plan_authored(
    domain: Domain,
    persona: Persona,
    spec: PlanSpec,
    seed: int,
    index: int,
    authors: Authors,
    base: Blueprint | Refusal | None = None,
) -> Authored:
    """The ``index``-th candidate of a build, from whatever source. What no writer can mend is refused
    with the reviewers' reason. Of a set the ``base`` may be given where it is there already. Raises
    ``EngineDown``."""
    found = await _authored(domain, persona, spec, seed, index, authors, base)
    if not spec.dependent or isinstance(found.planned, Refusal):
        return found
    where = in_environment(domain, found.planned.perturbation)
    for first, second, shown in dependencies(found.planned, where):
        if not shown:
            message = (
                f"{second.intent} is to need {first.intent}, and comes out the same without it"
            )
            against = Defect(code="merely_merged", message=message)
            ledger = found.ledger.noted("check", [against])
            refusal = Refusal(
                domain=domain.name, index=index, code=against.code, message=message, ledger=ledger
            )
            return Authored(refusal, found.rounds, ledger)
    return found


async def _authored(
    domain: Domain,
    persona: Persona,
    spec: PlanSpec,
    seed: int,
    index: int,
    authors: Authors,
    base: Blueprint | Refusal | None,
) -> Authored:
    if place := index % spec.set_size:
        if base is None:
            begun = await plan_authored(domain, persona, spec, seed, index - place, authors)
            base = begun.planned
        planned = plan_member(base, domain, persona, spec, seed, index)
    elif source_of(domain, spec, seed, index // spec.set_size) != WRITTEN:
        planned = plan_blueprint(domain, persona, spec, seed, index)
    else:
        return await _written(domain, persona, spec, seed, index, authors)
    if isinstance(planned, Refusal):
        return Authored(planned, ledger=planned.ledger)
    if authors.panel is None:
        return Authored(planned)
    return await _reviewed(planned, domain, persona, index, authors.panel)


async def _written(
    domain: Domain, persona: Persona, spec: PlanSpec, seed: int, index: int, authors: Authors
) -> Authored:
    assert authors.writer is not None, "a plan is to be written, and there is no writer"
    try:
        assignment = assignment_of(request_of(domain, persona, spec, seed, index), authors.tools)
    except PlanBroken as broken:
        return _refused(domain, index, Defect(code="oracle_broken", message=str(broken)))
    except Exception as bug:
        # A domain's bug must cost this candidate, not the build; the code says whose fault it is.
        message = f"{type(bug).__name__}: {bug}"
        return _refused(domain, index, Defect(code="oracle_raised", message=message))
    try:
        found = await written(
            assignment, authors.writer, authors.panel, authors.rounds, authors.best_of
        )
    except PlanBroken as broken:
        return _refused(domain, index, Defect(code="oracle_broken", message=str(broken)))
    if found.blueprint:
        return Authored(found.blueprint, found.rounds, _ledger(found.rounds))
    return _refused(domain, index, Defect(code=found.code, message=found.reason), found.rounds)


async def _reviewed(
    plan: Blueprint, domain: Domain, persona: Persona, index: int, panel: Panel
) -> Authored:
    key = f"{domain.name}:{index:08d}"
    where = in_environment(domain, plan.perturbation)
    case = Case(blueprint=plan, domain=where, persona=persona, key=key, number=1)
    opinion = await panel.decide(case)
    only = Round(number=1, accepted=not opinion.code, votes=opinion.votes)
    if opinion.code:
        against = Defect(code=opinion.code, message=opinion.reason)
        return _refused(domain, index, against, (only,))
    origin = replace(plan.provenance, rounds=(only,))
    plan = identified(replace(plan, provenance=origin))
    return Authored(plan, (only,), _ledger((only,)))


def _refused(
    domain: Domain, index: int, against: Defect, rounds: tuple[Round, ...] = ()
) -> Authored:
    ledger = _ledger(rounds)
    if all(entry.code != against.code for entry in ledger.entries):
        # What ended it is no defect of a proposal: a call that failed, or nobody with an opinion.
        ledger = ledger.noted("review" if rounds else "draft", [against])
    refusal = Refusal(
        domain=domain.name, index=index, code=against.code, message=against.message, ledger=ledger
    )
    return Authored(refusal, rounds, ledger)


def _ledger(rounds: tuple[Round, ...]) -> DefectLedger:
    """What checks and reviewers have said, round by round."""
    ledger = DefectLedger()
    for number, each in enumerate(rounds):
        for one in (each, *each.others):
            for stage, comments in (("check", one.defects), ("review", objections(one.votes))):
                found = [Defect(code=comment.code, message=comment.text) for comment in comments]
                ledger = ledger.noted(stage, found, number)
    return ledger
