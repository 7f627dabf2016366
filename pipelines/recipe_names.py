"""What a recipe says that only other rooms can check: names that must exist, settings that must fit."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from generators.coverage import CLAUSES, INTENTS, TURNS, mistake_in_target
from generators.domains.domain import Domain
from generators.domains.registry import DOMAINS, domain_named
from generators.domains.services.folders import service_folders
from generators.domains.shelf import parts_of
from generators.event import AGENT, USER
from generators.faults import FAULTS, FaultRule
from generators.plan_quota import FACETS, mistake_in
from generators.sources.policy_graph import clauses_tested
from generators.sources.registry import CHANGING, NAMES
from personas.quota import QuotaError, allowed_values, checked_quotas, facet_tables
from pipelines.author_names import author_mistakes
from pipelines.did_you_mean import did_you_mean
from pipelines.model_slots import Mistake, model_mistakes
from pipelines.one_factor_names import one_factor_mistakes
from pipelines.recipe import PLAN_FIELDS, Gates, Recipe, ScriptedSlot
from pipelines.recipe_worlds import Folder, files_of
from verifiers.rules import RULES

PAIRS = "pairs"
"""``GROUP.pairs`` are the pairs drawn from a group of worlds."""


def mistakes(recipe: Recipe) -> Iterator[Mistake]:
    """Everything in a well-formed recipe that cannot be built."""
    yield from _worlds(recipe)
    yield from _domains(recipe)
    yield from _quotas(recipe)
    yield from _targets(recipe)
    yield from _environments(recipe)
    yield from one_factor_mistakes(recipe)
    yield from _faults(recipe)
    yield from author_mistakes(recipe)
    yield from model_mistakes(recipe)
    yield from _committee(recipe)
    yield from _caps(recipe)
    yield from _exports(recipe)
    yield from _gates(recipe)


def _worlds(recipe: Recipe) -> Iterator[Mistake]:
    for name, source in recipe.worlds.items():
        place = ("worlds", name)
        if name in DOMAINS:
            yield place, f"{name!r} is a shipped domain", "a group has a name of its own"
        for field, path in files_of(source).items():
            if isinstance(source, Folder) and not service_folders(Path(path)):
                found = f"there is no service in {path!r}"
                yield (*place, field), found, "a folder with service.yaml, or one of such folders"
            elif not isinstance(source, Folder) and not os.path.isfile(path):
                yield (*place, field), f"there is no file {path!r}", "the path of a file"


def _domains(recipe: Recipe) -> Iterator[Mistake]:
    for name in recipe.blueprints.domains:
        place = ("blueprints", "domains", name)
        for part in parts_of(name):
            group, _, rest = part.partition(".")
            if part not in DOMAINS and group not in recipe.worlds:
                yield _unknown(place, "domain", part, [*DOMAINS, *recipe.worlds])
            elif part in DOMAINS and part != name:
                yield place, f"{part} joined with something else", "only services can be joined"
            elif group in recipe.worlds and rest == PAIRS and not recipe.worlds[group].pairs:
                yield place, f"{group} has no pairs", f"say how many in worlds.{group}.pairs"
    for source in recipe.blueprints.sources:
        if source not in NAMES:
            yield _unknown(("blueprints", "sources", source), "source", source, NAMES)
    if ("failures" in recipe.blueprints.sources) != (recipe.blueprints.failures is not None):
        yield from _half_of_failures(recipe)
    if recipe.blueprints.changes and not CHANGING & recipe.blueprints.sources.keys():
        right = f"a weight for {' or '.join(sorted(CHANGING))} in blueprints.sources"
        yield ("blueprints", "changes"), "no source whose users change their minds", right
    if "fault_fix" in recipe.blueprints.sources:
        yield from _faultless(recipe.blueprints.domains)
    for facet, shares in recipe.blueprints.quotas.items():
        place = ("blueprints", "quotas", facet)
        if facet not in FACETS:
            yield _unknown(place, "facet of a plan", facet, FACETS)
        elif (found := mistake_in(facet, shares)) != ("", ""):
            yield place, *found
    yield from _weighted(recipe, "intents", "intent", _wishes)
    yield from _weighted(recipe, "clauses", "clause that an intent tests", clauses_tested)


def _of_worlds(recipe: Recipe, name: str) -> bool:
    """Whether a name is about worlds of the recipe's own, of which nothing is known before they are
    there."""
    return any(part.partition(".")[0] in recipe.worlds for part in parts_of(name))


def _half_of_failures(recipe: Recipe) -> Iterator[Mistake]:
    """A version to grow plans from without the source that does, or the other way round."""
    if recipe.blueprints.failures is None:
        place, found = (
            ("blueprints", "sources", "failures"),
            "blueprints.failures says of what version",
        )
        yield place, f"nothing in {found}", "blueprints.failures: {from: NAME@VERSION}"
    else:
        found = f"{recipe.blueprints.failures.version!r}, and no source that uses it"
        yield (
            ("blueprints", "failures", "from"),
            found,
            "a weight for failures in blueprints.sources",
        )


def _faultless(domains: Iterable[str]) -> Iterator[Mistake]:
    """Domains that have no faults, where some are to be mended."""
    having = [name for name in sorted(DOMAINS) if domain_named(name).faults]
    for name in domains:
        if name in DOMAINS and name not in having:
            place = ("blueprints", "sources", "fault_fix")
            yield place, f"{name} lists no faults", f"domains that do: {', '.join(having)}"


def _wishes(domain: Domain) -> set[str]:
    """The intents of a domain, and those that only its faults bring about."""
    return {*domain.intents, *(fault.intent.name for fault in domain.faults.values())}


def _weighted(
    recipe: Recipe, field: str, kind: str, known_of: Callable[[Domain], Iterable[str]]
) -> Iterator[Mistake]:
    """Multipliers of what a domain has not."""
    for name, weights in getattr(recipe.blueprints, field).items():
        place = ("blueprints", field, name)
        if _of_worlds(recipe, name):
            continue
        if name not in recipe.blueprints.domains:
            yield place, f"{name!r} is not among blueprints.domains", "add it there or leave it out"
        elif name in DOMAINS:
            known = set(known_of(domain_named(name)))
            for each in weights:
                if each not in known:
                    yield _unknown((*place, each), f"{kind} of {name}", each, known)


def _targets(recipe: Recipe) -> Iterator[Mistake]:
    """Targets that no dialogue could count for."""
    for facet, values in recipe.coverage.targets.items():
        place = ("coverage", "targets", facet)
        if facet in (INTENTS, CLAUSES):
            for value in values:
                yield from _target_of_domain(recipe, (*place, value), facet, value)
        elif facet == TURNS or facet in FACETS:
            if (found := mistake_in_target(facet, values)) != ("", ""):
                yield place, *found
        else:
            try:
                allowed = allowed_values(facet)
            except QuotaError as error:
                own = ", ".join((INTENTS, CLAUSES, TURNS, *FACETS))
                yield place, f"found {error.found}", f"right would be {own}, or {error.right}"
                continue
            for value in values:
                if value not in allowed:
                    yield _unknown((*place, value), f"value of {facet}", value, allowed)


def _target_of_domain(
    recipe: Recipe, place: tuple[str, ...], facet: str, value: str
) -> Iterator[Mistake]:
    name, _, own = value.partition("/")
    if _of_worlds(recipe, name):
        return
    if name not in recipe.blueprints.domains:
        right = "DOMAIN/NAME with a domain of blueprints.domains"
        yield place, f"found {value!r}", right
    elif name in DOMAINS:
        domain = domain_named(name)
        known = set(domain.intents) if facet == INTENTS else set(clauses_tested(domain))
        if own not in known:
            yield _unknown(place, f"{facet[:-1]} of {name}", own, known)


def _caps(recipe: Recipe) -> Iterator[Mistake]:
    for index, quota in enumerate(recipe.curate.quotas):
        if quota.field in PLAN_FIELDS:
            continue
        try:
            allowed_values(quota.field)
        except QuotaError:
            place = ("curate", "quotas", index, "field")
            known = [
                *PLAN_FIELDS,
                *sorted(path for table in facet_tables() for path in table.facets),
            ]
            yield _unknown(place, "field", quota.field, known)


def _environments(recipe: Recipe) -> Iterator[Mistake]:
    perturb, curate = recipe.blueprints.perturb, recipe.curate
    if not curate.held_out:
        return
    if not perturb.chances and not recipe.blueprints.one_factor:
        right = "shares in blueprints.perturb, or no held_out"
        yield ("curate", "held_out"), "nothing is perturbed", right
    if not any(share for name, share in curate.splits.items() if name != curate.held_out):
        right = "a share for another split too"
        yield ("curate", "splits"), f"no split but {curate.held_out!r} has a share", right


def _quotas(recipe: Recipe) -> Iterator[Mistake]:
    for facet, shares in recipe.personas.quotas.items():
        try:
            checked_quotas({facet: shares})
        except QuotaError as error:
            place: tuple[str | int, ...] = ("personas", "quotas", facet)
            value = error.field.removeprefix(f"{facet}.")
            place = (*place, value) if value in shares else place
            yield place, f"found {error.found}", f"right would be {error.right}"


def _faults(recipe: Recipe) -> Iterator[Mistake]:
    for party, slot in ((USER, recipe.players.user), (AGENT, recipe.players.agent)):
        if not isinstance(slot, ScriptedSlot):
            continue
        kinds = [kind for owner, kind in FAULTS if owner == party]
        for index, fault in enumerate(slot.faults):
            place = ("players", party, "faults", index)
            if fault.kind not in kinds:
                yield _unknown((*place, "kind"), f"fault of the {party}", fault.kind, kinds)
                continue
            try:
                FaultRule(kind=fault.kind, party=party, probability=fault.probability, at=fault.at)
            except ValueError as error:
                yield (*place, "at"), f"found {fault.at!r}", str(error)


def _committee(recipe: Recipe) -> Iterator[Mistake]:
    committee = recipe.committee
    for index, rule in enumerate(() if committee.vetoes == "all" else committee.vetoes):
        if rule not in RULES:
            yield _unknown(("committee", "vetoes", index), "rule", rule, RULES)
    names = [voter.name for voter in committee.voters]
    for index, name in enumerate(names):
        if name in names[:index]:
            place = ("committee", "voters", index, "name")
            yield place, f"a second voter called {name!r}", "every voter has a name of its own"
    if committee.quorum > len(names):
        found = f"a quorum of {committee.quorum} among {len(names)} voters"
        yield ("committee", "quorum"), found, "at most the number of voters"


def _exports(recipe: Recipe) -> Iterator[Mistake]:
    # Formats bring pyarrow, which only recipes that name some need to load.
    if not recipe.release.exports:
        return
    from outputs.formats import FORMATS
    from outputs.formats.format import UnknownOption, resolved

    for name, options in recipe.release.exports.items():
        place = ("release", "exports", name)
        if name not in FORMATS:
            yield _unknown(place, "format", name, FORMATS)
            continue
        try:
            resolved(FORMATS[name], options)
        except UnknownOption as error:
            yield place, f"found {options}", str(error)


def _gates(recipe: Recipe) -> Iterator[Mistake]:
    if recipe.release.gates == Gates():
        return
    from outputs.gates import FIGURES

    for which, figures in FIGURES.items():
        for name in getattr(recipe.release.gates, which):
            if name not in figures:
                place = ("release", "gates", which, name)
                yield _unknown(place, f"figure of what is {which}", name, figures)


def _unknown(place: tuple[Any, ...], kind: str, name: str, known: Iterable[str]) -> Mistake:
    return place, f"unknown {kind} {name!r}", did_you_mean(name, known)
