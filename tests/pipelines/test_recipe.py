"""A recipe is right as a whole, or every mistake in it is named with its place and its remedy."""

import pickle
from pathlib import Path

import pytest
import yaml

from pipelines.mishap import YOUR_MACHINE, YOUR_RECIPE, MachineError
from pipelines.recipe import Recipe
from pipelines.recipe_file import RecipeError, load_recipe

RECIPES = sorted(Path("pipelines/recipes").glob("*.yaml"))
LEAST = """\
name: least
personas: {count: 2}
blueprints:
  count: 3
  domains: {cloakroom: 1}
"""


def recipe_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "recipe.yaml"
    path.write_text(text)
    return path


def problems(tmp_path: Path, text: str, *overrides: str) -> list[str]:
    with pytest.raises(RecipeError) as caught:
        load_recipe(recipe_file(tmp_path, text), overrides)
    assert caught.value.exit_code == YOUR_RECIPE
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_every_recipe_of_ours_is_valid(path: Path, tmp_path: Path):
    # What real services are imported from is no part of this project.
    (tmp_path / "there").write_text("")
    files = ("schema", "entities") if path.stem.startswith("real_services") else ()
    elsewhere = [f"worlds.services.{field}={tmp_path / 'there'}" for field in files]
    assert load_recipe(path, elsewhere).name == path.stem


def test_defaults_fill_what_is_left_out(tmp_path: Path):
    recipe = load_recipe(recipe_file(tmp_path, LEAST))
    assert (recipe.version, recipe.attempts, recipe.committee.vetoes) == ("0.1.0", 1, "all")


def test_the_resolved_recipe_is_a_recipe_and_resolves_to_itself(tmp_path: Path):
    recipe = load_recipe(recipe_file(tmp_path, LEAST))
    again = recipe_file(tmp_path, yaml.safe_dump(recipe.resolved()))
    assert load_recipe(again) == recipe


def test_scheduling_is_no_part_of_what_decides_results(tmp_path: Path):
    path = recipe_file(tmp_path, LEAST)
    slow, fast = load_recipe(path), load_recipe(path, ["play.workers=7", "play.commit.size=1"])
    assert slow.results_only() == fast.results_only()
    assert load_recipe(path, ["seed=2"]).results_only() != slow.results_only()


def test_an_override_is_yaml_at_a_dotted_path(tmp_path: Path):
    path = recipe_file(tmp_path, LEAST)
    recipe = load_recipe(path, ["blueprints.goals={1: 0.5, 2: 0.5}", "curate.similarity=0.8"])
    assert recipe.blueprints.goals == {1: 0.5, 2: 0.5}
    assert recipe.curate.similarity == 0.8
    assert load_recipe(path, ["blueprints.goals={1: 1}", "blueprints.goals.1=1"])


def test_an_unknown_field_is_named_with_its_line_and_the_nearest_one(tmp_path: Path):
    (problem,) = problems(tmp_path, LEAST.replace("count: 3", "count: 3\n  domain: {x: 1}"))
    assert problem.startswith("line 5, blueprints.domain: unknown field; did you mean 'domains'?")


def test_wrong_types_say_what_was_found(tmp_path: Path):
    found = problems(tmp_path, LEAST.replace("count: 3", "count: many"), "seed=1.5")
    assert any('line 4, blueprints.count: found "many"' in each for each in found)
    assert any("found 1.5" in each and "seed" in each for each in found)


def test_numbers_in_quotes_and_booleans_are_wrong_types_too(tmp_path: Path):
    assert problems(tmp_path, LEAST, "seed='1'")
    assert problems(tmp_path, LEAST, "seed=true")
    assert problems(tmp_path, LEAST, "version=0.1")


def test_a_missing_field_is_named(tmp_path: Path):
    assert "name: this field is missing" in problems(tmp_path, LEAST.replace("name: least", ""))[0]


