"""What can go wrong with a build that its user can put right, and the exit code for each kind.

A mishap says what is wrong, where, and what to do; it never comes with a traceback. Whatever is not a
mishap is a bug of ours: its traceback goes to a file, and the exit code is its own.
"""

import errno
import shutil
import sqlite3
import tempfile
import traceback
from pathlib import Path

OK = 0
MISMATCH = 1
YOUR_RECIPE = 2
YOUR_MACHINE = 3
HELD = 4
OUR_BUG = 70
INTERRUPTED = 130

_FULL = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
_BROKEN = (
    errno.EIO,
    errno.ESTALE,
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOMEM,
    errno.ENOTDIR,
    errno.ENAMETOOLONG,
)
_TIGHT = 2**20
"""Bytes free under which SQLite's I/O errors are a full disk's."""
_KEPT = "Finished work is kept: run the same command again when this has been put right."


class Mishap(Exception):
    """Something that the user can put right. ``remedy`` says how, in one or two sentences."""

    exit_code = YOUR_MACHINE

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.what, self.remedy)


class RequestError(Mishap):
    """What was asked for cannot be done: a wrong recipe, option, name or version."""

    exit_code = YOUR_RECIPE


class MachineError(Mishap):
    """The machine stands in the way: disk, permissions, a missing or damaged file, an engine."""


class ReleaseHeld(Mishap):
    """All is built, and a gate of the recipe says that it is not to be released."""

    exit_code = HELD


class EngineError(MachineError):
    """The engine that runs workers has failed. Trying again may help: finished work is kept."""


def full_disk(path: Path) -> MachineError:
    """The disk under ``path`` is full: says how much is free and what to do."""
    place = next(each for each in (path, *path.parents) if each.exists())
    free = shutil.disk_usage(place).free / 2**20
    return MachineError(
        f"no space left on the disk while writing {path} ({free:,.1f} MiB free)",
        "Free some space, or put --root on a larger disk, and run the same command again: "
        "finished work is kept and is not done twice.",
    )


def unwritable(path: Path, error: OSError) -> MachineError:
    """``path`` cannot be written."""
    return MachineError(
        f"cannot write {path}: {error.strerror}",
        "Give this user write permission there, or choose another folder with --root.",
    )


def mishap_of(error: BaseException, path: Path) -> Mishap | None:
    """The mishap behind an exception, or None when it is a bug. ``path`` is where the build writes.

    Libraries wrap a full disk in exceptions of their own, so the whole chain is looked through.
    """
    for each in _chain(error):
        if isinstance(each, Mishap):
            return each
        known = _of_other_rooms(each)
        if known:
            return known
        if isinstance(each, OSError):
            if each.errno in _FULL:
                return full_disk(Path(each.filename) if each.filename else path)
            if each.errno in _FORBIDDEN:
                return unwritable(Path(each.filename or path), each)
            if each.errno in _BROKEN:
                place = each.filename or path
                return MachineError(f"the system refuses {place}: {each.strerror}", _KEPT)
        if isinstance(each, sqlite3.OperationalError):
            refused = _of_sqlite(each, path)
            if refused:
                return refused
        if isinstance(each, MemoryError):
            return MachineError("there is not enough memory", f"Use fewer --workers. {_KEPT}")
        if "No space left on device" in str(each):
            return full_disk(path)
    return None


def _of_sqlite(error: sqlite3.OperationalError, path: Path) -> Mishap | None:
    """SQLite says only roughly why it cannot write, and never where."""
    said = str(error)
    place = next(each for each in (path, *path.parents) if each.exists())
    if "disk is full" in said:
        return full_disk(path)
    if "disk I/O error" in said or "unable to open" in said:
        if shutil.disk_usage(place).free < _TIGHT:
            return full_disk(path)
        return MachineError(f"the system refuses {path}: {said}", _KEPT)
    if "readonly" in said:
        return unwritable(path, OSError(errno.EACCES, said))
    return None


def _of_other_rooms(error: BaseException) -> Mishap | None:
    """What other rooms raise for their users. Loaded late: only an error needs them all."""
    from generators.domains.registry import UnknownDomain
    from generators.domains.services.mistakes import ImportFailed, ServiceError
    from generators.domains.shelf import ShelfError
    from generators.player import EngineDown
    from outputs.compare import NothingToCompare
    from outputs.export import ExportExists
    from outputs.formats.format import UnknownOption
    from outputs.manifest import DamagedVersion
    from outputs.reference import BadReference
    from outputs.store import StoreError, VersionClaimed

    if isinstance(error, VersionClaimed | DamagedVersion):
        return MachineError(str(error))
    if isinstance(error, EngineDown):
        return EngineError(
            str(error),
            "Put that right, then run the same command again: finished dialogues and paid model calls "
            "are kept.",
        )
    asked = (
        UnknownDomain,
        ShelfError,
        ServiceError,
        ImportFailed,
        NothingToCompare,
        ExportExists,
        UnknownOption,
        BadReference,
        StoreError,
    )
    return RequestError(str(error)) if isinstance(error, asked) else None


def _chain(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    left: list[BaseException | None] = [error]
    while left:
        each = left.pop(0)
        if each is None or each in chain:
            continue
        chain.append(each)
        left += [each.__cause__, each.__context__, getattr(each, "cause", None)]
        if isinstance(each, BaseExceptionGroup):
            left += each.exceptions
    return chain


def may_pass(error: BaseException) -> bool:
    """Whether the same may go well when it is tried again: engines and networks recover, recipes, full
    disks and bugs do not."""
    if isinstance(error, Mishap):
        return isinstance(error, EngineError)
    return isinstance(error, ConnectionError | TimeoutError)


def written_traceback(error: BaseException) -> Path:
    """The file that holds the traceback of a bug, to be sent to us."""
    with tempfile.NamedTemporaryFile(
        "w", prefix="duologue-bug-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.write("".join(traceback.format_exception(error)))
    return Path(file.name)
