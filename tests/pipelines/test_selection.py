"""Which candidates count follows from their numbers: refused ones and duplicates are told apart."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from generators.difficulty import FACTORS
from outputs.reading import judged_of
from outputs.store import Store
from pipelines.build import BuildResult
from pipelines.mishap import RequestError
from pipelines.order import order_of
from pipelines.progress import LineProgress
from pipelines.recipe import Recipe
from pipelines.recipe_file import load_recipe
from pipelines.shards import Location, Receipt
from pipelines.stages.candidate import candidate_key
from pipelines.stages.plan import candidates_of, selected
from pipelines.stages.selection import select
from pipelines.workspace import opened
from tests.builds import Said, built

NOWHERE = Location(file="0", offset=0, length=0, checksum=0)


def recipe(folder: Path, count: int, **plans: Any) -> Recipe:
    path = folder / "recipe.yaml"
    tree = {
        "name": "few",
        "personas": {"count": 2},
        "blueprints": {"count": count, "domains": {"cloakroom": 1}, **plans},
    }
    path.write_text(yaml.safe_dump(tree))
    return load_recipe(path)


def receipts(*notes: tuple[str | int, ...]) -> dict[str, Receipt]:
    """Candidates by (id, steps, persona, signature), easy ones with one write unless they say more."""
    keys = [candidate_key("cloakroom", number) for number in range(len(notes))]
    return {
        key: Receipt(key=key, location=NOWHERE, note=note + EASY if len(note) == 4 else note)
        for key, note in zip(keys, notes, strict=True)
    }


def kind(difficulty: str, **factors: int) -> tuple[str | int, ...]:
    return (
        "cloakroom/fetch",
        "cloakroom/K01",
        difficulty,
        *(factors.get(name, 1) for name in FACTORS),
    )


EASY = kind("easy")


def test_what_counts_is_worked_out_once_until_something_is_added(tmp_path: Path):
    few = recipe(tmp_path, 2)
    with opened(few, tmp_path, "key", LineProgress(Said())) as work:  # pyright: ignore[reportArgumentType]
        nothing = selected(work)
        assert selected(work) is nothing
        candidates_of(work).learn([*receipts(("p1", 8, "ann", "one")).values()])
        one = selected(work)
        assert (len(nothing.chosen), len(one.chosen)) == (0, 1)
        assert selected(work) is one
        assert selected(work, 0) == one


def test_a_plan_like_one_before_it_is_refused_whoever_it_is_for(tmp_path: Path):
    notes = receipts(
        ("p1", 8, "ann", "same"), ("", "no_case"), ("p2", 8, "bob", "same"), ("p3", 9, "ann", "new")
    )
    found = select(recipe(tmp_path, 2), notes)
    assert list(found.chosen) == ["p1", "p3"]
    assert found.refused == {"no_case": 1, "repeated": 1}
    assert (found.missing, found.upto) == ({"cloakroom": 0}, {"cloakroom": 4})


def test_every_defect_of_a_refused_candidate_is_counted(tmp_path: Path):
    notes = receipts(
        ("", "policy_broken", "check.no_effect", "check.policy_broken", "check.reveal_rule"),
        ("", "no_effect", "check.no_effect"),
        ("p1", 8, "ann", "one"),
    )
    found = select(recipe(tmp_path, 1), notes)
    assert found.refused == {"policy_broken": 1, "no_effect": 1}
    assert found.defects == {
        "check.no_effect": 2,
        "check.policy_broken": 1,
        "check.reveal_rule": 1,
    }


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


def test_every_kind_of_plan_is_taken_as_often_as_it_is_asked_for(tmp_path: Path):
    quotas = {"difficulty": {"easy": 0.5, "hard": 0.5}, "writes": {"0": 0.5, "1+": 0.5}}
    notes = receipts(
        ("p1", 8, "ann", "1", *kind("easy", writes=0)),
        ("p2", 8, "ann", "2", *kind("easy", writes=3)),
        ("p3", 8, "ann", "3", *kind("medium", writes=0)),
        ("p4", 8, "ann", "4", *kind("easy", writes=2)),
        ("p5", 8, "ann", "5", *kind("hard", writes=7)),
        ("p6", 8, "ann", "6", *kind("hard", writes=1)),
        ("p7", 8, "ann", "7", *kind("hard", writes=0)),
    )
    found = select(recipe(tmp_path, 4, quotas=quotas), notes)
    assert list(found.chosen) == ["p1", "p2", "p5", "p7"]
    assert found.refused == {"unwanted": 3}
    assert found.short == {"cloakroom": []}
    few = select(recipe(tmp_path, 4, quotas=quotas), dict(list(notes.items())[:6]))
    assert few.short == {"cloakroom": ["difficulty hard", "writes 0"]}


OPENED = {"one_factor": {"opening": "vague", "distractor": 1}}


def test_a_set_counts_when_its_base_is_there_and_has_a_member(tmp_path: Path):
    notes = receipts(
        *(("", "no_case"), ("", "no_base"), ("", "no_base")),
        *(("p1", 8, "ann", "1"), ("", "policy_broken"), ("p2", 8, "ann", "2")),
        *(("p3", 8, "bob", "3"), ("", "policy_broken"), ("", "policy_broken")),
        *(("p4", 8, "bob", "1"), ("p5", 8, "bob", "5"), ("p6", 8, "bob", "6")),
        *(("p7", 8, "bob", "7"), ("p8", 8, "bob", "7"), ("p9", 8, "bob", "2")),
    )
    found = select(recipe(tmp_path, 2, **OPENED), notes)
    assert list(found.chosen) == ["p1", "p2", "p7", "p8"]
    assert found.sets == {
        "opening=vague": {"policy_broken": 1, "": 1},
        "distractor=1": {"": 1, "repeated": 1},
    }
    assert found.refused == {
        "no_case": 1,
        "no_base": 4,
        "policy_broken": 3,
        "no_members": 1,
        "repeated": 2,
    }
    assert (found.missing, found.upto) == ({"cloakroom": 0}, {"cloakroom": 15})


def test_a_set_that_is_not_whole_yet_is_waited_for(tmp_path: Path):
    notes = receipts(*((f"p{n}", 8, "ann", str(n)) for n in range(5)))
    found = select(recipe(tmp_path, 2, **OPENED), notes)
    assert list(found.chosen) == ["p0", "p1", "p2"]
    assert (found.missing, found.upto) == ({"cloakroom": 1}, {"cloakroom": 3})


def planned(folder: Path, count: int, **plans: Any) -> tuple[BuildResult, Counter[str]]:
    """A build with these plans, and the difficulties of what it planned."""
    path = folder / "recipe.yaml"
    tree = {
        "name": "asked",
        "personas": {"count": 8},
        "blueprints": {"count": count, "domains": {"energy": 1}, **plans},
    }
    path.write_text(yaml.safe_dump(tree))
    result, _ = built(order_of(path, folder, (), 0))
    rows = judged_of(Store(folder).open("asked"))
    return result, Counter(
        plan.difficulty for plan in {row.blueprint.id: row.blueprint for row in rows}.values()
    )


@pytest.mark.slow
def test_a_build_has_the_difficulties_that_were_asked_for(tmp_path: Path):
    quotas = {"difficulty": {"easy": 0.2, "medium": 0.2, "hard": 0.6}}
    result, found = planned(tmp_path, 10, quotas=quotas)
    assert found == {"easy": 2, "medium": 2, "hard": 6}
    assert dict(result.funnel)["blueprints"] == 10


def test_a_kind_that_no_candidate_has_is_named(tmp_path: Path):
    with pytest.raises(RequestError) as caught:
        planned(tmp_path, 4, quotas={"user_acts": {"0": 0.5, "9+": 0.5}}, candidates=3)
    assert "user_acts 9+" in caught.value.what
    assert "change quotas" in caught.value.remedy
