"""Model slots are right as a whole, or every mistake in them is named with its place and its remedy."""

from pathlib import Path

import pytest
import yaml

from pipelines.build_key import build_key
from pipelines.model_slots import prices_of, retries_of, source_of, timeouts_of, used_slots
from pipelines.recipe import Recipe
from pipelines.recipe_file import RecipeError, load_recipe
from pipelines.recipe_models import RETRIES, LLMSlot, Timeouts

RECIPE = """\
name: asked
personas: {count: 2}
blueprints: {count: 3, domains: {cloakroom: 1}}
models:
  user: {vllm: {model: some/model, options: {max-model-len: 4096}}}
  agent: {url: "http://127.0.0.1:9/v1", model: other, api_key_env: SOME_KEY}
  planner: {share: user}
players:
  user: {kind: llm}
  agent: {kind: llm, planner: {acts: {ask: Ask for what is missing.}}}
"""


def recipe(tmp_path: Path, *overrides: str) -> Recipe:
    path = tmp_path / "recipe.yaml"
    path.write_text(RECIPE)
    return load_recipe(path, overrides)


def problem(tmp_path: Path, *overrides: str) -> str:
    with pytest.raises(RecipeError) as caught:
        recipe(tmp_path, *overrides)
    assert len(caught.value.problems) == 1, caught.value
    return str(caught.value)


def test_slots_are_found_by_who_uses_them(tmp_path: Path):
    found = recipe(tmp_path)
    assert list(used_slots(found)) == ["user", "agent", "planner"]
    assert source_of(found.models, "planner") == found.models["user"]
    assert isinstance(found.players.user, LLMSlot)


def test_a_resolved_recipe_with_models_resolves_to_itself(tmp_path: Path):
    found = recipe(tmp_path)
    path = tmp_path / "again.yaml"
    path.write_text(yaml.safe_dump(found.resolved()))
    assert load_recipe(path) == found


def test_several_urls_are_replicas(tmp_path: Path):
    found = recipe(tmp_path, "models.agent.url=[http://a/v1, http://b/v1]")
    assert found.models["agent"].url == ("http://a/v1", "http://b/v1")


def test_a_slot_has_one_source(tmp_path: Path):
    assert "exactly one of url, vllm and share" in problem(tmp_path, "models.agent.share=user")
    assert "(found none)" in problem(tmp_path, "models.agent={model: x}")


def test_a_url_needs_the_name_of_a_model(tmp_path: Path):
    assert "the model's name beside the url" in problem(tmp_path, "models.agent.model=''")


def test_a_slot_that_nobody_serves_is_named_with_those_there_are(tmp_path: Path):
    said = problem(tmp_path, "players.user.model=usr")
    assert "no model slot 'usr'" in said
    assert "agent, planner, user" in said


def test_a_shared_slot_must_have_a_server_of_its_own(tmp_path: Path):
    assert "found 'nobody'" in problem(tmp_path, "models.planner.share=nobody")
    assert "a slot that has a url or vllm: agent, user" in problem(
        tmp_path, "models.planner.share=planner"
    )


def test_a_key_in_an_address_is_refused(tmp_path: Path):
    said = problem(tmp_path, "models.agent.url=https://me:hunter2@host/v1")
    assert "api_key_env" in said
    assert "a name or a password in the address" in said


def test_a_planner_guides_the_agent_only(tmp_path: Path):
    said = problem(tmp_path, "players.user.planner.acts={ask: Ask.}")
    assert "planners guide the agent only" in said


def test_unknown_turn_rules_and_kinds_of_player_are_named(tmp_path: Path):
    assert "unknown rule 'nice'" in problem(tmp_path, "players.user.checks.rules=[nice]")
    assert "'scripted' or 'llm'" in problem(tmp_path, "players.user={kind: lmm}")
    said = problem(tmp_path, "models.user.vllm.optins=1")
    assert "did you mean 'options'?" in said


def test_where_a_model_is_served_and_what_it_may_cost_is_no_part_of_the_result(tmp_path: Path):
    same = build_key(recipe(tmp_path))
    for override in (
        "models.agent.url=http://127.0.0.1:10/v1",
        "models.agent.api_key_env=OTHER",
        "models.agent.prices.prompt=3",
        "models.user.vllm.replicas=2",
        "budget.tokens=5",
        "serving.restarts=1",
        "play.in_flight=3",
    ):
        assert build_key(recipe(tmp_path, override)) == same, override


def test_what_is_asked_of_which_model_is_part_of_the_result(tmp_path: Path):
    keys = {
        build_key(recipe(tmp_path, *override))
        for override in (
            (),
            ("models.agent.model=third",),
            ("models.agent.sampling.temperature=0.1",),
            ("models.user.vllm.options.max-model-len=8192",),
            ("players.user.mode=tools",),
            ("players.agent.planner.acts={ask: Ask differently.}",),
        )
    }
    assert len(keys) == 6


