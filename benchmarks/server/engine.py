"""The engine behind the server: takes calls, lets them wait, answers or breaks them."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from benchmarks.server.answers import answer_to, completion_tokens, encoded
from benchmarks.server.draw import Hasher
from benchmarks.server.faults import AT_ONCE, Faults
from benchmarks.server.instances import SchemaRefused
from benchmarks.server.latency import latency_of
from benchmarks.server.question import Question, blocks_of, prompt_of, question_of, tokens_in
from benchmarks.server.settings import Control, Settings
from benchmarks.server.tally import Prefixes, Tally

_ENCODE = msgspec.json.Encoder().encode
_RETRIED = {"http_503": 503, "http_429": 429}
_WORDS = {429: "Too many requests.", 500: "Internal server error.", 503: "Service unavailable."}


class Caller(Protocol):
    """Who is answered."""

    def send(self, status: int, body: bytes, headers: str = "") -> None:
        """Answers."""
        ...

    def drip(self, status: int, body: bytes, seconds: float) -> None:
        """Answers in pieces over so many seconds."""
        ...

    def cut(self, status: int, body: bytes) -> None:
        """Sends half of an answer and closes."""
        ...

    def drop(self) -> None:
        """Closes without a word."""
        ...


class Call:
    """One call that is under way or waits."""

    __slots__ = ("caller", "fault", "payload", "prompt", "question", "session", "timer", "tokens")

    def __init__(self, caller: Caller, question: Question, payload: int, session: str) -> None:
        self.caller = caller
        self.question = question
        self.payload = payload
        self.session = session
        self.fault = ""
        self.prompt = prompt_of(question)
        self.tokens = tokens_in(self.prompt)
        self.timer: asyncio.TimerHandle | None = None


class Engine:
    """Answers calls by the settings. ``go_down`` is called with the seconds of an outage."""

    def __init__(self, settings: Settings, go_down: Callable[[float], None]) -> None:
        self.settings = settings
        self.tally = Tally()
        self._go_down = go_down
        self._hasher = Hasher(settings.seed)
        self._latency = latency_of(settings.latency)
        self._faults = Faults(settings.faults, settings.fault_when)
        self._prefixes = Prefixes()
        self._running: set[Call] = set()
        self._waiting: deque[Call] = deque()

    def ask(self, caller: Caller, body: bytes, session: str) -> Call | None:
        """Takes a call. Returns it when it is not answered yet."""
        payload = self._hasher.name(body)
        fault = self._faults.pick(body, payload, self.tally.see(payload))
        if fault:
            self.tally.faults[fault] += 1
        if fault in AT_ONCE:
            self._refuse(caller, fault)
            return None
        try:
            question = question_of(body)
        except msgspec.MsgspecError as error:
            self.fail(caller, 400, str(error))
            return None
        if question.stream or (question.n or 1) > 1:
            self.fail(caller, 400, "Neither streams nor several choices are known here.")
            return None
        if question.model != self.settings.model:
            self._unknown(caller, question.model)
            return None
        call = Call(caller, question, payload, session)
        if 0 < self.settings.max_context < call.tokens:
            self._too_long(caller, self.settings.max_context, call.tokens)
            return None
        call.fault = fault
        if self.settings.slots and len(self._running) >= self.settings.slots:
            self._waiting.append(call)
        else:
            self._begin(call)
        in_flight = len(self._running) + len(self._waiting)
        if in_flight > self.tally.most_in_flight:
            self.tally.most_in_flight = in_flight
        return call

    def abandon(self, call: Call) -> None:
        """The caller has gone."""
        self.tally.abandoned += 1
        if call in self._running:
            if call.timer:
                call.timer.cancel()
            self._end(call)
        else:
            self._waiting.remove(call)

    def _begin(self, call: Call) -> None:
        self._running.add(call)
        seconds = self._latency.seconds(call.payload)
        self.tally.draws.setdefault(call.session, []).append(seconds)
        if not (self.settings.hang or call.fault == "hang"):
            loop = asyncio.get_running_loop()
            call.timer = loop.call_later(seconds, self._finish, call)

    def _end(self, call: Call) -> None:
        self._running.remove(call)
        slots = self.settings.slots
        while self._waiting and (not slots or len(self._running) < slots):
            self._begin(self._waiting.popleft())

    def _finish(self, call: Call) -> None:
        self._end(call)
        settings, question, fault = self.settings, call.question, call.fault
        try:
            answer = answer_to(question, call.payload, fault, settings.call_share, settings.vary)
        except (SchemaRefused, msgspec.MsgspecError) as error:
            self.fail(call.caller, 400, str(error))
            return
        blocks = blocks_of(call.prompt)
        known = self._prefixes.known(call.session, blocks)
        cached = call.tokens * known // (len(blocks) + 1)
        body = encoded(question, answer, call.payload, call.prompt, (call.tokens, cached))
        match fault:
            case "reset":
                call.caller.cut(200, body)
                return
            case "malformed" if call.payload % 2:
                call.caller.send(200, body[: len(body) // 2])
                return
            case "malformed":
                call.caller.send(200, b"<html><body>Upstream said nothing of use</body></html>")
                return
            case "slow_body":
                call.caller.drip(200, body, settings.slow_seconds)
            case _:
                call.caller.send(200, body)
        self.tally.statuses[200] += 1
        self.tally.answer(call.payload, call.tokens, cached, completion_tokens(answer))

    def _refuse(self, caller: Caller, fault: str) -> None:
        match fault:
            case "refuse":
                caller.drop()
            case "context_length":
                self._too_long(caller, self.settings.max_context or 1024, 4096)
            case "unknown_model":
                self._unknown(caller, self.settings.model)
            case "http_500":
                self.fail(caller, 500)
            case _:
                self.fail(caller, _RETRIED[fault], after=self.settings.retry_after)

    def _unknown(self, caller: Caller, model: str) -> None:
        self.fail(caller, 404, f"The model `{model}` does not exist.", kind="NotFoundError")

    def _too_long(self, caller: Caller, limit: int, tokens: int) -> None:
        self.fail(
            caller,
            400,
            f"This model's maximum context length is {limit} tokens. However, your prompt contains "
            f"{tokens} input tokens, which exceeds this limit even without any output tokens. "
            "Please reduce the length of the input prompt.",
        )

    def fail(
        self,
        caller: Caller,
        status: int,
        message: str = "",
        kind: str = "",
        after: float | None = None,
    ) -> None:
        """Answers with an error in vLLM's form."""
        kind = kind or ("BadRequestError" if status < 500 else "InternalServerError")
        told = {"message": message or _WORDS[status], "type": kind, "param": None, "code": status}
        self.tally.statuses[status] += 1
        headers = "" if after is None else f"Retry-After: {after:g}\r\n"
        caller.send(status, _ENCODE({"error": told}), headers)

    def control(self, body: bytes) -> None:
        """Changes settings, or none. Raises ``ValueError`` and ``msgspec.MsgspecError``."""
        wanted = msgspec.json.decode(body, type=Control)
        changed = msgspec.structs.replace(self.settings, **wanted.changes())
        latency, faults = latency_of(changed.latency), Faults(changed.faults, changed.fault_when)
        self.settings, self._latency, self._faults = changed, latency, faults
        if wanted.reset:
            self.tally = Tally()
        if wanted.down_for:
            self._go_down(wanted.down_for)

    def gauges(self) -> dict[str, Any]:
        """The figures of the moment."""
        settings = self.settings
        held = sum(call.tokens for call in self._running)
        usage = (
            min(1.0, held / settings.kv_tokens) if settings.kv_usage is None else settings.kv_usage
        )
        waiting = len(self._waiting) if settings.waiting is None else settings.waiting
        return {"running": len(self._running), "waiting": waiting, "kv_usage": usage}
