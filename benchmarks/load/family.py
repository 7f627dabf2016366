"""CPU time and memory of this process and of all those that it has started, by what they are."""

import os
from dataclasses import dataclass
from pathlib import Path

import psutil

DRIVER, WORKERS, RAY, OTHERS = "driver", "workers", "ray", "others"


@dataclass(frozen=True)
class Spent:
    """CPU seconds so far by kind of process: ``driver`` is this one, ``workers`` are Ray's that do our
    work, ``ray`` what else Ray runs, ``others`` the rest."""

    seconds: dict[str, float]

    def since(self, before: "Spent") -> dict[str, float]:
        """CPU seconds from ``before`` to this."""
        kinds = sorted({*self.seconds, *before.seconds})
        return {kind: self.seconds.get(kind, 0.0) - before.seconds.get(kind, 0.0) for kind in kinds}


def spent(leave_out: frozenset[int] = frozenset()) -> Spent:
    """What the family has used up to now. Processes that have ended are not in it; those in
    ``leave_out`` neither."""
    seconds: dict[str, float] = {}
    for process, kind in _family(leave_out):
        try:
            used = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        seconds[kind] = seconds.get(kind, 0.0) + used.user + used.system
    return Spent(seconds)


def peaks(leave_out: frozenset[int] = frozenset()) -> dict[str, int]:
    """The most bytes that any one process of each kind has held so far."""
    held: dict[str, int] = {}
    for process, kind in _family(leave_out):
        held[kind] = max(held.get(kind, 0), _peak(process.pid))
    return held


def _family(leave_out: frozenset[int]) -> list[tuple[psutil.Process, str]]:
    me = psutil.Process(os.getpid())
    found = [(me, DRIVER)]
    for each in me.children(recursive=True):
        if each.pid not in leave_out:
            try:
                found.append((each, _kind(each)))
            except psutil.Error:
                continue
    return found


def _kind(process: psutil.Process) -> str:
    command = " ".join(process.cmdline())
    if command.startswith("ray::"):
        # An idle worker of Ray's own bears no class of ours.
        return RAY if command.startswith("ray::IDLE") else WORKERS
    return RAY if "ray" in command else OTHERS


def _peak(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    line = next((line for line in status.splitlines() if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    return int(line.split()[1]) * 1024
