"""The service folders that a version was made with, beside its rows: without them nothing could be
executed again on another machine."""

from collections.abc import Iterable
from pathlib import Path

from generators.domains.services.folders import copy_service, service_folders
from generators.domains.shelf import Shelf, parts_of

DOMAINS = "domains"
"""Where they lie in a version."""


def write_domains(version: Path, shelf: Shelf, used: Iterable[str]) -> None:
    """Copies the service folders of all domains that are used. Raises ``OSError``."""
    for name in sorted({part for domain in used for part in parts_of(domain)}):
        if name in shelf.folders:
            copy_service(shelf.folders[name], version / DOMAINS / name)


def shelf_in(domains: Path) -> Shelf:
    """The shelf of the folders that a version has, and of what this program ships."""
    return Shelf({folder.name: folder for folder in service_folders(domains)})
