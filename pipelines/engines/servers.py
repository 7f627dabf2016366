"""The servers that a build's model slots need: started when they are, watched, stopped at the end.

    async with served(recipe, folder, say) as servers:
        ...
        await servers.ready()   # when the first dialogue is really to be played

Until ``ready`` nothing happens. It starts the servers of the recipe's ``vllm`` parts, looks whether
those that others run are as they should be, and writes where they all are into ``folder``, for the
workers.
"""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from pipelines.cancelling import cancel_all
from pipelines.engines.fleet import Berth, Fleet, read_fleet, write_fleet
from pipelines.engines.gpus import gpus_here
from pipelines.engines.hosted import unreachable
from pipelines.engines.shared_servers import Group, groups_of, launches_of, model_of, pinned
from pipelines.engines.vllm_environment import vllm_of
from pipelines.engines.watchdog import Watchdog
from pipelines.model_slots import source_of, used_slots
from pipelines.recipe import Recipe
from pipelines.serving import SERVER_KEY, Launch, Replica, Server

SERVERS = "servers"

Say = Callable[[str], None]
Place = Callable[[Launch, str, Path, Say], Replica]
"""Makes a replica from how to launch it, the key, and the folder for its log."""


class Servers:
    """What serves a recipe's slots. Made by ``served``."""

    def __init__(
        self,
        recipe: Recipe,
        folder: Path,
        say: Say,
        slots: Iterable[str],
        key: str,
        place: Place | None,
        failed: Callable[[], object],
    ) -> None:
        self.failure: BaseException | None = None
        self._recipe = recipe
        self._folder = folder
        self._say = say
        self._slots = tuple(slots)
        self._key = key
        self._place = place
        self._failed = failed
        self._once = asyncio.Lock()
        self._fleet: Fleet | None = None
        self._dogs: list[tuple[Group, Watchdog]] = []
        self._watches: list[asyncio.Task[None]] = []

    async def ready(self) -> Fleet:
        """Where the slots are served, once all servers are up. Raises ``EngineError``, or
        ``RequestError`` for what the recipe says of them."""
        async with self._once:
            if self._fleet is None and self._slots:
                await self._start()
                self._fleet = self._written()
                await self._look_around(self._fleet)
                self._watch()
            return self._fleet or Fleet()

    async def prefix_hits(self) -> dict[str, float]:
        """By slot, the share of prompt tokens that its server's prefix cache had, 0 to 1, up to now.
        Slots that others serve, and those whose servers have read nothing, are left out."""
        await asyncio.gather(*(dog.last_look() for _, dog in self._dogs))
        shares: dict[str, float] = {}
        for slot in self._slots:
            mine = [dog.prefix for group, dog in self._dogs if slot in group.slots]
            queries = sum(each.queries for each in mine)
            if queries:
                shares[slot] = sum(each.hits for each in mine) / queries
        return shares

    async def stop(self) -> None:
        """Ends every server that was started."""
        await cancel_all(self._watches)
        await asyncio.gather(*(dog.replica.stop() for _, dog in self._dogs))

    async def _start(self) -> None:
        groups = groups_of(self._recipe.models, self._slots)
        if not groups:
            return
        serving = self._recipe.serving
        vllm = await asyncio.to_thread(vllm_of, serving)
        launches = [
            (each, launch) for each in groups for launch in launches_of(each, serving, vllm)
        ]
        if self._place is None and vllm.build == "gpu":
            launches = pinned(launches, gpus_here())
        for group, launch in launches:
            self._say(
                f"starting vLLM {vllm.version} ({vllm.build} build) as {launch.name}: {launch.model} "
                f"for {', '.join(group.slots)}"
            )
            self._dogs.append((group, self._dog(group, launch)))
        await _all_or_none(dog.replica.start() for _, dog in self._dogs)

    def _dog(self, group: Group, launch: Launch) -> Watchdog:
        place = self._place or Server
        return Watchdog(
            place(launch, self._key, self._folder / SERVERS, self._say),
            slots=group.slots,
            model=launch.model,
            key=self._key,
            stall_seconds=self._recipe.serving.stall_seconds,
            restarts=self._recipe.serving.restarts,
            say=self._say,
            moved=self._moved,
        )

    def _watch(self) -> None:
        for _, dog in self._dogs:
            watch = asyncio.create_task(dog.watch(), name=f"watch {dog.replica.name}")
            watch.add_done_callback(self._watched)
            self._watches.append(watch)

    def _watched(self, watch: asyncio.Task[None]) -> None:
        error = None if watch.cancelled() else watch.exception()
        if error and self.failure is None:
            self.failure = error
            self._failed()

    def _moved(self) -> None:
        """A replica that runs elsewhere now is written down."""
        if self._fleet and self._fleet.berths != self._berths():
            self._fleet = self._written()

    def _written(self) -> Fleet:
        fleet = Fleet(berths=self._berths(), edition=read_fleet(self._folder).edition + 1)
        write_fleet(self._folder, fleet)
        return fleet

    def _berths(self) -> dict[str, Berth]:
        return {slot: self._berth(slot) for slot in self._slots}

    def _berth(self, slot: str) -> Berth:
        models = self._recipe.models
        source = source_of(models, slot)
        ours = tuple(dog.replica.url for group, dog in self._dogs if slot in group.slots)
        revision = models[slot].revision or source.revision
        return Berth(
            urls=ours or source.url,
            model=model_of(models, slot),
            revision=revision or (source.vllm.revision if source.vllm else ""),
            api_key_env=SERVER_KEY if ours else models[slot].api_key_env or source.api_key_env,
        )

    async def _look_around(self, fleet: Fleet) -> None:
        """Every slot's server is there, lets us in, and has the model."""
        checked: set[Berth] = set()
        for slot, berth in fleet.berths.items():
            if berth not in checked:
                for url in await unreachable(slot, berth):
                    self._say(f"model slot {slot}: nothing answers at {url}; going on without it")
                checked.add(berth)


@asynccontextmanager
async def served(
    recipe: Recipe,
    folder: Path,
    say: Say,
    *,
    slots: Iterable[str] | None = None,
    key: str = "",
    place: Place | None = None,
) -> AsyncIterator[Servers]:
    """The servers of ``slots`` (those that the recipe's players ask, unless named), gone at the end.

    ``folder`` gets ``fleet.json`` and the logs. The servers want ``key``, made for the occasion unless
    given; workers find it in the environment variable ``SERVER_KEY`` as long as this lasts. ``place``
    puts replicas elsewhere than on this machine. Should a server fail beyond repair, the task inside is
    cancelled, and leaving raises the ``EngineError``.
    """
    task = asyncio.current_task()
    assert task is not None, "served is used in a task"
    asked = tuple(used_slots(recipe) if slots is None else slots)
    own_key = key or secrets.token_urlsafe(32)
    servers = Servers(recipe, folder, say, asked, own_key, place, task.cancel)
    with _in_environment(SERVER_KEY, own_key):
        try:
            yield servers
        except asyncio.CancelledError:
            if servers.failure is None or task.uncancel() > 0:
                raise
            raise servers.failure from None
        finally:
            await servers.stop()


async def _all_or_none(starts: Iterable[Coroutine[Any, Any, object]]) -> None:
    """Waits for all; the first failure ends the others and is raised."""
    tasks = [asyncio.ensure_future(each) for each in starts]
    try:
        await asyncio.gather(*tasks)
    finally:
        await cancel_all(tasks)


@contextmanager
def _in_environment(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = before
