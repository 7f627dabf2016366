"""What a build shows while it runs: every stage with done/total, rate, time left and accept rate, and
what goes on inside it where it has more to tell.

On a terminal the stages are live bars; anywhere else (a log, a pipe, CI) each is a line at its start and
end and one every ten seconds. Everything goes to standard error: standard output is for results.
"""

import sys
import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Protocol, Self, TextIO

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bars
from rich.text import Text

from pipelines.tally import Tally, span

EVERY_SECONDS = 10.0
GAUGE_SECONDS = 0.5
"""A gauge on a terminal moves at most this often."""


class Progress(Protocol):
    """Is told what happens and shows it. One stage runs at a time."""

    def begin(self, stage: str, total: int, done: int = 0) -> None:
        """A stage starts; ``done`` of its ``total`` items were done by an earlier run."""
        ...

    def step(self, done: int = 1, good: int | None = None) -> None:
        """Items were done; ``good`` of them were accepted, None where a stage accepts nothing."""
        ...

    def gauge(self, text: str) -> None:
        """What goes on inside the stage now, in one line: shown beside its figures until the next one
        or the end of the stage. May be told as often as one likes."""
        ...

    def end(self, note: str = "") -> None:
        """The stage is over."""
        ...

    def say(self, text: str) -> None:
        """Something that the user should know."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class LineProgress:
    """Plain lines, for logs."""

    def __init__(
        self,
        stream: TextIO,
        every: float = EVERY_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream
        self._every = every
        self._clock = clock
        self._tally: Tally | None = None
        self._gauge = ""
        self._last = 0.0

    def begin(self, stage: str, total: int, done: int = 0) -> None:
        """See ``Progress``."""
        self._tally, self._gauge = Tally(stage, total, done, self._clock), ""
        self._last = self._clock()
        earlier = f", {done:,} done before" if done else ""
        self.say(f"{stage}: {total:,} to do{earlier}")

    def step(self, done: int = 1, good: int | None = None) -> None:
        """See ``Progress``."""
        if self._tally is None:
            return
        self._tally.step(done, good)
        self._show_at_times(self._tally)

    def gauge(self, text: str) -> None:
        """See ``Progress``. Stages may be long without a step: the line comes all the same."""
        self._gauge = text
        if self._tally is not None:
            self._show_at_times(self._tally)

    def end(self, note: str = "") -> None:
        """See ``Progress``."""
        if self._tally is not None:
            extra = f", {note}" if note else ""
            self._show(self._tally, f", {span(self._tally.seconds)}{extra}")
            self._tally = None

    def say(self, text: str) -> None:
        """See ``Progress``."""
        print(text, file=self._stream, flush=True)

    def _show_at_times(self, tally: Tally) -> None:
        if self._clock() - self._last >= self._every:
            self._last = self._clock()
            self._show(tally, f" | {self._gauge}" if self._gauge else "")

    def _show(self, tally: Tally, ending: str = "") -> None:
        figures = tally.figures()
        middle = f", {figures}" if figures else ""
        self.say(f"{tally.stage}: {tally.done:,}/{tally.total:,}{middle}{ending}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None


class _GaugedBars(Bars):
    """Bars with a line of text under them."""

    line = ""

    def get_renderables(self) -> Iterable[RenderableType]:
        """See ``rich.progress.Progress``."""
        yield from super().get_renderables()
        if self.line:
            yield Text(self.line, style="dim", no_wrap=True, overflow="ellipsis")


class LiveProgress:
    """Bars on a terminal."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._gauged = float("-inf")
        self._bars = _GaugedBars(
            TextColumn("{task.description:<8}"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TextColumn("{task.fields[figures]}"),
            console=console,
            redirect_stdout=False,
        )
        self._tally: Tally | None = None
        self._task = self._bars.add_task("", visible=False, figures="")

    def begin(self, stage: str, total: int, done: int = 0) -> None:
        """See ``Progress``."""
        self._tally = Tally(stage, total, done)
        self._task = self._bars.add_task(stage, total=total, completed=done, figures="")

    def step(self, done: int = 1, good: int | None = None) -> None:
        """See ``Progress``."""
        if self._tally is not None:
            self._tally.step(done, good)
            self._update(self._tally, self._tally.figures())

    def gauge(self, text: str) -> None:
        """See ``Progress``."""
        if self._clock() - self._gauged >= GAUGE_SECONDS:
            self._gauged = self._clock()
            self._bars.line = text

    def end(self, note: str = "") -> None:
        """See ``Progress``."""
        self._bars.line, self._gauged = "", float("-inf")
        if self._tally is not None:
            parts = (self._tally.figures(), span(self._tally.seconds), note)
            self._update(self._tally, ", ".join(part for part in parts if part))
            self._tally = None

    def say(self, text: str) -> None:
        """See ``Progress``."""
        self._bars.console.print(text, markup=False, highlight=False)

    def _update(self, tally: Tally, figures: str) -> None:
        self._bars.update(self._task, total=tally.total, completed=tally.done, figures=figures)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()


def progress_here() -> Progress:
    """Live bars when standard error is a terminal, lines otherwise."""
    console = Console(stderr=True)
    return LiveProgress(console) if console.is_terminal else LineProgress(sys.stderr)


def stepping(progress: Progress, stage: str) -> Callable[[int, int], None]:
    """For work that reports (done, total): shows it as a stage of its own."""
    before = 0

    def report(done: int, total: int) -> None:
        nonlocal before
        if before == 0:
            progress.begin(stage, total)
        progress.step(done - before)
        before = done
        if done == total:
            progress.end()

    return report
