"""The GPUs of this machine, and who gets which."""

import os
import shutil
import subprocess
from collections.abc import Iterable

from pipelines.mishap import EngineError

VISIBLE = "CUDA_VISIBLE_DEVICES"
_SECONDS = 30.0


def gpus_here() -> tuple[str, ...]:
    """The GPUs that may be used, as ``CUDA_VISIBLE_DEVICES`` names them: those that it names if it is
    set, all of them otherwise, none on a machine without."""
    if VISIBLE in os.environ:
        return tuple(each.strip() for each in os.environ[VISIBLE].split(",") if each.strip())
    return tuple(str(number) for number in range(len(listed())))


def listed() -> tuple[str, ...]:
    """What ``nvidia-smi`` lists: name and memory of each GPU. Empty where there is none."""
    if shutil.which("nvidia-smi") is None:
        return ()
    asked = ["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader"]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, timeout=_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(line.strip() for line in done.stdout.splitlines() if line.strip())


def shared_out(
    wanted: Iterable[tuple[str, int, bool]], available: tuple[str, ...]
) -> dict[str, tuple[str, ...]]:
    """The GPUs of each server: (its name, how many it wants, whether it can live with others on one).

    Everybody gets GPUs of their own as long as there are some. After that, those who can share get
    GPUs that others have too. Raises ``EngineError`` when that does not do.
    """
    servers = list(wanted)
    needed = sum(count for _, count, _ in servers)
    given: dict[str, tuple[str, ...]] = {}
    taken = 0
    for name, count, can_share in servers:
        if count > len(available) or (taken + count > len(available) and not can_share):
            raise EngineError(
                f"the recipe's servers need {needed} GPUs; there are {len(available)}",
                "Lower replicas or gpus under the slots' vllm parts, let slots share one server, or "
                "give each a gpu-memory-utilization option so that several fit on one GPU.",
            )
        given[name] = tuple(available[(taken + each) % len(available)] for each in range(count))
        taken += count
    return given
