"""The bench server as a process of its own, for tests and benchmarks: always ended."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[1]


class Server:
    """Runs ``benchmarks.server`` with the arguments given while its context lasts.

    ``environment`` is added to this process's. The server also ends when this process does, because
    its standard input closes then.
    """

    def __init__(self, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        self._arguments = arguments
        self._environment = {**os.environ, **(environment or {})}
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def start(self) -> None:
        """Returns once the server listens. Raises ``RuntimeError`` with what it said otherwise."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.server", *self._arguments],
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        if not self.url:
            said = self._process.communicate(timeout=10)[1]
            raise RuntimeError(f"the bench server did not start: {said}")

    @property
    def pid(self) -> int:
        """The server's process id."""
        assert self._process is not None, "not started"
        return self._process.pid

    @property
    def port(self) -> int:
        """Where it listens, on loopback."""
        return int(self.url.rpartition(":")[2].partition("/")[0])

    def stats(self, draws: bool = False) -> dict[str, Any]:
        """What it has counted so far."""
        return json.loads(self.get(f"/stats{'?draws=1' if draws else ''}"))

    def control(self, **changes: Any) -> dict[str, Any]:
        """Changes how it behaves; see ``benchmarks.server.settings.Control``."""
        request = urllib.request.Request(
            f"{self._root}/control", data=json.dumps(changes).encode(), method="POST"
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def get(self, path: str) -> str:
        """The body of a GET."""
        with urllib.request.urlopen(f"{self._root}{path}", timeout=10) as answer:
            return answer.read().decode()

    @property
    def _root(self) -> str:
        return self.url.removesuffix("/v1")

    def kill(self) -> None:
        """Ends it at once, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._reap()

    def stop(self) -> None:
        """Ends it in an orderly way, at once after five seconds."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._reap()

    def _reap(self) -> None:
        if self._process is not None:
            self._process.wait(timeout=10)
            for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
                if pipe is not None:
                    pipe.close()
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
