"""How a model slot of a recipe becomes the command line of a vLLM server."""

import os
from pathlib import Path

from pipelines.engines.flags import flag, flag_mistakes
from pipelines.engines.vllm_environment import VLLM
from pipelines.mishap import RequestError
from pipelines.recipe_models import Option, Served, Serving
from pipelines.serving import Launch

_SPLITS = ("tensor-parallel-size", "pipeline-parallel-size", "data-parallel-size")
_KV_GIB = "2"


def launch_of(
    name: str, models: tuple[str, ...], served: Served, serving: Serving, vllm: VLLM
) -> Launch:
    """What starts a replica called ``name``, serving the model under the names ``models``. Raises
    ``RequestError`` for options or a path that cannot be right."""
    for option, found, right in flag_mistakes(served.options):
        raise RequestError(
            f"vllm options of {name}: {found}", f"Right would be: {right} ({option})."
        )
    on_cpu = vllm.build == "cpu"
    model, local = _model(served.model)
    argv = [
        *vllm.python,
        *("-m", "vllm.entrypoints.openai.api_server"),
        *("--model", model),
        *("--served-model-name", *models),
        *(("--revision", served.revision) if served.revision else ()),
        *(flag(*each) for each in _defaults(served, on_cpu).items()),
        *(flag(*each) for each in served.options.items()),
    ]
    environment = {"DO_NOT_TRACK": "1", "VLLM_NO_USAGE_STATS": "1"}
    if local and "HF_HUB_OFFLINE" not in os.environ:
        environment["HF_HUB_OFFLINE"] = "1"
    if on_cpu and "VLLM_CPU_KVCACHE_SPACE" not in os.environ:
        environment["VLLM_CPU_KVCACHE_SPACE"] = _KV_GIB
    return Launch(
        name=name,
        argv=tuple(argv),
        model=models[0],
        environment=environment,
        host=serving.host,
        gpus=0 if on_cpu else served.gpus,
        start_seconds=serving.start_seconds,
    )


def served_name(model: str) -> str:
    """What a model is called by those who ask it: its hub id, or the last part of its path."""
    return Path(model).expanduser().name if _is_path(model) else model


def _defaults(served: Served, on_cpu: bool) -> dict[str, Option]:
    """What is passed unless the recipe's options say otherwise. Without ``generation-config`` a file
    that comes with the model would change sampling behind the recipe's back. On CPUs a call with a seed
    takes vLLM 0.32 down when its prompt is read in chunks."""
    wanted: dict[str, Option] = {
        "generation-config": "vllm",
        "enable-prompt-tokens-details": True,
        "disable-uvicorn-access-log": True,
    }
    if on_cpu:
        wanted["enforce-eager"] = True
        wanted["enable-chunked-prefill"] = False
    if "tool-call-parser" in served.options:
        wanted["enable-auto-tool-choice"] = True
    if served.gpus > 1 and not on_cpu and not any(each in served.options for each in _SPLITS):
        wanted["tensor-parallel-size"] = served.gpus
    return {name: value for name, value in wanted.items() if name not in served.options}


def _model(model: str) -> tuple[str, bool]:
    """The model as the server gets it, and whether it is a folder or file here."""
    path = Path(model).expanduser()
    if path.exists():
        return str(path.absolute()), True
    if _is_path(model):
        raise RequestError(
            f"there is no model at {path.absolute()}",
            "A model is a folder in Hugging Face's format, or an id on its hub such as ORG/NAME.",
        )
    return model, False


def _is_path(model: str) -> bool:
    return model.startswith((".", "/", "~")) or model.count("/") > 1 or Path(model).exists()
