"""Every clause that code checks, kept by right dialogues and broken by wrong ones.

A clause that no wrong way breaks may be one that nothing breaks: it would let everything pass.
"""

from collections.abc import Iterator, Sequence
from itertools import chain

from generators.blueprint import Blueprint
from generators.domain_check.remark import Remark
from generators.domain_check.solving import Case, Trials
from generators.domain_check.wrong_ways import Values, played, values_in, wrong_ways
from generators.domains.domain import Domain, breaches
from generators.replay import Replay
from personas.record import Record

CHECK = "clauses"
_BLOCK = 200
_KEPT_BY = 3
_BROKEN_BY = 12
"""How many plans of an intent are played right, and how many that test a clause are spoiled."""


class ClauseFigure(Record):
    """One checked clause: how many plans test it, how many right dialogues kept it, and what broke it
    first, empty when nothing did."""

    clause: str
    tested: int
    kept: int
    broken_by: str = ""


def clause_figures(domain: Domain, trials: Trials) -> tuple[list[ClauseFigure], list[Remark]]:
    """What became of every checked clause, and right dialogues that broke one."""
    remarks: list[Remark] = []
    kept = dict.fromkeys(domain.clauses, 0)
    for case in trials.spread(_KEPT_BY):
        plan = case.plan
        run = played(domain, case)
        wrong = {name: breach for name, breach in breaches(domain, run.timeline)}
        for name, breach in wrong.items():
            found = f"a right dialogue about {', '.join(plan.intents)} breaks it: {breach.message}"
            remarks.append(Remark(check=CHECK, about=name, found=found, broken=True))
        for name in _tested(plan) & kept.keys() - wrong.keys():
            kept[name] += 1
    cases = trials.spread(_BROKEN_BY)
    broken = _broken(domain, trials)
    figures = [
        ClauseFigure(
            clause=name,
            tested=sum(name in _tested(case.plan) for case in cases),
            kept=kept[name],
            broken_by=broken.get(name, ""),
        )
        for name in sorted(domain.clauses)
    ]
    return figures, _once(remarks)


def _broken(domain: Domain, trials: Trials) -> dict[str, str]:
    """The clauses that something broke, and what did so first."""
    broken: dict[str, str] = {}
    exhausted: set[str] = set()
    values = values_in(case for cases in trials.plans.values() for case in cases)
    for name in sorted(domain.clauses):
        cases = trials.spread(_BROKEN_BY)
        testing = [case for case in cases if name in _tested(case.plan)][:_BROKEN_BY]
        of_others = _in_turn(domain, trials.spread(1), values, exhausted)
        for how, run in chain(_in_turn(domain, testing, values, exhausted), of_others):
            for clause, _ in breaches(domain, run.timeline):
                broken.setdefault(clause, how)
            if name in broken:
                break
    return broken


def _in_turn(
    domain: Domain, cases: Sequence[Case], values: Values, exhausted: set[str]
) -> Iterator[tuple[str, Replay]]:
    """The wrong ways of all cases, a block of each in turn: what one plan hardly comes to, another does
    at once. Plans all of whose ways were gone are ``exhausted``: what they break is known."""
    ways = {case.plan.id: wrong_ways(domain, case, values) for case in cases}
    for done in exhausted & ways.keys():
        del ways[done]
    while ways:
        for plan, left in list(ways.items()):
            for _ in range(_BLOCK):
                way = next(left, None)
                if way is None:
                    exhausted.add(plan)
                    del ways[plan]
                    break
                yield way


def clause_remarks(figures: Sequence[ClauseFigure]) -> Iterator[Remark]:
    """Clauses that no intent tests, that no right dialogue shows, or that nothing breaks."""
    for each in figures:
        if not each.tested:
            yield Remark(check=CHECK, about=each.clause, found="no plan puts it to the test")
        elif not each.kept:
            yield Remark(check=CHECK, about=each.clause, found="no right dialogue keeps it")
        if not each.broken_by:
            found = "no wrong plan or faulty dialogue breaks it"
            yield Remark(check=CHECK, about=each.clause, found=found)


def _tested(plan: Blueprint) -> set[str]:
    return {clause for goal in plan.goals for clause in goal.clauses}


def _once(remarks: list[Remark]) -> list[Remark]:
    first: dict[str, Remark] = {}
    for each in remarks:
        first.setdefault(each.about, each)
    return list(first.values())
