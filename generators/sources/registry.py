"""The sources of blueprints that recipes can name. A new one is a file and one line here.

Plans that somebody writes and is told to write again are no function of a request: they have a room of
their own (``generators.writing``).
"""

from generators.domains.domain import Domain
from generators.sources.backward import wandered
from generators.sources.composed import composed
from generators.sources.failures import regrown
from generators.sources.fault_fix import mended
from generators.sources.policy_graph import walked
from generators.sources.request import PlanSpec, Source
from personas.record import seeded

SOURCES: dict[str, Source] = {
    "backward": wandered,
    "composed": composed,
    "failures": regrown,
    "fault_fix": mended,
    "policy_graph": walked,
}
"""Name -> what drafts blueprints."""

CHANGING = frozenset({"composed", "policy_graph"})
"""Those in whose plans the user may change its mind."""

WRITTEN = "written"
"""The source that asks a writer."""
NAMES = (*SOURCES, WRITTEN)
"""Everything that a recipe's shares of sources can name."""


def source_of(domain: Domain, spec: PlanSpec, seed: int, index: int) -> str:
    """Where the ``index``-th candidate comes from: it follows from the numbers alone."""
    rng = seeded(seed, f"{domain.name}:{index}", "source")
    names = sorted(spec.sources)
    return rng.choices(names, [spec.sources[name] for name in names])[0]
