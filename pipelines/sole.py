"""A folder for one process at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.mishap import MachineError, unwritable


@contextmanager
def sole(folder: Path, lock_file: str, doing: str, remedy: str) -> Iterator[None]:
    """The folder, made if need be, as long as this lasts; a process that dies lets go of it.

    Raises ``MachineError`` when it cannot be written, and when another process has it: that process
    is then ``doing`` something (a clause that follows its name), and ``remedy`` is what helps.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = open(folder / lock_file, "a+", encoding="utf-8")  # noqa: SIM115 - closed below
    except OSError as error:
        raise unwritable(folder, error) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "?"
            raise MachineError(f"process {holder} {doing}", remedy) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
