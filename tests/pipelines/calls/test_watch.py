"""While dialogues are played the driver sees what workers count, shows it, and stops at the budget."""

import asyncio
import io
import socket
import urllib.request
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import yaml

from generators.models.meter import Meter
from personas.record import Record
from pipelines.calls.journal import JOURNAL, Journal, Paid, Spent
from pipelines.calls.watch import Watch, spent_before, watching
from pipelines.dispatch import Done, Outcome
from pipelines.executor import LocalExecutor
from pipelines.mishap import RequestError
from pipelines.progress import LineProgress
from pipelines.recipe import Recipe
from pipelines.recipe_file import load_recipe
from pipelines.shards import Line, line_of
from pipelines.workbench import Station

SECONDS = 0.02


class Number(Record):
    value: int


class Asks:
    """A job whose every item makes two model calls of 100 tokens."""

    def __init__(self) -> None:
        self.meter = Meter()

    async def __call__(self, item: int) -> list[Line]:
        for _ in range(2):
            await asyncio.sleep(SECONDS / 2)
            self.meter.add("calls", "agent")
            self.meter.add("tokens", "agent/prompt", 90)
            self.meter.add("tokens", "agent/completion", 10)
        return [line_of(f"{item:05d}", Number(value=item))]

    async def aclose(self) -> None:
        pass


def station(folder: Path) -> Station:
    return Station(
        make=partial(Asks),
        folder=folder,
        in_flight=4,
        commit_size=1,
        commit_seconds=0.5,
        width=5,
    )


@pytest.fixture
def recipe(tmp_path: Path) -> Callable[..., Recipe]:
    def made(*overrides: str) -> Recipe:
        path = tmp_path / "recipe.yaml"
        tree = {
            "name": "asked",
            "personas": {"count": 2},
            "blueprints": {"count": 3, "domains": {"cloakroom": 1}},
            "models": {"agent": {"url": "http://127.0.0.1:9/v1", "model": "m"}},
            "players": {"agent": {"kind": "llm"}},
        }
        path.write_text(yaml.safe_dump(tree))
        return load_recipe(path, overrides)

    return made


async def watched(
    recipe: Recipe,
    folder: Path,
    items: int,
    before: Spent | None = None,
    look: Callable[[Watch], None] = lambda watch: None,
) -> tuple[Counter[str], Watch, str]:
    """So many items, done under watch: outcomes, the watch, what was shown."""
    stream, outcomes = io.StringIO(), Counter[str]()
    folder.mkdir(exist_ok=True)

    def take(outcome: Outcome) -> None:
        assert isinstance(outcome, Done)
        outcomes["done"] += 1
        look(watch)

    progress = LineProgress(stream, every=0.05)
    progress.begin("play", items)
    async with (
        asyncio.timeout(30),
        LocalExecutor({"play": station(folder)}) as executor,
        watching(
            recipe,
            executor,
            before or Spent(),
            progress,
            outcomes=outcomes,
            planned=items,
            limit=lambda: 4,
            every=0.02,
        ) as watch,
    ):
        await executor.run("play", range(items), take, watch.stop)
    return outcomes, watch, stream.getvalue()


async def test_everything_is_counted_in_the_end(recipe: Callable[..., Recipe], tmp_path: Path):
    outcomes, watch, shown = await watched(recipe(), tmp_path / "out", 40)
    assert outcomes["done"] == 40
    now = watch.now()
    assert now.outcomes == {"done": 40}
    assert now.reading.calls == {"agent": 80}
    assert now.accounts["tokens"].used == 8000
    assert "in flight 4/4" in shown
    assert "calls/s" in shown


async def test_no_item_is_begun_once_the_budget_is_used_up(
    recipe: Callable[..., Recipe], tmp_path: Path
):
    outcomes, watch, _ = await watched(recipe("budget.calls=40"), tmp_path / "out", 4000)
    calls = watch.now().reading.calls["agent"]
    assert calls == 2 * outcomes["done"], "what was begun was finished"
    assert 40 <= calls < 400
    assert "40 model calls" in watch.spending.reached()


async def test_nothing_is_begun_that_nobody_counts(
    recipe: Callable[..., Recipe], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def broken(self: LineProgress, text: str) -> None:
        raise BrokenPipeError("nobody reads any longer")

    monkeypatch.setattr(LineProgress, "gauge", broken)
    begun: list[Watch] = []
    with pytest.raises(BrokenPipeError):
        await watched(recipe(), tmp_path / "out", 4000, look=begun.append)
    assert len(begun) < 400


async def test_what_earlier_runs_spent_counts(recipe: Callable[..., Recipe], tmp_path: Path):
    _, watch, _ = await watched(recipe("budget.calls=60"), tmp_path / "out", 10)
    before = Spent(reading=watch.now().reading)
    assert before.reading.calls == {"agent": 20}
    outcomes, again, _ = await watched(recipe("budget.calls=20"), tmp_path / "more", 10, before)
    assert outcomes["done"] == 0
    assert "used up" in again.spending.mishap().what


async def test_what_the_same_workers_did_before_is_counted_once(
    recipe: Callable[..., Recipe], tmp_path: Path
):
    # A stage that is tried again finds its workers alive, and their calls in their journals.
    (tmp_path / "out").mkdir()
    before = Spent()
    async with asyncio.timeout(30), LocalExecutor({"play": station(tmp_path / "out")}) as executor:
        for items in (range(10), range(10, 15)):
            async with watching(
                recipe(),
                executor,
                before,
                LineProgress(io.StringIO()),
                outcomes={},
                planned=15,
                limit=lambda: 4,
            ) as watch:
                await executor.run("play", items, lambda outcome: None, watch.stop)
            before = Spent(reading=watch.now().reading)
    assert watch.now().reading.calls == {"agent": 30}


async def test_metrics_are_served_while_dialogues_are_played(
    recipe: Callable[..., Recipe], tmp_path: Path
):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    seen: list[str] = []

    def scrape(watch: Watch) -> None:
        if len(seen) < 2:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
                seen.append(answer.read().decode())

    _, _, shown = await watched(
        recipe(f"play.metrics_port={port}"), tmp_path / "out", 8, look=scrape
    )
    assert "duologue_dialogues_planned 8.0" in seen[0]
    assert f"127.0.0.1:{port}/metrics" in shown


async def test_a_metrics_port_that_is_taken_stops_the_build_before_it_plays(
    recipe: Callable[..., Recipe], tmp_path: Path
):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(RequestError, match=str(port)):
            await watched(recipe(f"play.metrics_port={port}"), tmp_path / "out", 8)


async def test_a_damaged_journal_is_told_and_the_others_count(tmp_path: Path):
    meter = Meter()
    meter.add("calls", "agent", 3)
    whole = Journal(tmp_path / JOURNAL, meter)
    whole.write("a:00", 1, bytes(16), Paid(b"reply", 1.0))
    whole.close()
    (tmp_path / JOURNAL / "1-00.sqlite").write_bytes(b"no database at all" * 300)
    said: list[str] = []
    assert spent_before(tmp_path, said.append).reading.calls == {"agent": 3}
    assert len(said) == 1
    assert "1-00.sqlite is damaged" in said[0]
