"""Service folders on disk: where they are, and taking one along."""

import shutil
from pathlib import Path

from generators.domains.services.reading import (
    NOTES_FILE,
    PHRASES_FILE,
    POLICY_FILE,
    ROWS_FOLDER,
    SERVICE_FILE,
)

_FILES = (SERVICE_FILE, POLICY_FILE, PHRASES_FILE, NOTES_FILE, f"{ROWS_FOLDER}/*.jsonl")


def service_folders(folder: Path) -> list[Path]:
    """The folder itself where it is a service folder; else the service folders in it, by name."""
    if (folder / SERVICE_FILE).is_file():
        return [folder]
    return sorted(each.parent for each in folder.glob(f"*/{SERVICE_FILE}"))


def copy_service(folder: Path, to: Path) -> None:
    """Copies what belongs to a service, and nothing else that lies in its folder. ``to`` must not be
    there. Raises ``OSError``."""
    to.mkdir(parents=True)
    for pattern in _FILES:
        for path in sorted(folder.glob(pattern)):
            place = to / path.relative_to(folder)
            place.parent.mkdir(exist_ok=True)
            shutil.copyfile(path, place)
