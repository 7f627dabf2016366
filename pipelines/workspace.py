"""Where a build works: its folder, its locks, and the shards that its stages leave there.

The folder is ``<root>/<name>/.work/<build key>``. A lock lets one build at a time work in it, and a
second one, held by every worker as long as it lives, lets a build that takes over after a kill wait
until the last worker of the killed one is gone.
"""

import fcntl
import shutil
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from generators.domains.shelf import Shelf
from personas.record import Record
from pipelines.mishap import MachineError
from pipelines.progress import Progress
from pipelines.recipe import Recipe
from pipelines.shards import DamagedBatch, Shards, open_shards
from pipelines.sole import sole
from pipelines.world_names import Groups
from pipelines.worlds import Ground

Kept = TypeVar("Kept")

WORK = ".work"
WORKERS_LOCK = "workers.lock"
_BUILD_LOCK = "build.lock"
_LAST_WORKER_SECONDS = 60.0


class StageReport(Record):
    """What a stage did: the items it had, those that went on from it, and what else it has to say.
    ``done_now`` leaves out what an earlier run had done already."""

    stage: str
    total: int
    kept: int
    done_now: int = 0
    seconds: float = 0.0
    details: dict[str, Any] = {}


class Engines(Protocol):
    """What serves the models that are asked. See ``pipelines.engines.servers``."""

    async def ready(self) -> object:
        """Returns once every model can be asked. Raises ``EngineError``."""
        ...

    async def prefix_hits(self) -> dict[str, float]:
        """By slot, the share of prompt tokens that its server's cache had, 0 to 1, where it is known."""
        ...


class NoEngines:
    """For recipes that ask no model. See ``Engines``."""

    async def ready(self) -> None:
        """See ``Engines``."""

    async def prefix_hits(self) -> dict[str, float]:
        """See ``Engines``."""
        return {}


class Workspace:
    """One run of a recipe: what to build, where, what serves its models, and what its stages have
    reported so far. Made by ``opened``.

    ``recipe`` names the domains themselves once the workspace stands on its ground, and ``shelf`` has
    them; ``asked`` is the recipe as it was given.
    """

    def __init__(
        self, recipe: Recipe, root: Path, key: str, folder: Path, progress: Progress
    ) -> None:
        self.asked = recipe
        self.recipe = recipe
        self.shelf = Shelf()
        self.groups: Groups = {}
        self.root = root
        self.key = key
        self.folder = folder
        self.progress = progress
        self.engines: Engines = NoEngines()
        self.reports: dict[str, StageReport] = {}
        self._open: dict[str, Shards[Any]] = {}
        self._kept: dict[str, tuple[object, Any]] = {}

    def stand_on(self, ground: Ground) -> None:
        """Takes over what a build stands on."""
        self.recipe, self.shelf, self.groups = ground.recipe, ground.shelf, ground.groups

    def stage(self, name: str) -> Path:
        """The folder of a stage's shards."""
        return self.folder / name

    def shards(self, name: str, kind: type[Any]) -> Shards[Any]:
        """The shards of a stage, opened once per build. Damage is told and will be made good."""
        if name not in self._open:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always", DamagedBatch)
                self._open[name] = open_shards(self.stage(name), kind)
            for each in caught:
                self.progress.say(f"warning: {each.message}")
        return self._open[name]

    def kept(self, name: str, state: object, make: Callable[[], Kept]) -> Kept:
        """What ``make`` gives. It is asked again only when ``state`` is another than the last time."""
        if name not in self._kept or self._kept[name][0] != state:
            self._kept[name] = (state, make())
        return self._kept[name][1]

    def remove(self) -> None:
        """Removes the folder: the build is released and nobody needs its work any more."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for parent in (self.folder.parent, self.folder.parent.parent):
            if parent.is_dir() and not any(parent.iterdir()):
                parent.rmdir()


@contextmanager
def opened(recipe: Recipe, root: Path, key: str, progress: Progress) -> Iterator[Workspace]:
    """The workspace of one build, for this process alone.

    Raises ``MachineError`` when the root cannot be written, when another process builds the same, or
    when workers of a killed build do not end.
    """
    folder = root / recipe.name / WORK / key
    doing = f"is building the same in {folder}"
    remedy = "Wait until it has finished, or stop it and run the same command again."
    with sole(folder, _BUILD_LOCK, doing, remedy):
        _await_last_worker(folder)
        yield Workspace(recipe, root, key, folder, progress)


def _await_last_worker(folder: Path) -> None:
    with open(folder / WORKERS_LOCK, "a") as lock:
        patience = time.monotonic() + _LAST_WORKER_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > patience:
                    raise MachineError(
                        f"workers of a killed build still hold {folder / WORKERS_LOCK}",
                        "End those processes, then run the same command again.",
                    ) from None
                time.sleep(0.1)
