"""One served copy of a model: a vLLM server in a process of its own, on this machine.

The server listens with a key that this process has made or been given, and that travels by environment
only. It ends with this process, however that goes: see ``_LAUNCHER``.
"""

import asyncio
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import aiohttp

from personas.record import Record
from pipelines.engines.last_words import last_words, remedy_for
from pipelines.mishap import EngineError

SERVER_KEY = "DUOLOGUE_SERVER_KEY"
"""The environment variable that holds the key of the servers started here, for whoever asks them."""

_KEY_OF_VLLM = "VLLM_API_KEY"
_NOT_FOR_SERVERS = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", SERVER_KEY)
_GRACE_SECONDS = 10
_TOLD_EVERY = 10.0
_LOOK_EVERY = 0.25
_ANSWER_SECONDS = 5.0

_LAUNCHER = f"""
exec 3<&0
(
  trap '' TERM INT
  cat <&3 >/dev/null
  kill -TERM $$
  left={_GRACE_SECONDS}
  while [ $left -gt 0 ] && kill -0 $$; do sleep 1; left=$((left - 1)); done
  kill -KILL 0
) 2>/dev/null &
exec "$@" </dev/null 3<&-
"""
"""Beside the server, in its process group, somebody reads from a pipe that only this process can write
to. The pipe's end is the end of this process, even by SIGKILL, and ends the server and then the whole
group. A container's client passes SIGTERM on, and would leave its container running if it were killed at
once."""


class Launch(Record):
    """What it takes to start one replica, here or on another machine.

    ``argv`` is all but the host and the port; ``environment`` what is added to the environment there,
    never a key. ``model`` is the name that the server must list. ``gpus`` are held while it runs; 0 for
    a server on CPUs. It has ``start_seconds`` to come up.
    """

    name: str
    argv: tuple[str, ...]
    model: str
    environment: dict[str, str] = {}
    host: str = "127.0.0.1"
    gpus: int = 0
    start_seconds: float = 900.0


class Replica(Protocol):
    """One running copy of a model, wherever it runs."""

    @property
    def name(self) -> str:
        """Its name: the slot and a number."""
        ...

    @property
    def url(self) -> str:
        """Where it answers, up to ``/v1``; empty before the first start."""
        ...

    @property
    def log(self) -> str:
        """Where its log is, for people."""
        ...

    async def start(self) -> str:
        """Starts it and returns its URL once it answers. Raises ``EngineError``, with what it said last,
        when it ends early or takes too long."""
        ...

    async def alive(self) -> bool:
        """Whether its process is there. Says nothing about whether it works."""
        ...

    async def restart(self) -> str:
        """Ends what is left of it and starts it again, at the same URL where it stays on its machine.
        Raises ``EngineError``."""
        ...

    async def stop(self) -> None:
        """Ends it and every process that it has started. May be called at any time, and again."""
        ...


class Server:
    """A replica on this machine. See ``Replica``. ``say`` hears how the start goes."""

    def __init__(
        self, launch: Launch, key: str, folder: Path, say: Callable[[str], None] = lambda text: None
    ) -> None:
        self.name = launch.name
        self.port = 0
        self._launch = launch
        self._key = key
        self._log = folder / f"{launch.name}.log"
        self._say = say
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """See ``Replica``."""
        return f"http://{_reached(self._launch.host)}:{self.port}/v1" if self.port else ""

    @property
    def log(self) -> str:
        """See ``Replica``."""
        return str(self._log)

    @property
    def pid(self) -> int | None:
        """The server's process, which leads a group of its own; None when none was started."""
        return self._process.pid if self._process else None

    async def start(self) -> str:
        """See ``Replica``."""
        if self.port == 0:
            self.port = _free_port(self._launch.host)
        self._spawn()
        try:
            await self._up()
        except BaseException:
            await self.stop()
            raise
        return self.url

    async def alive(self) -> bool:
        """See ``Replica``."""
        return self._process is not None and self._process.poll() is None

    async def restart(self) -> str:
        """See ``Replica``."""
        await self.stop()
        return await self.start()

    async def stop(self) -> None:
        """See ``Replica``."""
        process, self._process = self._process, None
        if process is None:
            return
        try:
            if process.poll() is None:
                process.terminate()
            patience = time.monotonic() + _GRACE_SECONDS
            while process.poll() is None and time.monotonic() < patience:
                await asyncio.sleep(0.05)
        finally:
            # The group lives on while anybody is left in it, its leader or not.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()

    def _spawn(self) -> None:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        where = ("--host", self._launch.host, "--port", str(self.port))
        command = ["sh", "-c", _LAUNCHER, "sh", *self._launch.argv, *where]
        with open(self._log, "ab") as log:
            log.write(f"--- {time.strftime('%Y-%m-%d %H:%M:%S')} {self.name}\n".encode())
            log.flush()
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=_environment(self._launch.environment, self._key),
                start_new_session=True,
            )

    async def _up(self) -> None:
        began = told = time.monotonic()
        async with aiohttp.ClientSession(
            headers={"Authorization": f"Bearer {self._key}"},
            timeout=aiohttp.ClientTimeout(total=_ANSWER_SECONDS),
        ) as session:
            while True:
                listed = await _listed(session, f"{self.url}/models")
                now = time.monotonic()
                if not await self.alive():
                    raise self._failed(f"has ended after {now - began:.0f} s, before it was up")
                if self._launch.model in listed:
                    self._say(f"{self.name}: vLLM is up after {now - began:.0f} s, at {self.url}")
                    return
                if now - began > self._launch.start_seconds:
                    raise self._failed(f"is not up after {now - began:.0f} s")
                if now - told >= _TOLD_EVERY:
                    told = now
                    self._say(
                        f"{self.name}: vLLM is loading {self._launch.model} ... {now - began:.0f} s"
                    )
                await asyncio.sleep(_LOOK_EVERY)

    def _failed(self, what: str) -> EngineError:
        words = last_words(self._log)
        return EngineError(
            f"the vLLM server of {self.name} {what}. Its last words:\n{words}",
            f"The whole log is {self._log}. {remedy_for(words)} Then run the same "
            "command again: finished work is kept.",
        )


async def _listed(session: aiohttp.ClientSession, url: str) -> set[str]:
    """The models that a server lists; none as long as it does not answer."""
    try:
        async with session.get(url) as response:
            data: Any = await response.json() if response.status == 200 else {}
        return {str(each["id"]) for each in data.get("data", ())}
    except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError, AttributeError):
        return set()


def _environment(added: Mapping[str, str], key: str) -> dict[str, str]:
    """This process's environment without what would lead another Python astray."""
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_FOR_SERVERS}
    return {**kept, "PYTHONSAFEPATH": "1", **added, _KEY_OF_VLLM: key}


def _free_port(host: str) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _reached(host: str) -> str:
    """How a server that listens on ``host`` is reached from this machine."""
    if host == "0.0.0.0":
        return "127.0.0.1"
    if host == "::":
        return "[::1]"
    return f"[{host}]" if ":" in host else host
