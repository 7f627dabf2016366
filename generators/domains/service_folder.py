"""Service folders on disk: where they are, and taking one along."""

import shutil
from pathlib import Path

SERVICE = "service.yaml"
"""The file that makes a folder a service folder."""
_FILES = (SERVICE, "policy.md", "phrases.yaml", "import.yaml", "rows/*.jsonl")


def service_folders(folder: Path) -> list[Path]:
    """The folder itself where it is a service folder; else the service folders in it, by name."""
    if (folder / SERVICE).is_file():
        return [folder]
    return sorted(each.parent for each in folder.glob(f"*/{SERVICE}"))


def copy_service(folder: Path, to: Path) -> None:
    """Copies what belongs to a service, and nothing else that lies in its folder. ``to`` must not be
    there. Raises ``OSError``."""
    to.mkdir(parents=True)
    for pattern in _FILES:
        for path in sorted(folder.glob(pattern)):
            place = to / path.relative_to(folder)
            place.parent.mkdir(exist_ok=True)
            shutil.copyfile(path, place)
