"""A model call in a process: asked once, kept, counted; and found again by whoever goes on."""

import asyncio
import dataclasses
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import yaml

from generators.models.chat import ChatRequest, ModelError, Slot
from generators.models.meter import LATENCY_BOUNDS
from generators.player import EngineDown
from pipelines.calls.journal import JOURNAL, JournalError, spent
from pipelines.calls.models_here import FleetNews, ModelsHere, models_of
from pipelines.engines.fleet import Berth, Fleet, write_fleet
from pipelines.recipe import Recipe
from pipelines.recipe_file import load_recipe
from tests.bench_server import ROOT, Server

KEY = "sk-tulip-very-secret-4711"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server("--key-env", "BENCH_KEY", environment={"BENCH_KEY": KEY}) as running:
        yield running


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODEL_KEY", KEY)


def asked(folder: Path, *urls: str, **settings: object) -> Recipe:
    """A recipe whose two players and the agent's critic ask one server."""
    path = folder / "recipe.yaml"
    agent = {"url": list(urls), "model": "bench", "api_key_env": "MODEL_KEY", **settings}
    tree = {
        "name": "asked",
        "personas": {"count": 2},
        "blueprints": {"count": 3, "domains": {"cloakroom": 1}},
        "models": {"agent": agent, "user": {"share": "agent"}, "critic": {"share": "agent"}},
        "players": {
            "user": {"kind": "llm"},
            "agent": {"kind": "llm", "checks": {"critic": "critic"}},
        },
    }
    path.write_text(yaml.safe_dump(tree))
    return load_recipe(path)


def question(slot: Slot, dialogue: str, turn: int, text: str = "") -> ChatRequest:
    said = msgspec.json.encode({"role": "user", "content": text or f"{dialogue} {turn}"})
    return ChatRequest(
        dialogue=dialogue,
        slot=slot.name,
        turn=turn,
        messages=(msgspec.Raw(said),),
        sampling=slot.sampling,
        seed=7,
    )


async def talk(models: ModelsHere, dialogues: range, turns: int = 4) -> list[str]:
    """What the agent's model says in every turn of every dialogue."""
    slot = models.slots["agent"]

    async def one(number: int) -> list[str]:
        key = f"{number:016x}:00"
        replies = [await slot.chat.chat(question(slot, key, turn)) for turn in range(turns)]
        models.ended(key)
        return [each.content for each in replies]

    async with asyncio.timeout(60):
        said = await asyncio.gather(*(one(number) for number in dialogues))
    return [each for replies in said for each in replies]


async def test_a_call_is_made_once_and_answered_from_the_journal_ever_after(
    tmp_path: Path, server: Server
):
    recipe = asked(tmp_path, server.url)
    first = models_of(recipe, tmp_path)
    said = await talk(first, range(10))
    await first.aclose()
    again = models_of(recipe, tmp_path)
    assert (await talk(again, range(12)))[:40] == said
    await again.aclose()
    assert server.stats()["answered"] == 48
    assert server.stats()["repeated"] == 0
    assert first.meter.reading().calls == {"agent": 40}
    assert again.meter.reading().journalled == {"agent": 40}
    assert again.meter.reading().calls == {"agent": 8}


async def test_a_journalled_reply_says_what_it_took_when_it_was_paid(
    tmp_path: Path, server: Server
):
    recipe = asked(tmp_path, server.url)
    server.control(latency="fixed:0.06")
    replies = []
    for _ in range(2):
        models = models_of(recipe, tmp_path)
        slot = models.slots["agent"]
        replies.append(await slot.chat.chat(question(slot, "a:00", 1)))
        await models.aclose()
    first, again = replies
    assert (first.journalled, again.journalled) == (False, True)
    assert first.usage == again.usage
    assert again.usage.latency_ms >= 60
    assert msgspec.structs.replace(again, journalled=False) == first


async def test_another_turn_another_seed_or_another_dialogue_is_another_call(
    tmp_path: Path, server: Server
):
    models = models_of(asked(tmp_path, server.url), tmp_path)
    slot = models.slots["agent"]
    base = question(slot, "a:00", 1, "the same")
    for request in (
        base,
        with_other(base, turn=2),
        with_other(base, seed=8),
        with_other(base, dialogue="a:01"),
    ):
        assert not (await slot.chat.chat(request)).journalled
    await models.aclose()
    assert server.stats()["answered"] == 4


def with_other(request: ChatRequest, **changes: object) -> ChatRequest:
    """The request with other fields."""

    return dataclasses.replace(request, **changes)


async def test_the_meter_counts_what_the_server_says_by_slot(tmp_path: Path, server: Server):
    models = models_of(asked(tmp_path, server.url), tmp_path)
    for name in ("user", "agent", "critic", "agent"):
        slot = models.slots[name]
        await slot.chat.chat(question(slot, "a:00", models.meter.reading().calls.get("agent", 0)))
    await models.aclose()
    reading, stats = models.meter.reading(), server.stats()
    assert reading.calls == {"user": 1, "agent": 2, "critic": 1}
    for kind in ("prompt", "cached", "completion"):
        counted = sum(n for key, n in reading.tokens.items() if key.endswith(f"/{kind}"))
        assert counted == stats[f"{kind}_tokens"], kind
    assert sum(reading.latency.values()) == 4
    assert all(int(key.partition("/")[2]) <= len(LATENCY_BOUNDS) for key in reading.latency)
    assert spent(tmp_path / JOURNAL).reading == reading


