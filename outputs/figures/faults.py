"""How often the filter is wrong, measured on dialogues whose faults we planned ourselves.

Scripted players record which faults they were told to commit and which they did commit. Verifiers never
see that record, so it tells how many faulty dialogues got through and how many sound ones were turned
away. A fault that was planned and never came up leaves its dialogue sound. A dialogue in which a model
spoke, and no planned fault came up, may be either: nobody knows beforehand what a model gets wrong.
"""

from collections import Counter
from math import sqrt
from typing import Any, Literal

import msgspec

from generators.faults import FAULTS, NOTE
from generators.trajectory import StopReason, Trajectory
from outputs.figures.models import by_model
from outputs.judged import Judged
from personas.record import Record
from verifiers.decision import Decision


class Rate(Record):
    """``part`` of ``whole``, with the 95% Wilson interval. All 0 when there is no whole."""

    part: int
    whole: int
    value: float
    low: float
    high: float


class FaultFigure(Record):
    """One kind of fault of one party: planned in and committed in how many dialogues.

    ``rejected`` counts those of the committed that were turned away; ``alone`` looks only at dialogues
    with no other fault, where the rejection must be for this one; ``named`` counts the rejected ones
    for which one of the reasons starts with the ``expected`` code. ``codes`` are the reasons given,
    most frequent first. ``does`` says what the fault is; it and ``expected`` are empty for a fault that
    our own players do not have.
    """

    kind: str
    party: str
    does: str
    expected: str
    planned: int
    fired: int
    rejected: Rate
    alone: Rate
    named: Rate
    codes: dict[str, int]


class FaultSummary(Record):
    """The filter's error rates over judged dialogues.

    ``caught``: faulty dialogues that were rejected. ``missed``: the other faulty ones.
    ``false_alarms``: sound dialogues that were rejected, by code in ``alarm_codes``. ``tainted``:
    faulty ones among all that were accepted. ``vetoes_caught`` and ``vetoes_alarms`` are what the
    members with a veto do on their own, whatever the voters think. ``unknown`` are dialogues of models
    that had no planned fault: they count as ``judged`` and in no rate.
    """

    judged: int
    faulty: int
    sound: int
    unknown: int
    caught: Rate
    missed: Rate
    false_alarms: Rate
    tainted: Rate
    vetoes_caught: Rate
    vetoes_alarms: Rate
    alarm_codes: dict[str, int]
    kinds: tuple[FaultFigure, ...]


