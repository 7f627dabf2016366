from pathlib import Path

import pytest

from pipelines.doctor import Finding
from pipelines.engines.doctor import engine_examined
from pipelines.recipe import Recipe
from tests.bench_server import Server
from tests.engine_stand_in import environment

KEY = "the-key-itself"


def found(folder: Path, slot: dict[str, object]) -> dict[str, Finding]:
    recipe = Recipe.model_validate(
        {
            "name": "talks",
            "personas": {"count": 1},
            "blueprints": {"count": 1, "domains": {"cloakroom": 1.0}},
            "models": {"agent": slot, "user": {"share": "agent"}},
            "serving": {"environment": str(folder)},
        }
    )
    findings = engine_examined(recipe)
    assert KEY not in repr(findings)
    return {each.name: each for each in findings}


def test_vllm_and_what_is_to_be_served_are_found(tmp_path: Path) -> None:
    environment(tmp_path)
    seen = found(tmp_path, {"vllm": {"model": "org/tiny"}})
    assert (seen["vllm"].ok, seen["vllm"].found) == (True, "0.32.0 (cpu build)")
    assert (seen["slot user"].ok, seen["slot user"].found) == (True, "org/tiny, to be served here")


def test_a_recipe_that_needs_vllm_is_told_how_to_get_it(tmp_path: Path) -> None:
    seen = found(tmp_path, {"vllm": {"model": "org/tiny"}})
    assert not any((seen["vllm"].ok, seen["vllm"].optional, seen["slot agent"].ok))
    assert "make vllm" in seen["vllm"].found


def test_without_a_recipe_nobody_needs_vllm() -> None:
    assert all(each.ok or each.optional for each in engine_examined())


def test_a_model_that_is_not_where_it_should_be_is_named(tmp_path: Path) -> None:
    environment(tmp_path)
    seen = found(tmp_path, {"vllm": {"model": str(tmp_path / "gone")}})
    assert not seen["slot agent"].ok
    assert "gone" in seen["slot agent"].found


def test_servers_are_asked_for_their_models_and_no_key_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", KEY)
    with Server("--key-env", "SECRET") as server:
        slot = {"url": server.url, "model": "bench", "api_key_env": "SECRET"}
        right = found(tmp_path, slot)
        assert right["slot agent"].ok
        assert right["slot user"].found == f"bench at {server.url}, with the key in SECRET"
        assert right["vllm"].optional
        assert "There: bench" in found(tmp_path, {**slot, "model": "other"})["slot agent"].found
        monkeypatch.setenv("SECRET", "another")
        assert "refuses the key" in found(tmp_path, slot)["slot agent"].found
    assert "nothing answers" in found(tmp_path, slot)["slot agent"].found


def test_a_key_of_several_lines_is_refused_unseen_and_one_with_a_newline_behind_it_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", KEY)
    with Server("--key-env", "SECRET") as server:
        slot = {"url": server.url, "model": "bench", "api_key_env": "SECRET"}
        monkeypatch.setenv("SECRET", f"{KEY}\n")
        assert found(tmp_path, slot)["slot agent"].ok
        for key in (f"{KEY}\nX-More: 1", f"{KEY}\u20ac"):
            monkeypatch.setenv("SECRET", key)
            seen = found(tmp_path, slot)["slot agent"]
            assert not seen.ok
            assert "SECRET holds no key" in seen.found
