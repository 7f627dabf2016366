"""The service desk of a town's libraries: loans, reservations, charges, rooms, events. Dual control."""

from pathlib import Path

from generators.domains.domain import Domain
from generators.domains.library.breakage import FAULTS
from generators.domains.library.clauses import CLAUSES
from generators.domains.library.desk import identify, identity, settle, subjects
from generators.domains.library.intents import INTENTS
from generators.domains.library.seed import CLOCK, seed
from generators.domains.library.tools import AGENT_TOOLS, USER_TOOLS
from generators.domains.policy import read_policy

_FOLDER = Path(__file__).parent

DOMAIN = Domain(
    name="library",
    title="Service desk of a town's libraries",
    summary="Members renew, reserve and pay, book rooms, and put right what was lost or is back.",
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
