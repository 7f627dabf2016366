"""Checking one stored row against itself: rebuilt from its dialogue, named and judged once more."""

from collections.abc import Iterator
from typing import Any

from generators.domains.domain import Domain
from generators.trajectory import named
from outputs.content import row_hash
from outputs.judged import Judged
from outputs.migrations import migrated
from outputs.row import Unstorable, to_row
from outputs.told import told_in
from personas.record import identified
from verifiers.rewards import Weights, accounted
from verifiers.rules import RULES
from verifiers.verdict import evidence

_NOT_REBUILT = ("row_hash",)


def row_problems(
    row: dict[str, Any], judged: Judged, version: str, domain: Domain | None
) -> Iterator[str]:
    """What is wrong with a row, in words. ``judged`` is the dialogue that was read from it; without its
    ``domain`` it is neither rebuilt nor judged."""
    if row_hash(row) != row["row_hash"]:
        yield "its content is not what was released: the row's hash differs"
    yield from _names(judged)
    yield from _decision(judged)
    yield from _ledger(judged)
    if domain is None:
        return
    try:
        rebuilt = to_row(judged, domain, version)
    except Unstorable as error:
        yield str(error)
        return
    stored = migrated(row)
    different = [
        name
        for name in rebuilt
        if name not in _NOT_REBUILT and _comparable(name, rebuilt) != _comparable(name, stored)
    ]
    if different:
        yield f"its dialogue does not give what stands in {', '.join(different)}"
    yield from _verdicts(judged, domain)


def _comparable(name: str, row: dict[str, Any]) -> Any:
    """A column without the agent's brief: that is a prompt of the program that played the dialogue,
    and another program may word it differently. The row's hash covers it."""
    if name != "messages":
        return row.get(name)
    return [
        {**message, "content": ""} if message["role"] == "system" else message
        for message in row[name]
    ]


def _names(judged: Judged) -> Iterator[str]:
    for what, record, expected in (
        ("dialogue", judged.trajectory, named(judged.trajectory)),
        ("plan", judged.blueprint, identified(judged.blueprint)),
        ("persona", judged.persona, identified(judged.persona)),
    ):
        if record.id != expected.id:
            yield f"the id of its {what}, {record.id}, is not the hash of its content"


def _decision(judged: Judged) -> Iterator[str]:
    decision = judged.decision
    vetoed = [
        vote.verdict.verifier
        for vote in decision.votes
        if vote.veto and vote.verdict.outcome == "fail"
    ]
    if vetoed and decision.outcome == "accept":
        yield f"it is accepted against the veto of {', '.join(vetoed)}"
    if decision.outcome == "accept" and decision.reasons:
        yield f"it is accepted with reasons against it: {', '.join(decision.reasons)}"
    if decision.outcome == "reject" and not decision.reasons:
        yield "it is rejected without a reason"


def _ledger(judged: Judged) -> Iterator[str]:
    told = told_in(judged.trajectory)
    if told:
        again = told_in(accounted(judged.trajectory, judged.blueprint, Weights()))
        if again is None or (again.ledger, again.turns) != (told.ledger, told.turns):
            yield "what stands in its ledger of facts is not what its events come to"


def _verdicts(judged: Judged, domain: Domain) -> Iterator[str]:
    case = evidence(judged.trajectory, judged.blueprint, domain)
    for vote in judged.decision.votes:
        stored = vote.verdict
        if stored.verifier not in RULES:
            continue
        try:
            again = RULES[stored.verifier].judge(case)
        except Exception as error:  # A rule that breaks is recorded as an abstention.
            if stored.outcome != "abstain":
                yield f"rule {stored.verifier} breaks on it: {type(error).__name__}: {error}"
            continue
        if again != stored:
            codes = ", ".join(finding.code for finding in again.findings) or "no findings"
            yield (
                f"rule {stored.verifier} gave {stored.outcome} and gives {again.outcome} ({codes})"
            )
