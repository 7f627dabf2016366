"""What a recipe says of writers and reviewers of plans: everything that is wrong is named at once."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.authors import authors_of
from pipelines.forecast import forecast
from pipelines.model_slots import used_slots
from pipelines.order import Order
from pipelines.players import Models
from pipelines.recipe import Recipe
from pipelines.recipe_file import RecipeError, load_recipe
from tests.pipelines.authoring import recipe_on

WRITER = {"kind": "scripted", "flaws": {"drops_write": 0.2}}
URL = "http://127.0.0.1:9/v1"


def recipe(folder: Path, models: dict[str, Any] | None = None, **plans: Any) -> Recipe:
    path = folder / "recipe.yaml"
    tree = {
        "name": "few",
        "personas": {"count": 2},
        "models": models or {},
        "blueprints": {"count": 4, "domains": {"cloakroom": 1}, **plans},
    }
    path.write_text(yaml.safe_dump(tree))
    return load_recipe(path)


def problems(folder: Path, **plans: Any) -> list[str]:
    with pytest.raises(RecipeError) as caught:
        recipe(folder, **plans)
    return [f"{each.field}: {each.found}; {each.right}" for each in caught.value.problems]


def test_a_share_of_written_plans_needs_a_writer_and_a_writer_a_share(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, sources={"written": 1.0})
    assert found.startswith("blueprints.writer: there is no writer")
    (found,) = problems(tmp_path, writer=WRITER)
    assert "a writer that nothing asks for" in found
    assert recipe(tmp_path, sources={"written": 1.0}, writer=WRITER).blueprints.writer


def test_everything_that_is_wrong_with_writer_and_review_is_named_at_once(tmp_path: Path) -> None:
    critics = [
        {"slot": "nobody", "prompt": "faithfull"},
        {"kind": "scripted", "name": "ann"},
        {"kind": "scripted", "name": "ann"},
    ]
    found = problems(
        tmp_path,
        models={"writer": {"url": URL, "model": "m"}},
        sources={"written": 1.0},
        writer={"slot": "writer"},
        review={"critics": critics, "quorum": 4},
    )
    text = "\n".join(found)
    assert "models.writer.sampling.max_tokens: found 512" in text
    assert "critics.0.prompt: unknown prompt 'faithfull'; did you mean 'faithful'?" in text
    assert "critics.0.slot: no model slot 'nobody'" in text
    assert "critics.2.name: a second critic called 'ann'" in text
    assert "review.quorum: a quorum of 4 among 3 critics" in text
    assert len(found) == 5


@pytest.mark.parametrize(
    ("plans", "said"),
    [
        ({"writer": {"rounds": 9}}, "blueprints.writer.rounds: found 9"),
        ({"writer": {"best_of": {10: 1}}}, "blueprints.writer.best_of.10: found 1"),
        ({"writer": {"kind": "human"}}, 'blueprints.writer.kind: found "human"; right would be'),
        ({"writer": {"flaws": {}}}, "blueprints.writer.flaws: unknown field"),
        ({"review": {"critics": []}}, "blueprints.review.critics"),
        ({"review": {"critics": [{"slot": "a"}]}}, "critics.0.prompt: this field is missing"),
        ({"writer": {**WRITER, "flaws": {"x": 2}}}, "blueprints.writer.flaws.x: found 2"),
    ],
)
def test_a_field_that_is_wrong_is_named_as_the_file_has_it(
    tmp_path: Path, plans: dict[str, Any], said: str
) -> None:
    assert any(each.startswith(said) or said in each for each in problems(tmp_path, **plans))


def test_an_unknown_flaw_is_answered_with_those_that_there_are(tmp_path: Path) -> None:
    writer = {"kind": "scripted", "flaws": {"drop_write": 0.1}}
    (found,) = problems(tmp_path, sources={"written": 1.0}, writer=writer)
    assert "unknown flaw 'drop_write'; did you mean 'drops_write'?" in found


def test_slots_that_write_and_review_are_asked_as_those_that_play_are(tmp_path: Path) -> None:
    found = recipe_on(tmp_path, URL)
    assert used_slots(found) == {
        "writer": ("blueprints", "writer", "slot"),
        "first": ("blueprints", "review", "critics", 0, "slot"),
        "second": ("blueprints", "review", "critics", 1, "slot"),
    }


def test_critics_of_one_slot_go_by_what_they_look_at(tmp_path: Path) -> None:
    critics = [
        {"kind": "scripted", "name": "ann", "false_accept": 0.25},
        {"kind": "scripted", "name": "bob"},
    ]
    panel = authors_of(recipe(tmp_path, review={"critics": critics}), Models()).panel
    assert panel is not None
    assert [each.name for each in panel.reviewers] == ["ann", "bob"]
    assert (panel.threshold, panel.quorum) == (0.5, 1)


@pytest.mark.slow
def test_a_dry_run_counts_what_writing_and_reviewing_would_ask(tmp_path: Path) -> None:
    plans = recipe_on(tmp_path, URL, sources={"written": 0.999, "composed": 0.001})
    told = forecast(Order(recipe=plans, root=tmp_path, workers=0))
    found = told.models
    assert found is not None
    assert found.calls == {"writer": 6, "first": 6, "second": 6}
    assert found.calls_at_most == 3 * 18
    assert found.tokens["writer/prompt"] > 6 * 1000
    assert found.tokens["first/completion"] < 6 * 20
    assert "writer 6" in told.text()


@pytest.mark.slow
def test_a_dry_run_reckons_with_every_proposal_of_a_strategy(tmp_path: Path) -> None:
    writer = {"slot": "writer", "rounds": 2, "best_of": {1: 3}}
    plans = recipe_on(tmp_path, URL, writer=writer)
    found = forecast(Order(recipe=plans, root=tmp_path, workers=0)).models
    assert found is not None
    assert found.calls == {"writer": 6, "first": 6, "second": 6}
    assert found.calls_at_most == 2 * 3 * 18


@pytest.mark.slow
def test_a_dry_run_of_scripts_asks_no_model(tmp_path: Path) -> None:
    plans = recipe(tmp_path, sources={"written": 1.0}, writer=WRITER)
    found = forecast(Order(recipe=plans, root=tmp_path, workers=0))
    assert found.models is None
    assert set(found.model_calls.values()) == {0}