def test_a_prompt_file_is_part_of_the_result(tmp_path: Path):
    prompt = tmp_path / "prompt.md"
    prompt.write_text("Be short.")
    first = build_key(recipe(tmp_path, f"players.user.prompt={prompt}"))
    prompt.write_text("Be long.")
    assert build_key(recipe(tmp_path, f"players.user.prompt={prompt}")) != first
    assert "there is no file" in problem(tmp_path, "players.user.prompt=nowhere.md")
    prompt.write_text("You are {{ nobody }}.")
    assert "there is no nobody" in problem(tmp_path, f"players.user.prompt={prompt}")


@pytest.mark.parametrize(
    "url",
    [
        "host:8000/v1",
        "http:///v1",
        "http://host:PORT/v1",
        "http://host:99999/v1",
        "http://::1:8000/v1",
        "http://host/v1?key=x",
        "http://host/v1#x",
        "'http://host /v1'",
        '"http://host/v1\\nX: y"',
    ],
)
def test_what_is_no_address_of_a_server_is_refused_with_the_recipe(tmp_path: Path, url: str):
    assert "right would be http://HOST:PORT/v1" in problem(tmp_path, f"models.agent.url={url}")


def test_the_address_of_one_way_to_ask_is_not_the_servers(tmp_path: Path):
    said = problem(tmp_path, "models.agent.url=http://host/v1/chat/completions")
    assert "the address up to /v1" in said


@pytest.mark.parametrize("url", ["http://[::1]:8000/v1", "HTTPS://Host/v1/", "http://bücher.de/v1"])
def test_addresses_may_be_written_in_any_right_way(tmp_path: Path, url: str):
    assert recipe(tmp_path, f"models.agent.url='{url}'").models["agent"].url == (url,)


@pytest.mark.parametrize("name", ["messages", "model", "n", "stream", "stream_options"])
def test_what_duologue_fills_in_itself_is_no_extra_field(tmp_path: Path, name: str):
    said = problem(tmp_path, f"models.agent.sampling.extra={{{name}: 1, top_k: 5}}")
    assert f"extra.{name}" in said
    assert "Duologue fills it in by itself" in said


@pytest.mark.parametrize("field", ["timeouts.total", "prices.prompt"])
@pytest.mark.parametrize("value", [".inf", ".nan"])
def test_numbers_are_finite(tmp_path: Path, field: str, value: str):
    said = problem(tmp_path, f"models.agent.{field}={value}")
    assert "a finite number" in said


def test_a_key_in_the_place_of_its_variables_name_is_not_repeated(tmp_path: Path):
    path = tmp_path / "recipe.yaml"
    path.write_text(RECIPE.replace("SOME_KEY", "sk-hunter2"))
    with pytest.raises(RecipeError) as caught:
        load_recipe(path)
    assert "models.agent.api_key_env: no name of a variable" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_limit_on_money_needs_prices(tmp_path: Path):
    assert "no model that is asked costs money" in problem(tmp_path, "budget.money=5")
    assert recipe(tmp_path, "budget.money=5", "models.agent.prices.completion=1").budget.money == 5


@pytest.mark.parametrize(
    ("override", "said"),
    [
        (
            "models.user={vllm: {model: m, options: {max-model-len: [1]}}}",
            "text, a number, true or",
        ),
        ("models.user={vllm: some/model}", "a mapping of fields"),
        ("models.user={vllm: {model: --trust-remote-code}}", "a folder or a hub id"),
        ('models.user={vllm: {model: "a\\0b"}}', "a folder or a hub id"),
        ("models.agent.retries=1000000", "less than or equal to 100"),
        ("models.agent.sampling.max_tokens=99999999999", "less than or equal to 1000000"),
        ("models.agent.share=Not A Name", "small letters, figures"),
    ],
)
def test_a_value_that_no_server_would_take_is_refused_once(
    tmp_path: Path, override: str, said: str
):
    assert said in problem(tmp_path, override)


def test_a_shared_server_brings_its_terms_unless_a_slot_has_its_own(tmp_path: Path):
    terms = ("models.user.timeouts.total=7", "models.user.retries=0", "models.user.prices.prompt=2")
    models = recipe(tmp_path, *terms).models
    assert timeouts_of(models, "planner").total == 7
    assert retries_of(models, "planner") == 0
    assert prices_of(models, "planner").prompt == 2
    own = ("models.planner.retries=3", "models.planner.prices.prompt=0")
    models = recipe(tmp_path, *terms, *own).models
    assert retries_of(models, "planner") == 3
    assert not prices_of(models, "planner").any
    assert (timeouts_of(models, "agent"), retries_of(models, "agent")) == (Timeouts(), RETRIES)
