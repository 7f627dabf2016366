"""How near self-play comes to what the engine alone allows: the whole play stage, measured.

``python -m benchmarks.engine [fixed] [lognormal] [wide] [vllm[=MODEL]]`` prints one table. Dialogues of
two models and six turns are played by Ray workers from a real recipe, journal included, against our
bench server; beside that a bare aiohttp loop sends the very same bodies to the same server, and an ideal
schedule is computed for the same latencies. CPU is that of all our processes, the server's left out,
between the first and the last dialogue that came back. ``vllm`` is a real engine on this machine, with a
tiny random model unless one is named. Measured, never asserted.
"""

import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.load.family import DRIVER, WORKERS
from benchmarks.load.machine import machine
from benchmarks.load.runs import Plan, Played, plain_load, self_play
from benchmarks.load.schedule import makespan
from benchmarks.load.table import Figure, table
from benchmarks.load.vllm import figures as vllm
from tests.bench_server import Server

CALL_MS = 0.5
MEMORY = 1e9
"""Aims: CPU per model call in milliseconds, and bytes per process."""


def fixed(folder: Path) -> list[Figure]:
    """A server that takes 50 ms for every call; 64 dialogues in flight on one worker."""
    plan = Plan(blueprints=256, attempts=15, in_flight=64)
    bodies = folder / "play" / "bodies"
    with Server("--latency", "fixed:0.05") as server:
        played = _played(plan, server, folder, bodies=True)
        recorded = server.stats()
    with Server("--latency", "fixed:0.05") as server:
        bare = plain_load(server.url, bodies, plan.in_flight)
        served = server.stats()
    condition = f"fixed 50 ms, {plan.in_flight} in flight, 1 worker, {plan.dialogues:,} dialogues"
    rate = recorded["answered"] / (played.ended - recorded["first"])
    loop = bare["calls"] / bare["seconds"]
    cpu = played.per_call()
    bare_cpu = 1000 * bare["cpu_seconds"] / bare["calls"]
    size = bodies.stat().st_size / recorded["answered"] / 1000
    return [
        Figure(
            condition,
            "model calls/s",
            f"{rate:,.0f}",
            f"bare loop {loop:,.0f}",
            rate / loop,
            ">= 0.90",
            rate / loop >= 0.9,
        ),
        Figure(
            condition,
            "bare loop, share of in flight / latency",
            f"{loop:,.0f}",
            f"{plan.in_flight / 0.05:,.0f}",
            loop * 0.05 / plan.in_flight,
        ),
        Figure(
            condition,
            "CPU ms per call, all processes",
            f"{cpu:.3f}",
            f"bare loop {bare_cpu:.3f}",
            cpu / bare_cpu,
            f"<= {CALL_MS} ms",
            cpu <= CALL_MS,
        ),
        Figure(condition, "  of it by process", played.split()),
        Figure(condition, "  CPU ms per call of the server", _server_ms(recorded, served)),
        Figure(condition, "  KB per body", f"{size:.1f}"),
        Figure(condition, "how dialogues ended", _ends(played)),
    ]


def lognormal(folder: Path) -> list[Figure]:
    """Latencies with a mean of 500 ms; beside an ideal schedule of the same draws."""
    plan = Plan(blueprints=128, attempts=10, in_flight=64)
    with Server("--latency", "lognormal:0.5:0.6") as server:
        played = _played(plan, server, folder)
        told = server.stats(draws=True)
    seconds = played.ended - told["first"]
    ideal = makespan(_dialogues(told["draws"]), plan.in_flight)
    condition = f"log-normal, mean 500 ms, 64 in flight, 1 worker, {plan.dialogues:,} dialogues"
    calls = told["answered"]
    return [
        Figure(
            condition,
            "model calls/s",
            f"{calls / seconds:,.1f}",
            f"ideal schedule {calls / ideal:,.1f}",
            ideal / seconds,
            ">= 0.95",
            ideal / seconds >= 0.95,
        ),
        Figure(condition, "CPU ms per call, all processes", f"{played.per_call():.3f}"),
        Figure(condition, "  of it by process", played.split()),
        Figure(condition, "how dialogues ended", _ends(played)),
    ]


def wide(folder: Path) -> list[Figure]:
    """Up to 1,024 dialogues in flight on two workers."""
    figures: list[Figure] = []
    before = 0.0
    for in_flight in (256, 512, 1024):
        plan = Plan(blueprints=256, attempts=in_flight // 32, in_flight=in_flight // 2, workers=2)
        with Server("--latency", "lognormal:0.5:0.6", "--kv-tokens", "1000000000") as server:
            played = _played(plan, server, folder / str(in_flight))
            told = server.stats(draws=True)
        seconds = played.ended - told["first"]
        rate = told["answered"] / seconds
        ideal = makespan(_dialogues(told["draws"]), in_flight)
        condition = f"log-normal, mean 500 ms, {in_flight:,} in flight, 2 workers"
        most = max(played.peaks.get(kind, 0) for kind in (DRIVER, WORKERS))
        grows = rate > before
        figures += [
            Figure(
                condition,
                "model calls/s",
                f"{rate:,.0f}",
                f"ideal schedule {told['answered'] / ideal:,.0f}",
                ideal / seconds,
                "grows" if before else "",
                grows if before else None,
            ),
            Figure(condition, "most calls in flight", f"{told['most_in_flight']:,}"),
            Figure(condition, "CPU ms per call, all processes", f"{played.per_call():.3f}"),
            Figure(condition, "  of it by process", played.split()),
            Figure(
                condition,
                "peak MB by process",
                played.holding(),
                aim="< 1,000",
                met=most < MEMORY,
            ),
        ]
        before = rate
    return figures


def _played(plan: Plan, server: Server, folder: Path, bodies: bool = False) -> Played:
    stats = f"{server.url.removesuffix('/v1')}/stats"
    return self_play(plan.recipe(server.url, "bench"), folder / "play", stats, bodies)


def _dialogues(draws: dict[str, list[float]]) -> list[float]:
    return [sum(each) for each in draws.values()]


def _server_ms(*stats: dict[str, float]) -> str:
    return " / ".join(f"{1000 * each['cpu_seconds'] / each['answered']:.3f}" for each in stats)


def _ends(played: Played) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in sorted(played.ends.items()))


PARTS: dict[str, Callable[[Path], list[Figure]]] = {
    "fixed": fixed,
    "lognormal": lognormal,
    "wide": wide,
    "vllm": vllm,
}


def main(*names: str) -> None:
    print(machine(), file=sys.stderr)
    figures: list[Figure] = []
    for name in names or tuple(PARTS):
        with tempfile.TemporaryDirectory(prefix=f"engine-{name}-") as folder:
            part, _, model = name.partition("=")
            measure = partial(vllm, model=model) if model else PARTS[part]
            figures += measure(Path(folder))
    print(machine())
    print(table(figures))


if __name__ == "__main__":
    main(*sys.argv[1:])
