"""Who may write: one living process per version, and nothing left over from dead ones.

A claim is a small file beside the version. It names a process on a machine, so the claim of a process
that was killed can be told from a living one and is taken over; one from another machine cannot be
asked and is respected.
"""

import fcntl
import os
import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from personas.record import Record


class Claim(Record):
    """Who is writing. ``started`` tells a process from a later one with the same number; ``token``
    marks the files that belong to this claim."""

    pid: int
    host: str
    token: str
    started: str = ""


class ClaimHeld(Exception):
    """Somebody else has the claim."""

    def __init__(self, holder: Claim, path: Path) -> None:
        super().__init__(f"{path} is held by process {holder.pid} on {holder.host}")
        self.holder = holder
        self.path = path


@contextmanager
def claimed(home: Path, what: str) -> Iterator[Path]:
    """Holds the claim on ``what`` in ``home``, which must exist. Yields the path of the folder,
    not made yet, in which to prepare it; whatever is there afterwards is removed.

    Raises ``ClaimHeld``.
    """
    mine = Claim(
        pid=os.getpid(),
        host=socket.gethostname(),
        token=secrets.token_hex(4),
        started=_started(os.getpid()),
    )
    path = home / f".{what}.claim"
    with alone_in(home):
        holder = _holder(path)
        if holder and _alive(holder):
            raise ClaimHeld(holder, path)
        _sweep(home)
        # A claim is whole or not there: nobody may find half of one.
        draft = home / f".{what}.{mine.token}.claiming"
        draft.write_bytes(msgspec.json.encode(mine))
        os.replace(draft, path)
    workplace = home / f".{what}.{mine.token}.tmp"
    try:
        yield workplace
    finally:
        shutil.rmtree(workplace, ignore_errors=True)
        with alone_in(home):
            if _holder(path) == mine:
                path.unlink()


@contextmanager
def alone_in(home: Path) -> Iterator[None]:
    """Alone in a folder for a moment. The lock of a dead process is gone with it."""
    with open(home / ".lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _holder(path: Path) -> Claim | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Claim)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _alive(claim: Claim) -> bool:
    if claim.host != socket.gethostname():
        return True
    try:
        os.kill(claim.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return claim.started == _started(claim.pid)


def _started(pid: int) -> str:
    """When a process started, in ticks since boot; empty where the system does not say, and for a
    process that has ended and is only waiting for its parent to notice."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]


def _sweep(home: Path) -> None:
    """Removes unfinished folders and drafts that belong to no living claim."""
    living = {
        holder.token
        for path in home.glob(".*.claim")
        if (holder := _holder(path)) and _alive(holder)
    }
    for path in [*home.glob(".*.tmp"), *home.glob(".*.claiming")]:
        if path.name.split(".")[-2] not in living:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
