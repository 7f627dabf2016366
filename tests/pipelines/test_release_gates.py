"""A set whose figures are below the recipe's gates is held, and nothing of it is lost."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from generators.plan_quota import FACETS
from outputs.figures.faults import truth_of
from outputs.gates import gates_of
from outputs.judged import Judged
from outputs.reading import judged_of
from outputs.statistics import summary_of
from outputs.store import Store
from pipelines.build import BuildResult
from pipelines.build_key import build_key
from pipelines.cli import app
from pipelines.mishap import HELD, YOUR_RECIPE, ReleaseHeld
from pipelines.order import Order, order_of
from pipelines.recipe_file import RecipeError, load_recipe
from pipelines.stages.candidate import plan_spec
from tests.builds import SMALLEST, built

POOL = """
name: pool
seed: 4
personas: {count: 20}
blueprints: {count: 40, domains: {cloakroom: 1}, goals: {1: 0.6, 2: 0.4}}
players: {agent: {faults: [{kind: skips_identification, probability: 0.4}]}}
committee:
  vetoes: [structure]
  voters: [{name: strict}]
  threshold: THRESHOLD
  ask_all: true
curate: {similarity: 1.0}
play: {workers: 0}
"""
"""Of 40 dialogues about 24 are good. One voter knows which."""
LENIENT, STRICT = "0.0", "0.5"
GATE = "release.gates.released.high_quality.least=0.85"


def pool(root: Path, threshold: str, *overrides: str) -> Order:
    recipe = root / "pool.yaml"
    recipe.write_text(POOL.replace("THRESHOLD", threshold))
    return order_of(recipe, root, overrides, 0)


def run(*arguments: str):
    return CliRunner().invoke(app, arguments)


def rows(root: Path, result: BuildResult) -> list[Judged]:
    return list(judged_of(Store(root).open(f"{result.dataset}@{result.version}")))


@pytest.mark.slow
def test_a_pool_that_is_60_percent_good_is_held_and_passes_once_it_is_filtered(tmp_path: Path):
    pool(tmp_path, LENIENT)
    gate = ("--set", GATE, "--root", str(tmp_path))
    forecast = run("build", str(tmp_path / "pool.yaml"), "--dry-run", *gate)
    assert "gates        released.high_quality at least 85.0%" in forecast.stdout
    result = run("build", str(tmp_path / "pool.yaml"), "--json", *gate)
    held = json.loads(result.stdout)
    assert result.exit_code == held["exit_code"] == HELD
    assert "Nothing is lost." in held["remedy"]
    assert not Store(tmp_path).versions("pool")

    made, _ = built(pool(tmp_path, STRICT, GATE))
    played = rows(tmp_path, made)
    good = {row.id for row in played if truth_of(row.trajectory) == "sound"}
    truth = len(good) / len(played)
    assert 0.5 < truth < 0.7
    # Without a filter all that was played would have been released.
    told = f"at least 85.0% asked, {100 * truth:.1f}% measured ({len(good)} of 40 dialogues)"
    assert f"released.high_quality: {told}" in held["error"]
    rates = summary_of(Store(tmp_path).open("pool")).rates
    released = {row.id for row in played if row.accepted}
    assert rates.played.high_quality.value == truth
    assert rates.released.high_quality.value == len(released & good) / len(released) == 1.0


@pytest.mark.slow
def test_after_a_changed_gate_the_same_command_plays_nothing_again(tmp_path: Path):
    def build(least: str) -> BuildResult:
        return built(pool(tmp_path, STRICT, f"release.gates.played.high_quality.least={least}"))[0]

    with pytest.raises(ReleaseHeld) as held:
        build("0.85")
    (work,) = (tmp_path / "pool" / ".work").iterdir()
    page = work / "held.html"
    assert str(page) in held.value.remedy
    assert "Not released: played.high_quality" in page.read_text()
    assert "<dt>held back</dt>" in page.read_text()
    with pytest.raises(ReleaseHeld):
        build("0.9")
    result = build("0.5")
    done = {name: n for name, n in result.done_now.items() if name != "release"}
    assert done == dict.fromkeys(done, 0)
    assert not (tmp_path / "pool" / ".work").exists()
    manifest = Store(tmp_path).open("pool").manifest
    (gate,) = gates_of(manifest)
    assert gate.figure == "played.high_quality"
    assert not gate.held

    ungated = tmp_path / "ungated"
    ungated.mkdir()
    plain, _ = built(pool(ungated, STRICT))
    assert plain.content_hash == result.content_hash

    again = build("0.5")
    assert again.already
    with pytest.raises(ReleaseHeld, match="1 gate holds the release"):
        build("0.99")


def test_gates_do_not_decide_what_is_built():
    plain, gated = load_recipe(SMALLEST), load_recipe(SMALLEST, [GATE])
    assert build_key(plain) == build_key(gated)
    assert gated.results_only() == plain.results_only()


@pytest.mark.parametrize("command", [("recipe", "check"), ("build", "--dry-run")])
def test_an_unknown_gate_is_named_with_the_nearest_known_one(command: tuple[str, ...]):
    wrong = "release.gates.released.high_qualty.least=0.85"
    result = run(*command, str(SMALLEST), "--set", wrong)
    assert result.exit_code == YOUR_RECIPE
    assert "unknown figure of what is released 'high_qualty'" in result.stderr
    assert "did you mean 'high_quality'?" in result.stderr


@pytest.mark.parametrize(
    ("gate", "told"),
    [("{}", "least, most, or both"), ("{least: 0.9, most: 0.1}", "not above the greatest")],
)
def test_a_gate_without_a_range_is_refused(gate: str, told: str):
    with pytest.raises(RecipeError, match=told):
        load_recipe(SMALLEST, [f"release.gates.played.accepted={gate}"])


def test_depth_is_tried_out_where_a_recipe_asks_for_it():
    assert "dependencies" in FACETS
    for override, asked in (
        ("blueprints.quotas.dependencies={'0': 0.5, '1+': 0.5}", True),
        ("coverage.targets.dependencies={'1+': 3}", True),
        ("blueprints.quotas.goals={'1': 0.5, '2+': 0.5}", False),
    ):
        assert plan_spec(load_recipe(SMALLEST, [override]), "cloakroom").dependent is asked
