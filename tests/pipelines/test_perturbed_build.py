"""Builds in perturbed environments, from the recipe to a version that verifies."""

from collections import defaultdict
from pathlib import Path

import pytest

from outputs.integrity import verify
from outputs.judged import Judged
from outputs.reading import parquet_rows
from outputs.row import from_row
from outputs.store import Store
from tests.builds import built, order

pytestmark = pytest.mark.slow

HALF = "{renamed: 0.4, timeouts: 0.3, missing: 0.3, variants: 2}"
SPLITS = "curate.splits={train: 0.6, validation: 0.2, test: 0.2}"


def judged(root: Path, *overrides: str) -> list[Judged]:
    """The judged rows of a small build, which verifies."""
    built(order(root, "blueprints.count=30", "personas.count=20", SPLITS, *overrides))
    assert verify(Store(root), "smallest") == []
    files = sorted((Store(root).resolve("smallest") / "judged").glob("*.parquet"))
    return [from_row(row) for file in files for row in parquet_rows(file)]


def test_what_is_held_out_is_met_in_its_split_alone(tmp_path: Path):
    rows = judged(tmp_path, f"blueprints.perturb={HALF}", "curate.held_out=test")
    kept = [row for row in rows if row.accepted]
    splits = {row.split for row in kept}
    assert {"train", "test"} <= splits
    assert all((row.split == "test") == bool(row.blueprint.perturbation) for row in kept)
    assert all(row.decision.outcome == "accept" for row in rows)


def test_no_environment_is_in_two_splits(tmp_path: Path):
    rows = judged(tmp_path, f"blueprints.perturb={HALF}", "curate.environments_apart=true")
    homes = defaultdict(set)
    for row in rows:
        if row.accepted:
            homes[row.blueprint.environment].add(row.split)
    assert len(homes) > 4
    assert all(len(splits) == 1 for splits in homes.values())


def test_members_are_in_one_split_with_their_bases(tmp_path: Path):
    perturb = "blueprints.perturb={renamed: 0.5, stale: 0.5}"
    sets = "blueprints.one_factor={environment: drawn}"
    rows = [row for row in judged(tmp_path, perturb, sets) if row.accepted]
    by_plan = {row.blueprint.id: row for row in rows}
    siblings = [
        (row, by_plan[parent])
        for row in rows
        for parent in row.blueprint.provenance.parents
        if parent in by_plan
    ]
    assert len(siblings) > 8
    for row, parent in siblings:
        assert row.split == parent.split
        assert row.blueprint.end_hash == parent.blueprint.end_hash
        assert row.blueprint.perturbation
        assert parent.blueprint.perturbation is None


def test_slips_are_kept_and_flagged(tmp_path: Path):
    faults = "players.agent.faults=[{kind: uses_old_name, probability: 1.0}]"
    rows = judged(tmp_path, "blueprints.perturb={renamed: 1.0}", faults)
    assert rows
    assert all(row.decision.outcome == "accept" for row in rows)
