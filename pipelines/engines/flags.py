"""The options of vLLM's command line that a recipe may give, and how they are written there."""

import re
from collections.abc import Iterator, Mapping

from pipelines.recipe_models import Option

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_OURS = {
    "model": "the slot's vllm.model",
    "revision": "the slot's vllm.revision",
    "served-model-name": "the slot's model",
    "host": "serving.host",
    "port": "a free port is taken",
    "uds": "servers listen on a port",
    "api-key": "a key is made for the run; keys never stand in a recipe",
    "hf-token": "the environment variable HF_TOKEN; keys never stand in a recipe",
}


def flag_mistakes(options: Mapping[str, Option]) -> Iterator[tuple[str, str, str]]:
    """The options that cannot be passed on: name, what was found, what would be right."""
    for name in options:
        if not _NAME.fullmatch(name):
            yield name, f"found {name!r}", "the engine's own long name, such as max-model-len"
        elif name in _OURS:
            yield name, f"{name} is not for the options", _OURS[name]


def flag(name: str, value: Option) -> str:
    """One option as one argument."""
    if isinstance(value, bool):
        return f"--{name}" if value else f"--no-{name}"
    # With an equals sign, so that a value can never be taken for another option.
    return f"--{name}={value}"
