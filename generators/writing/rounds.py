"""The rounds of one written plan: proposed, checked, reviewed, and proposed again with what was said.

The idea is APIGen-MT's first phase (Prabhakar et al., 2025), with constraints named one by one as in
PlanGEN (Parmar et al., 2025).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from generators.blueprint import Blueprint
from generators.blueprint_check import defects, settled
from generators.domains.domain import Domain
from generators.hiding import hidden_for
from generators.llm.draft import Malformed
from generators.models.chat import ModelError
from generators.reviewing.committee import Case, Opinion, Panel
from generators.reviewing.round import Comment, Round
from generators.sources.recital import spoken_breaches
from generators.writing.assignment import Assignment
from generators.writing.drafting import drafted
from generators.writing.proposal import MALFORMED, UNSAID, read_out
from generators.writing.writer import Attempt, Writer
from personas.persona import Persona
from personas.record import Record, identified


class Written(Record):
    """What has become of one assignment: a blueprint, or a code and a reason why there is none; and
    every round that it took."""

    rounds: tuple[Round, ...]
    blueprint: Blueprint | None = None
    code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Looked:
    """A proposal that was looked at: the plan that it comes to, if any, and what is wrong with it."""

    plan: Blueprint | None
    defects: tuple[Comment, ...]


async def written(
    assignment: Assignment, writer: Writer, panel: Panel | None, rounds: int
) -> Written:
    """Has a plan written and reviewed, at most so many times. Without a ``panel`` the checks decide.
    A writer's call that fails for good ends it. Raises ``EngineDown``, and ``PlanBroken`` when the
    domain's own code meets what it did not expect."""
    kept: list[Round] = []
    against = Comment(code="no_case", text="the writer has nothing for this caller")
    for number in range(1, rounds + 1):
        try:
            attempt = await writer.write(assignment, kept)
        except ModelError as error:
            against = Comment(code="writer_failed", text=f"{error.kind}: {error}")
            break
        if attempt is None:
            break
        looked = _looked_at(attempt, assignment, writer.name)
        opinion = Opinion(votes=())
        if looked.plan and panel:
            opinion = await panel.decide(_case(looked.plan, assignment, number, attempt))
        accepted = looked.plan is not None and not opinion.code
        kept.append(
            Round(
                number=number,
                accepted=accepted,
                proposal=attempt.text,
                by=writer.name,
                asked=attempt.asked,
                planned=attempt.planned,
                defects=looked.defects,
                votes=opinion.votes,
            )
        )
        if looked.plan and accepted:
            origin = replace(looked.plan.provenance, rounds=tuple(kept))
            plan = identified(replace(looked.plan, provenance=origin))
            return Written(rounds=tuple(kept), blueprint=plan)
        against = (*looked.defects, Comment(code=opinion.code, text=opinion.reason))[0]
        if opinion.code == "review_no_quorum":
            break  # Nobody has said anything that could be put right.
    return Written(rounds=tuple(kept), code=against.code, reason=against.text)


def _case(plan: Blueprint, assignment: Assignment, number: int, attempt: Attempt) -> Case:
    return Case(
        blueprint=plan,
        domain=assignment.domain,
        persona=assignment.request.persona,
        key=assignment.key,
        number=number,
        planned=attempt.planned,
    )


def _looked_at(attempt: Attempt, assignment: Assignment, by: str) -> _Looked:
    """By form first, then by carrying it out, then by everything that a blueprint must show."""
    if attempt.cut:
        text = "It was too long and was cut off. Be shorter."
        return _Looked(None, (Comment(code=MALFORMED, text=text),))
    try:
        proposal = read_out(attempt.text)
    except Malformed as flaw:
        return _Looked(None, (Comment(code=MALFORMED, text=flaw.reason),))
    draft = drafted(proposal, assignment, by)
    if not isinstance(draft, Blueprint):
        return _Looked(None, tuple(draft))
    plan = settled(hidden_for(draft, assignment.request), assignment.domain)
    found = tuple(_found(plan, assignment.domain, assignment.request.persona))
    return _Looked(None if found else plan, found)


def _found(plan: Blueprint, domain: Domain, persona: Persona) -> Iterator[Comment]:
    """The defects, those of the talk last; a clause that is broken is named with what it says."""
    for defect in defects(plan, domain, persona):
        clause, _, _ = defect.message.partition(":")
        said = domain.policy.clauses.get(clause, "") if defect.code == "policy_broken" else ""
        yield Comment(
            code=defect.code, text=f"{defect.message} ({said})" if said else defect.message
        )
    yield from _unsaid(plan, domain)


def _unsaid(plan: Blueprint, domain: Domain) -> Iterator[Comment]:
    """What is wrong with the plan when it is read aloud: the clauses about talk."""
    try:
        found = spoken_breaches(plan, domain)
    except Exception as bug:
        # A domain's bug must cost this plan, not the build.
        text = f"a clause raises {type(bug).__name__} when the plan is read aloud: {bug}"
        yield Comment(code="clause_raised", text=text)
        return
    for clause, breach in found:
        if domain.clauses[clause].looks_at != "talk":
            continue  # The calls show it too.
        said = domain.policy.clauses.get(clause, clause)
        yield Comment(code=UNSAID, text=f"read aloud, {clause}: {breach.message} ({said})")
