"""The desk of a data team: real SQL over a warehouse, and all that belongs to it. Dual control."""

from pathlib import Path

from generators.domains.datadesk.clauses import CLAUSES
from generators.domains.datadesk.desk import identify, identity, settle, subjects
from generators.domains.datadesk.intents import INTENTS
from generators.domains.datadesk.seed import CLOCK, seed
from generators.domains.datadesk.tools import AGENT_TOOLS, USER_TOOLS
from generators.domains.domain import Domain
from generators.domains.policy import read_policy

_FOLDER = Path(__file__).parent

DOMAIN = Domain(
    name="datadesk",
    title="Data team's desk of a bike-sharing company",
    summary="Colleagues ask for figures, access, reports and deletions; the agent answers with SQL.",
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
