"""The plans of an earlier version that went wrong, from which a recipe's ``failures`` grow.

The version is read once, before planning starts; workers are handed the few fields of each plan that
others can grow from, never the version.
"""

from collections import Counter
from pathlib import Path

import msgspec

from generators.sources.request import FailedPlan
from outputs.manifest import DamagedVersion
from outputs.reading import JUDGED, blueprints_of, rows_of
from outputs.store import Store, StoreError, Version
from pipelines.left_for_workers import leave
from pipelines.mishap import RequestError
from pipelines.recipe import Recipe

FAILED = "failed_plans.json"
"""Where a build keeps them, in its folder."""

ByDomain = dict[str, tuple[FailedPlan, ...]]

_NOT_THE_PLANS = ("user", "engine", "world", "verifier")
"""Whose faults say nothing about how hard a plan is."""
_NO_INTENTS = ("backward", "fault_fix")
"""Sources whose plans do not come of a domain's intents, and cannot be drawn again by them."""


def parent_of(recipe: Recipe, root: Path) -> Version | None:
    """The version that failures are taken from; None when the recipe names none. Raises
    ``RequestError`` when there is no such version or it is damaged."""
    failures = recipe.blueprints.failures
    return opened(failures.version, root, "blueprints.failures.from") if failures else None


def opened(reference: str, root: Path, place: str) -> Version:
    """The version that ``place`` in a recipe names, by NAME@VERSION or by its folder. Raises
    ``RequestError`` when there is none or it is damaged."""
    folder, store = Path(reference), Store(root)
    if len(folder.parts) > 1:
        store, reference = Store(folder.parent.parent), f"{folder.parent.name}@{folder.name}"
    try:
        return store.open(reference)
    except (StoreError, DamagedVersion) as error:
        raise RequestError(
            f"{place}: {error}",
            "Name a released version as NAME@VERSION, or by its folder.",
        ) from error


def failed_plans(version: Version, pass_rate: float) -> ByDomain:
    """Domain -> the plans of which at most this share of attempts was accepted, in id order. Attempts
    that the user or an engine spoiled do not count, and a plan with no others is none of them. Plans
    that no intents were drawn for are left out. Raises ``RequestError`` where there is none at all."""
    tried: Counter[str] = Counter()
    accepted: Counter[str] = Counter()
    try:
        for row in rows_of(version, JUDGED):
            good = row["decision"] == "accept"
            if good or row["blamed"] not in _NOT_THE_PLANS:
                tried[row["blueprint_id"]] += 1
                accepted[row["blueprint_id"]] += good
        found: dict[str, list[FailedPlan]] = {}
        for plan in sorted(blueprints_of(version), key=lambda each: each.id):
            rate = accepted[plan.id] / tried[plan.id] if tried[plan.id] else 1.0
            if rate <= pass_rate and plan.provenance.source not in _NO_INTENTS and tried[plan.id]:
                found.setdefault(plan.domain, []).append(
                    FailedPlan(
                        id=plan.id,
                        intents=plan.intents,
                        withheld=sum(fact.reveal == "when_asked" for fact in plan.facts),
                        caller=plan.setup[0].key if plan.setup else "",
                        world_seed=plan.world_seed,
                        pass_rate=rate,
                        generation=plan.provenance.generation,
                    )
                )
    except DamagedVersion as error:
        raise RequestError(f"blueprints.failures.from: {error}", "") from error
    if not found:
        raise RequestError(
            f"no plan of {version.manifest.reference} has a pass rate of {pass_rate:g} or less",
            "Name another version, or raise blueprints.failures.pass_rate.",
        )
    return {domain: tuple(plans) for domain, plans in found.items()}


def write_failed(path: Path, plans: ByDomain) -> None:
    """Leaves the plans where workers find them. Written again, the file is the same."""
    leave(path, plans)


def read_failed(path: Path) -> ByDomain:
    """What ``write_failed`` left."""
    return msgspec.json.decode(path.read_bytes(), type=ByDomain)
