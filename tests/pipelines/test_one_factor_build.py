"""Builds in sets, from the recipe to a version that verifies and its table."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from outputs.integrity import verify
from outputs.reading import judged_of
from outputs.store import Store, Version
from pipelines.order import order_of
from tests.builds import built

pytestmark = pytest.mark.slow

RECIPE = Path("pipelines/recipes/one_factor.yaml")
SMALL = ("blueprints.count=6", "personas.count=6", "curate.splits={train: 0.6, test: 0.4}")
GUESSES = "players.agent.faults=[{kind: guesses, probability: 1.0}]"
HIDDEN = {"uncertainty=0.5", "uncertainty=1"}


def released(root: Path, *overrides: str, workers: int = 0) -> Version:
    built(order_of(RECIPE, root, (*SMALL, *overrides), workers))
    return Store(root).open("one_factor")


def factors_of(version: Version) -> dict[str, dict[str, Any]]:
    found = msgspec.json.decode((version.folder / "statistics.json").read_bytes())
    return {f"{each['factor']}={each['level']}": each for each in found["one_factor"]["figures"]}


def test_the_table_of_a_build_names_the_factor_that_its_agent_cannot_bear(tmp_path: Path):
    version = released(tmp_path, GUESSES)
    assert verify(Store(tmp_path), "one_factor") == []
    found = factors_of(version)
    assert found.keys() > HIDDEN
    for name, each in found.items():
        assert each["pairs"] == 2 * each["sets"] > 0
        assert each["only_member"] == each["neither"] == 0
        assert (each["only_base"] > 0) == (name in HIDDEN)
        assert (each["difference"]["high"] < 0) == (name in HIDDEN)
    made = version.manifest.notes["one_factor"]
    assert {name: each["made"] for name, each in made.items() if each["made"]} == {
        name: each["sets"] for name, each in found.items()
    }
    assert all(each["made"] + sum(each["refused"].values()) == 6 for each in made.values())
    page = (version.folder / "report.html").read_text()
    assert "One factor at a time" in page
    assert "costs the agent most" in page


def test_sets_stay_together_and_lose_no_member_for_being_like_its_base(tmp_path: Path):
    version = released(tmp_path, "players.agent.faults=[]")
    rows, dropped = list(judged_of(version)), 0
    by_id = {row.id: row.blueprint for row in rows}
    homes: dict[str, set[str]] = {}
    for row in rows:
        if row.accepted:
            homes.setdefault(row.blueprint.base_id, set()).add(row.split)
        elif row.duplicate_of:
            dropped += 1
            assert by_id[row.duplicate_of].variation == row.blueprint.variation
    assert len(homes) == 6
    assert all(len(splits) == 1 for splits in homes.values())
    assert set.union(*homes.values()) == {"train", "test"}
    assert dropped < len(rows) / 10


def test_sets_are_the_same_however_many_workers_plan_them(tmp_path: Path):
    few = ("blueprints.count=3", "attempts=1")
    here = released(tmp_path / "here", *few)
    two = released(tmp_path / "two", *few, workers=2)
    assert two.manifest.content_hash == here.manifest.content_hash
    assert two.manifest.notes["one_factor"] == here.manifest.notes["one_factor"]


def test_where_plans_are_reviewed_members_are_of_the_bases_that_were_accepted(tmp_path: Path):
    critic = "{kind: scripted, name: ann, false_reject: 0.3}"
    version = released(
        tmp_path, f"blueprints.review={{critics: [{critic}]}}", "blueprints.count=4", "attempts=1"
    )
    plans = {row.blueprint.id: row.blueprint for row in judged_of(version)}
    members = [plan for plan in plans.values() if plan.variation]
    assert members
    assert all(plan.base_id in plans and plan.provenance.rounds for plan in members)
    made = version.manifest.notes["one_factor"]
    assert sum(each["made"] for each in made.values()) == len(members)
    assert any("review_rejected" in each["refused"] for each in made.values())
