"""The model slots of a recipe, ready to be asked in this process."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from generators.models.chat import Sampling, Slot
from generators.models.connections import Connections
from generators.models.limits import CallLimits
from generators.models.meter import Meter
from generators.models.router import Router
from pipelines.calls.journal import JOURNAL, Journal
from pipelines.calls.model_calls import ModelCalls, Recall
from pipelines.engines.fleet import FLEET, Berth, Fleet, read_fleet
from pipelines.engines.options import served_name
from pipelines.model_slots import retries_of, source_of, timeouts_of, used_slots
from pipelines.players import Models
from pipelines.recipe import Recipe
from pipelines.recipe_models import ModelSlot


class FleetNews:
    """The fleet of a build as its file has it, read again whenever the file has been replaced."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = str(folder / FLEET)  # Looked at for every call.
        self._seen: tuple[int, int] | None = None
        self._fleet = Fleet()

    def berth(self, slot: str) -> Berth | None:
        """Where a slot is served now; None when nobody has said."""
        try:
            status = os.stat(self._file)
        except FileNotFoundError:
            return None
        seen = (status.st_ino, status.st_mtime_ns)
        if seen != self._seen:
            self._fleet = read_fleet(self._folder)
            self._seen = seen
        return self._fleet.berths.get(slot)


@dataclass(frozen=True)
class ModelsHere(Models):
    """Slots whose calls go through this process's journal, routers and connections.

    Say ``ended`` for every dialogue that has ended, and ``aclose`` in the loop that made the calls when
    there will be no more. Without either nothing is lost but memory and the last readings.
    """

    journal: Journal = field(kw_only=True)
    recall: Recall = field(kw_only=True)
    routers: tuple[Router, ...] = ()
    connections: Connections = field(default_factory=Connections)

    def ended(self, dialogue: str) -> None:
        """The dialogue needs no replica and no memory any more. Its calls are on disk before it is."""
        self.journal.flush()
        self.recall.forget(dialogue)
        for router in self.routers:
            router.forget(dialogue)

    async def aclose(self) -> None:
        """Commits the journal and closes all connections. May be called again."""
        self.journal.close()
        for router in self.routers:
            router.close()
        await self.connections.close()


def models_of(recipe: Recipe, folder: Path) -> ModelsHere:
    """All slots that the recipe uses. ``folder`` is the build's: it says where models are served
    (``pipelines.engines.fleet``; a slot with URLs of its own needs no word there) and holds the journal.

    What Duologue serves must have its berth by now. Opens nothing yet: files and connections come with
    the first call, in the loop that makes it. Slots with the same server and the same limits share a
    router, which knows the load of them all.
    """
    meter = Meter()
    journal = Journal(folder / JOURNAL, meter)
    recall, connections, news = Recall(journal), Connections(), FleetNews(folder)
    routers: dict[object, Router] = {}
    slots: dict[str, Slot] = {}
    for name, peers in _sharing(recipe).items():
        slot, source = recipe.models[name], source_of(recipe.models, name)
        place = _Place(news, peers[0], source)
        if peers not in routers:
            routers[peers] = Router(
                ", ".join(peers),
                connections,
                place.urls,
                model=place.served_as(),
                key_env=place.berth().api_key_env,
                limits=_limits(recipe, name),
            )
        slots[name] = Slot(
            name=name,
            chat=ModelCalls(
                name,
                routers[peers],
                journal,
                recall,
                meter,
                model=_model(source),
                revision=source.vllm.revision if source.vllm else source.revision,
                served_as=place.served_as,
            ),
            sampling=Sampling(**slot.sampling.model_dump()),
            keep_tokens=slot.keep_tokens,
        )
    return ModelsHere(
        slots=slots,
        meter=meter,
        journal=journal,
        recall=recall,
        routers=tuple(routers.values()),
        connections=connections,
    )


@dataclass(frozen=True)
class _Place:
    """Where a slot's server is: what the fleet says, else what the recipe does."""

    news: FleetNews
    slot: str
    source: ModelSlot

    def berth(self) -> Berth:
        source = self.source
        return self.news.berth(self.slot) or Berth(
            urls=source.url,
            model=_model(source),
            revision=source.revision,
            api_key_env=source.api_key_env,
        )

    def urls(self) -> tuple[str, ...]:
        return self.berth().urls

    def served_as(self) -> str:
        return self.berth().model


def _model(source: ModelSlot) -> str:
    return served_name(source.vllm.model) if source.vllm else source.model


def _limits(recipe: Recipe, name: str) -> CallLimits:
    serving, timeouts = recipe.serving, timeouts_of(recipe.models, name)
    # A server of ours that is started again takes as long as it may; then its watchdog gives it up.
    ours = source_of(recipe.models, name).vllm is not None
    patience = max(serving.patience, 2 * serving.start_seconds) if ours else serving.patience
    return CallLimits(
        connect=timeouts.connect,
        first_byte=timeouts.first_byte,
        total=timeouts.total,
        retries=retries_of(recipe.models, name),
        patience=patience,
    )


def _sharing(recipe: Recipe) -> Mapping[str, tuple[str, ...]]:
    """Every used slot with those, itself included, that ask the same server within the same limits."""
    servers: dict[object, list[str]] = {}
    for name in sorted(used_slots(recipe)):
        source = source_of(recipe.models, name)
        served = source.vllm.model_dump_json() if source.vllm else ""
        server = (source.url, source.model, source.api_key_env, served)
        servers.setdefault((server, _limits(recipe, name)), []).append(name)
    return {name: tuple(names) for names in servers.values() for name in names}