def test_weights_that_do_not_sum_to_one_say_their_sum(tmp_path: Path):
    (problem,) = problems(tmp_path, LEAST, "blueprints.domains={cloakroom: 0.7}")
    assert "weights that sum to 1 (these sum to 0.7)" in problem


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("blueprints.domains={cloakrom: 1}", "unknown domain 'cloakrom'; did you mean 'cloakroom'"),
        ("blueprints.intents={cloakroom: {fetsh: 2}}", "unknown intent of cloakroom 'fetsh'"),
        (
            "blueprints.clauses={cloakroom: {K99: 2}}",
            "unknown clause that an intent tests of cloak",
        ),
        ("blueprints.clauses={energy: {E13: 2}}", "'energy' is not among blueprints.domains"),
        ("blueprints.quotas={hardness: {easy: 1.0}}", "unknown facet of a plan 'hardness'"),
        ("blueprints.quotas={difficulty: {simple: 1.0}}", "known here: easy, medium, hard"),
        ('blueprints.quotas={writes: {"0+": 0.5, "1": 0.5}}', "only the last has a plus"),
        ("blueprints.quotas={writes: {few: 1.0}}", 'all above it ("2+")'),
        ("blueprints.sources={policy: 1.0}", "did you mean 'policy_graph'?"),
        (
            "blueprints={count: 1, domains: {clinic: 1.0}, sources: {fault_fix: 1.0}}",
            "clinic lists no faults",
        ),
        ("blueprints.sources={failures: 1.0}", "blueprints.failures: {from: NAME@VERSION}"),
        (
            "blueprints={count: 1, domains: {cloakroom: 1.0}, sources: {backward: 1.0}, changes: 0.2}",
            "no source whose users change their minds; a weight for composed or policy_graph",
        ),
        ("blueprints.failures={from: a@0.1.0}", "no source that uses it"),
        ("blueprints.failures={from: a@0.1.0, rate: 1}", "known here: from, kinds, pass_rate"),
        ("blueprints.complexity={0: 1.0}", "complexities from 1 to 12 (found 0)"),
        ("blueprints.perturb={renamd: 0.5}", "renamed"),
        ("blueprints.perturb={stale: 1.5}", "less than or equal to 1"),
        ("blueprints.perturb={variants: 0}", "greater than or equal to 1"),
        ("curate.held_out=test", "nothing is perturbed; shares in blueprints.perturb"),
        ("curate.held_out=exam", "exam"),
        ("blueprints.intents={bank: {x: 2}}", "not among blueprints.domains"),
        ("personas.quotas={style.registr: {terse: 1}}", "style.registr"),
        ("personas.quotas={style.register: {terce: 1}}", "terce"),
        ("personas.quotas={style.register: {terse: 0.4}}", "sum to 1"),
        (
            "players.user.faults=[{kind: sulks, probability: 0.1}]",
            "unknown fault of the user 'sulks'",
        ),
        ("release.exports=[trll]", "unknown format 'trll'"),
        ("committee.vetoes=[replaay]", "unknown rule"),
        ("curate.splits={train: 0.9, exam: 0.1}", "exam"),
        ("blueprints.goals={5: 1}", "numbers of goals from 1 to 4"),
        ("blueprints.count=0", "greater than or equal to 1"),
        ("seed=9223372036854775808", "less than or equal to 9223372036854775807"),
        ("version=1", "valid string"),
        ("name=Bad Name", "small letters, figures"),
        ("version=next", "three numbers"),
        ("attempts", "a.b=c"),
    ],
)
def test_a_mistake_is_named_with_what_would_be_right(tmp_path: Path, override: str, said: str):
    (problem,) = problems(tmp_path, LEAST, override)
    assert said in problem
    assert override in problem


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        (["{openning: vague}"], "unknown factor 'openning'; did you mean 'opening'?"),
        (["{opening: vgue}"], "found 'vgue'; right would be vague or full"),
        (["{environment: timeouts+renamed}"], "or some of renamed, reordered"),
        (["{uncertainty: [0.5, 0.5]}"], "bases without a level of uncertainty"),
        (["{uncertainty: 0.5}", "blueprints.uncertainty={0.5: 1}"], "0.5 is a level of the bases"),
        (["{uncertainty: [1, 1.0]}", "blueprints.uncertainty={0: 1}"], "found '1' twice"),
        (["{uncertainty: 2}", "blueprints.uncertainty={0: 1}"], "a share from 0 to 1"),
        (["[implied]", "blueprints.uncertainty={0: 1}"], "nothing is withheld"),
        (["[distractor]", "blueprints.distractors=1"], "blueprints.distractors below 1"),
        (["{environment: drawn}"], "drawn, and nothing is perturbed"),
        (["[width]", "blueprints.perturb={renamed: 1}"], "shares that nothing uses"),
        (["[width]", "blueprints.quotas={difficulty: {easy: 1}}"], "single plans out of sets"),
        (["[width]", "coverage.targets={difficulty: {easy: 1}}"], "single plans out of sets"),
        (["[width]", "curate.quotas=[{field: domain, share: 0.5}]"], "single plans out of sets"),
        (["[environment]", "curate.environments_apart=true"], "of one persona"),
        (["[environment]", "curate.held_out=test"], "of one persona"),
    ],
)
def test_what_does_not_go_with_sets_is_said(tmp_path: Path, overrides: list[str], said: str):
    sets, *others = overrides
    found = problems(tmp_path, LEAST, f"blueprints.one_factor={sets}", *others)
    assert any(said in problem for problem in found), found


