"""Plans that grow from those of an earlier version that went wrong, through whole builds."""

from collections import Counter
from pathlib import Path

import pytest

from outputs.integrity import verify
from outputs.reading import blueprints_of, judged_of
from outputs.store import Store
from pipelines.build_key import build_key
from pipelines.failed_plans import failed_plans, parent_of
from pipelines.mishap import RequestError
from tests.builds import built, order

FAULTY = "players.agent.faults=[{kind: drop_last_write, probability: 0.5}]"
FROM = "blueprints.failures={from: smallest@0.1.0, pass_rate: 0.5}"
GROWN = "blueprints.sources={failures: 1.0}"


def following(number: int) -> tuple[str, ...]:
    """The round after: its plans grow from the round before."""
    parent = f"blueprints.failures={{from: smallest@0.{number - 1}.0, pass_rate: 0.5}}"
    return f"version=0.{number}.0", f"seed={number}", GROWN, parent, FAULTY


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("rounds")
    built(order(root, FAULTY))
    for number in (2, 3):
        built(order(root, *following(number)))
    return root


def rates(root: Path, version: str) -> dict[str, float]:
    """The share of accepted attempts of every plan."""
    tried: Counter[str] = Counter()
    good: Counter[str] = Counter()
    for row in judged_of(Store(root).open(f"smallest@{version}")):
        tried[row.blueprint.id] += 1
        good[row.blueprint.id] += row.decision.outcome == "accept"
    return {name: good[name] / count for name, count in tried.items()}


@pytest.mark.slow
@pytest.mark.parametrize("number", [2, 3])
def test_every_plan_of_a_round_has_a_parent_that_failed_and_none_that_was_solved(
    root: Path, number: int
):
    before = rates(root, f"0.{number - 1}.0")
    assert {rate > 0.5 for rate in before.values()} == {True, False}
    plans = list(blueprints_of(Store(root).open(f"smallest@0.{number}.0")))
    assert len(plans) == 12
    for plan in plans:
        (parent,) = plan.provenance.parents
        assert before[parent] <= 0.5
        assert plan.provenance.generation == number - 1


@pytest.mark.slow
def test_a_version_that_has_grown_verifies(root: Path):
    assert verify(Store(root), "smallest@0.3.0") == []


@pytest.mark.slow
def test_the_parent_may_be_named_by_its_folder(root: Path):
    by_folder = FROM.replace("smallest@0.1.0", str(root / "smallest" / "0.1.0"))
    found = [
        parent_of(each.recipe, each.root)
        for each in (order(root, GROWN, FROM), order(root / "other", GROWN, by_folder))
    ]
    assert found[0] == found[1] == Store(root).open("smallest@0.1.0")


@pytest.mark.slow
def test_where_nothing_failed_nothing_grows(root: Path):
    with pytest.raises(RequestError, match="has a pass rate of"):
        failed_plans(Store(root).open("smallest@0.1.0"), -1.0)


def test_another_parent_is_another_build(tmp_path: Path):
    recipe = order(tmp_path, GROWN, FROM).recipe
    assert len({build_key(recipe), build_key(recipe, "one"), build_key(recipe, "other")}) == 3


def test_a_parent_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(RequestError, match="there is no dataset 'smallest'"):
        built(order(tmp_path, "version=0.2.0", GROWN, FROM))
