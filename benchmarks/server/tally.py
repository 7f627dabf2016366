"""What the server has seen, counted."""

import resource
import time
from collections import Counter, OrderedDict
from typing import Any

_SESSIONS = 8192


class Tally:
    """Counts of calls, payloads and tokens, and the latency draws by session."""

    def __init__(self) -> None:
        self.began = time.time()
        self.first = 0.0
        self.last = 0.0
        self.seen = 0
        self.answered = 0
        self.abandoned = 0
        self.most_in_flight = 0
        self.prompt_tokens = 0
        self.cached_tokens = 0
        self.completion_tokens = 0
        self.preemptions = 0
        self.faults: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.draws: dict[str, list[float]] = {}
        self._tries: Counter[int] = Counter()
        self._answers: Counter[int] = Counter()

    def see(self, payload: int) -> int:
        """Counts a call; returns how often the payload came before."""
        self.seen += 1
        self.first = self.first or time.time()
        before = self._tries[payload]
        self._tries[payload] = before + 1
        return before

    def answer(self, payload: int, prompt: int, cached: int, completion: int) -> None:
        """Counts a call that was answered in full."""
        self.answered += 1
        self.last = time.time()
        self._answers[payload] += 1
        self.prompt_tokens += prompt
        self.cached_tokens += cached
        self.completion_tokens += completion

    def stats(self, draws: bool) -> dict[str, Any]:
        """Everything, as plain data. ``repeated`` counts payloads that were answered more than once;
        ``first`` and ``last`` are when the first call came and the last was answered, in seconds since
        1970."""
        usage = resource.getrusage(resource.RUSAGE_SELF)
        told: dict[str, Any] = {
            "seen": self.seen,
            "answered": self.answered,
            "abandoned": self.abandoned,
            "distinct": len(self._tries),
            "repeated": sum(count > 1 for count in self._answers.values()),
            "most_in_flight": self.most_in_flight,
            "faults": dict(self.faults),
            "statuses": {str(status): count for status, count in self.statuses.items()},
            "prompt_tokens": self.prompt_tokens,
            "cached_tokens": self.cached_tokens,
            "completion_tokens": self.completion_tokens,
            "first": self.first,
            "last": self.last,
            "cpu_seconds": usage.ru_utime + usage.ru_stime,
            "seconds": time.time() - self.began,
        }
        if draws:
            told["draws"] = self.draws
        return told


class Prefixes:
    """A simple prefix cache: what a session has sent before need not be computed again."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[str, set[int]] = OrderedDict()

    def known(self, session: str, blocks: list[int]) -> int:
        """How many leading blocks were sent before by this session; they all are from now on. The
        session that was silent longest is forgotten first."""
        sent = self._sessions.get(session)
        if sent is None:
            sent = self._sessions[session] = set()
            if len(self._sessions) > _SESSIONS:
                self._sessions.popitem(last=False)
        self._sessions.move_to_end(session)
        known = 0
        for block in blocks:
            if block not in sent:
                break
            known += 1
        sent.update(blocks[known:])
        return known
