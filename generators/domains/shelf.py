"""What the names of domains mean: shipped domains, service folders, and several of them joined.

A shelf is handed to whatever has to resolve a name. It is made of paths, so another process makes its
own from the same ones.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generators.domains.domain import Domain
from generators.domains.registry import DOMAINS, UnknownDomain, domain_named

JOINT = "+"
"""Stands between the names of domains that are joined."""


class ShelfError(ValueError):
    """Domains that cannot stand on one shelf, or cannot be joined; the message names them."""


@dataclass(frozen=True)
class Shelf:
    """The shipped domains and those of ``folders``, by name. ``A+B`` names the two joined.

    A folder comes before a shipped domain of the same name: what a version was made with lies beside
    it. Each domain is loaded once per shelf, when it is first asked for.
    """

    folders: Mapping[str, Path] = field(default_factory=dict)
    _loaded: dict[str, Domain] = field(
        default_factory=dict, init=False, repr=False, compare=False, hash=False
    )

    def named(self, name: str) -> Domain:
        """The domain. Raises ``UnknownDomain``, ``ServiceError`` for a folder that holds no service, and
        ``ShelfError`` for domains that cannot be joined."""
        if name not in self._loaded:
            self._loaded[name] = self._made(name)
        return self._loaded[name]

    def knows(self, name: str) -> bool:
        """Whether every part of the name is there."""
        return all(part in self.folders or part in DOMAINS for part in parts_of(name))

    def _made(self, name: str) -> Domain:
        missing = [part for part in parts_of(name) if not self.knows(part)]
        if missing:
            known = ", ".join(sorted({*DOMAINS, *self.folders}))
            raise UnknownDomain(f"unknown domain {missing[0]!r}; there are: {known}")
        # Services bring what shipped domains do without.
        if JOINT in name:
            from generators.domains.services.joined import joined
            from generators.domains.services.mistakes import ServiceError

            try:
                return joined([self.named(part) for part in parts_of(name)])
            except ServiceError:
                raise
            except ValueError as error:
                raise ShelfError(f"{name} cannot be joined: {error}") from None
        if name in self.folders:
            from generators.domains.services.folders import domain_in

            return domain_in(self.folders[name])
        return domain_named(name)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self.folders),)


def parts_of(name: str) -> list[str]:
    """The names of the domains that a name joins; itself alone where it joins none."""
    return name.split(JOINT)


def shelf_of(folders: Iterable[Path]) -> Shelf:
    """The shelf of these service folders, which are all read. Raises ``ShelfError`` when two domains
    have one name, and ``ServiceError`` for a folder that holds no service."""
    from generators.domains.services.folders import domain_in

    found: dict[str, Domain] = {}
    for folder in folders:
        domain = domain_in(folder)
        if domain.name in found:
            other = found[domain.name].folder
            raise ShelfError(f"{other} and {folder} both hold a service called {domain.name!r}")
        found[domain.name] = domain
    shelf = Shelf({name: domain.folder for name, domain in found.items()})
    shelf._loaded.update(found)
    return shelf
