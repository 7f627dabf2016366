"""A clinic's front desk: visits, referrals, repeat prescriptions, bills, records. Single control."""

from pathlib import Path

from generators.domains.clinic.clauses import CLAUSES
from generators.domains.clinic.desk import identify, identity, settle, subjects
from generators.domains.clinic.intents import INTENTS
from generators.domains.clinic.seed import CLOCK, seed
from generators.domains.clinic.tools import AGENT_TOOLS
from generators.domains.domain import Domain
from generators.domains.policy import read_policy

_FOLDER = Path(__file__).parent

DOMAIN = Domain(
    name="clinic",
    title="Front desk of an outpatient clinic",
    summary="Patients book, move and cancel visits, and ask for prescriptions, copies and bills.",
    folder=_FOLDER,
    policy=read_policy(_FOLDER / "policy.md"),
    agent_tools=AGENT_TOOLS,
    user_tools={},
    intents=INTENTS,
    clauses=CLAUSES,
    seed=seed,
    clock=CLOCK,
    subjects=subjects,
    settle=settle,
    identity=identity,
    identify=identify,
)
