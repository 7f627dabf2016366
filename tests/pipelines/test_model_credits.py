import json
from typing import Any

from pipelines.model_credits import credits_of, notes_of
from pipelines.recipe import Recipe

SECRET = "http://10.1.2.3:8000/v1"
SCRIPTED = {"kind": "scripted"}


def recipe(players: dict[str, Any], **models: Any) -> Recipe:
    return Recipe.model_validate(
        {
            "name": "credits",
            "personas": {"count": 2},
            "blueprints": {"count": 2, "domains": {"cloakroom": 1}},
            "models": models,
            "players": players,
        }
    )


def hosted(**more: Any) -> dict[str, Any]:
    return {"url": SECRET, "model": "big", "revision": "r1", "api_key_env": "THE_KEY", **more}


FULL = recipe(
    {
        "user": {"kind": "llm", "think": True},
        "agent": {
            "kind": "llm",
            "model": "desk",
            "mode": "tools",
            "checks": {"critic": "reviewer"},
            "planner": {"slot": "reviewer", "acts": {"ask": "Ask."}},
        },
    },
    user=hosted(prices={"prompt": 2.0, "completion": 8.0}),
    desk={"vllm": {"model": "org/small", "revision": "v2", "options": {"max-model-len": 4096}}},
    reviewer={"share": "user", "sampling": {"temperature": 0.0}},
)


def test_every_slot_is_named_with_whom_it_speaks_for():
    found = [(each["slot"], each["for"], each["model"]) for each in credits_of(FULL)]
    assert found == [
        ("user", "user", "big"),
        ("desk", "agent", "org/small"),
        ("reviewer", "critic of agent", "big"),
        ("reviewer", "planner of agent", "big"),
    ]


def test_how_a_model_was_asked_and_served_is_told():
    user, agent, critic, _ = credits_of(FULL)
    assert (user["mode"], user["think"], user["revision"]) == ("structured", True, "r1")
    assert (agent["mode"], agent["revision"]) == ("tools", "v2")
    assert agent["served_by"] == {"vllm": {"max-model-len": 4096}}
    assert user["served_by"] == "url"
    assert critic["sampling"]["temperature"] == 0.0


def test_addresses_and_the_names_of_keys_are_left_out():
    text = json.dumps(credits_of(FULL))
    assert "10.1.2.3" not in text
    assert "THE_KEY" not in text


def test_scripts_are_named_by_their_party():
    found = credits_of(recipe({"user": SCRIPTED, "agent": SCRIPTED}))
    assert found == (
        {"slot": "user", "for": "user", "player": "scripted"},
        {"slot": "agent", "for": "agent", "player": "scripted"},
    )


def test_the_cost_of_a_slot_is_by_its_own_prices():
    tokens = {"prompt": 1_000_000, "cached": 500_000, "completion": 250_000}
    calls = {name: {"calls": 5, "tokens": tokens} for name in ("user", "desk")}
    notes = notes_of(FULL, {"model_calls": calls, "failures": {"engine.timeout": 1}, "ends": {}})
    assert notes == {
        "model_calls": calls,
        "failures": {"engine.timeout": 1},
        "cost": {"user": 4.0},
    }


def test_a_build_of_scripts_has_nothing_to_note():
    assert notes_of(recipe({"user": SCRIPTED, "agent": SCRIPTED}), {"planned": 4}) == {}
