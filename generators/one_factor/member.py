"""A member of a set: the base with one factor changed, checked like any other plan."""

from itertools import islice

from msgspec.structs import replace

from generators.blueprint import ONE_FACTOR, Blueprint, Provenance
from generators.blueprint_check import Defect, examined
from generators.one_factor.difference import unlike
from generators.one_factor.factors import FACTORS, Factor
from generators.one_factor.variation import CannotVary, Variation
from generators.perturbed.view import in_environment
from generators.sources.request import PlanRequest
from personas.record import identified, seeded

_TRIED = 4


def member_of(
    base: Blueprint, request: PlanRequest, variation: Variation
) -> Blueprint | list[Defect]:
    """The checked member, or what is wrong with it. The request is that of the base. Raises
    ``CannotVary``, with its code, where there is none to check."""
    factor = FACTORS[variation.factor]
    rng = seeded(request.seed, base.id, f"one_factor:{variation.factor}")
    origin = Provenance(
        source=ONE_FACTOR,
        seed=base.provenance.seed,
        parents=(base.id,),
        note=variation.name,
        generation=base.provenance.generation,
    )
    first: list[Defect] = []
    try:
        for draft in islice(factor.vary(base, request, variation.level, rng), _TRIED):
            draft = replace(draft, id="", provenance=origin)
            where = in_environment(request.domain, draft.perturbation)
            member, found = examined(draft, where, request.persona)
            found = found or _other(base, member, factor)
            if not found:
                return identified(member)
            first = first or found
    except CannotVary as reason:
        if not first:
            raise CannotVary(
                str(reason), reason.code or f"no_variation.{variation.factor}"
            ) from None
    return first


def _other(base: Blueprint, member: Blueprint, factor: Factor) -> list[Defect]:
    """What else than the factor has come to differ."""
    if why := factor.unfit(member):
        return [Defect(code="not_one_factor", message=why)]
    others = sorted(unlike(base, member, factor.changes))
    if not others:
        return []
    return [Defect(code="not_one_factor", message=f"it differs in {', '.join(others)} too")]
