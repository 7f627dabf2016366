import asyncio
from pathlib import Path

import yaml

from benchmarks.readers import measured, read
from generators.planting.planted import FLAWS, planted
from generators.reviewing.committee import Panel
from generators.reviewing.scripted import ScriptedReviewer
from pipelines.recipe_file import load_recipe


def test_readers_who_are_always_right_and_always_wrong_are_measured_so() -> None:
    fair = ScriptedReviewer(name="fair")
    blind = ScriptedReviewer(name="blind", false_accept=1.0, false_reject=1.0)
    found = asyncio.run(read(planted(["cloakroom"], 1, 20), Panel((fair, blind))))
    assert set(found) == {"", *FLAWS} - {"duplicate"}
    for kind, tally in found.items():
        assert tally.planted == (20 if kind == "" else 2)
        assert tally.by == {"fair": tally.planted if kind else 0, "blind": 0 if kind else 20}


def test_the_critics_of_a_recipe_are_read_out_one_by_one(tmp_path: Path) -> None:
    critics = [{"kind": "scripted", "name": name, "abstain": 0.5} for name in ("ann", "bob")]
    recipe = {
        "name": "readers",
        "personas": {"count": 1},
        "blueprints": {"count": 1, "domains": {"cloakroom": 1}, "review": {"critics": critics}},
    }
    path = tmp_path / "readers.yaml"
    path.write_text(yaml.safe_dump(recipe))
    head, *lines = asyncio.run(measured(load_recipe(path), 12))
    assert head.split() == ["kind", "planted", "panel", "ann", "bob"]
    assert lines[0].split()[:2] == ["sound", "12"]
    assert any("(" in line for line in lines)
