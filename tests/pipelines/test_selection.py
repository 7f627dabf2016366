"""Which candidates count follows from their numbers: refused ones and duplicates are told apart."""

from pathlib import Path

import yaml

from pipelines.recipe import Recipe
from pipelines.recipe_file import load_recipe
from pipelines.shards import Location, Receipt
from pipelines.stages.plan import candidate_key, select

NOWHERE = Location(file="0", offset=0, length=0, checksum=0)


def recipe(folder: Path, count: int) -> Recipe:
    path = folder / "recipe.yaml"
    tree = {
        "name": "few",
        "personas": {"count": 2},
        "blueprints": {"count": count, "domains": {"cloakroom": 1}},
    }
    path.write_text(yaml.safe_dump(tree))
    return load_recipe(path)


def receipts(*notes: tuple[str | int, ...]) -> dict[str, Receipt]:
    keys = [candidate_key("cloakroom", number) for number in range(len(notes))]
    return {
        key: Receipt(key=key, location=NOWHERE, note=note)
        for key, note in zip(keys, notes, strict=True)
    }


def test_a_plan_like_one_before_it_is_refused_whoever_it_is_for(tmp_path: Path):
    notes = receipts(
        ("p1", 8, "ann", "same"), ("", "no_case"), ("p2", 8, "bob", "same"), ("p3", 9, "ann", "new")
    )
    found = select(recipe(tmp_path, 2), notes)
    assert list(found.chosen) == ["p1", "p3"]
    assert found.refused == {"no_case": 1, "repeated": 1}
    assert (found.missing, found.upto) == ({"cloakroom": 0}, {"cloakroom": 4})


def test_what_comes_after_the_last_one_wanted_counts_for_nothing(tmp_path: Path):
    notes = receipts(("p1", 8, "ann", "one"), ("p2", 8, "bob", "two"), ("", "no_case"))
    found = select(recipe(tmp_path, 1), notes)
    assert list(found.chosen) == ["p1"]
    assert not found.refused


def test_a_gap_ends_what_can_be_told_yet(tmp_path: Path):
    notes = receipts(("p1", 8, "ann", "one"), ("p2", 8, "bob", "two"), ("p3", 8, "ann", "three"))
    del notes[candidate_key("cloakroom", 1)]
    found = select(recipe(tmp_path, 3), notes)
    assert list(found.chosen) == ["p1"]
    assert found.missing == {"cloakroom": 2}
