"""Which servers a recipe's model slots need, and how each replica of them is launched."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from pipelines.engines.gpus import VISIBLE, shared_out
from pipelines.engines.options import launch_of, served_name
from pipelines.engines.vllm_environment import VLLM
from pipelines.model_slots import source_of
from pipelines.recipe_models import ModelSlot, Served, Serving
from pipelines.serving import Launch

_OWN_SHARE = "gpu-memory-utilization"
_ADAPTERS = "lora-modules"


@dataclass(frozen=True)
class Group:
    """The slots that one model serves, and the names that it goes by; adapters have names of their own,
    which the engine knows. ``name`` is that of the slot with the ``vllm`` part."""

    name: str
    served: Served
    slots: tuple[str, ...]
    names: tuple[str, ...]


def groups_of(models: Mapping[str, ModelSlot], slots: Iterable[str]) -> list[Group]:
    """Who shares a server: slots whose ``vllm`` parts are equal, theirs or those that they share. Slots
    that others serve are left out."""
    groups: dict[str, Group] = {}
    for slot in slots:
        served = source_of(models, slot).vllm
        if served is None:
            continue
        key = served.model_dump_json()
        known = groups.get(key, Group(models[slot].share or slot, served, (), ()))
        name = served_name(served.model) if _ADAPTERS in served.options else model_of(models, slot)
        names = tuple(dict.fromkeys((*known.names, name)))
        groups[key] = Group(known.name, served, (*known.slots, slot), names)
    return list(groups.values())


def model_of(models: Mapping[str, ModelSlot], slot: str) -> str:
    """The name under which a slot asks for its model."""
    source = source_of(models, slot)
    named = models[slot].model or source.model
    return named or (served_name(source.vllm.model) if source.vllm else "")


def launches_of(group: Group, serving: Serving, vllm: VLLM) -> list[Launch]:
    """How each replica of a group is launched. Raises ``RequestError``."""
    return [
        launch_of(f"{group.name}.{number}", group.names, group.served, serving, vllm)
        for number in range(1, group.served.replicas + 1)
    ]


def pinned(
    launches: Iterable[tuple[Group, Launch]], gpus: tuple[str, ...]
) -> list[tuple[Group, Launch]]:
    """The launches with the GPUs of this machine that each may see. Raises ``EngineError`` when there
    are too few."""
    known = list(launches)
    given = shared_out(
        [
            (launch.name, launch.gpus, _OWN_SHARE in group.served.options)
            for group, launch in known
            if launch.gpus
        ],
        gpus,
    )
    return [(group, _seeing(launch, given.get(launch.name, ()))) for group, launch in known]


def _seeing(launch: Launch, gpus: tuple[str, ...]) -> Launch:
    if not gpus:
        return launch
    return replace(launch, environment={**launch.environment, VISIBLE: ",".join(gpus)})
