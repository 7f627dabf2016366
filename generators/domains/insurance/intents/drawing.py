"""What the draws of all intents share: the caller's rows, and how a caller says things.

A goal may not touch what an earlier goal of the same dialogue has dealt with, unless it says so by
``after``: whatever order a right agent takes them in, two goals then end in the same state.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from generators.blueprint import Fact
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.insurance.database import Claim, ClaimDocument, Policy, PolicyCover
from generators.domains.misread import misread
from generators.domains.plan import PlanBroken
from generators.domains.table import Database, Row

_VARIANTS = (
    ("expense_claim", "claim_excluded", "claim_late", "claim_waiting", "claim_uncovered"),
    ("delay_claim", "delay_short"),
    ("send_document", "document_unreadable"),
    ("claim_payout", "payout_capped", "payout_large", "payout_blocked"),
    ("appeal", "appeal_late"),
    ("cancel_full", "cancel_part", "cancel_refused"),
    ("add_cover", "add_cover_refused"),
    ("add_person", "add_person_refused"),
    ("extend_trip", "extend_refused"),
    ("other_status", "other_refused"),
    ("treatment", "treatment_capped", "treatment_large"),
)
"""Intents that begin with the same words and end differently: one of a kind in a dialogue."""


def alone(intent: Intent) -> Intent:
    """The intent, without a case where a variant of it came before, or an emergency: nobody goes on to
    ask for a refund then."""
    others = {"emergency"}.union(*(group for group in _VARIANTS if intent.name in group))

    def draw(situation: Situation) -> Draw | None:
        return None if others & set(situation.earlier) else intent.draw(situation)

    return replace(intent, draw=draw)


def today(situation: Situation) -> date:
    """The day of the call."""
    return situation.db.now.date()


def touched(situation: Situation) -> set[Any]:
    """Every value that the goals before have left: policies and claims that are settled already."""
    return {value for outputs in situation.earlier.values() for value in outputs.values()}


def policies(situation: Situation) -> list[Policy]:
    """The caller's active policies that no earlier goal has dealt with, in random order."""
    done = touched(situation)
    rows = [
        row
        for row in situation.db[Policy].where(holder=situation.subject, status="active")
        if row.number not in done
    ]
    situation.rng.shuffle(rows)
    return rows


def claims(situation: Situation, status: str, holder: str = "") -> list[Claim]:
    """The caller's claims (or another holder's) with this status that no earlier goal has dealt with,
    nor with their policy, in random order."""
    done = touched(situation)
    rows = [
        claim
        for policy in situation.db[Policy].where(holder=holder or situation.subject)
        for claim in situation.db[Claim].where(policy=policy.number, status=status)
        if not {claim.number, policy.number} & done
    ]
    situation.rng.shuffle(rows)
    return rows


def held(db: Database, policy: str) -> dict[str, PolicyCover]:
    """A policy's covers by name."""
    return {row.cover: row for row in db[PolicyCover].where(policy=policy)}


def missing(db: Database, claim: str) -> list[ClaimDocument]:
    """The documents of a claim that are missing."""
    return db[ClaimDocument].where(claim=claim, state="missing")


def loss_days(
    situation: Situation, policy: Policy, cover: PolicyCover, within: int, late: bool = False
) -> list[date]:
    """Days of the journey on which the cover held and from which a loss can (``late``: can no longer)
    be reported."""
    first, last = max(policy.starts_on, cover.covered_from), today(situation) - timedelta(days=1)
    days = (min(policy.ends_on, last) - first).days + 1
    found = [first + timedelta(days=n) for n in range(days)]
    return [day for day in found if (today(situation) > day + timedelta(days=within)) == late]


def day_said(day: date) -> str:
    """A day of this year as one says it: ``12 May``."""
    return f"{day.day} {day:%B}"


def day_fact(key: str, day: date, *cues: str, slip: int = 0) -> Fact:
    """A day that the caller names, now and then one that is ``slip`` days off first."""
    wrong = day_said(day + timedelta(days=slip)) if slip else ""
    return Fact(
        key=key,
        value=day.isoformat(),
        spoken=day_said(day),
        reveal="upfront",
        cues=cues or ("when", "which day", "what day", "date"),
        slip=wrong,
    )


def money_fact(key: str, amount: float, *cues: str) -> Fact:
    """An amount in euros."""
    return Fact(
        key=key,
        value=f"{amount:.2f}",
        spoken=f"{amount:.2f} euros",
        reveal="upfront",
        cues=cues or ("how much", "amount", "sum"),
    )


def number_fact(db: Database, row: type[Row], key: str, value: str, *cues: str) -> Fact:
    """The number of a policy, claim or case, now and then misread first."""
    return Fact(key=key, value=value, reveal="upfront", cues=cues, slip=misread(value, db[row]))


def policy_fact(situation: Situation, key: str, policy: Policy) -> Fact:
    """Which policy it is about."""
    return number_fact(
        situation.db, Policy, key, policy.number, "policy number", "which policy", "which of your"
    )


def claim_fact(situation: Situation, key: str, claim: Claim) -> Fact:
    """Which claim it is about."""
    return number_fact(
        situation.db, Claim, key, claim.number, "claim number", "which claim", "which of your"
    )


def row_with(rows: Iterable[dict[str, Any]], **equal: Any) -> dict[str, Any]:
    """The first row of a tool's result with these fields. Raises ``PlanBroken``."""
    for row in rows:
        if all(row[name] == value for name, value in equal.items()):
            return row
    raise PlanBroken(f"no row with {equal}")
