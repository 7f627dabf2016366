"""Where models are served right now: written by the driver, read by every process that asks them."""

import os
from pathlib import Path

import msgspec

from personas.record import Record

FLEET = "fleet.json"


class Berth(Record):
    """Where one model slot is served: the replicas' URLs up to ``/v1``, the model's name there, and the
    name of the environment variable that holds the key (empty for none). Never the key itself."""

    urls: tuple[str, ...]
    model: str
    revision: str = ""
    api_key_env: str = ""


class Fleet(Record):
    """The berths by slot. ``edition`` grows with every change, so that readers notice one."""

    berths: dict[str, Berth] = {}
    edition: int = 0


def write_fleet(folder: Path, fleet: Fleet) -> None:
    """Puts the fleet where workers look for it, whole or not at all."""
    unfinished = folder / f"{FLEET}.{os.getpid()}.tmp"
    unfinished.write_bytes(msgspec.json.encode(fleet))
    os.replace(unfinished, folder / FLEET)


def read_fleet(folder: Path) -> Fleet:
    """The fleet as it is now; an empty one when nothing is served."""
    try:
        return msgspec.json.decode((folder / FLEET).read_bytes(), type=Fleet)
    except FileNotFoundError:
        return Fleet()
