"""``duologue recipe``: what a recipe says, once everything in it has been checked."""

from pipelines.answer import answering
from pipelines.commands.options import HERE, AsJson, Overrides, RecipeFile


def check(recipe: RecipeFile, overrides: Overrides = None, as_json: AsJson = False) -> None:
    """Validate a recipe and print it with all defaults filled in."""
    with answering(HERE, as_json) as answer:
        import yaml

        from pipelines.recipe_file import load_recipe

        found = load_recipe(recipe, overrides or ())
        if found.worlds:
            from pipelines.worlds import ground_for_now

            with ground_for_now(found, str(recipe)):
                pass
        resolved = found.resolved()
        if as_json:
            answer.json(resolved)
        else:
            answer.say(yaml.safe_dump(resolved, sort_keys=False, allow_unicode=True).rstrip())
