"""From a request to a checked blueprint, or to the reason why there is none."""

from generators.blueprint import Blueprint
from generators.blueprint_check import Defect, defects, settled
from generators.domains.domain import Domain
from generators.domains.plan import PlanBroken
from generators.hiding import hidden
from generators.sources.registry import SOURCES
from generators.sources.request import PlanRequest, PlanSpec
from personas.persona import Persona
from personas.record import Record, identified, seeded


class Refusal(Record):
    """A candidate that did not become a blueprint, and why. ``code`` is stable and counted."""

    domain: str
    index: int
    code: str
    message: str


def plan_blueprint(
    domain: Domain, persona: Persona, spec: PlanSpec, seed: int, index: int
) -> Blueprint | Refusal:
    """The ``index``-th candidate of a build: a checked blueprint, or the reason why there is none."""
    rng = seeded(seed, f"{domain.name}:{persona.id}:{index}", "compose")
    request = PlanRequest(domain, persona, spec, seed, index, rng)
    try:
        drafted = SOURCES[source_of(domain, spec, seed, index)](request)
        if drafted is None:
            defect = Defect(code="no_case", message="no intent fits the caller")
            return _refused(request, defect)
        hides = seeded(seed, f"{domain.name}:{persona.id}:{index}", "hide")
        drafted = hidden(drafted, domain, hides, spec.uncertainty, spec.vague, spec.implied)
        blueprint = settled(drafted, domain)
        found = defects(blueprint, domain)
    except PlanBroken as broken:
        return _refused(request, Defect(code="oracle_broken", message=str(broken)))
    return _refused(request, found[0]) if found else identified(blueprint)


def _refused(request: PlanRequest, defect: Defect) -> Refusal:
    return Refusal(
        domain=request.domain.name, index=request.index, code=defect.code, message=defect.message
    )


def source_of(domain: Domain, spec: PlanSpec, seed: int, index: int) -> str:
    """Where the ``index``-th candidate comes from: it follows from the numbers alone."""
    rng = seeded(seed, f"{domain.name}:{index}", "source")
    names = sorted(spec.sources)
    return rng.choices(names, [spec.sources[name] for name in names])[0]
