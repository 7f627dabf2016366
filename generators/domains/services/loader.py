"""A service folder as a domain."""

from pathlib import Path

from generators.domains.domain import Domain


def service_domain(folder: Path) -> Domain:
    """The domain that a service folder describes: ``service.yaml``, ``rows/``, ``policy.md``,
    ``phrases.yaml``. Raises ``ServiceError`` that names every mistake by file and field."""
    raise NotImplementedError
