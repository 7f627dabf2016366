"""How well a recipe's reviewers tell planted flaws from sound plans, whether checks see them or not.

Run: ``python -m benchmarks.readers RECIPE [COUNT]``: the critics of the recipe's ``blueprints.review``
read so many sound and so many flawed blueprints, 50 each when nothing is said. Models are asked at
their slots' URLs; what is asked is forgotten afterwards.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from generators.domains.registry import DOMAINS, domain_named
from generators.planting.planted import FLAWS, Planted, planted
from generators.reviewing.committee import Case, Panel
from pipelines.authors import authors_of
from pipelines.calls.models_here import models_of
from pipelines.mishap import RequestError
from pipelines.recipe import Recipe
from pipelines.recipe_file import load_recipe

_AT_ONCE = 8


@dataclass
class Tally:
    """What the panel and each reviewer said of the plans of one kind: how many they were ``against``,
    and how many a reviewer could not judge."""

    planted: int = 0
    against: int = 0
    by: Counter[str] = field(default_factory=Counter)
    silent: Counter[str] = field(default_factory=Counter)


async def read(cases: Iterable[Planted], panel: Panel) -> dict[str, Tally]:
    """Kind -> what was said of its plans; the sound ones are under the empty kind, where who is against
    one is wrong. A duplicate is sound for whoever reads it alone, and is left out."""
    tallies = {kind: Tally() for kind in ("", *FLAWS) if kind != "duplicate"}
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(number: int, plan: Planted) -> None:
        async with turns:
            opinion = await panel.decide(
                Case(
                    blueprint=plan.blueprint,
                    domain=domain_named(plan.blueprint.domain),
                    persona=plan.persona,
                    key=f"planted:{number}",
                    number=1,
                    planned=() if plan.sound else (plan.kind,),
                )
            )
        tally = tallies[plan.kind]
        tally.planted += 1
        tally.against += bool(opinion.code)
        for vote in opinion.votes:
            tally.by[vote.reviewer] += vote.outcome == "reject"
            tally.silent[vote.reviewer] += vote.outcome == "abstain"

    kept = (each for each in cases if each.kind in tallies)
    async with asyncio.TaskGroup() as group:
        for number, plan in enumerate(kept):
            group.create_task(one(number, plan))
    return tallies


def report(tallies: dict[str, Tally], names: Sequence[str]) -> Iterator[str]:
    """The table, line by line: of the plans of each kind, how many the panel and each reviewer were
    against; silences in brackets."""
    yield "".join(f"{each:>16}" for each in ("kind", "planted", "panel", *names))
    for kind, tally in tallies.items():
        said = (
            f"{tally.by[name]}" + (f" ({tally.silent[name]})" if tally.silent[name] else "")
            for name in names
        )
        cells = (kind or "sound", str(tally.planted), str(tally.against), *said)
        yield "".join(f"{each:>16}" for each in cells)


async def measured(recipe: Recipe, count: int) -> Iterator[str]:
    """The table for a recipe's critics. Raises ``RequestError`` when it names none."""
    with TemporaryDirectory() as folder:
        models = models_of(recipe, Path(folder))
        try:
            panel = authors_of(recipe, models).panel
            if panel is None:
                raise RequestError("the recipe names no critics", "Add blueprints.review to it.")
            cases = planted(sorted(DOMAINS), seed=1, n=count)
            tallies = await read(cases, panel)
        finally:
            await models.aclose()
    return report(tallies, [each.name for each in panel.reviewers])


def main(arguments: Sequence[str]) -> None:
    recipe = load_recipe(Path(arguments[0]))
    count = int(arguments[1].replace("_", "")) if len(arguments) > 1 else 50
    for line in asyncio.run(measured(recipe, count)):
        print(line)


if __name__ == "__main__":
    main(sys.argv[1:])
