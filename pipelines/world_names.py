"""The names by which a recipe calls domains, and the domains that they stand for.

A recipe may name a shipped domain, a group of its ``worlds``, the pairs drawn from a group
(``GROUP.pairs``), one domain of a group (``GROUP.NAME``), and services joined (``GROUP.A+GROUP.B``).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import combinations
from typing import Any

from generators.domains.domain import Domain
from generators.domains.registry import DOMAINS
from generators.domains.services.reading import SERVICE_FILE
from generators.domains.shelf import JOINT, Shelf
from generators.sources.policy_graph import clauses_tested
from personas.record import seeded
from pipelines.did_you_mean import did_you_mean
from pipelines.model_slots import Mistake
from pipelines.recipe import Recipe
from pipelines.recipe_names import PAIRS

Groups = Mapping[str, Sequence[str]]
"""Group -> the names of its domains."""

_OF_DOMAINS: dict[str, Callable[[Domain], Iterable[str]]] = {
    "intents": lambda domain: domain.intents,
    "clauses": clauses_tested,
}
"""Kind of name -> those that a domain has."""


class NoSuchDomain(Exception):
    """A name stands for nothing: what was found, and what would be right."""

    def __init__(self, found: str, right: str) -> None:
        super().__init__(f"{found}; {right}")
        self.found = found
        self.right = right


def settled(recipe: Recipe, shelf: Shelf, groups: Groups) -> tuple[Recipe, list[Mistake]]:
    """The recipe with the domains themselves in the place of the names that it has for them, and what
    is wrong with those names."""
    found = _Settling(recipe, shelf, groups)
    plans = recipe.blueprints.model_copy(
        update={
            "domains": found.domains,
            **{field: found.multipliers(field, of) for field, of in _OF_DOMAINS.items()},
        }
    )
    targets = {
        facet: found.targets(facet, values) if facet in _OF_DOMAINS else values
        for facet, values in recipe.coverage.targets.items()
    }
    coverage = recipe.coverage.model_copy(update={"targets": targets})
    update = {"blueprints": plans, "coverage": coverage}
    return recipe.model_copy(update=update), found.mistakes


class _Settling:
    """Finds the domains of one recipe, and keeps what is wrong."""

    def __init__(self, recipe: Recipe, shelf: Shelf, groups: Groups) -> None:
        self.mistakes = list(_taken(groups))
        self.domains: dict[str, float] = {}
        self._recipe = recipe
        self._shelf = shelf
        self._groups = groups
        for name, weight in recipe.blueprints.domains.items():
            with self._noting("blueprints", "domains", name):
                meant = domains_meant(name, recipe, shelf, groups)
                for each in meant:
                    self.domains[each] = self.domains.get(each, 0.0) + weight / len(meant)

    def multipliers(self, field: str, of: Callable[[Domain], Iterable[str]]) -> dict[str, Any]:
        """A field of ``blueprints`` that holds multipliers by domain."""
        weights = {}
        for name, multipliers in getattr(self._recipe.blueprints, field).items():
            place = ("blueprints", field, name)
            with self._noting(*place):
                domain = self._planned(name)
                weights[domain] = multipliers
                for own in multipliers:
                    with self._noting(*place, own):
                        self._has(domain, own, of)
        return weights

    def targets(self, facet: str, values: Mapping[str, int]) -> dict[str, int]:
        """The targets of a facet whose values are ``DOMAIN/NAME``."""
        wanted = {}
        for value, count in values.items():
            with self._noting("coverage", "targets", facet, value):
                name, _, own = value.partition("/")
                domain = self._planned(name)
                self._has(domain, own, _OF_DOMAINS[facet])
                wanted[f"{domain}/{own}"] = count
        return wanted

    def _planned(self, name: str) -> str:
        domain = single(name, self._groups)
        if domain not in self.domains:
            found = f"{name!r} is not among blueprints.domains"
            raise NoSuchDomain(found, "add it there or leave it out")
        return domain

    def _has(self, domain: str, own: str, of: Callable[[Domain], Iterable[str]]) -> None:
        known = set(of(self._shelf.named(domain)))
        if own not in known:
            raise NoSuchDomain(f"{domain} has no {own!r}", did_you_mean(own, known))

    @contextmanager
    def _noting(self, *place: str) -> Iterator[None]:
        try:
            yield
        except NoSuchDomain as error:
            self.mistakes.append((place, error.found, error.right))


def domains_meant(name: str, recipe: Recipe, shelf: Shelf, groups: Groups) -> list[str]:
    """The domains that a name stands for. Raises ``NoSuchDomain``."""
    if name in groups:
        if not groups[name]:
            raise NoSuchDomain(f"{name} has no service", "a source with at least one")
        return list(groups[name])
    group, _, rest = name.partition(".")
    if group in groups and rest == PAIRS:
        wanted = recipe.worlds[group].pairs
        unlike = [pair for pair in combinations(sorted(groups[group]), 2) if _unlike(shelf, *pair)]
        if len(unlike) < wanted:
            raise NoSuchDomain(
                f"{wanted} pairs of {group}, in which {len(unlike)} pairs are unlike",
                f"worlds.{group}.pairs of at most {len(unlike)}",
            )
        return [JOINT.join(pair) for pair in _drawn(unlike, wanted, recipe.seed, group)]
    return [single(name, groups)]


def single(name: str, groups: Groups) -> str:
    """The one domain that a name stands for. Raises ``NoSuchDomain``."""
    parts = sorted(_part(each, groups) for each in name.split(JOINT))
    if len(parts) > 1 and DOMAINS.keys() & set(parts):
        raise NoSuchDomain(f"{name!r} joins a shipped domain", "only services can be joined")
    if len(set(parts)) < len(parts):
        raise NoSuchDomain(f"{name!r} joins a domain with itself", "right would be unlike domains")
    return JOINT.join(parts)


def _part(name: str, groups: Groups) -> str:
    group, _, rest = name.partition(".")
    if name in DOMAINS:
        return name
    if rest in groups.get(group, ()):
        return rest
    known = [f"{group}.{each}" for each in groups.get(group, ())] or [*DOMAINS, *groups]
    raise NoSuchDomain(f"{name!r} is no single domain", did_you_mean(name, known))


def _unlike(shelf: Shelf, one: str, other: str) -> bool:
    """Whether two can be joined, and no intent of the one is an intent of the other: two that book the
    same kind of thing give no dialogue that either of them alone could not."""
    first, second = shelf.named(one), shelf.named(other)
    services = all((each.folder / SERVICE_FILE).is_file() for each in (first, second))
    alike = first.intents.keys() & second.intents.keys()
    return services and first.clock == second.clock and not alike


def _drawn(
    pairs: list[tuple[str, str]], count: int, seed: int, group: str
) -> list[tuple[str, str]]:
    """So many of the pairs, in which no domain comes much more often than another."""
    left = seeded(seed, group, "pairs").sample(pairs, len(pairs))
    used, drawn = Counter[str](), list[tuple[str, str]]()
    while len(drawn) < count:
        pair = min(left, key=lambda each: used[each[0]] + used[each[1]])
        left.remove(pair)
        used.update(pair)
        drawn.append(pair)
    return sorted(drawn)


def _taken(groups: Groups) -> Iterator[Mistake]:
    """Names that two domains would share."""
    owners: dict[str, str] = {}
    for group, names in groups.items():
        for name in names:
            if name in DOMAINS:
                found = f"it has a service {name!r}, and so is a shipped domain called"
                yield ("worlds", group), found, "give the service another name"
            elif name in owners:
                found = f"it has a service {name!r}, and so has {owners[name]}"
                yield ("worlds", group), found, "every service has a name of its own"
            owners.setdefault(name, group)
