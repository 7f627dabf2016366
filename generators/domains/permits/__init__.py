"""The permits counter of a town hall: parking, public ground, events, trees, dogs. Dual control."""

from pathlib import Path

from generators.domains.domain import Domain
from generators.domains.permits.clauses import CLAUSES
from generators.domains.permits.desk import identify, identity, settle, subjects
from generators.domains.permits.intents import INTENTS
from generators.domains.permits.seed import CLOCK, seed
from generators.domains.permits.tools import AGENT_TOOLS, USER_TOOLS
from generators.domains.policy import read_policy

_FOLDER = Path(__file__).parent

DOMAIN = Domain(
    name="permits",
    title="Permits counter of a town hall",
    summary="Residents apply for permits, extend and return them, object, and measure things on site.",
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
