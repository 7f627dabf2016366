"""A theatre's cloakroom: the smallest complete domain, to learn from and to test with."""

from pathlib import Path

from generators.domains.cloakroom.breakage import FAULTS
from generators.domains.cloakroom.clauses import CLAUSES
from generators.domains.cloakroom.desk import identify, identity, settle, subjects
from generators.domains.cloakroom.intents import INTENTS
from generators.domains.cloakroom.seed import CLOCK, seed
from generators.domains.cloakroom.tools import AGENT_TOOLS, USER_TOOLS
from generators.domains.domain import Domain
from generators.domains.policy import read_policy

_FOLDER = Path(__file__).parent

DOMAIN = Domain(
    name="cloakroom",
    title="Theatre cloakroom",
    summary="Guests hand in coats and bags, and want them back.",
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
