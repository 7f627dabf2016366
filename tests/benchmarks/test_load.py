"""What benchmarks measure by is right itself."""

import asyncio
import mmap
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.load.bodies import chains_in
from benchmarks.load.plain import posted
from benchmarks.load.runs import Plan, plain_load, self_play
from benchmarks.load.schedule import makespan
from benchmarks.load.table import Figure, table
from tests.bench_server import Server
from tests.benchmarks.asked import chat


def written(file: Path, *dialogues: list[bytes]) -> Path:
    """Bodies in a file, by dialogue."""
    chains = [b"".join(len(each).to_bytes(4, "big") + each for each in one) for one in dialogues]
    file.write_bytes(b"".join(chain + bytes(4) for chain in chains))
    return file


@given(st.lists(st.floats(0.01, 10), min_size=1, max_size=40), st.integers(1, 50))
def test_no_schedule_beats_the_ideal_bounds_and_one_at_a_time_is_the_sum(
    seconds: list[float], in_flight: int
) -> None:
    took = makespan(seconds, in_flight)
    assert took >= max(seconds)
    assert took >= sum(seconds) / in_flight - 1e-9
    assert took <= sum(seconds) / in_flight + max(seconds) + 1e-9
    assert makespan(seconds, 1) == pytest.approx(sum(seconds))
    assert makespan(seconds, len(seconds)) == max(seconds)


def test_a_file_of_bodies_is_read_by_dialogue(tmp_path: Path) -> None:
    file = written(tmp_path / "bodies", [b"one", b"three"], [], [b"2" * 300])
    with file.open("rb") as stream:
        held = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    found = [[held[start:end] for start, end in chain] for chain in chains_in(held)]
    assert found == [[b"one", b"three"], [b"2" * 300]]


def test_the_bare_loop_sends_every_body_once(tmp_path: Path) -> None:
    dialogues = [[chat(seed=10 * one + turn) for turn in range(3)] for one in range(5)]
    file = written(tmp_path / "bodies", *dialogues)
    with Server() as server:
        told = asyncio.run(posted(server.url, file, in_flight=2))
        stats = server.stats()
    assert told["calls"] == stats["answered"] == stats["distinct"] == 15


def test_a_table_shows_ratios_and_what_is_not_met() -> None:
    text = table(
        [
            Figure("here", "rate", "90", "100", 0.9, ">= 0.90", True),
            Figure("here", "cost", "7", aim="<= 5", met=False),
        ]
    )
    assert [line.split() for line in text.splitlines()[2:]] == [
        ["here", "rate", "90", "100", "0.900", ">=", "0.90", "yes"],
        ["cost", "7", "<=", "5", "NO"],
    ]


@pytest.mark.slow
def test_self_play_is_measured_and_its_bodies_are_those_that_were_sent(tmp_path: Path) -> None:
    plan = Plan(blueprints=6, attempts=12, in_flight=4)
    with Server("--latency", "fixed:0.02") as server:
        stats_url = f"{server.url.removesuffix('/v1')}/stats"
        recipe = plan.recipe(server.url, "bench")
        recipe["play"]["commit"] = {"size": 4}
        played = self_play(recipe, tmp_path / "play", stats_url, bodies=True)
        before: dict[str, Any] = server.stats()
        told = plain_load(server.url, tmp_path / "play" / "bodies", 4)
        after = server.stats()
    assert played.dialogues == plan.dialogues == 72
    assert played.ends == {"turn_limit": 72}
    assert 0 < played.calls <= before["answered"] == 72 * 6
    assert played.cpu["workers"] > 0
    assert played.cpu["driver"] > 0
    assert played.peaks["workers"] > 10e6
    assert told["calls"] == before["answered"]
    # Every body was known to the server: none is new, and every one was answered twice.
    assert after["distinct"] == before["distinct"] == after["repeated"]
