"""From a request to a checked blueprint, or to the reason why there is none."""

from generators.blueprint import Blueprint
from generators.blueprint_check import Defect, defects, settled
from generators.defect_ledger import DefectLedger
from generators.domains.domain import Domain
from generators.domains.plan import PlanBroken
from generators.sources.registry import SOURCES
from generators.sources.request import PlanRequest, PlanSpec
from personas.persona import Persona
from personas.record import Record, identified, seeded


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
    source is one of ``SOURCES``."""
    request = request_of(domain, persona, spec, seed, index)
    try:
        drafted = SOURCES[source_of(domain, spec, seed, index)](request)
    except PlanBroken as broken:
        return _refused(request, "draft", [Defect(code="oracle_broken", message=str(broken))])
    except Exception as bug:
        # An intent's bug must cost this candidate, not the build; the code says whose fault it is.
        message = f"{type(bug).__name__}: {bug}"
        return _refused(request, "draft", [Defect(code="oracle_raised", message=message)])
    if drafted is None:
        defect = Defect(code="no_case", message="no intent fits the caller")
        return _refused(request, "draft", [defect])
    blueprint = settled(drafted, domain)
    found = defects(blueprint, domain, persona)
    return _refused(request, "check", found) if found else identified(blueprint)


def request_of(
    domain: Domain, persona: Persona, spec: PlanSpec, seed: int, index: int
) -> PlanRequest:
    """What is asked of the source of the ``index``-th candidate."""
    rng = seeded(seed, f"{domain.name}:{persona.id}:{index}", "compose")
    return PlanRequest(domain, persona, spec, seed, index, rng)


def _refused(request: PlanRequest, stage: str, found: list[Defect]) -> Refusal:
    return Refusal(
        domain=request.domain.name,
        index=request.index,
        code=found[0].code,
        message=found[0].message,
        ledger=DefectLedger().noted(stage, found),
    )


def source_of(domain: Domain, spec: PlanSpec, seed: int, index: int) -> str:
    """Where the ``index``-th candidate comes from: it follows from the numbers alone."""
    rng = seeded(seed, f"{domain.name}:{index}", "source")
    names = sorted(spec.sources)
    return rng.choices(names, [spec.sources[name] for name in names])[0]
