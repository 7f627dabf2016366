"""The clauses of the domain's policy that code can check, over the replayed timeline.

Clauses that only people or models can judge are not looked at.
"""

from generators.domains.domain import breaches
from verifiers.verdict import Evidence, Finding, Verdict, verdict_from


class PolicyClauses:
    """``policy.<clause id>`` for each breach. The policy binds the agent, so the agent is to blame."""

    name = "policy"

    def judge(self, case: Evidence) -> Verdict:
        """Fails on any breach."""
        clauses = case.domain.policy.clauses
        return verdict_from(
            self.name,
            [
                Finding(
                    code=f"policy.{clause}",
                    message=f"{breach.message} ({clauses.get(clause, clause)})",
                    event=breach.index,
                )
                for clause, breach in breaches(case.domain, case.replay.timeline)
            ],
        )
