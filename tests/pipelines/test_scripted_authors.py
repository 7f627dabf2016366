"""Plans written and reviewed by scripts, through the plan stage: rounds, rates, always the same."""

import asyncio
import json
from pathlib import Path
from typing import Any

import msgspec
import yaml

from generators.domains.registry import domain_named
from generators.event import AGENT, USER
from pipelines.build import started
from pipelines.order import Order
from pipelines.players import Models, scene_of
from pipelines.progress import LineProgress
from pipelines.recipe_file import load_recipe
from pipelines.stages.attempt import played
from pipelines.stages.candidate import Candidate
from pipelines.stages.judge import committee_of
from pipelines.workspace import StageReport
from tests.builds import Said, batches, lines_of
from tests.people import person
from verifiers.committee import decide
from verifiers.verdict import evidence

CRITICS = [{"kind": "scripted", "name": name} for name in ("ann", "bob", "cora")]


def planned(folder: Path, **plans: Any) -> tuple[StageReport, dict[str, Candidate]]:
    """The plan stage's report, and every candidate by its key."""
    path = folder / "scripted.yaml"
    tree = {
        "name": "scripted",
        "seed": 4,
        "personas": {"count": 8},
        "blueprints": {"count": 16, "domains": {"cloakroom": 1}, "candidates": 20, **plans},
    }
    path.write_text(yaml.safe_dump(tree))
    order = Order(recipe=load_recipe(path), root=folder, workers=0, keep_work=True)

    async def run() -> StageReport:
        with LineProgress(Said()) as progress:  # pyright: ignore[reportArgumentType]
            async with started(order, progress) as build:
                await build.stage("sample")
                return await build.stage("plan")

    report = asyncio.run(run())
    lines = map(json.loads, lines_of(batches(folder, "scripted", "blueprints")))
    return report, {each["key"]: msgspec.convert(each["record"], Candidate) for each in lines}


def test_written_and_composed_plans_stand_side_by_side_and_both_are_reviewed(
    tmp_path: Path,
) -> None:
    report, found = planned(
        tmp_path,
        sources={"written": 0.5, "composed": 0.5},
        writer={"kind": "scripted", "flaws": {"other_wish": 0.4, "says_nothing": 0.3}},
        review={"critics": CRITICS},
    )
    plans = [each.blueprint for each in found.values() if each.blueprint]
    assert {plan.provenance.source for plan in plans} == {"written", "composed"}
    for plan in plans:
        last = plan.provenance.rounds[-1]
        assert last.accepted
        assert [vote.reviewer for vote in last.votes] == ["ann", "bob", "cora"]
        assert bool(last.proposal) == (plan.provenance.source == "written")
    review = report.details["review"]
    assert review["candidates"] == len([each for each in found.values() if each.rounds])
    assert review["accepted_in_round"]["2"] >= 1
    assert review["defects"]["nothing_to_say"] == review["planned"]["says_nothing"]["checks"]
    for name in ("ann", "bob", "cora"):
        right = review["right"][name]
        assert (right["flawed_right"], right["sound_right"]) == (right["flawed"], right["sound"])


def test_what_is_written_does_not_depend_on_how_often_the_build_is_started(tmp_path: Path) -> None:
    plans = {
        "sources": {"written": 1.0},
        "writer": {"kind": "scripted", "flaws": {"drops_write": 0.5, "cut_off": 0.2}},
        "review": {"critics": [{**CRITICS[0], "false_reject": 0.3, "abstain": 0.2}]},
    }
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
    report, found = planned(one, **plans)
    again, same = planned(one, **plans)
    assert (again.done_now, again.details) == (0, report.details)
    assert planned(other, **plans)[1] == found == same


def test_scripts_can_play_a_written_plan_and_the_rules_find_nothing_wrong(tmp_path: Path) -> None:
    _, found = planned(tmp_path, sources={"written": 1.0}, writer={"kind": "scripted"})
    recipe = load_recipe(tmp_path / "scripted.yaml")
    for candidate in found.values():
        if candidate.blueprint is None:
            continue
        scene = scene_of(recipe, candidate.blueprint, person(), domain_named("cloakroom"))
        trajectory = asyncio.run(played(recipe, scene, 0, Models()))
        case = evidence(trajectory, candidate.blueprint, scene.domain)
        decision = decide(case, committee_of(recipe))
        assert decision.outcome == "accept", decision.reasons
        assert {event.party for event in trajectory.events} >= {USER, AGENT}
