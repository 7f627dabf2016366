"""``duologue serve``: a recipe's model servers, up until they are told to end."""

import asyncio
import os
import secrets
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.answer import Answer, answering
from pipelines.commands.options import DEFAULT_ROOT, Overrides, RecipeFile, Root

if TYPE_CHECKING:
    from pipelines.engines.fleet import Fleet
    from pipelines.recipe import Recipe

SERVERS = ".servers"
_KEY_FILE = "key"
_LOCK = "serve.lock"
_UP = "The servers are up. Ctrl-C ends them."

KeyEnv = Annotated[
    str,
    typer.Option(
        "--key-env",
        metavar="NAME",
        help="The environment variable that holds the servers' key. Without it a key is made and "
        "written to a file that only you can read.",
    ),
]


def serve(
    recipe: RecipeFile,
    root: Root = DEFAULT_ROOT,
    overrides: Overrides = None,
    key_env: KeyEnv = "",
) -> None:
    """Start the servers of a recipe's models, say where they are, and keep them up until Ctrl-C."""
    with answering(root) as answer:
        from pipelines.recipe_file import load_recipe

        if not asyncio.run(_serve(answer, load_recipe(recipe, overrides or ()), root, key_env)):
            raise KeyboardInterrupt


async def _serve(answer: Answer, recipe: "Recipe", root: Path, key_env: str) -> bool:
    """Whether the servers were up before they were told to end."""
    from pipelines.engines.placing import place_named
    from pipelines.engines.servers import served
    from pipelines.mishap import RequestError
    from pipelines.model_slots import source_of
    from pipelines.progress import progress_here
    from pipelines.sole import sole

    slots = [name for name in recipe.models if source_of(recipe.models, name).vllm]
    if not slots:
        raise RequestError(
            "no model slot of this recipe has a vllm part: there is nothing to serve",
            "Slots with a url are served by others.",
        )
    folder = root / SERVERS / recipe.name
    if key_env and not os.environ.get(key_env):
        raise RequestError(f"the environment variable {key_env} is not set", "It holds the key.")
    key = os.environ[key_env] if key_env else secrets.token_urlsafe(32)
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, over.set)
    with (
        sole(
            folder,
            _LOCK,
            f"serves this recipe already, from {folder}",
            "Use its servers, or give these another folder with --root.",
        ),
        progress_here() as progress,
        _KeyFile(folder, "" if key_env else key) as file,
    ):
        place = place_named()
        async with served(
            recipe, folder, progress.say, slots=slots, key=key, place=place
        ) as servers:
            ended = asyncio.create_task(over.wait())
            ready = asyncio.create_task(servers.ready())
            try:
                await asyncio.wait({ended, ready}, return_when=asyncio.FIRST_COMPLETED)
                if ready.done():
                    for line in _directions(await ready, key_env, file):
                        answer.say(line)
                    progress.say(_UP)
                    await ended
                return ready.done()
            finally:
                ready.cancel()
                ended.cancel()
                await asyncio.gather(ready, ended, return_exceptions=True)


class _KeyFile:
    """The key in a file that only its owner can read, as long as servers want it. None for no key."""

    def __init__(self, folder: Path, key: str) -> None:
        self._path = folder / _KEY_FILE
        self._key = key

    def __enter__(self) -> Path | None:
        if not self._key:
            return None
        self._path.unlink(missing_ok=True)
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "w", encoding="utf-8") as file:
            file.write(self._key)
        return self._path.absolute()

    def __exit__(self, *_: object) -> None:
        if self._key:
            self._path.unlink(missing_ok=True)


def _directions(fleet: "Fleet", key_env: str, file: Path | None) -> list[str]:
    """Where the slots are, and how another recipe or program asks them."""
    from pipelines.serving import SERVER_KEY

    name = key_env or SERVER_KEY
    lines = ["# The key:", f"export {name}=\"$(cat '{file}')\""] if file else []
    lines += ["# In a recipe, in place of the vllm parts:", "models:"]
    for slot, berth in fleet.berths.items():
        urls = ", ".join(berth.urls)
        lines += [
            f"  {slot}:",
            f"    url: {f'[{urls}]' if len(berth.urls) > 1 else urls}",
            f"    model: {berth.model}",
            f"    api_key_env: {name}",
        ]
    return lines
