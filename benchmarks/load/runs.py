"""Self-play and a plain loop against the same server, each in a process of its own."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.load.family import DRIVER, RAY, WORKERS

_ROOT = Path(__file__).parents[2]
_LIMIT_SECONDS = 900


@dataclass(frozen=True)
class Plan:
    """How much to play, and how: ``attempts`` at each of ``blueprints``, by ``workers`` with
    ``in_flight`` dialogues each."""

    blueprints: int
    attempts: int
    in_flight: int
    workers: int = 1
    turns: int = 6
    domains: tuple[str, ...] = ("clinic", "energy")
    seed: int = 11

    @property
    def dialogues(self) -> int:
        """How many are played."""
        return self.blueprints * self.attempts

    def recipe(self, url: str, model: str, options: dict[str, Any] | None = None) -> dict[str, Any]:
        """A recipe whose two players are models at ``url``. ``options`` are further fields of slots."""
        slot = {"url": url, "model": model, **(options or {})}
        return {
            "name": "speed",
            "seed": self.seed,
            "personas": {"count": max(8, self.blueprints // 8)},
            "blueprints": {
                "count": self.blueprints,
                "domains": {name: 1 / len(self.domains) for name in self.domains},
            },
            "attempts": self.attempts,
            "models": {"user": slot, "agent": slot},
            "players": {"user": {"kind": "llm"}, "agent": {"kind": "llm"}},
            "limits": {"turns": self.turns},
            "play": {"workers": self.workers, "in_flight": self.in_flight},
        }


@dataclass(frozen=True)
class Played:
    """What a run of self-play took. ``calls`` are those between the marks of CPU time."""

    dialogues: int
    ends: dict[str, int]
    began: float
    ended: float
    cpu: dict[str, float]
    calls: int
    peaks: dict[str, int]

    def per_call(self, *kinds: str) -> float:
        """Milliseconds of CPU per model call, of these kinds of processes or of all."""
        spent = sum(self.cpu.get(kind, 0.0) for kind in kinds or self.cpu)
        return 1000 * spent / self.calls

    def split(self) -> str:
        """CPU per call by kind."""
        kinds = (DRIVER, WORKERS, RAY)
        return ", ".join(f"{kind} {self.per_call(kind):.3f}" for kind in kinds)

    def holding(self) -> str:
        """Peak memory by kind."""
        return ", ".join(f"{kind} {held / 1e6:,.0f}" for kind, held in sorted(self.peaks.items()))


def self_play(
    recipe: dict[str, Any], folder: Path, stats: str = "", bodies: bool = False
) -> Played:
    """Plays a recipe in a new folder, and leaves the bodies that were sent in ``bodies`` there if asked.
    ``stats`` as in ``benchmarks.load.self_play``."""
    folder.mkdir(parents=True)
    file = folder / "recipe.yaml"
    file.write_text(yaml.safe_dump(recipe))
    kept = [folder / "bodies"] if bodies else []
    return Played(**_told("benchmarks.load.self_play", file, folder / "builds", stats, *kept))


def plain_load(url: str, bodies: Path, in_flight: int, *key_env: str) -> dict[str, float]:
    """Sends recorded bodies by a bare loop. See ``benchmarks.load.plain``."""
    return _told("benchmarks.load.plain", url, bodies, in_flight, *key_env)


def _told(module: str, *arguments: object) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        text=True,
        timeout=_LIMIT_SECONDS,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])
