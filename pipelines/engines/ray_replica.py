"""A served copy of a model on a Ray cluster: Ray finds a node with free GPUs and keeps them for it.

When the node dies, Ray brings the actor up on another one, empty; whoever watches finds no server in
it and starts it again, at an address of that node. The server listens on the node's address and wants a
key, which goes to the actor by call and is kept nowhere.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# First: it settles what Ray reads when it is imported.
from pipelines.ray_cluster import RayCluster, address_named, joined  # isort: skip

import ray
from msgspec.structs import replace
from ray.exceptions import RayError, RayTaskError

from pipelines.mishap import EngineError, Mishap
from pipelines.serving import Launch, Server

_ANSWER_SECONDS = 10.0
_STOP_SECONDS = 20.0
_NEWS_EVERY = 1.0


class ServerActor:
    """The actor: one server on the node where it happens to be."""

    def __init__(self) -> None:
        self._server: Server | None = None
        self._news: list[str] = []

    async def start(self, launch: Launch, key: str) -> tuple[str, str]:
        """Starts the server. Returns its URL and where its log is. Raises ``EngineError``."""
        address = ray.util.get_node_ip_address()
        folder = Path(tempfile.gettempdir()) / f"duologue-servers-{os.getuid()}"
        folder.mkdir(mode=0o700, exist_ok=True)
        await self.stop()
        self._server = Server(replace(launch, host=address), key, folder, self._news.append)
        url = await self._server.start()
        return url, f"{self._server.log} on {address}"

    async def news(self) -> list[str]:
        """What is new since the last time that somebody asked."""
        told, self._news[:] = list(self._news), []
        return told

    async def alive(self) -> bool:
        """Whether there is a server and its process is there."""
        return self._server is not None and await self._server.alive()

    async def stop(self) -> None:
        """Ends the server."""
        server, self._server = self._server, None
        if server:
            await server.stop()


class RayReplica:
    """A replica on the cluster that ``RAY_ADDRESS`` names. See ``pipelines.serving.Replica``.

    What ``launch`` starts must be there on every node that has GPUs. ``folder`` is not used: logs stay
    on the node.
    """

    def __init__(
        self, launch: Launch, key: str, folder: Path, say: Callable[[str], None] = lambda text: None
    ) -> None:
        self.name = launch.name
        self._launch = launch
        self._key = key
        self._say = say
        self._url = ""
        self._log = ""
        self._cluster: RayCluster | None = None
        self._actor: Any = None

    @property
    def url(self) -> str:
        """See ``Replica``."""
        return self._url

    @property
    def log(self) -> str:
        """See ``Replica``."""
        return self._log

    async def start(self) -> str:
        """See ``Replica``. Waits for free GPUs as long as the server may take to come up."""
        if self._actor is None:
            self._cluster = joined(address_named())
            remote = ray.remote(
                num_cpus=0, num_gpus=self._launch.gpus, max_restarts=-1, max_task_retries=0
            )
            self._actor = remote(ServerActor).options(max_concurrency=8).remote()
        news = asyncio.ensure_future(self._pass_on_news())
        try:
            self._url, self._log = await self._started()
        except BaseException:
            await self.stop()
            raise
        finally:
            news.cancel()
        return self._url

    async def _started(self) -> tuple[str, str]:
        until = time.monotonic() + self._launch.start_seconds
        while True:
            try:
                async with asyncio.timeout(max(0.0, until - time.monotonic())):
                    await self._actor.alive.remote()
                return await self._actor.start.remote(self._launch, self._key)
            except RayTaskError as error:
                if isinstance(error.cause, Mishap):
                    raise error.cause from None
                raise
            except (RayError, TimeoutError) as error:
                if time.monotonic() >= until:
                    raise EngineError(
                        f"Ray has no place for {self.name}: no node with {self._launch.gpus} free "
                        f"GPUs after {self._launch.start_seconds:.0f} s",
                        "See what ray status says of the cluster's nodes, then run the same command "
                        "again: finished work is kept.",
                    ) from error
                await asyncio.sleep(0.5)

    async def _pass_on_news(self) -> None:
        while True:
            await asyncio.sleep(_NEWS_EVERY)
            try:
                for line in await self._actor.news.remote():
                    self._say(line)
            except RayError:
                continue  # The actor is on its way to another node.

    async def alive(self) -> bool:
        """See ``Replica``. A node that does not answer is taken for dead."""
        return bool(await self._answer("alive", _ANSWER_SECONDS))

    async def restart(self) -> str:
        """See ``Replica``."""
        stopped = await self._answer("stop", _STOP_SECONDS, default=False)
        if stopped is False and self._actor is not None:
            # Whatever is left of it on its node must not come back beside the new one.
            ray.kill(self._actor, no_restart=False)
        return await self.start()

    async def stop(self) -> None:
        """See ``Replica``."""
        if self._actor is not None:
            await self._answer("stop", _STOP_SECONDS)
            ray.kill(self._actor)
            self._actor = None
        if self._cluster:
            self._cluster.stop()
            self._cluster = None

    async def _answer(self, method: str, seconds: float, default: Any = None) -> Any:
        """What the actor answers, or the default when it does not."""
        if self._actor is None:
            return default
        try:
            async with asyncio.timeout(seconds):
                return await getattr(self._actor, method).remote()
        except (RayError, TimeoutError):
            return default
