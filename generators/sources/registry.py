"""The sources of blueprints that recipes can name. A new one is a file and one line here."""

from generators.sources.backward import wandered
from generators.sources.composed import composed
from generators.sources.failures import regrown
from generators.sources.fault_fix import mended
from generators.sources.policy_graph import walked
from generators.sources.request import Source

SOURCES: dict[str, Source] = {
    "backward": wandered,
    "composed": composed,
    "failures": regrown,
    "fault_fix": mended,
    "policy_graph": walked,
}
"""Name -> what drafts blueprints."""
