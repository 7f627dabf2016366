"""What models would be asked is told beforehand, from their real prompts, and no model is asked."""

import asyncio
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from generators.domains.registry import domain_named
from generators.models.chat import ChatReply, ChatRequest
from pipelines.forecast import Forecast, forecast
from pipelines.order import order_of
from pipelines.recipe_file import load_recipe
from pipelines.stand_in import Measured, StandIn, shadowed
from tests.played import cases

TREE: dict[str, Any] = {
    "name": "asked",
    "seed": 3,
    "personas": {"count": 8},
    "blueprints": {"count": 40, "domains": {"cloakroom": 1}},
    "attempts": 2,
    "models": {
        "agent": {
            "url": "http://127.0.0.1:9/v1",
            "model": "m",
            "prices": {"prompt": 1.0, "cached": 0.1, "completion": 5.0},
        },
        "user": {"share": "agent"},
        "judge": {"share": "agent"},
        "planner": {"share": "agent", "prices": {}},
    },
    "players": {
        "user": {"kind": "llm"},
        "agent": {
            "kind": "llm",
            "mode": "tools",
            "checks": {"critic": "judge", "redrafts": 3},
            "planner": {"acts": {"ask": "Ask for what is missing.", "help": "Do it."}},
        },
    },
    "play": {"workers": 0},
}


def file(folder: Path, **changes: Any) -> Path:
    path = folder / "recipe.yaml"
    path.write_text(yaml.safe_dump({**TREE, **changes}))
    return path


def told(folder: Path, *overrides: str, **changes: Any) -> Forecast:
    return forecast(order_of(file(folder, **changes), folder / "root", overrides))


def test_every_slot_that_would_be_asked_is_counted(tmp_path: Path):
    found = told(tmp_path)
    models = found.models
    assert models
    assert set(found.model_calls) == {"agent", "user", "judge", "planner"}
    assert found.model_calls == models.calls
    # The critic sees each of the agent's drafts, the planner each of its turns.
    assert models.calls["judge"] == models.calls["agent"]
    assert 0 < models.calls["planner"] < models.calls["agent"]
    assert models.calls["user"] > found.dialogues
    bound = sum(
        models.calls[name] * times
        for name, times in (("agent", 4), ("judge", 4), ("user", 1), ("planner", 1))
    )
    assert models.calls_at_most == pytest.approx(bound, rel=0.01)
    assert not (tmp_path / "root").exists()


def test_tokens_and_money_follow_from_the_prompts(tmp_path: Path):
    models = told(tmp_path).models
    assert models
    for slot in ("agent", "user"):
        prompt, cached, out = (
            models.tokens[f"{slot}/{kind}"] for kind in ("prompt", "cached", "completion")
        )
        assert prompt > 500 * models.calls[slot], "policy, persona and tools are in each prompt"
        assert 0.5 * prompt < cached < prompt
        assert 0 < out < prompt / 5
    prompt, cached, out = (
        sum(models.tokens[f"{slot}/{kind}"] for slot in ("agent", "user", "judge"))
        for kind in ("prompt", "cached", "completion")
    )
    assert models.money == pytest.approx((prompt - 0.9 * cached + 5 * out) / 1e6, abs=1e-3)
    assert models.money_at_most > models.money


def test_the_same_recipe_is_told_the_same_but_for_the_time(tmp_path: Path):
    first, again = told(tmp_path).models, told(tmp_path).models
    assert first == again


def test_more_dialogues_are_more_of_everything(tmp_path: Path):
    few, many = told(tmp_path).models, told(tmp_path, "attempts=4").models
    assert few
    assert many
    assert sum(many.calls.values()) == pytest.approx(2 * sum(few.calls.values()), rel=0.01)
    assert many.money == pytest.approx(2 * few.money, rel=0.01)


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ("budget.calls=200", "200 model calls are used up after about "),
        ("budget.tokens=100000", "100,000 tokens are used up after about "),
        ("budget.money=0.01", "0.01 of money are used up after about "),
    ],
)
def test_a_budget_that_will_not_suffice_is_said_with_how_far_it_goes(
    tmp_path: Path, limit: str, words: str
):
    models = told(tmp_path, limit).models
    assert models
    assert models.budget.startswith(words)
    assert "of 80 dialogues; what there is then is released" in models.budget
    assert "the build then stops" in str(told(tmp_path, limit, "budget.release=false").models)


def test_a_budget_that_suffices_is_not_mentioned(tmp_path: Path):
    found = told(tmp_path, "budget.calls=1000000")
    assert found.models
    assert found.models.budget == ""
    assert "budget " not in found.text()


def test_figures_are_said_to_be_estimates_with_what_they_assume(tmp_path: Path):
    text = told(tmp_path).text()
    for words in ("at most", "characters per token", "scripts stood in", "cached", "money"):
        assert words in text


def test_a_recipe_without_models_has_no_more_to_tell(tmp_path: Path):
    found = told(tmp_path, players={}, models={})
    assert found.models is None
    assert found.model_calls == {"user": 0, "agent": 0}
    assert "tokens" not in found.text()


def test_one_scripted_party_is_asked_nothing(tmp_path: Path):
    found = told(tmp_path, players={"user": {"kind": "scripted"}, "agent": {"kind": "llm"}})
    assert set(found.model_calls) == {"user", "agent"}
    assert found.model_calls["user"] == 0
    assert found.model_calls["agent"] > 0


@pytest.mark.parametrize("mode", ["structured", "tools"])
def test_prompts_grow_by_what_is_said_and_begin_as_the_ones_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
):
    players = {"user": {"kind": "llm", "mode": mode}, "agent": {"kind": "llm", "mode": mode}}
    recipe = load_recipe(file(tmp_path, players=players))
    seen: list[ChatRequest] = []
    chat = StandIn.chat

    async def noted(stand_in: StandIn, request: ChatRequest) -> ChatReply:
        seen.append(request)
        return await chat(stand_in, request)

    monkeypatch.setattr(StandIn, "chat", noted)
    plan, persona = cases("cloakroom", 1)[0]
    measured = Measured()
    trajectory = asyncio.run(shadowed(recipe, plan, persona, domain_named("cloakroom"), measured))
    moves = {event.turn: event.party for event in trajectory.events if event.party != "world"}
    for party in ("user", "agent"):
        asked = [each.messages for each in seen if each.slot == party]
        assert len(asked) == sum(mover == party for mover in moves.values())
        for before, after in pairwise(asked):
            assert after[: len(before)] == before
    assert measured.likely.calls == {
        party: sum(each.slot == party for each in seen) for party in ("user", "agent")
    }