def test_factors_may_be_listed_and_have_levels_then(tmp_path: Path):
    path, open_bases = recipe_file(tmp_path, LEAST), "blueprints.uncertainty={0: 1}"
    listed = load_recipe(path, [open_bases, "blueprints.one_factor=[width, uncertainty]"])
    wanted = [each.name for each in listed.blueprints.variations]
    assert wanted == ["uncertainty=0.5", "uncertainty=1", "width=1"]
    same = "{width: 1, uncertainty: [0.5, 1.0]}"
    given = load_recipe(path, [open_bases, f"blueprints.one_factor={same}"])
    assert given.blueprints.variations == listed.blueprints.variations
    assert (given.blueprints.set_size, given.blueprints.at_most) == (4, 12)
    assert load_recipe(path).blueprints.set_size == 1


def test_what_is_held_out_must_leave_something(tmp_path: Path):
    alone = ("curate.held_out=test", "curate.splits={train: 0.0, test: 1.0}")
    (problem,) = problems(tmp_path, LEAST, "blueprints.perturb={renamed: 0.5}", *alone)
    assert "no split but 'test' has a share" in problem


def test_several_mistakes_are_listed_at_once(tmp_path: Path):
    text = LEAST.replace("count: 2", "count: two") + "attemps: 2\n"
    assert len(problems(tmp_path, text, "seed=x")) == 3


def test_a_field_given_twice_is_refused(tmp_path: Path):
    (problem,) = problems(tmp_path, LEAST + "name: other\n")
    assert "line 6, name: the same field twice; it is given on line 1 already" in problem


def test_what_is_no_yaml_or_no_mapping_is_refused(tmp_path: Path):
    assert "cannot be parsed" in problems(tmp_path, "name: [1, 2")[0]
    assert "an empty file" in problems(tmp_path, "")[0]
    assert "a list" in problems(tmp_path, "- 1")[0]


def test_a_missing_file_is_the_machines_and_lists_recipes_that_exist(tmp_path: Path):
    with pytest.raises(MachineError) as caught:
        load_recipe(tmp_path / "none.yaml")
    assert caught.value.exit_code == YOUR_MACHINE
    assert "smallest.yaml" in caught.value.remedy


def test_a_recipe_and_its_error_can_go_to_another_process(tmp_path: Path):
    recipe = load_recipe(recipe_file(tmp_path, LEAST))
    assert pickle.loads(pickle.dumps(recipe)) == recipe
    with pytest.raises(RecipeError) as caught:
        load_recipe(recipe_file(tmp_path, LEAST), ["seed=x"])
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_the_tree_is_frozen_and_closed(tmp_path: Path):
    recipe = load_recipe(recipe_file(tmp_path, LEAST))
    with pytest.raises(ValueError, match="frozen"):
        recipe.seed = 3  # pyright: ignore[reportAttributeAccessIssue]
    assert Recipe.model_config.get("extra") == "forbid"


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ("x: &a [*a]", "refers to itself"),
        (f"x: {'[' * 3000}{']' * 3000}", "nested too deeply"),
        ("2020-01-01: x", "right would be a name as text"),
    ],
)
def test_yaml_that_is_no_plain_recipe_is_refused_like_any_other(
    tmp_path: Path, added: str, said: str
):
    (problem,) = problems(tmp_path, f"{LEAST}\n{added}\n")
    assert said in problem
