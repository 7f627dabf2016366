"""A budget ends a build when it is used up, by all of its runs together, and says which limit it was."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from generators.models.meter import Meter, Reading
from pipelines.calls.journal import Journal, Paid, Spent, spent
from pipelines.calls.spending import Spending, money_of
from pipelines.mishap import YOUR_RECIPE
from pipelines.recipe import Recipe
from pipelines.recipe_file import load_recipe


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


TREE = {
    "name": "asked",
    "personas": {"count": 2},
    "blueprints": {"count": 3, "domains": {"cloakroom": 1}},
    "models": {
        "agent": {
            "url": "http://127.0.0.1:9/v1",
            "model": "m",
            "prices": {"prompt": 2.0, "cached": 0.5, "completion": 8.0},
        },
        "user": {"share": "agent", "prices": {"prompt": 1.0, "completion": 4.0}},
    },
    "players": {"user": {"kind": "llm"}, "agent": {"kind": "llm"}},
}


@pytest.fixture(scope="module")
def free(tmp_path_factory: pytest.TempPathFactory) -> Recipe:
    path = tmp_path_factory.mktemp("recipe") / "recipe.yaml"
    path.write_text(yaml.safe_dump(TREE))
    return load_recipe(path)


def limited(recipe: Recipe, **limits: float) -> Recipe:
    return recipe.model_copy(update={"budget": recipe.budget.model_copy(update=limits)})


def reading(slot: str, prompt: int, cached: int, completion: int, calls: int = 1) -> Reading:
    kinds = {"prompt": prompt, "cached": cached, "completion": completion}
    tokens = {f"{slot}/{kind}": count for kind, count in kinds.items()}
    return Reading(calls={slot: calls}, tokens=tokens)


def test_without_limits_nothing_is_ever_reached(free: Recipe):
    spending = Spending(free, Spent(seconds=1e9))
    spending.learn([reading("agent", 10**12, 0, 10**12, 10**12)])
    assert spending.reached() == ""
    assert spending.remaining() == {}


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"tokens": 1600}, "the budget of 1,600 tokens is used up (1,600 tokens)"),
        ({"calls": 3}, "the budget of 3 model calls is used up (3 model calls)"),
        ({"seconds": 60.0}, "the budget of 60 s is used up (60 s)"),
        ({"money": 0.0035}, "the budget of 0.0035 of money is used up (0.0039 of money)"),
    ],
)
def test_each_limit_is_reached_by_what_was_spent_before_and_now(
    free: Recipe, limits: dict[str, float], words: str
):
    clock = Clock()
    earlier = Spent(reading=reading("agent", 1000, 400, 100, calls=2), seconds=50.0)
    spending = Spending(limited(free, **limits), earlier, clock)
    assert spending.reached() == ""
    assert 0 < spending.remaining()[next(iter(limits))] < next(iter(limits.values()))
    clock.now += 10
    spending.learn([reading("user", 100, 0, 400)])
    assert spending.reached() == words
    assert spending.remaining() == {next(iter(limits)): 0.0}


def test_the_limit_that_was_reached_is_named_with_the_way_on(free: Recipe):
    spending = Spending(limited(free, calls=5, tokens=10**9), Spent())
    spending.learn([reading("agent", 10, 0, 10, calls=6)])
    mishap = spending.mishap()
    assert mishap.exit_code == YOUR_RECIPE
    assert "budget of 5 model calls is used up (6 model calls)" in mishap.what
    assert "Raise budget.calls in the recipe" in mishap.remedy
    assert "same command again" in mishap.remedy


def test_readings_of_this_run_stand_for_the_ones_before(free: Recipe):
    spending = Spending(limited(free, calls=10), Spent(reading=reading("agent", 1, 0, 1, 2)))
    for calls in range(1, 8):
        spending.learn([reading("agent", calls, 0, calls, calls)])
    assert spending.remaining() == {"calls": 1.0}
    assert spending.reading.calls == {"agent": 9}


def test_cached_tokens_have_their_price_or_that_of_any_other(free: Recipe):
    million = 1_000_000
    assert money_of(reading("agent", million, 0, 0), free.models) == 2.0
    assert money_of(reading("agent", million, million, 0), free.models) == 0.5
    assert money_of(reading("agent", 0, 0, million), free.models) == 8.0
    assert money_of(reading("user", million, million, 0), free.models) == 1.0


counts = st.integers(0, 10**7)


@given(
    slots=st.lists(
        st.tuples(st.sampled_from(["user", "agent"]), counts, counts, counts), max_size=6
    ),
    split=st.integers(0, 6),
)
def test_money_adds_up_however_the_calls_were_spread_over_runs(
    free: Recipe, slots: list[tuple[str, int, int, int]], split: int
):
    readings = [reading(name, p + c, c, out) for name, p, c, out in slots]
    whole = sum(money_of(each, free.models) for each in readings)
    spending = Spending(free, Spent(reading=readings[0] if readings else Reading()))
    spending.learn(readings[1:])
    assert spending.accounts()["money"].used == pytest.approx(whole)
    assert spending.accounts()["calls"].used == len(readings)


async def test_what_a_killed_run_has_paid_counts_for_the_next(free: Recipe, tmp_path: Path):
    meter = Meter()
    killed = Journal(tmp_path, meter)
    for number in range(7):
        meter.add("calls", "agent")
        meter.add("tokens", "agent/prompt", 100)
        killed.write("a:00", number, bytes(16), Paid(b"reply", 1.0))
        killed.flush()
    recipe = limited(free, calls=7)
    assert "7 model calls" in Spending(recipe, spent(tmp_path)).reached()
    killed.close()
