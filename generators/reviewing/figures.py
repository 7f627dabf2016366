"""How writing and reviewing went, counted over candidates."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from generators.reviewing.round import Round

_RIGHT = {True: "reject", False: "accept"}
"""What a reviewer should say of a proposal, by whether it has planned flaws."""


def figures_of(candidates: Iterable[tuple[Round, ...]]) -> dict[str, Any]:
    """Plain data for a manifest, from the rounds of each candidate; those without any do not count.

    ``accepted_in_round`` says how many were accepted in which round, ``refused`` how many never were.
    ``strategies``, where there are any, has for each how many candidates it was picked for, how many
    were accepted and how many proposals that took. Proposals that were thrown away for a better one of
    their round count as all others do.
    ``defects`` counts what checks found, proposal by proposal; ``votes`` each reviewer's, by outcome.
    Where flaws were planned, ``planned`` has for each how many proposals had it, and how many of those
    the checks stopped, the reviewers stopped, and nobody; ``right`` has for each reviewer how many
    flawed and how many sound proposals it was asked about, and how many of them it judged rightly.
    """
    accepted: Counter[str] = Counter()
    defects: Counter[str] = Counter()
    votes: dict[str, Counter[str]] = {}
    planned: dict[str, Counter[str]] = {}
    right: dict[str, Counter[str]] = {}
    strategies: dict[str, Counter[str]] = {}
    count = proposals = refused = 0
    for rounds in candidates:
        if not rounds:
            continue
        count += 1
        everything = [each for kept in rounds for each in (kept, *kept.others)]
        proposed = sum(bool(each.by) for each in everything)
        proposals += proposed
        if rounds[0].strategy:
            tally = strategies.setdefault(rounds[0].strategy, Counter())
            tally.update(candidates=1, accepted=int(rounds[-1].accepted), proposals=proposed)
        if rounds[-1].accepted:
            accepted[str(rounds[-1].number)] += 1
        else:
            refused += 1
        for each in everything:
            defects.update({comment.code for comment in each.defects})
            for flaw in each.planned:
                planned.setdefault(flaw, Counter())[_stopped_by(each)] += 1
            for vote in each.votes:
                votes.setdefault(vote.reviewer, Counter())[vote.outcome] += 1
                if vote.outcome != "abstain":
                    _book(right.setdefault(vote.reviewer, Counter()), each, vote.outcome)
    figures: dict[str, Any] = {
        "candidates": count,
        "proposals": proposals,
        "accepted_in_round": dict(sorted(accepted.items())),
        "refused": refused,
        "defects": dict(sorted(defects.items())),
        "votes": {name: dict(sorted(each.items())) for name, each in sorted(votes.items())},
    }
    if strategies:
        figures["strategies"] = {k: dict(each) for k, each in sorted(strategies.items())}
    if planned:
        figures["planned"] = {k: dict(sorted(each.items())) for k, each in sorted(planned.items())}
        figures["right"] = {k: dict(sorted(each.items())) for k, each in sorted(right.items())}
    return figures


def _stopped_by(proposal: Round) -> str:
    if proposal.accepted:
        return "nobody"
    return "checks" if proposal.defects else "reviewers"


def _book(counts: Counter[str], proposal: Round, outcome: str) -> None:
    kind = "flawed" if proposal.planned else "sound"
    counts[kind] += 1
    counts[f"{kind}_right"] += outcome == _RIGHT[bool(proposal.planned)]
