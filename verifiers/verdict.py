"""What a verifier says about a dialogue.

Could-not-judge is ``abstain`` and never counts against the dialogue; a failing verdict always carries
at least one finding, and a finding's ``code`` is what reports count.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Protocol

from generators.blueprint import Blueprint
from generators.domains.domain import Domain
from generators.replay import Replay, replay
from generators.trajectory import Trajectory, blind
from personas.record import Record


class Finding(Record):
    """One reason. ``code`` is stable (``replay.end_state``); ``event`` is an event index or -1 for the
    whole dialogue; ``party`` is who is to blame: ``user``, ``agent``, ``world`` or ``engine``."""

    code: str
    message: str
    event: int = -1
    party: str = "agent"
    severity: Literal["error", "warning"] = "error"


class Verdict(Record):
    """A verifier's answer. ``score`` and ``confidence`` lie in [0, 1]. Warnings do not fail."""

    verifier: str
    outcome: Literal["pass", "fail", "abstain"]
    score: float = 1.0
    confidence: float = 1.0
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """What verifiers judge from: the dialogue without its planned faults, its plan, its domain.

    The replay is done once, when the first verifier asks for it. ``verdicts`` holds what rules have
    said already, so that voters can build on them without a second run. Made by ``evidence``.
    """

    trajectory: Trajectory
    blueprint: Blueprint
    domain: Domain
    verdicts: dict[str, "Verdict"] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def replay(self) -> Replay:
        """Every call of the dialogue, re-executed in a fresh world."""
        return replay(self.blueprint, self.domain, self.trajectory.events)


def evidence(trajectory: Trajectory, blueprint: Blueprint, domain: Domain) -> Evidence:
    """The evidence of one dialogue; planned faults are taken out, so no verifier can see them."""
    return Evidence(blind(trajectory), blueprint, domain)


class Verifier(Protocol):
    """Judges one dialogue. Pure: equal evidence, equal verdict."""

    @property
    def name(self) -> str:
        """Its name in votes and reports."""
        ...

    def judge(self, case: Evidence) -> Verdict:
        """The verdict. May raise; the committee records that as an abstention with the reason."""
        ...


def verdict_from(verifier: str, findings: list[Finding]) -> Verdict:
    """``fail`` when any finding is an error, else ``pass``; the score falls with their number."""
    errors = sum(1 for finding in findings if finding.severity == "error")
    return Verdict(
        verifier=verifier,
        outcome="fail" if errors else "pass",
        score=1.0 / (1 + errors),
        findings=tuple(findings),
    )
