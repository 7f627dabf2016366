"""An environment that looks like vLLM's and starts the bench server, where only processes matter.

Its Python answers what ours asks of any vLLM and otherwise reads the same command line. ``behaviour``:
``serves``; ``ends`` says why and ends before it is up; ``misses`` finds no model on the hub; ``sleeps``
never comes up.
"""

import sys
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
if {behaviour!r} == "misses":
    sys.exit("OSError: no connection to https://huggingface.co to load the files")
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


def environment(
    folder: Path, behaviour: Literal["serves", "ends", "misses", "sleeps"] = "serves"
) -> str:
    """Makes the environment in ``folder`` and returns its path, as a recipe's ``serving`` names it."""
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True, exist_ok=True)
    text = _PYTHON.format(python=sys.executable, behaviour=behaviour, root=str(ROOT))
    python.write_text(text, encoding="utf-8")
    python.chmod(0o755)
    return str(folder)
