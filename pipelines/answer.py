"""How a command answers: results on standard output, everything else on standard error, an exit code.

With ``--json`` standard output carries exactly one JSON object, also when something goes wrong; what
libraries print goes to standard error.
"""

import asyncio
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any, NoReturn, TextIO

import msgspec
import typer
from rich.console import Console, RenderableType

from pipelines.mishap import INTERRUPTED, OUR_BUG, mishap_of, written_traceback

_STEERING = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Of what JSON leaves as it is: control characters beyond ASCII, and turns of the writing direction."""


class Answer:
    """What a command says. ``result`` lines go to standard output, ``show`` to the eyes of a person."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def say(self, text: str) -> None:
        """A line of the result."""
        print(text, file=self._stream, flush=True)

    def json(self, value: Any) -> None:
        """The one JSON object of the command. What could steer a terminal in it is written as an
        escape."""
        text = msgspec.json.encode(value).decode()
        self.say(_STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text))

    def show(self, what: RenderableType) -> None:
        """Something to look at, as wide and as colourful as the terminal allows."""
        Console(file=self._stream, highlight=False).print(what, soft_wrap=isinstance(what, str))


@contextmanager
def answering(path: Path, as_json: bool = False, resume: str = "") -> Iterator[Answer]:
    """Turns whatever goes wrong inside into a sentence and an exit code. ``path`` is where the command
    writes; ``resume`` says how to go on after an interruption."""
    answer = Answer(sys.stdout)

    def fail(code: int, what: str, remedy: str) -> NoReturn:
        here = Console(stderr=True, highlight=False)
        here.print(f"error: {what}", style="bold red", markup=False, soft_wrap=True)
        if remedy:
            here.print(remedy, markup=False, soft_wrap=True)
        if as_json:
            answer.json({"error": what, "remedy": remedy, "exit_code": code})
        raise typer.Exit(code)

    try:
        with redirect_stdout(sys.stderr):
            yield answer
    except (KeyboardInterrupt, asyncio.CancelledError):
        fail(INTERRUPTED, "interrupted", resume)
    except (typer.Exit, BrokenPipeError):
        raise
    except Exception as error:
        mishap = mishap_of(error, path)
        if mishap:
            fail(mishap.exit_code, mishap.what, mishap.remedy)
        place = written_traceback(error)
        what = f"this is a bug of ours: {type(error).__name__}: {error}"
        fail(OUR_BUG, what, f"The traceback is in {place}; please send it to us.")
