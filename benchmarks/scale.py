"""A large scripted build: how long it takes, and how much memory any one process needs.

Run: ``python -m benchmarks.scale [DIALOGUES] [WORKERS]`` (20,000 and 2 unless given).
"""

import sys
import tempfile
import time
from pathlib import Path

import msgspec
import psutil
import yaml

_EVERY = 0.5
"""Seconds between two looks at the processes."""


def recipe(dialogues: int) -> dict[str, object]:
    """Two attempts per plan, both large domains, a few planned faults."""
    return {
        "name": "scale",
        "seed": 1,
        "personas": {"count": max(1, dialogues // 8)},
        "blueprints": {"count": dialogues // 2, "domains": {"energy": 0.5, "clinic": 0.5}},
        "attempts": 2,
        "players": {
            "user": {"faults": [{"kind": "ends_early", "probability": 0.05}]},
            "agent": {"faults": [{"kind": "wrong_argument", "probability": 0.05}]},
        },
        "limits": {"turns": 60},
        "committee": {"voters": [{"name": "one", "false_reject": 0.02}], "quorum": 1},
    }


def main() -> None:
    """Builds, watches every process of the build, and prints what was seen."""
    dialogues = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    workers = sys.argv[2] if len(sys.argv) > 2 else "2"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scale.yaml"
        path.write_text(yaml.safe_dump(recipe(dialogues)), encoding="utf-8")
        command = [sys.executable, "-m", "pipelines.cli", "build", str(path), "--json"]
        command += ["--root", folder, "--workers", workers]
        began = time.perf_counter()
        with (Path(folder) / "out").open("wb") as out:
            build = psutil.Popen(command, stdout=out)
            peaks = _watch(build)
        seconds = time.perf_counter() - began
        if build.returncode:
            raise SystemExit(f"the build ended with exit code {build.returncode}")
        result = msgspec.json.decode((Path(folder) / "out").read_bytes())
        size = sum(
            each.stat().st_size for each in Path(result["path"]).rglob("*") if each.is_file()
        )
    counts = result["counts"]
    print(f"{counts['attempts']:,} dialogues, {workers} workers: {seconds:,.0f} s")
    print(f"{counts['attempts'] / seconds:,.0f} dialogues/s, {counts['released']:,} released")
    print(
        "seconds by stage:", ", ".join(f"{k} {v:,.0f}" for k, v in result["stage_seconds"].items())
    )
    print(f"dataset on disk: {size / 2**20:,.0f} MiB")
    for name, peak in sorted(peaks.items(), key=lambda each: -each[1])[:6]:
        print(f"peak resident memory: {peak / 2**20:,.0f} MiB  {name}")


def _watch(build: psutil.Popen) -> dict[str, int]:
    """Peak resident bytes by process, under a readable name, until the build ends."""
    peaks: dict[int, int] = {}
    names: dict[int, str] = {}
    while build.poll() is None:
        for process in [build, *_children(build)]:
            try:
                names[process.pid] = " ".join(process.cmdline())[:60]
                peaks[process.pid] = max(peaks.get(process.pid, 0), process.memory_info().rss)
            except psutil.Error:
                continue  # It ended between two looks.
        time.sleep(_EVERY)
    return {f"{names[pid]} ({pid})": peak for pid, peak in peaks.items()}


def _children(build: psutil.Popen) -> list[psutil.Process]:
    try:
        return build.children(recursive=True)
    except psutil.Error:
        return []


if __name__ == "__main__":
    main()
