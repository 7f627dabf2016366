"""The constraints that a written plan is held to: listed for its writer, counted for its strategy, named
when one is violated.

Constraint, verification and selection apart from one another are PlanGEN's (Parmar et al., 2025).
"""

from collections.abc import Iterator, Mapping

from generators.domains.domain import Domain, Intent
from generators.writing.assignment import Assignment
from personas.record import Record


def goal_name(number: int) -> str:
    """The name of a goal's constraint; goals count from 1."""
    return f"goal {number}"


def known_name(key: str) -> str:
    """The name of the constraint that one of the caller's own facts is."""
    return f"known {key}"


class Constraint(Record):
    """One thing that a plan has to keep. ``name`` is a clause's id, ``goal 1``, or ``known card_number``
    for a fact that is the caller's own."""

    name: str
    text: str


def constraints_of(assignment: Assignment) -> tuple[Constraint, ...]:
    """What the plan of an assignment is held to: one for each goal, the clauses that code checks and
    that the kinds of wishes on offer touch, and one for each fact by which the caller is known."""
    return tuple(_constraints(assignment))


def _constraints(assignment: Assignment) -> Iterator[Constraint]:
    domain = assignment.domain
    for number in range(1, assignment.goals + 1):
        yield Constraint(
            name=goal_name(number),
            text="Its calls do what its need says and change nothing else, and they find out what has "
            "to be said.",
        )
    touched = {
        clause for name in assignment.intents for clause in _checked(domain, domain.intents[name])
    }
    for clause in sorted(touched):
        yield Constraint(name=clause, text=domain.policy.clauses.get(clause, clause))
    for fact in assignment.facts:
        yield Constraint(
            name=known_name(fact.key),
            text=f"The caller's {fact.key.replace('_', ' ')} is {fact.value}; no fact goes by that key.",
        )


def complexity_of(assignment: Assignment) -> int:
    """How many constraints a plan is likely to come under: its goals, for each of them the clauses of an
    average wish on offer, and the facts by which the caller is known."""
    domain, kinds = assignment.domain, assignment.intents
    clauses = sum(len(_checked(domain, domain.intents[name])) for name in kinds)
    each = clauses / len(kinds) if kinds else 0.0
    return assignment.goals + round(assignment.goals * each) + len(assignment.facts)


def proposals_for(complexity: int, best_of: Mapping[int, int]) -> int:
    """How many proposals a round has: so many as ``best_of`` says at the highest complexity that is
    reached, or one."""
    reached = [least for least in best_of if complexity >= least]
    return best_of[max(reached)] if reached else 1


def _checked(domain: Domain, intent: Intent) -> list[str]:
    return [clause for clause in intent.clauses if clause in domain.clauses]