async def test_a_failed_call_is_counted_by_its_kind_and_not_kept(tmp_path: Path, server: Server):
    models = models_of(asked(tmp_path, server.url, retries=0), tmp_path)
    slot = models.slots["agent"]
    for fault, kind in (("malformed", "bad_reply"), ("refusal", "refused")):
        server.control(faults={fault: 1.0})
        with pytest.raises(ModelError) as caught:
            await slot.chat.chat(question(slot, "a:00", 1, fault))
        assert caught.value.kind == kind
    await models.aclose()
    assert models.meter.reading().errors == {"agent/bad_reply": 1, "agent/refused": 1}
    assert models.meter.reading().calls == {}
    assert not (tmp_path / JOURNAL).exists()


async def test_a_wrong_key_stops_everybody_and_is_told_by_its_name_alone(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MODEL_KEY", "sk-wrong-0815")
    models = models_of(asked(tmp_path, server.url), tmp_path)
    slot = models.slots["agent"]
    with pytest.raises(EngineDown, match="MODEL_KEY") as caught:
        await slot.chat.chat(question(slot, "a:00", 1))
    await models.aclose()
    assert "0815" not in str(caught.value)


async def test_no_key_is_in_any_file(tmp_path: Path, server: Server):
    models = models_of(asked(tmp_path, server.url), tmp_path)
    await talk(models, range(3))
    files = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert any(each.name.endswith("-wal") for each in files)
    await models.aclose()
    for each in [*files, *tmp_path.rglob("*")]:
        assert not each.is_file() or KEY.encode() not in each.read_bytes(), each


async def test_slots_that_share_a_server_share_its_router(tmp_path: Path, server: Server):
    models = models_of(asked(tmp_path, server.url), tmp_path)
    assert set(models.slots) == {"user", "agent", "critic"}
    assert len(models.routers) == 1
    await talk(models, range(3))
    (standing,) = models.routers[0].standings()
    assert (standing.load, standing.dialogues) == (0, 0)
    await models.aclose()


async def test_a_fleet_that_changes_is_followed(tmp_path: Path):
    recipe = asked(tmp_path, "http://127.0.0.1:9/v1")
    with Server() as one, Server() as two:
        write_fleet(tmp_path, Fleet(berths={"agent": Berth(urls=(one.url,), model="bench")}))
        models = models_of(recipe, tmp_path)
        await talk(models, range(4), turns=2)
        one.kill()
        moved = Berth(urls=(two.url,), model="bench")
        write_fleet(tmp_path, Fleet(berths={"agent": moved}, edition=1))
        await talk(models, range(10, 14), turns=2)
        assert two.stats()["answered"] == 8
        await models.aclose()


def test_where_nothing_was_said_the_recipe_knows_where(tmp_path: Path):
    news = FleetNews(tmp_path)
    assert news.berth("agent") is None
    berth = Berth(urls=("http://127.0.0.1:1/v1",), model="bench")
    write_fleet(tmp_path, Fleet(berths={"agent": berth}))
    assert news.berth("agent") == berth
    assert news.berth("user") is None


PLAYS = """
import asyncio, os, sys
from pathlib import Path
from pipelines.calls.models_here import models_of
from tests.pipelines.calls.test_models_here import asked, talk

async def main():
    folder, url, kill_after = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    models = models_of(asked(folder, url), folder)
    count = models.meter.add
    def add(what, key, amount=1):
        count(what, key, amount)
        if what == "calls" and models.meter.reading().calls["agent"] == kill_after:
            asyncio.get_running_loop().call_soon(lambda: asyncio.get_running_loop().call_soon(
                os.kill, os.getpid(), 9))
    if kill_after:
        models.meter.add = add
    await talk(models, range(16), 6)
    await models.aclose()

asyncio.run(main())
"""


def plays(folder: Path, url: str, kill_after: int) -> int:
    command = [sys.executable, "-c", PLAYS, str(folder), url, str(kill_after)]
    return subprocess.run(command, cwd=ROOT, timeout=60, check=False).returncode


@pytest.mark.slow
def test_after_a_kill_at_half_way_no_finished_call_is_paid_again(tmp_path: Path, server: Server):
    server.control(latency="lognormal:0.02:0.5")
    assert plays(tmp_path, server.url, 48) == -9
    known = spent(tmp_path / JOURNAL).reading.calls["agent"]
    assert known >= 48
    assert plays(tmp_path, server.url, 0) == 0
    stats = server.stats()
    assert stats["distinct"] == 96
    # Those in flight when the process died may have been answered to nobody; no other was.
    assert stats["repeated"] <= 16
    assert spent(tmp_path / JOURNAL).reading.calls == {"agent": 96}


async def test_a_journal_that_cannot_be_written_stops_the_build(tmp_path: Path, server: Server):
    (tmp_path / JOURNAL).write_text("a file in the way")
    models = models_of(asked(tmp_path, server.url), tmp_path)
    with pytest.raises(JournalError):
        await talk(models, range(2))
    await models.aclose()
