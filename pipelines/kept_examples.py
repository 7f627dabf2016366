"""The granted wishes of an earlier version that a writer of plans is shown.

The version is read once, before planning starts; workers are handed the examples. Nothing that the
version keeps for validation or test is among them.
"""

from collections import defaultdict
from pathlib import Path

import msgspec

from generators.domains.registry import UnknownDomain
from generators.domains.shelf import Shelf
from generators.writing.examples import ByDomain, Example, examples_of
from outputs.manifest import DamagedVersion
from outputs.reading import JUDGED, blueprints_of, rows_of
from outputs.store import Version
from pipelines.failed_plans import opened
from pipelines.left_for_workers import leave
from pipelines.mishap import RequestError
from pipelines.recipe import Recipe
from pipelines.recipe_authors import Examples, ModelWriter

EXAMPLES = "examples.json"
"""Where a build keeps them, in its folder."""
_PLACE = "blueprints.writer.examples.version"
_MOST = 2000
"""So many plans of a domain are read, in the order of their ids."""


def wanted_examples(recipe: Recipe) -> Examples | None:
    """What the recipe says of examples, if anything."""
    writer = recipe.blueprints.writer
    return writer.examples if isinstance(writer, ModelWriter) else None


def version_of_examples(recipe: Recipe, root: Path) -> Version | None:
    """The version that examples are taken from; None when the recipe names none. Raises
    ``RequestError`` when there is no such version or it is damaged."""
    wanted = wanted_examples(recipe)
    return opened(wanted.version, root, _PLACE) if wanted else None


def kept_examples(version: Version, shelf: Shelf, domains: frozenset[str]) -> ByDomain:
    """Domain -> the examples of the plans of which a dialogue is to be trained on, in id order. Plans of
    other domains, or of another state of one, and those in perturbed environments are left out. Raises
    ``RequestError`` where there is none at all."""
    good, aside = set[str](), set[str]()
    found: dict[str, list[Example]] = defaultdict(list)
    plans: defaultdict[str, int] = defaultdict(int)
    try:
        for row in rows_of(version, JUDGED):
            if row["split"] == "train":
                good.add(row["blueprint_id"])
            elif row["split"]:
                aside.add(row["blueprint_id"])
        for plan in sorted(blueprints_of(version), key=lambda each: each.id):
            if plan.id not in good - aside or plan.domain not in domains or plan.perturbation:
                continue
            try:
                domain = shelf.named(plan.domain)
            except UnknownDomain:
                continue
            if domain.hash == plan.domain_hash and plans[plan.domain] < _MOST:
                plans[plan.domain] += 1
                found[plan.domain].extend(examples_of(plan, domain))
    except DamagedVersion as error:
        raise RequestError(f"{_PLACE}: {error}", "") from error
    if not any(found.values()):
        raise RequestError(
            f"{version.manifest.reference} has no example for {', '.join(sorted(domains))}: no plan of "
            "a dialogue in its train split is of one of these domains as they are now",
            f"Name another version in {_PLACE}, or leave examples out.",
        )
    return {name: tuple(each) for name, each in sorted(found.items())}


def write_examples(path: Path, examples: ByDomain) -> None:
    """Leaves the examples where workers find them. Written again, the file is the same."""
    leave(path, examples)


def read_examples(path: Path) -> ByDomain:
    """What ``write_examples`` left."""
    return msgspec.json.decode(path.read_bytes(), type=dict[str, tuple[Example, ...]])
