"""The figures of a version as lines of text."""

from collections.abc import Iterable, Iterator

from outputs.figures.faults import Rate
from outputs.figures.policies import DomainPolicy
from outputs.figures.rates import RateSummary, SetRates
from outputs.gates import GateResult
from outputs.report.wording import interval


def rate_lines(rates: RateSummary) -> Iterator[str]:
    """The shares of the set before and after the filter."""
    yield ""
    yield f"  {'share':<16} {'played':<24} released"
    for name in SetRates.__struct_fields__:
        before, after = (interval(getattr(each, name)) for each in (rates.played, rates.released))
        yield f"  {name:<16} {before:<24} {after}"
    for name in ("finished", "accepted", "not_repeated"):
        yield f"  {name:<16} {interval(getattr(rates, name))}"


def gate_lines(gates: Iterable[GateResult]) -> Iterator[str]:
    """What was asked of the set, and what was measured."""
    for number, each in enumerate(gates):
        if not number:
            yield ""
        yield f"  gate {each.text}"


def policy_lines(policies: Iterable[DomainPolicy]) -> Iterator[str]:
    """A table of clauses and one of levels for each domain."""
    for each in policies:
        yield ""
        yield f"{each.domain}: {_part(each.kept)} dialogues broke no clause, {interval(each.kept)}"
        yield _line("clause", "plans", "kept", "elsewhere", "share kept")
        for clause in each.clauses:
            if not clause.plans and not clause.elsewhere:
                continue
            share = interval(clause.passed) if clause.checked else "not checked by code"
            kept = _part(clause.passed) if clause.checked else ""
            yield _line(clause.clause, clause.plans, kept, clause.elsewhere or "", share)
        yield _line("complexity", "plans", "broke none", "", "share accepted")
        for level in each.levels:
            yield _line(level.level, level.plans, _part(level.kept), "", interval(level.accepted))


def _part(rate: Rate) -> str:
    return f"{rate.part} of {rate.whole}"


def _line(*cells: object) -> str:
    first, second, third, fourth, last = map(str, cells)
    return f"  {first:<12} {second:>6} {third:>14} {fourth:>10}  {last}".rstrip()
