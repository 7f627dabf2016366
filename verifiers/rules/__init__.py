"""The certain verifiers: no model, no chance, one file each.

They are listed from cause to consequence: a dialogue that the user ended too early also ends in the
wrong state, and the first finding is the one that a ledger counts.
"""

from verifiers.rules.information import Information
from verifiers.rules.language import SpokenLanguage
from verifiers.rules.leakage import Leakage
from verifiers.rules.policy import PolicyClauses
from verifiers.rules.repetition import Repetition
from verifiers.rules.replay import ReplayedState
from verifiers.rules.structure import Structure
from verifiers.rules.tool_calls import ToolCalls
from verifiers.rules.turns import Turns
from verifiers.rules.user_contract import UserContract
from verifiers.verdict import Evidence, Verdict, Verifier

RULES: dict[str, Verifier] = {
    "structure": Structure(),
    "tool_calls": ToolCalls(),
    "leakage": Leakage(),
    "turns": Turns(),
    "user": UserContract(),
    "repetition": Repetition(),
    "language": SpokenLanguage(),
    "policy": PolicyClauses(),
    "replay": ReplayedState(),
    "information": Information(),
}
"""Name -> verifier. A name is also the first part of the verifier's finding codes."""


def opinion(case: Evidence, name: str) -> Verdict:
    """The verdict of one rule, judged once per piece of evidence however many ask for it."""
    if name not in case.verdicts:
        case.verdicts[name] = RULES[name].judge(case)
    return case.verdicts[name]
