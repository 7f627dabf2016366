"""Whether language models can be served or reached from here, and what to do if not."""

import asyncio

from pipelines.doctor import Finding
from pipelines.engines.fleet import Berth
from pipelines.engines.gpus import gpus_here, listed
from pipelines.engines.hosted import unreachable
from pipelines.engines.options import launch_of
from pipelines.engines.shared_servers import model_of
from pipelines.engines.vllm_environment import VLLM, vllm_of
from pipelines.mishap import EngineError, Mishap
from pipelines.model_slots import source_of
from pipelines.recipe import Recipe
from pipelines.recipe_models import Serving


def engine_examined(recipe: Recipe | None = None) -> list[Finding]:
    """vLLM and GPUs; for a recipe also every model slot: keys by the names of their variables, URLs with
    the models behind them, paths. Asks servers for their lists of models, and no model anything."""
    vllm = _vllm(recipe)
    found: VLLM | None = vllm if isinstance(vllm, VLLM) else None
    findings = [
        Finding(
            name="vllm",
            ok=found is not None,
            found=f"{found.version} ({found.build} build)" if found else str(vllm),
            optional=recipe is None or not _serves(recipe),
        ),
        _gpus(found),
    ]
    if recipe is not None:
        findings += asyncio.run(_slots(recipe, found))
    return findings


def _vllm(recipe: Recipe | None) -> VLLM | str:
    try:
        return vllm_of(recipe.serving if recipe else Serving())
    except EngineError as error:
        return f"{error.what}. {error.remedy}"


def _gpus(vllm: VLLM | None) -> Finding:
    names, usable = listed(), gpus_here()
    if not names:
        return Finding(name="gpus", ok=True, found="none; models are served on CPUs", optional=True)
    some = f", of which {len(usable)} may be used" if len(usable) < len(names) else ""
    unused = vllm is not None and vllm.build == "cpu"
    advice = "; vLLM here is the CPU build: make vllm VLLM_BUILD=gpu" if unused else ""
    return Finding(
        name="gpus", ok=not advice, found=f"{'; '.join(names)}{some}{advice}", optional=True
    )


def _serves(recipe: Recipe) -> bool:
    return any(slot.vllm for slot in recipe.models.values())


async def _slots(recipe: Recipe, vllm: VLLM | None) -> list[Finding]:
    return list(await asyncio.gather(*(_slot(recipe, name, vllm) for name in recipe.models)))


async def _slot(recipe: Recipe, name: str, vllm: VLLM | None) -> Finding:
    title, source = f"slot {name}", source_of(recipe.models, name)
    try:
        if source.vllm:
            here = vllm or VLLM(python=("python",), build="cpu", version="")
            launch_of(name, (model_of(recipe.models, name),), source.vllm, recipe.serving, here)
            found = f"{source.vllm.model}, to be served here"
            return Finding(name=title, ok=vllm is not None, found=found if vllm else "needs vllm")
        key = recipe.models[name].api_key_env or source.api_key_env
        berth = Berth(urls=source.url, model=model_of(recipe.models, name), api_key_env=key)
        silent = await unreachable(name, berth)
    except Mishap as mishap:
        return Finding(name=title, ok=False, found=f"{mishap.what}. {mishap.remedy}")
    with_key = f", with the key in {key}" if key else ""
    found = f"{berth.model} at {', '.join(berth.urls)}{with_key}"
    if silent:
        found += f"; nothing answers at {', '.join(silent)}"
    return Finding(name=title, ok=not silent, found=found)