class Faults:
    """Counts planned and committed faults against decisions. Curation plays no part: what it drops
    was found good enough. Dialogues that broke off in an error were never judged and are left out."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, ...]] = Counter()

    def add(self, row: Judged) -> None:
        """Counts one judged dialogue."""
        if row.trajectory.stop_reason == StopReason.ERROR:
            return
        planned = faults_of(row.trajectory)
        fired = {_name(fault) for fault in planned if fault.get("fired")}
        rejected = row.decision.outcome != "accept"
        verdict = "rejected" if rejected else "accepted"
        truth = truth_of(row.trajectory)
        self.counts[truth, verdict] += 1
        self.counts[truth, "vetoed"] += _vetoed(row.decision)
        if rejected and truth == "sound":
            self.counts["alarm", (row.decision.reasons or ("committee.no_reason",))[0]] += 1
        for kind, party in {_name(fault) for fault in planned}:
            self.counts["planned", kind, party] += 1
        for kind, party in fired:
            self.counts["fired", kind, party, verdict] += 1
            if len(fired) == 1:
                self.counts["alone", kind, party, verdict] += 1
            if rejected:
                reasons = dict.fromkeys(row.decision.reasons)
                self.counts.update(("code", kind, party, code) for code in reasons)
                expected = _expected(kind, party)[1]
                self.counts["named", kind, party] += any(
                    code.startswith(expected) for code in reasons
                )

    def merge(self, other: "Faults") -> None:
        """Adds the counts of another part."""
        self.counts.update(other.counts)

    def summary(self) -> FaultSummary:
        """The error rates."""
        count = self.counts
        caught, missed = count["faulty", "rejected"], count["faulty", "accepted"]
        alarms, passed = count["sound", "rejected"], count["sound", "accepted"]
        unknown = count["unknown", "rejected"] + count["unknown", "accepted"]
        kinds = sorted(key[1:3] for key in count if key[0] == "planned")
        return FaultSummary(
            judged=caught + missed + alarms + passed + unknown,
            faulty=caught + missed,
            sound=alarms + passed,
            unknown=unknown,
            caught=rate(caught, caught + missed),
            missed=rate(missed, caught + missed),
            false_alarms=rate(alarms, alarms + passed),
            tainted=rate(missed, missed + passed),
            vetoes_caught=rate(count["faulty", "vetoed"], caught + missed),
            vetoes_alarms=rate(count["sound", "vetoed"], alarms + passed),
            alarm_codes=self._ranked("alarm"),
            kinds=tuple(self._kind(kind, party) for kind, party in kinds),
        )

    def _kind(self, kind: str, party: str) -> FaultFigure:
        def split(group: str) -> Rate:
            rejected = self.counts[group, kind, party, "rejected"]
            return rate(rejected, rejected + self.counts[group, kind, party, "accepted"])

        rejected = split("fired")
        does, expected = _expected(kind, party)
        return FaultFigure(
            kind=kind,
            party=party,
            does=does,
            expected=expected,
            planned=self.counts["planned", kind, party],
            fired=rejected.whole,
            rejected=rejected,
            alone=split("alone"),
            named=rate(self.counts["named", kind, party], rejected.part),
            codes=self._ranked("code", kind, party),
        )

    def _ranked(self, *prefix: str) -> dict[str, int]:
        found = {
            key[-1]: times for key, times in self.counts.items() if key[:-1] == prefix and times
        }
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def faults_of(trajectory: Trajectory) -> list[dict[str, Any]]:
    """The faults planned into a dialogue: kind, party, at, fired. Empty when none were."""
    return [
        fault
        for note in trajectory.annotations
        if note.name == NOTE
        for fault in msgspec.json.decode(note.value)
    ]


def truth_of(trajectory: Trajectory) -> Literal["faulty", "sound", "unknown"]:
    """What is known about a dialogue without any verifier. Slips that are put right are no faults."""
    if any(fault.get("fired") and not _is_slip(fault) for fault in faults_of(trajectory)):
        return "faulty"
    return "unknown" if by_model(trajectory) else "sound"


def rate(part: int, whole: int) -> Rate:
    """The share with its 95% Wilson interval, which stays honest near 0 and 1 and for few cases."""
    if not whole:
        return Rate(part=0, whole=0, value=0.0, low=0.0, high=0.0)
    low, high = wilson(part / whole, whole)
    return Rate(part=part, whole=whole, value=part / whole, low=low, high=high)


def wilson(share: float, whole: float) -> tuple[float, float]:
    """The 95% Wilson interval of a share of so many cases."""
    z = 1.959964
    middle = share + z * z / (2 * whole)
    half = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    scale = 1 + z * z / whole
    low, high = (middle - half) / scale, (middle + half) / scale
    return (
        0.0 if share == 0 else max(0.0, low),
        1.0 if share == 1 else min(1.0, high),
    )


def _vetoed(decision: Decision) -> bool:
    return any(vote.veto and vote.verdict.outcome == "fail" for vote in decision.votes)


def _expected(kind: str, party: str) -> tuple[str, str]:
    known = FAULTS.get((party, kind))
    return (known.does, known.code) if known else ("", "")


def _is_slip(fault: dict[str, Any]) -> bool:
    known = FAULTS.get((str(fault.get("party")), str(fault.get("kind"))))
    return known is not None and known.slip


def _name(fault: dict[str, Any]) -> tuple[str, str]:
    return str(fault.get("kind", "")), str(fault.get("party", ""))
