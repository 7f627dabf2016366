"""An environment that looks like vLLM's and starts the bench server, where only processes matter.

Its Python answers what ours asks of any vLLM and otherwise reads the same command line. ``behaviour``:
``serves``; ``ends`` says why and ends before it is up; ``sleeps`` never comes up.
"""

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import Literal

from tests.bench_server import ROOT

_PYTHON = """#!{python}
import os, sys
arguments = sys.argv[1:]
if arguments[0] == "-c":
    print('["0.32.0", "", "2.13.0+cpu"]')
    sys.exit()
if {behaviour!r} == "ends":
    sys.exit("ValueError: the model does not fit")
if {behaviour!r} == "sleeps":
    import time
    time.sleep(3600)
given = {{name: arguments[place + 1] for place, name in enumerate(arguments) if name in
         ("--port", "--served-model-name")}}
os.chdir({root!r})
os.environ.pop("PYTHONSAFEPATH")
os.execv({python!r}, [{python!r}, "-m", "benchmarks.server", "--stay", "--key-env", "VLLM_API_KEY",
         "--port", given["--port"], "--model", given["--served-model-name"]])
"""


def environment(folder: Path, behaviour: Literal["serves", "ends", "sleeps"] = "serves") -> str:
    """Makes the environment in ``folder`` and returns its path, as a recipe's ``serving`` names it."""
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True, exist_ok=True)
    text = _PYTHON.format(python=sys.executable, behaviour=behaviour, root=str(ROOT))
    python.write_text(text, encoding="utf-8")
    python.chmod(0o755)
    return str(folder)


def running(text: str) -> list[int]:
    """The processes whose command line or environment has ``text`` in it; the dead that nobody has
    buried have neither."""
    found = []
    for each in Path("/proc").iterdir():
        if not each.name.isdigit() or int(each.name) == os.getpid():
            continue
        try:
            about = (each / "cmdline").read_bytes() + (each / "environ").read_bytes()
        except OSError:
            continue
        if text.encode() in about:
            found.append(int(each.name))
    return found


async def nobody_with(text: str, seconds: float = 20.0) -> None:
    """Waits until no process has the text; fails when some still do after ``seconds``."""
    until = time.monotonic() + seconds
    while left := running(text):
        assert time.monotonic() < until, f"still there: {left}"
        await asyncio.sleep(0.1)
