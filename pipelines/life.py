"""One life of a process: a name for it that no later process bears, and its certain end."""

import asyncio
import os
import signal
from pathlib import Path

from personas.record import Record


class Life(Record):
    """A process: its number, when it began (in ticks since the machine did), and the namespace in which
    the number means it. The latter two are empty where the system does not tell them."""

    process: int
    began: str = ""
    namespace: str = ""


def own_life() -> Life:
    """The life of this process."""
    return Life(process=os.getpid(), began=_began(os.getpid()), namespace=_namespace())


def within_reach(life: Life) -> bool:
    """Whether the number can be trusted to mean that process here."""
    return bool(life.began) and life.namespace == _namespace()


def alive(life: Life) -> bool:
    """Whether the process, which must be within reach, is still there."""
    return _began(life.process) == life.began


async def ended(life: Life, patience: float = 10.0) -> None:
    """Kills the process, which must be within reach, and returns when it is gone, at most after
    ``patience`` seconds."""
    if not alive(life):
        return
    try:
        os.kill(life.process, signal.SIGKILL)
    except ProcessLookupError:
        return
    for _ in range(int(patience / 0.01)):
        if not alive(life):
            return
        await asyncio.sleep(0.01)


def _began(process: int) -> str:
    """Empty for one that is gone, or dead and not yet waited for."""
    try:
        text = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return ""
    # The command's name, in parentheses, may hold anything: only what follows it has fixed places.
    fields = text.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else fields[19]


def _namespace() -> str:
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""
