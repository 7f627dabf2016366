"""How the server behaves: read from its command line, and changed while it runs."""

import argparse
from collections.abc import Sequence
from typing import Any

import msgspec

from benchmarks.server.faults import FAULTS
from benchmarks.server.latency import latency_of


class Settings(msgspec.Struct):
    """``slots`` calls are worked on at a time, all of them when 0. ``call_share`` and ``vary`` are
    described in ``answers``. ``kv_tokens`` is how many prompt tokens fill the cache of keys and
    values; ``kv_usage``, ``waiting`` and ``preemptions`` stand for the figures where they are given."""

    port: int = 0
    latency: str = "none"
    faults: dict[str, float] = {}
    fault_when: dict[str, str] = {}
    seed: int = 0
    model: str = "bench"
    key_env: str = ""
    max_context: int = 0
    slots: int = 0
    call_share: float = 0.0
    vary: float = 0.0
    retry_after: float = 1.0
    slow_seconds: float = 5.0
    kv_tokens: int = 1_000_000
    kv_usage: float | None = None
    waiting: int | None = None
    preemptions: int | None = None
    hang: bool = False
    stay: bool = False


class Control(msgspec.Struct, forbid_unknown_fields=True):
    """What ``POST /control`` changes; what is left out stays. ``reset`` starts all counts anew and
    ``down_for`` stops listening, and drops every connection, for so many seconds."""

    latency: str | msgspec.UnsetType = msgspec.UNSET
    faults: dict[str, float] | msgspec.UnsetType = msgspec.UNSET
    fault_when: dict[str, str] | msgspec.UnsetType = msgspec.UNSET
    max_context: int | msgspec.UnsetType = msgspec.UNSET
    slots: int | msgspec.UnsetType = msgspec.UNSET
    call_share: float | msgspec.UnsetType = msgspec.UNSET
    vary: float | msgspec.UnsetType = msgspec.UNSET
    retry_after: float | msgspec.UnsetType = msgspec.UNSET
    slow_seconds: float | msgspec.UnsetType = msgspec.UNSET
    kv_usage: float | msgspec.UnsetType | None = msgspec.UNSET
    waiting: int | msgspec.UnsetType | None = msgspec.UNSET
    preemptions: int | msgspec.UnsetType | None = msgspec.UNSET
    hang: bool | msgspec.UnsetType = msgspec.UNSET
    reset: bool = False
    down_for: float = 0.0

    def changes(self) -> dict[str, Any]:
        """The settings that are to change."""
        return {
            name: getattr(self, name)
            for name in self.__struct_fields__
            if name not in ("reset", "down_for") and getattr(self, name) is not msgspec.UNSET
        }


def settings_of(arguments: Sequence[str]) -> Settings:
    """Reads a command line. Ends the process with a message when it cannot be meant."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.server", description=__doc__)
    add = parser.add_argument
    add("--port", type=int, default=0, help="0 takes a free one")
    add("--latency", default="none", help="none, fixed:SECONDS or lognormal:MEAN:SIGMA")
    add("--fault", action="append", default=[], metavar="KIND:SHARE", help=", ".join(FAULTS))
    add("--fault-when", action="append", default=[], metavar="TEXT:KIND")
    add("--seed", type=int, default=0)
    add("--model", default="bench", help="the only model there is")
    add("--key-env", default="", help="the variable that holds the key asked for")
    add("--max-context", type=int, default=0, help="prompt tokens, 0 for no limit")
    add("--slots", type=int, default=0, help="calls worked on at a time, 0 for all")
    add("--call-share", type=float, default=0.0, help="share answered by a tool call")
    add("--vary", type=float, default=0.0, help="share of structured answers with drawn choices")
    add("--retry-after", type=float, default=1.0, help="seconds told with 503 and 429")
    add("--slow-seconds", type=float, default=5.0, help="how long a slow body takes")
    add("--kv-tokens", type=int, default=1_000_000)
    add("--stay", action="store_true", help="do not end with standard input")
    given = vars(parser.parse_args(arguments))
    try:
        given["faults"] = {kind: float(share) for kind, share in _pairs(given.pop("fault"))}
        given["fault_when"] = dict(_pairs(given["fault_when"]))
        latency_of(given["latency"])
    except ValueError as error:
        parser.error(str(error))
    return Settings(**given)


def _pairs(texts: Sequence[str]) -> list[tuple[str, str]]:
    pairs = [text.rpartition(":") for text in texts]
    if not all(before and after for before, _, after in pairs):
        raise ValueError("a fault is KIND:SHARE, and a text with its fault TEXT:KIND")
    return [(before, after) for before, _, after in pairs]
