"""Folders that hold a domain as data: where they are, reading one, and taking one along."""

import shutil
from pathlib import Path

from generators.domains.domain import Domain
from generators.domains.recorded.loader import RECORDINGS_FILE, SERVER_FILE, recorded_domain
from generators.domains.services.loader import service_domain
from generators.domains.services.reading import (
    NOTES_FILE,
    PHRASES_FILE,
    POLICY_FILE,
    ROWS_FOLDER,
    SERVICE_FILE,
)

_HEADS = (SERVICE_FILE, SERVER_FILE)
_FILES = (
    *_HEADS,
    RECORDINGS_FILE,
    POLICY_FILE,
    PHRASES_FILE,
    NOTES_FILE,
    f"{ROWS_FOLDER}/*.jsonl",
)


def domain_in(folder: Path) -> Domain:
    """The domain in a folder, a service or a recorded server. Raises ``ServiceError``."""
    if (folder / SERVER_FILE).is_file():
        return recorded_domain(folder)
    return service_domain(folder)


def service_folders(folder: Path) -> list[Path]:
    """The folder itself where it holds a domain; else the folders in it that do, by name."""
    if any((folder / head).is_file() for head in _HEADS):
        return [folder]
    return sorted({each.parent for head in _HEADS for each in folder.glob(f"*/{head}")})


def copy_service(folder: Path, to: Path) -> None:
    """Copies what belongs to a domain, and nothing else that lies in its folder. ``to`` must not be
    there. Raises ``OSError``."""
    to.mkdir(parents=True)
    for pattern in _FILES:
        for path in sorted(folder.glob(pattern)):
            place = to / path.relative_to(folder)
            place.parent.mkdir(exist_ok=True)
            shutil.copyfile(path, place)
