"""Builds whose plans a model writes and reviews, as commands: killed, they go on where they were."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.bench_server import Server
from tests.builds import batches, ended, lines_of, until
from tests.end_to_end.asked import NAME, accounted, begun, build, recipe_on

pytestmark = pytest.mark.slow

PLANS = 8


def authored(folder: Path, url: str) -> Path:
    """Half of the plans are written by a model that writes nonsense; it is for all that it reads."""
    model = {"url": url, "model": "bench", "retries": 6}
    return recipe_on(
        folder,
        url,
        attempts=1,
        blueprints={
            "count": PLANS,
            "domains": {"cloakroom": 1},
            "sources": {"written": 0.5, "composed": 0.5},
            "candidates": 8,
            "writer": {"slot": "writer", "rounds": 3},
            "review": {"critics": [{"slot": "critic", "prompt": "faithful"}]},
        },
        models={
            "writer": {**model, "sampling": {"max_tokens": 3000}},
            "critic": {"share": "writer"},
        },
        players={},
        play={"workers": 1, "in_flight": 4, "commit": {"size": 8, "seconds": 0.2}},
        limits={"turns": 40},
    )


def candidates(root: Path) -> dict[str, dict[str, Any]]:
    """Key -> candidate, for all that are on disk."""
    lines = map(json.loads, lines_of(batches(root, NAME, "blueprints")))
    return {each["key"]: each["record"] for each in lines}


@pytest.mark.parametrize("workers", [0, 1])
def test_a_build_that_is_killed_while_plans_are_written_pays_for_nothing_twice(
    tmp_path: Path, workers: int
) -> None:
    there, elsewhere = tmp_path / "there", tmp_path / "elsewhere"
    with Server("--latency", "fixed:0.15") as server:
        recipe = authored(tmp_path, server.url)
        process = begun(recipe, there, "--workers", str(workers))
        assert until(lambda: server.stats()["answered"] >= 12, process)
        ended(process, signal.SIGKILL)
        code, answer, said = build(recipe, there, "--workers", str(workers))
        assert code == 0, said
        stats = server.stats()
    accounted(there, answer, PLANS)
    # Only what was on its way when the process died can have been answered to nobody.
    assert stats["repeated"] <= 4 * max(1, workers)
    with Server() as server:
        code, undisturbed, said = build(authored(tmp_path, server.url), elsewhere, "--workers", "0")
        assert code == 0, said
    assert undisturbed["content_hash"] == answer["content_hash"]
    assert candidates(elsewhere) == candidates(there)
    sources = {
        each["blueprint"]["provenance"]["source"]
        for each in candidates(there).values()
        if "blueprint" in each
    }
    assert sources == {"composed"}, "nonsense became a plan"
    refused = [each["refusal"]["code"] for each in candidates(there).values() if "refusal" in each]
    assert refused
    assert all(len(each["rounds"]) == 3 for each in candidates(there).values() if "refusal" in each)
