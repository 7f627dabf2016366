"""From a request to a checked blueprint, or to the reason why there is none."""

from msgspec.structs import replace

from generators.blueprint import Blueprint
from generators.blueprint_check import Defect, examined
from generators.defect_ledger import DefectLedger
from generators.domains.domain import Domain
from generators.domains.plan import PlanBroken
from generators.hiding import hidden_for
from generators.one_factor.member import member_of
from generators.one_factor.variation import CannotVary
from generators.perturbation import perturbation_of
from generators.perturbed.cuts import NotPerturbable
from generators.perturbed.plan import perturbed_plan
from generators.perturbed.view import in_environment
from generators.sources.backward import mismatches
from generators.sources.registry import SOURCES, source_of
from generators.sources.request import PlanRequest, PlanSpec, stream
from personas.persona import Persona
from personas.record import Record, identified


class Refusal(Record):
    """A candidate that did not become a blueprint, and why: ``code``, which is stable and counted, and
    ``message`` are of the first defect, ``ledger`` has them all."""

    domain: str
    index: int
    code: str
    message: str
    ledger: DefectLedger = DefectLedger()


def plan_blueprint(
    domain: Domain, persona: Persona, spec: PlanSpec, seed: int, index: int
) -> Blueprint | Refusal:
    """The ``index``-th candidate of a build: a checked blueprint, or the reason why there is none. Its
    source is one of ``SOURCES``. Where candidates come in sets, the first of each is the base."""
    if index % spec.set_size:
        base = plan_blueprint(domain, persona, spec, seed, index - index % spec.set_size)
        return plan_member(base, domain, persona, spec, seed, index)
    request = request_of(domain, persona, spec, seed, index // spec.set_size)
    planned = _planned(request, index)
    # In sets the environment is a factor like others.
    perturbation = None if spec.one_factor else perturbation_of(spec.perturb, seed, persona.id)
    if perturbation is None or isinstance(planned, Refusal):
        return planned
    try:
        draft = perturbed_plan(planned, domain, perturbation)
    except (NotPerturbable, PlanBroken) as reason:
        defect = Defect(code="not_perturbable", message=str(reason))
        return _refused(request, index, "draft", [defect])
    # The state that the plan came to was that of the world as it is.
    draft = replace(draft, end_hash="")
    return _checked(draft, request, index, in_environment(domain, perturbation))


def plan_member(
    base: Blueprint | Refusal,
    domain: Domain,
    persona: Persona,
    spec: PlanSpec,
    seed: int,
    index: int,
) -> Blueprint | Refusal:
    """The ``index``-th candidate of a build in sets, which is not a base: its own base with one factor
    changed, or the reason why there is no such plan."""
    number, place = divmod(index, spec.set_size)
    request = request_of(domain, persona, spec, seed, number)
    if isinstance(base, Refusal):
        defect = Defect(code="no_base", message=f"its base is refused: {base.code}")
        return _refused(request, index, "draft", [defect])
    try:
        found = member_of(base, request, spec.one_factor[place - 1])
    except CannotVary as reason:
        return _refused(request, index, "draft", [Defect(code=reason.code, message=str(reason))])
    return found if isinstance(found, Blueprint) else _refused(request, index, "check", found)


def _planned(request: PlanRequest, index: int) -> Blueprint | Refusal:
    source = source_of(request.domain, request.spec, request.seed, request.index)
    try:
        drafted = SOURCES[source](request)
    except PlanBroken as broken:
        defect = Defect(code=broken.code, message=str(broken))
        return _refused(request, index, "draft", [defect])
    except Exception as bug:
        # An intent's bug must cost this candidate, not the build; the code says whose fault it is.
        defect = Defect(code="oracle_raised", message=f"{type(bug).__name__}: {bug}")
        return _refused(request, index, "draft", [defect])
    if drafted is None:
        defect = Defect(code="no_case", message="no intent fits the caller")
        return _refused(request, index, "draft", [defect])
    planned = _checked(hidden_for(drafted, request), request, index, request.domain)
    if isinstance(planned, Blueprint) and (found := list(mismatches(planned, request.domain))):
        against = [Defect(code="instruction_mismatch", message=why) for why in found]
        return _refused(request, index, "check", against)
    return planned


def _checked(
    draft: Blueprint, request: PlanRequest, index: int, domain: Domain
) -> Blueprint | Refusal:
    blueprint, found = examined(draft, domain, request.persona)
    return _refused(request, index, "check", found) if found else identified(blueprint)


def request_of(
    domain: Domain, persona: Persona, spec: PlanSpec, seed: int, index: int
) -> PlanRequest:
    """What is asked of the source of the ``index``-th candidate."""
    return PlanRequest(domain, persona, spec, seed, index, stream(domain, persona, seed, index))


def _refused(request: PlanRequest, index: int, stage: str, found: list[Defect]) -> Refusal:
    return Refusal(
        domain=request.domain.name,
        index=index,
        code=found[0].code,
        message=found[0].message,
        ledger=DefectLedger().noted(stage, found),
    )
