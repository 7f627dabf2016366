"""Builds for tests: small ones in this process, and real commands in processes of their own."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from pipelines.build import BuildResult, build
from pipelines.order import Order, order_of
from pipelines.progress import LineProgress

SMALLEST = Path("pipelines/recipes/smallest.yaml")
CHECKOUT = Path(__file__).resolve().parent.parent


class Said:
    """A stream that keeps what was written to it."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        pass


def order(root: Path, *overrides: str, workers: int = 0, keep_work: bool = False) -> Order:
    """The smallest recipe, with overrides."""
    return order_of(SMALLEST, root, overrides, workers, keep_work=keep_work)


def built(order: Order) -> tuple[BuildResult, str]:
    """What a build made, and what it said meanwhile."""
    said = Said()
    with LineProgress(said) as progress:  # pyright: ignore[reportArgumentType]
        return asyncio.run(build(order, progress)), said.text


def command(*arguments: str, module: str = "pipelines.cli") -> list[str]:
    """The command line of one of our programs."""
    return [sys.executable, "-m", module, *arguments]


def running(*arguments: str, module: str = "pipelines.cli") -> "subprocess.Popen[str]":
    """The command in a process group of its own, under way."""
    return subprocess.Popen(
        command(*arguments, module=module),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        cwd=CHECKOUT,
    )


def finished(
    *arguments: str, module: str = "pipelines.cli", env: dict[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """The command, run to its end."""
    return subprocess.run(
        command(*arguments, module=module),
        capture_output=True,
        text=True,
        timeout=300,
        cwd=CHECKOUT,
        env={**os.environ, **(env or {})},
    )


def until(
    condition: Callable[[], bool], process: "subprocess.Popen[str]", limit: float = 90
) -> bool:
    """Waits for a condition; False when the process ended before it came true."""
    patience = time.monotonic() + limit
    while not condition():
        if process.poll() is not None:
            return condition()
        if time.monotonic() > patience:
            raise TimeoutError("the condition never came true")
        time.sleep(0.002)
    return True


def batches(root: Path, name: str, stage: str) -> set[Path]:
    """The batches that a stage has committed."""
    return set(root.glob(f"{name}/.work/*/{stage}/*.jsonl"))


def descendants(pid: int) -> list[psutil.Process]:
    """The living processes under one."""
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def all_gone(processes: list[psutil.Process], within: float = 20.0) -> bool:
    """Whether the processes end in time."""
    _, alive = psutil.wait_procs(processes, timeout=within)
    return not [each for each in alive if each.status() != psutil.STATUS_ZOMBIE]


def ended(process: "subprocess.Popen[str]", by: signal.Signals) -> tuple[int, str, str]:
    """Sends a signal to the process alone and waits: exit code, standard output, standard error."""
    process.send_signal(by)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def lines_of(paths: set[Path]) -> Iterator[str]:
    """The lines of batches."""
    for path in sorted(paths):
        yield from path.read_text().splitlines()
