"""A travel insurer's desk: claims, documents, payouts, changes of policies, help abroad."""

from pathlib import Path

from generators.domains.domain import Domain
from generators.domains.insurance.clauses import CLAUSES
from generators.domains.insurance.desk import identify, identity, settle, subjects
from generators.domains.insurance.intents import INTENTS
from generators.domains.insurance.seed import CLOCK, seed
from generators.domains.insurance.tools import AGENT_TOOLS, USER_TOOLS
from generators.domains.policy import read_policy

_FOLDER = Path(__file__).parent

DOMAIN = Domain(
    name="insurance",
    title="Claims and policy desk of a travel insurer",
    summary="Clients claim for losses, send papers, change policies, and need help abroad.",
    folder=_FOLDER,
    policy=read_policy(_FOLDER / "policy.md"),
    agent_tools=AGENT_TOOLS,
    user_tools=USER_TOOLS,
    intents=INTENTS,
    clauses=CLAUSES,
    seed=seed,
    clock=CLOCK,
    subjects=subjects,
    settle=settle,
    identity=identity,
    identify=identify,
)
