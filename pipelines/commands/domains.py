"""``duologue domains`` and ``duologue doctor``: what there is to build with, here."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.answer import answering
from pipelines.commands.options import DEFAULT_ROOT, HERE, AsJson, Root


def domains(
    name: Annotated[str | None, typer.Argument(help="Only this one, in full.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the domains with their tools, intents and policy clauses."""
    with answering(HERE, as_json) as answer:
        from generators.domains.registry import DOMAINS, domain_named
        from pipelines.terminal import domain_facts, domain_line, domain_tree

        chosen = [domain_named(each) for each in ([name] if name else sorted(DOMAINS))]
        if as_json:
            answer.json({each.name: domain_facts(each) for each in chosen})
        elif name:
            answer.show(domain_tree(chosen[0]))
        else:
            for each in chosen:
                answer.say(domain_line(each))


def doctor(
    root: Root = DEFAULT_ROOT,
    recipe: Annotated[
        Path | None, typer.Option("--recipe", help="Look at this recipe's models too.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what is installed, what is missing, and what would work."""
    with answering(root, as_json) as answer:
        from pipelines.doctor import examined
        from pipelines.engines.doctor import engine_examined
        from pipelines.recipe_file import load_recipe

        found = [*examined(root), *engine_examined(load_recipe(recipe) if recipe else None)]
        if as_json:
            answer.json({each.name: {"ok": each.ok, "found": each.found} for each in found})
        else:
            for each in found:
                answer.say(f"{'ok     ' if each.ok else 'missing'}  {each.name:<14} {each.found}")
        if not all(each.ok or each.optional for each in found):
            raise typer.Exit(3)
