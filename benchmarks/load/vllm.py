"""Self-play against a real vLLM engine, beside a plain load of the same requests on the same server."""

import asyncio
import json
import os
import re
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from benchmarks.load.bodies import chains_in, mapped
from benchmarks.load.runs import Plan, plain_load, self_play
from benchmarks.load.table import Figure
from pipelines.engines.figures import EngineFigures, figures_in
from pipelines.engines.options import launch_of
from pipelines.engines.vllm_environment import vllm_of
from pipelines.mishap import EngineError
from pipelines.recipe_models import Served, Serving
from pipelines.serving import Server

_MODEL = "bench"
_KEY_ENV = "BENCH_SERVER_KEY"
_BLOCK_SIZE = re.compile(r'block_size="(\d+)"')
_ROOT = Path(__file__).parents[2]
_OPTIONS = {
    "max-model-len": 8192,
    "max-num-seqs": 64,
    "structured-outputs-config": '{"backend": "xgrammar", "disable_any_whitespace": true}',
}
_PLAN = Plan(blueprints=48, attempts=4, in_flight=32, domains=("cloakroom",))
_WARM = Plan(blueprints=4, attempts=4, in_flight=8, domains=("cloakroom",), seed=12)


def figures(folder: Path, model: str = "") -> list[Figure]:
    """``model`` is a path or hub id; without it a tiny one with random weights is made. Without a vLLM
    to start there is one line that says so."""
    try:
        vllm = vllm_of(Serving())
    except EngineError as error:
        return [Figure("real vLLM", "skipped", error.what, aim="make vllm")]
    if not model:
        model = str(folder / "tiny")
        tiny = [*vllm.python, "-P", "pipelines/engines/tiny_model.py", model]
        subprocess.run(tiny, cwd=_ROOT, check=True, stdout=sys.stderr)
        name = "tiny random model"
    else:
        name = model
    os.environ.setdefault(_KEY_ENV, secrets.token_urlsafe(24))
    served = Served(model=model, options=_OPTIONS)
    with _serving(served, folder) as url:
        self_play(_recipe(_WARM, url), folder / "warm")
        _forget(url)
        played, alone = _self_play(url, folder)
        most = _most_cached(url, folder / "play" / "bodies")
        _forget(url)
        loaded = _loaded(url, folder)
    condition = (
        f"vLLM {vllm.version} ({vllm.build}), {name}, {_PLAN.in_flight} in flight, 1 worker, "
        f"{_PLAN.dialogues} dialogues"
    )
    hits = alone.prefix_hits / alone.prefix_queries
    rate, plain = alone.generated_tokens / played[0], loaded[1].generated_tokens / loaded[0]
    return [
        Figure(
            condition,
            "completion tokens/s",
            f"{rate:,.0f}",
            f"plain load {plain:,.0f}",
            rate / plain,
            ">= 0.90",
            rate / plain >= 0.9,
        ),
        Figure(
            condition,
            "  completion tokens of both",
            f"{alone.generated_tokens:,.0f}",
            f"{loaded[1].generated_tokens:,.0f}",
        ),
        Figure(
            condition,
            "prefix-cache hit rate",
            f"{hits:.1%}",
            f"transcripts allow {most:.1%}",
            hits / most,
            "within 5 points",
            most - hits <= 0.05,
        ),
        Figure(condition, "how dialogues ended", played[1]),
    ]


def _self_play(url: str, folder: Path) -> tuple[tuple[float, str], EngineFigures]:
    before = _engine(url)
    played = self_play(_recipe(_PLAN, url), folder / "play", bodies=True)
    ends = ", ".join(f"{name} {count:,}" for name, count in sorted(played.ends.items()))
    return (played.ended - played.began, ends), _since(before, _engine(url))


def _loaded(url: str, folder: Path) -> tuple[float, EngineFigures]:
    before = _engine(url)
    told = plain_load(url, folder / "play" / "bodies", _PLAN.in_flight, _KEY_ENV)
    return told["seconds"], _since(before, _engine(url))


def _recipe(plan: Plan, url: str) -> dict[str, Any]:
    drawing = {"temperature": 1.0, "max_tokens": 256}
    return plan.recipe(url, _MODEL, {"api_key_env": _KEY_ENV, "sampling": drawing})


@contextmanager
def _serving(served: Served, folder: Path) -> Iterator[str]:
    launch = launch_of("bench", (_MODEL,), served, Serving(), vllm_of(Serving()))
    # Lets the prefix cache be emptied between two loads.
    launch = replace(launch, environment={**launch.environment, "VLLM_SERVER_DEV_MODE": "1"})
    server = Server(launch, os.environ[_KEY_ENV], folder, lambda text: print(text, file=sys.stderr))
    try:
        yield asyncio.run(server.start())
    finally:
        asyncio.run(server.stop())


def _engine(url: str) -> EngineFigures:
    """The engine's own counts, once they have come to rest."""
    page = _asked(f"{url.removesuffix('/v1')}/metrics")
    while True:
        time.sleep(1.5)
        again = _asked(f"{url.removesuffix('/v1')}/metrics")
        if (
            figures_in(again.decode()).generated_tokens
            == figures_in(page.decode()).generated_tokens
        ):
            return figures_in(again.decode())
        page = again


def _since(before: EngineFigures, after: EngineFigures) -> EngineFigures:
    return EngineFigures(
        generated_tokens=after.generated_tokens - before.generated_tokens,
        prompt_tokens=after.prompt_tokens - before.prompt_tokens,
        prefix_queries=after.prefix_queries - before.prefix_queries,
        prefix_hits=after.prefix_hits - before.prefix_hits,
    )


def _forget(url: str) -> None:
    _asked(f"{url.removesuffix('/v1')}/reset_prefix_cache", b"")


def _most_cached(url: str, bodies: Path) -> float:
    """The share of prompt tokens that an endless prefix cache would have had, dialogue after dialogue.
    The last token of a prompt is always computed."""
    block = _block_size(url)
    held = mapped(bodies)
    known: set[int] = set()
    cached = total = 0
    for chain in chains_in(held):
        for start, end in chain:
            tokens = _tokens(url, json.loads(held[start:end]))
            total += len(tokens)
            name, still = 0, True
            for at in range(0, len(tokens) - block + 1, block):
                name = hash((name, *tokens[at : at + block]))
                still = still and name in known
                cached += block * (still and at + block < len(tokens))
                known.add(name)
    return cached / total


def _block_size(url: str) -> int:
    """How many tokens are cached together."""
    found = _BLOCK_SIZE.search(_asked(f"{url.removesuffix('/v1')}/metrics").decode())
    assert found is not None, "the server does not tell its block size"
    return int(found[1])


def _tokens(url: str, body: dict[str, Any]) -> list[int]:
    asked = {name: body[name] for name in ("model", "messages", "tools") if name in body}
    return json.loads(_asked(f"{url.removesuffix('/v1')}/tokenize", json.dumps(asked).encode()))[
        "tokens"
    ]


def _asked(url: str, body: bytes | None = None) -> bytes:
    headers = {
        "Authorization": f"Bearer {os.environ[_KEY_ENV]}",
        "Content-Type": "application/json",
    }
    request = urllib.request.Request(url, data=body, headers=headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read()
