"""A time limit for plain Python that runs in the event loop: whatever loops for ever is interrupted.

One thread per process looks at the calls that are under way and raises an exception in the thread of
one that is late. What waits inside the system or in C code, such as ``time.sleep`` or a regular
expression, is interrupted only when it comes back to Python.
"""

import ctypes
import math
import os
import threading
import time
from collections.abc import Callable
from typing import Any

_LONGEST_LOOK = 0.5
_LOOKS_PER_LIMIT = 4
_AGAIN_SECONDS = 1.0


class TimeLimitPassed(Exception):
    """The function did not come back in time. The caller puts right what it has left half-done."""


class _Late(BaseException):
    """Raised out of nowhere in the late function; no ``except Exception`` there holds it up."""


class _Call:
    __slots__ = ("deadline", "fired", "over", "thread")

    def __init__(self, thread: int, deadline: float) -> None:
        self.thread = thread
        self.deadline = deadline
        self.fired = 0.0
        self.over = False


class _Watch:
    """The calls under way, the innermost of each thread, and the thread that looks at them."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.calls: dict[int, _Call] = {}
        self.shortest = math.inf
        self._look = _LONGEST_LOOK
        self._sooner = threading.Event()

    def look_for(self, seconds: float) -> None:
        """Looks often enough for limits of so many seconds, from now on."""
        if self.shortest == math.inf:
            os.register_at_fork(after_in_child=self._forget)
            threading.Thread(target=self._run, name="time limits", daemon=True).start()
        self.shortest = seconds
        self._look = max(min(seconds / _LOOKS_PER_LIMIT, _LONGEST_LOOK), 0.001)
        self._sooner.set()

    def _forget(self) -> None:
        """A forked process has none of the threads, whatever they held."""
        self.__init__()

    def take_off(self, call: _Call, outer: _Call | None) -> None:
        """Watches a call no more; the one around it again, if there is one. May be done twice."""
        with self.lock:
            call.over = True
            if outer:
                self.calls[call.thread] = outer
            else:
                self.calls.pop(call.thread, None)

    def _run(self) -> None:
        while True:
            if self._sooner.wait(self._look):
                self._sooner.clear()
            now = time.monotonic()
            for call in list(self.calls.values()):
                if now > call.deadline and now > call.fired + _AGAIN_SECONDS:
                    self._interrupt(call, now)

    def _interrupt(self, call: _Call, now: float) -> None:
        with self.lock:
            # A call that is over under the lock gets nothing any more, and one that got something
            # takes it back when it finds out: none leaves its function's time.
            if not call.over:
                call.fired = now
                _raise_in(call.thread, _Late)


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    """Has a thread raise the error at its next step; None takes back what it has not raised yet."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread), None if error is None else ctypes.py_object(error)
    )


_WATCH = _Watch()


def within(seconds: float, function: Callable[..., Any], /, *given: Any, **named: Any) -> Any:
    """What the function returns. Raises what it raises, and ``TimeLimitPassed`` when it is still under
    way after ``seconds``, or the rest of an outer limit, and a little more."""
    watch, thread = _WATCH, threading.get_ident()
    if seconds < watch.shortest:
        watch.look_for(seconds)
    outer = watch.calls.get(thread)
    deadline = time.monotonic() + seconds
    call = _Call(thread, min(deadline, outer.deadline) if outer else deadline)
    try:
        try:
            watch.calls[thread] = call
            return function(*given, **named)
        finally:
            watch.take_off(call, outer)
            if call.fired:
                _raise_in(thread, None)
    except _Late:
        # It may have struck after the function, even before the call was taken off.
        watch.take_off(call, outer)
        raise TimeLimitPassed(f"longer than {seconds:g} s") from None
