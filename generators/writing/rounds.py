"""The rounds of one written plan: proposed, checked, reviewed, and proposed again with what was said.

The idea is APIGen-MT's first phase (Prabhakar et al., 2025), with constraints named one by one, and a
strategy picked by how many there are, as in PlanGEN (Parmar et al., 2025).
"""

from collections.abc import Iterator, Mapping
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
from generators.writing.constraints import complexity_of, goal_name, proposals_for
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


@dataclass(frozen=True, slots=True)
class _Judged:
    """A proposal that checks and reviewers are done with."""

    round: Round
    plan: Blueprint | None
    opinion: Opinion

    @property
    def rank(self) -> tuple[bool, bool, float, int]:
        """The higher the better: accepted, without defects, by votes in favour, by few defects."""
        votes = [each for each in self.round.votes if each.outcome != "abstain"]
        favour = sum(each.outcome == "accept" for each in votes) / len(votes) if votes else 0.0
        return self.round.accepted, self.plan is not None, favour, -len(self.round.defects)

    @property
    def perfect(self) -> bool:
        """Whether no other can be better."""
        return self.round.accepted and all(v.outcome == "accept" for v in self.round.votes)


async def written(
    assignment: Assignment,
    writer: Writer,
    panel: Panel | None,
    rounds: int,
    best_of: Mapping[int, int] | None = None,
) -> Written:
    """Has a plan written and reviewed, at most so many times. Without a ``panel`` the checks decide.

    With ``best_of`` a plan's complexity picks its strategy: ``single``, or the best of so many proposals
    in every round. No more are asked for once one has nothing against it. What is worse is kept beside
    the best, which alone goes on.

    A writer's call that fails for good ends it, unless the round has another proposal. Raises
    ``EngineDown``, and ``PlanBroken`` when the domain's own code meets what it did not expect."""
    kept: list[Round] = []
    complexity = complexity_of(assignment)
    takes = proposals_for(complexity, best_of or {})
    against = Comment(code="no_case", text="the writer has nothing for this caller")
    for number in range(1, rounds + 1):
        judged: list[_Judged] = []
        for take in range(takes):
            try:
                attempt = await writer.write(assignment, kept, take)
            except ModelError as error:
                against = Comment(code="writer_failed", text=f"{error.kind}: {error}")
                break
            if attempt is None:
                break
            judged.append(await _judged(attempt, assignment, writer.name, panel, number, take))
            if judged[-1].perfect:
                break
        if not judged:
            break
        best = max(judged, key=lambda each: each.rank)
        own = best.round
        if best_of:
            own = replace(
                own,
                strategy="single" if takes == 1 else f"best_of_{takes}",
                complexity=complexity,
                others=tuple(each.round for each in judged if each is not best),
            )
        kept.append(own)
        if best.plan and own.accepted:
            origin = replace(best.plan.provenance, rounds=tuple(kept))
            plan = identified(replace(best.plan, provenance=origin))
            return Written(rounds=tuple(kept), blueprint=plan)
        against = (*own.defects, Comment(code=best.opinion.code, text=best.opinion.reason))[0]
        if best.opinion.code == "review_no_quorum":
            break  # Nobody has said anything that could be put right.
    return Written(rounds=tuple(kept), code=against.code, reason=against.text)


async def _judged(
    attempt: Attempt,
    assignment: Assignment,
    by: str,
    panel: Panel | None,
    number: int,
    take: int,
) -> _Judged:
    looked = _looked_at(attempt, assignment, by)
    opinion = Opinion(votes=())
    if looked.plan and panel:
        case = Case(
            blueprint=looked.plan,
            domain=assignment.domain,
            persona=assignment.request.persona,
            key=assignment.key,
            number=number,
            planned=attempt.planned,
            take=take,
        )
        opinion = await panel.decide(case)
    proposed = Round(
        number=number,
        accepted=looked.plan is not None and not opinion.code,
        proposal=attempt.text,
        by=by,
        asked=attempt.asked,
        planned=attempt.planned,
        defects=looked.defects,
        votes=opinion.votes,
    )
    return _Judged(round=proposed, plan=looked.plan, opinion=opinion)


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
    numbers = {goal.id: goal_name(number) for number, goal in enumerate(plan.goals, 1)}
    for defect in defects(plan, domain, persona):
        constraint, text = numbers.get(defect.goal, ""), defect.message
        if defect.code == "policy_broken":
            constraint, _, _ = defect.message.partition(":")
            text += f" ({domain.policy.clauses.get(constraint, constraint)})"
        yield Comment(code=defect.code, text=text, constraint=constraint)
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
        text = f"read aloud, {clause}: {breach.message} ({said})"
        yield Comment(code=UNSAID, text=text, constraint=clause)
