"""What a build shows: done and total, rate, time left, accept rate; live or as lines."""

import io

import pytest
from rich.console import Console

from pipelines.progress import LineProgress, LiveProgress, stepping
from pipelines.tally import Tally


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_stage_is_a_line_at_its_start_and_at_its_end():
    stream, clock = io.StringIO(), Clock()
    progress = LineProgress(stream, clock=clock)
    progress.begin("play", 1200, done=200)
    clock.now = 4
    progress.step(1000)
    progress.end()
    assert stream.getvalue().splitlines() == [
        "play: 1,200 to do, 200 done before",
        "play: 1,200/1,200, 250/s, 4 s",
    ]


def test_in_between_there_is_a_line_every_ten_seconds():
    stream, clock = io.StringIO(), Clock()
    progress = LineProgress(stream, clock=clock)
    progress.begin("judge", 100)
    for second in range(1, 41):
        clock.now = second
        progress.step(1, good=second % 2)
    lines = stream.getvalue().splitlines()[1:]
    assert len(lines) == 4
    assert lines[0] == "judge: 10/100, 1.0/s, 1 min 30 s left, 50% accepted"


def test_what_was_done_before_counts_neither_for_the_rate_nor_for_the_accept_rate():
    clock = Clock()
    tally = Tally("judge", 100, 90, clock)
    clock.now = 10
    tally.step(5, good=5)
    assert tally.rate == 0.5
    assert tally.figures() == "0.5/s, 10 s left, 100% accepted"


def test_a_total_that_was_too_low_grows():
    tally = Tally("plan", 10, 0, Clock())
    tally.step(12, None)
    assert (tally.done, tally.total) == (12, 12)


def test_live_bars_show_the_same_figures():
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    with LiveProgress(console) as progress:
        progress.begin("play", 10)
        progress.step(10, good=9)
        progress.end("note")
        progress.say("something [to] know")
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    assert "play" in shown
    assert "10/10" in shown
    assert "90% accepted" in shown
    assert "something [to] know" in shown


def test_work_that_reports_done_and_total_becomes_a_stage():
    stream = io.StringIO()
    report = stepping(LineProgress(stream), "verify")
    for done in range(1, 4):
        report(done, 3)
    assert stream.getvalue().splitlines()[0] == "verify: 3 to do"
    assert stream.getvalue().splitlines()[-1].startswith("verify: 3/3")


@pytest.mark.parametrize(
    ("seconds", "said"), [(59, "59 s"), (61, "1 min 1 s"), (7300, "2 h 1 min")]
)
def test_spans_read_naturally(seconds: float, said: str):
    clock = Clock()
    tally = Tally("x", 2, 0, clock)
    clock.now = seconds
    tally.step(1, None)
    assert f"{said} left" in tally.figures()


def test_a_log_carries_the_gauge_every_ten_seconds_even_when_nothing_ends():
    stream, clock = io.StringIO(), Clock()
    progress = LineProgress(stream, clock=clock)
    progress.begin("play", 100)
    for half_second in range(50):
        clock.now = half_second / 2
        progress.gauge(f"in flight {half_second}")
    progress.end()
    assert stream.getvalue().splitlines()[1:] == [
        "play: 0/100 | in flight 20",
        "play: 0/100 | in flight 40",
        "play: 0/100, 24 s",
    ]


def test_a_gauge_ends_with_its_stage():
    stream, clock = io.StringIO(), Clock()
    progress = LineProgress(stream, clock=clock)
    progress.begin("play", 1)
    progress.gauge("in flight 1")
    progress.end()
    progress.begin("judge", 10)
    clock.now = 20
    progress.step()
    assert "in flight" not in stream.getvalue()


def test_a_terminal_shows_the_gauge_under_the_bar_and_changes_it_twice_a_second():
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    clock = Clock()
    with LiveProgress(console, clock) as progress:
        progress.begin("play", 10)
        shown = []
        for tenth in range(12):
            clock.now = tenth / 10
            progress.gauge(f"in flight {tenth} [of] 64")
            shown.append(drawn(progress)[-1])
        progress.end()
        after = drawn(progress)
    assert [int(line.split()[2]) for line in shown] == [0] * 5 + [5] * 5 + [10] * 2
    assert "[of] 64" in shown[0]
    assert not any("in flight" in line for line in after)


def drawn(progress: LiveProgress) -> list[str]:
    """The lines that a terminal shows."""
    console = Console(file=io.StringIO(), width=100)
    console.print(progress._bars.get_renderable())
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()
