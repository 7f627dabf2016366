"""The domains that recipes can name. A new one is a folder and one line here."""

from functools import cache
from importlib import import_module

from generators.domains.domain import Domain

DOMAINS = {
    "clinic": "generators.domains.clinic",
    "cloakroom": "generators.domains.cloakroom",
    "datadesk": "generators.domains.datadesk",
    "energy": "generators.domains.energy",
    "library": "generators.domains.library",
    "insurance": "generators.domains.insurance",
    "permits": "generators.domains.permits",
}
"""Name -> package that holds ``DOMAIN``. Packages are imported when first used."""


class UnknownDomain(ValueError):
    """No such domain; the message lists those there are."""


@cache
def domain_named(name: str) -> Domain:
    """The domain. Raises ``UnknownDomain``."""
    if name not in DOMAINS:
        raise UnknownDomain(f"unknown domain {name!r}; there are: {', '.join(sorted(DOMAINS))}")
    return import_module(DOMAINS[name]).DOMAIN
