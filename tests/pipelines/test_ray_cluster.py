"""On a Ray cluster: replicas move when their node dies, and workers join without owning anything."""

import asyncio
import os
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

# First: it settles what Ray reads when it is imported.
from pipelines.ray_cluster import joined  # isort: skip

import aiohttp
import pytest
import ray
from ray._private.state import actors
from ray.cluster_utils import Cluster

from pipelines.dispatch import Done, Outcome
from pipelines.engines.fleet import Berth, Fleet, read_fleet, write_fleet
from pipelines.engines.placing import place_named
from pipelines.engines.ray_replica import RayReplica
from pipelines.engines.watchdog import Watchdog
from pipelines.executor import executor_for
from pipelines.mishap import EngineError
from pipelines.serving import Launch
from pipelines.shards import Line
from pipelines.workbench import Station
from tests.bench_server import ROOT
from tests.pipelines.deeds import Deed, deeds_at, diary_of

pytestmark = pytest.mark.slow

KEY = "a-key-made-for-this-test"
SERVE = (
    f"unset PYTHONSAFEPATH; cd {ROOT}; exec {sys.executable} -m benchmarks.server --stay "
    '--model bench --key-env VLLM_API_KEY --port "$4"'
)
"""The server is told ``--host HOST --port PORT``; the bench server listens on loopback anyhow, which is
where all nodes of a cluster on one machine are."""


def launch(gpus: int = 1, start_seconds: float = 60.0) -> Launch:
    return Launch(
        name="agent-0",
        argv=("sh", "-c", SERVE, "sh"),
        model="bench",
        gpus=gpus,
        start_seconds=start_seconds,
    )


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """A cluster of one node without GPUs, on this machine."""
    made = Cluster(
        initialize_head=True,
        head_node_args={"num_cpus": 1, "num_gpus": 0, "object_store_memory": 80 * 2**20},
    )
    assert made.address
    monkeypatch.setenv("RAY_ADDRESS", made.address)
    yield made
    ray.shutdown()
    made.shutdown()


def with_gpu(cluster: Cluster) -> object:
    return cluster.add_node(num_cpus=1, num_gpus=1, object_store_memory=80 * 2**20)


async def answered(url: str) -> int:
    """The status of a call; 0 when nobody is there."""
    body = {"model": "bench", "messages": [{"role": "user", "content": "Good morning."}]}
    headers = {"Authorization": f"Bearer {KEY}"}
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session,
            session.post(f"{url}/chat/completions", json=body, headers=headers) as response,
        ):
            return response.status
    except (aiohttp.ClientError, TimeoutError):
        return 0


async def test_a_replica_comes_back_on_another_node_when_its_own_dies(
    tmp_path: Path, cluster: Cluster
):
    first = with_gpu(cluster)
    said: list[str] = []
    replica = RayReplica(launch(), KEY, tmp_path, said.append)

    def written() -> None:
        berth = Berth(urls=(replica.url,), model="bench", api_key_env="SOME_KEY")
        edition = read_fleet(tmp_path).edition + 1
        write_fleet(tmp_path, Fleet(berths={"agent": berth}, edition=edition))

    async with asyncio.timeout(240):
        before = await replica.start()
        written()
        assert await answered(before) == 200
        node = home()
        dog = Watchdog(
            replica,
            slots=("agent",),
            model="bench",
            key=KEY,
            stall_seconds=20.0,
            restarts=3,
            say=said.append,
            moved=written,
        )
        watch = asyncio.ensure_future(dog.watch())
        with_gpu(cluster)
        cluster.remove_node(first, allow_graceful=False)
        while read_fleet(tmp_path).edition == 1:
            assert not watch.done(), watch.exception()
            await asyncio.sleep(0.2)
        watch.cancel()
        after = read_fleet(tmp_path).berths["agent"].urls[0]
        assert after != before
        assert await answered(after) == 200
        assert await answered(before) == 0
        assert home() != node
        await replica.stop()
        assert await answered(after) == 0
    assert any("starting it again (1 of 3)" in line for line in said)
    assert KEY not in " ".join(said)


def home() -> str:
    """The node that the replica's actor is on."""
    (found,) = nodes_of("ServerActor")
    return found


def nodes_of(actor: str) -> set[str]:
    """The nodes with living actors of a class."""
    return {
        each["Address"]["NodeID"]
        for each in actors().values()
        if each["ActorClassName"] == actor and each["State"] == "ALIVE"
    }


async def test_when_no_node_has_the_gpus_it_says_so(tmp_path: Path, cluster: Cluster):
    replica = RayReplica(launch(gpus=4, start_seconds=3.0), KEY, tmp_path)
    async with asyncio.timeout(60):
        with pytest.raises(EngineError, match="no node with 4 free GPUs"):
            await replica.start()
        assert not await replica.alive()


async def test_replicas_are_placed_only_where_a_cluster_has_gpus(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
):
    assert place_named() is None
    with_gpu(cluster)
    cluster.wait_for_nodes()
    assert place_named() is RayReplica
    monkeypatch.delenv("RAY_ADDRESS")
    assert place_named() is None


class Telling:
    """A job that writes down whether it has a key, never the key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def __call__(self, item: int) -> list[Line]:
        told = "has it" if os.environ.get("SOME_KEY") == KEY else "has it not"
        (self._folder / f"told.{item}").write_text(told)
        return []


def telling_at(folder: Path) -> Station:
    return Station(partial(Telling, folder), folder, 2, 2, 0.1, 4)


def test_workers_join_a_cluster_stay_on_this_node_and_leave_it_as_it_was(
    tmp_path: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
):
    cluster.add_node(num_cpus=8, object_store_memory=80 * 2**20)
    monkeypatch.setenv("SOME_KEY", KEY)
    berth = Berth(urls=("http://127.0.0.1:1/v1",), model="bench", api_key_env="SOME_KEY")
    write_fleet(tmp_path, Fleet(berths={"agent": berth}))
    taken: list[Outcome] = []

    async def run() -> None:
        stations = {"do": deeds_at(tmp_path), "tell": telling_at(tmp_path)}
        async with asyncio.timeout(120), executor_for(3, stations, tmp_path) as executor:
            await executor.run(
                "do", [Deed(number=n, seconds=0.05) for n in range(60)], taken.append
            )
            await executor.run("tell", range(4), taken.append)
            assert nodes_of("Worker") == {ray.get_runtime_context().get_node_id()}

    asyncio.run(run())
    assert len(taken) == 64
    assert all(isinstance(each, Done) for each in taken)
    assert len({each.process for each in diary_of(tmp_path)}) == 3
    assert {path.read_text() for path in tmp_path.glob("told.*")} == {"has it"}
    assert not ray.is_initialized()
    again = joined(os.environ["RAY_ADDRESS"])
    assert len([node for node in ray.nodes() if node["Alive"]]) == 2
    again.stop()
