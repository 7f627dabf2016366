"""An energy supplier's service desk: the customer reads meters and restarts devices at home, the agent
sees from afar what that changed."""

from pathlib import Path

from generators.domains.domain import Domain
from generators.domains.energy.breakage import FAULTS
from generators.domains.energy.clauses import CLAUSES
from generators.domains.energy.desk import identify, identity, settle, subjects
from generators.domains.energy.intents import INTENTS
from generators.domains.energy.seed import CLOCK, seed
from generators.domains.energy.tools import AGENT_TOOLS, USER_TOOLS
from generators.domains.policy import read_policy

_FOLDER = Path(__file__).parent

DOMAIN = Domain(
    name="energy",
    title="Energy supplier's service desk",
    summary="Tarnbrook Energy supplies homes with electricity and gas; customers write in about "
    "meters, bills, tariffs, moving and failures, and act at home.",
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
    faults=FAULTS,
)
