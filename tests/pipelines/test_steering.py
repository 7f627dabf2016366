"""Planning goes on in rounds until enough dialogues of every kind have been accepted."""

import json
from pathlib import Path
from typing import Any

import pytest

from generators.coverage import TURNS, cells, kind_of, touches
from outputs.reading import judged_of
from outputs.store import Store
from pipelines.build import BuildResult
from pipelines.forecast import forecast
from pipelines.mishap import RequestError
from pipelines.order import Order, order_of
from tests.builds import built

RECIPE = """
name: steered
seed: 3
personas: {count: 12}
blueprints: {count: 6, domains: {cloakroom: 1}, goals: {1: 1.0}, intents: {cloakroom: {count: 6}}}
coverage: {rounds: 3, targets: TARGETS}
play: {workers: 0}
"""
TARGETS: dict[str, dict[str, int]] = {
    "intents": {"cloakroom/lost_ticket": 5},
    "clauses": {"cloakroom/K03": 6},
    "style.register": {"formal": 4},
    TURNS: {"1-10": 8},
}


def ordered(root: Path, targets: Any = TARGETS, *overrides: str, workers: int = 0) -> Order:
    recipe = root / "steered.yaml"
    recipe.write_text(RECIPE.replace("TARGETS", str(targets)))
    return order_of(recipe, root, overrides, workers)


def achieved(root: Path, result: BuildResult, targets: Any = TARGETS) -> dict[tuple[str, str], int]:
    found = dict.fromkeys(((facet, value) for facet, row in targets.items() for value in row), 0)
    for row in judged_of(Store(root).open(f"{result.dataset}@{result.version}")):
        if row.decision.outcome == "accept":
            turns = row.trajectory.events[-1].turn + 1
            for cell in cells(kind_of(row.blueprint, row.persona, turns, targets), targets):
                found[cell] += 1
    return found


@pytest.mark.slow
def test_what_is_missing_after_the_first_planning_is_planned_for(tmp_path: Path):
    result, said = built(ordered(tmp_path))
    found = achieved(tmp_path, result)
    wanted = {(facet, value): n for facet, row in TARGETS.items() for value, n in row.items()}
    assert all(found[cell] >= n for cell, n in wanted.items()), found
    assert "round 1: accepted dialogues still missing" in said
    assert "missed" not in said
    figures = json.loads((Path(result.path) / "statistics.json").read_text())["targets"]
    assert {(each["facet"], each["value"]): each["accepted"] for each in figures} == found
    assert all(each["asked"] == wanted[each["facet"], each["value"]] for each in figures)
    assert "Asked and achieved" in Path(result.report).read_text()


@pytest.mark.slow
def test_workers_change_nothing(tmp_path: Path):
    hashes = set()
    for workers in (0, 2):
        root = tmp_path / str(workers)
        root.mkdir()
        hashes.add(built(ordered(root, workers=workers))[0].content_hash)
    assert len(hashes) == 1


def test_a_dry_run_says_that_rounds_may_follow(tmp_path: Path):
    assert "3 further rounds at most" in forecast(ordered(tmp_path)).text()
    assert "rounds" not in forecast(ordered(tmp_path, {})).text()


def test_without_targets_nothing_goes_on(tmp_path: Path):
    result, said = built(ordered(tmp_path, {}))
    assert dict(result.funnel)["blueprints"] == 6
    assert "round" not in said


def test_a_target_that_cannot_be_met_is_told_and_ends_nothing(tmp_path: Path):
    result, said = built(ordered(tmp_path, {TURNS: {"300+": 2}}))
    assert dict(result.funnel)["blueprints"] == 6
    assert "targets missed, no plan was found for what is missing" in said
    assert "2 of turns 300+" in said


@pytest.mark.slow
def test_a_build_that_is_stopped_between_rounds_goes_on_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from pipelines.stages import steer

    whole = tmp_path / "whole"
    whole.mkdir()
    expected, _ = built(ordered(whole))
    stopped = tmp_path / "stopped"
    stopped.mkdir()
    played = steer.play.play

    async def dies(*given: Any) -> Any:
        raise RequestError("stopped here", "")

    monkeypatch.setitem(steer._STAGES, "play", dies)
    with pytest.raises(RequestError):
        built(ordered(stopped))
    monkeypatch.setitem(steer._STAGES, "play", played)
    assert built(ordered(stopped))[0].content_hash == expected.content_hash


@pytest.mark.parametrize(
    ("targets", "named"),
    [
        ({"intents": {"cloakroom/fetsch": 2}}, "did you mean 'fetch'"),
        ({"intents": {"elsewhere/fetch": 2}}, "a domain of blueprints.domains"),
        ({"clauses": {"cloakroom/K99": 2}}, "unknown clause of cloakroom 'K99'"),
        ({"turns": {"9-3": 2}}, "numbers of turns"),
        ({"difficulty": {"absurd": 2}}, "known here: easy, medium, hard"),
        ({"style.register": {"rude": 2}}, "unknown value of style.register 'rude'"),
        ({"mood": {"bad": 2}}, "a facet that does not exist"),
        ({"turns": {"3+": 0}}, "coverage.targets.turns"),
    ],
)
def test_a_target_that_nothing_could_count_for_is_named(tmp_path: Path, targets: Any, named: str):
    with pytest.raises(RequestError) as caught:
        ordered(tmp_path, targets)
    assert named in str(caught.value)


def test_turns_are_counted_in_spans():
    assert [each for each in (4, 5, 12, 13) if touches((each, each), "5-12")] == [5, 12]
    assert touches((13, 13), "13+")
    assert not touches((12, 12), "13+")
    assert touches((7, 7), "7")
    assert touches((10, 14), "13+")
