"""What is installed here, what is missing, and what would work."""

import importlib.util
import os
import platform
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from personas.record import Record
from pipelines.checkout import check_packages
from pipelines.mishap import MachineError

_NEEDED = ("datasets", "pyarrow", "msgspec", "pydantic", "mimesis", "rapidfuzz", "matplotlib")
_FOR_WORKERS = "ray"
_FOR_FLOWS = "prefect"
_LEAST_FREE = 2**30


class Finding(Record):
    """One thing that was looked at. Builds work without what is ``optional``."""

    name: str
    ok: bool
    found: str
    optional: bool = False


def examined(root: Path) -> list[Finding]:
    """Everything worth knowing before a build under ``root``."""
    return [
        _python(),
        _checkout(),
        *(_library(name, "") for name in _NEEDED),
        _library(_FOR_WORKERS, "builds work without it, with --workers 0"),
        _library(_FOR_FLOWS, "duologue build works without it; flows do not"),
        _root(root),
        _space(root),
        Finding(name="cores", ok=True, found=str(os.cpu_count())),
        _shared_memory(),
    ]


def _python() -> Finding:
    right = (3, 11) <= sys.version_info[:2] < (3, 14)
    return Finding(name="python", ok=right, found=f"{platform.python_version()} (3.11 to 3.13)")


def _checkout() -> Finding:
    try:
        check_packages()
    except MachineError as error:
        return Finding(name="packages", ok=False, found=f"{error.what}. {error.remedy}")
    return Finding(name="packages", ok=True, found="all six from this checkout")


def _library(name: str, without: str) -> Finding:
    try:
        if importlib.util.find_spec(name) is None:
            raise PackageNotFoundError(name)
        return Finding(name=name, ok=True, found=version(name), optional=bool(without))
    except PackageNotFoundError:
        return Finding(
            name=name, ok=False, found=without or "run make build", optional=bool(without)
        )


def _root(root: Path) -> Finding:
    place = _existing(root)
    if os.access(place, os.W_OK):
        return Finding(name="root", ok=True, found=f"{root} can be written")
    return Finding(name="root", ok=False, found=f"{place} cannot be written; choose another --root")


def _space(root: Path) -> Finding:
    free = shutil.disk_usage(_existing(root)).free
    return Finding(
        name="disk", ok=free >= _LEAST_FREE, found=f"{free / 2**30:,.1f} GiB free under {root}"
    )


def _shared_memory() -> Finding:
    place = Path("/dev/shm")
    if not place.is_dir():
        return Finding(name="shared memory", ok=True, found="not on this system", optional=True)
    free = shutil.disk_usage(place).free / 2**20
    enough = free >= 256
    advice = "" if enough else "; Ray wants 256 MiB, else build with --workers 0"
    return Finding(
        name="shared memory", ok=enough, found=f"{free:,.0f} MiB free{advice}", optional=True
    )


def _existing(path: Path) -> Path:
    absolute = path.absolute()
    return next(each for each in (absolute, *absolute.parents) if each.exists())
