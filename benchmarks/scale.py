"""A scripted build of 20,000 dialogues: seconds by stage, and the peak memory of every process.

The limits that it is held against are 15 minutes on 2 cores and 1.5 GB in any one process.
``python -m benchmarks.scale [DIALOGUES] [WORKERS]``
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

MINUTES, BYTES = 15, 1.5e9
RECIPE = "pipelines/recipes/quickstart.yaml"


def main(dialogues: int = 20_000, workers: int = 2) -> None:
    with tempfile.TemporaryDirectory(prefix="scale-") as root:
        command = [
            *(sys.executable, "-m", "pipelines.cli", "build", RECIPE, "--json"),
            *("--root", root, "--workers", str(workers)),
            *("--set", f"blueprints.count={dialogues // 2}", "--set", "attempts=2"),
            *("--set", f"personas.count={max(1, dialogues // 8)}"),
        ]
        began = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        peaks = watched(process.pid)
        told = json.loads(process.communicate()[0])
        if process.returncode:
            sys.exit(told["error"])
        seconds = time.monotonic() - began
        size = sum(path.stat().st_size for path in Path(root).rglob("*") if path.is_file())
    print(f"{told['counts']['attempts']:,} dialogues, {workers} workers, {seconds:,.0f} s")
    print(f"released {told['counts']['released']:,}, {size / 1e6:,.0f} MB on disk")
    for stage, spent in told["stage_seconds"].items():
        print(f"  {stage:<10} {spent:>8.1f} s")
    print("peak resident memory by process")
    for name, peak in sorted(peaks.items(), key=lambda each: -each[1]):
        print(f"  {name:<34} {peak / 1e6:>8.0f} MB")
    in_time, in_memory = seconds <= 60 * MINUTES, max(peaks.values()) <= BYTES
    print(f"within {MINUTES} minutes: {in_time}; within {BYTES / 1e9} GB each: {in_memory}")
    sys.exit(not (in_time and in_memory))


def watched(pid: int) -> dict[str, float]:
    """The most memory that each process of a family has had, until the first one ends."""
    family = psutil.Process(pid)
    peaks: dict[int, float] = {}
    names: dict[int, str] = {pid: "driver"}
    while family.is_running() and family.status() != psutil.STATUS_ZOMBIE:
        try:
            for each in (family, *family.children(recursive=True)):
                if each.pid != pid:
                    names[each.pid] = f"{each.name()[:24]} {each.pid}"
                peaks[each.pid] = max(peaks.get(each.pid, 0.0), each.memory_info().rss)
        except psutil.NoSuchProcess:
            pass
        time.sleep(0.5)
    return {names[each]: peak for each, peak in peaks.items()}


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
