"""Ends helper processes when this one is gone, however it went: killed, it could not do so itself."""

import subprocess
from collections.abc import Iterable

_WATCH = """
cat > /dev/null
for pid; do
  ps -ww -o args= -p "$pid" | grep -q "$0" && kill -9 "$pid"
done
"""
"""The guard reads from a pipe that only the guarded process can write to: the pipe's end is its end.
A number that has gone to another program meanwhile is left alone."""


class Guard:
    """Watches over this process, from one of its own, until ``release``.

    Should this process be killed, those of the processes ``pids`` end whose command has ``name`` in it.
    """

    def __init__(self, name: str, pids: Iterable[int]) -> None:
        self._process = subprocess.Popen(
            ["sh", "-c", _WATCH, name, *map(str, pids)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def release(self) -> None:
        """The helpers are left to themselves."""
        self._process.kill()
        self._process.communicate()


def descendants(pid: int) -> list[int]:
    """The processes under one, its children first."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True)
    children: dict[int, list[int]] = {}
    for line in listed.stdout.splitlines():
        child, parent = map(int, line.split())
        children.setdefault(parent, []).append(child)
    found, left = [], [pid]
    while left:
        mine = children.get(left.pop(0), [])
        found += mine
        left += mine
    return found
