"""Builds whose players are language models, served by the bench server: started, counted, verified."""

import json
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from tests.builds import batches, finished, lines_of, running

NAME = "asked"
DIALOGUES = 48


def recipe_on(folder: Path, url: str, **sections: Any) -> Path:
    """A recipe of 48 dialogues of six turns on the server at ``url``. ``sections`` stand for ours."""
    recipe: dict[str, Any] = {
        "name": NAME,
        "seed": 5,
        "personas": {"count": 12},
        "blueprints": {"count": 24, "domains": {"cloakroom": 1}},
        "attempts": 2,
        "models": {
            "user": {"url": url, "model": "bench", "retries": 6},
            "agent": {"share": "user"},
        },
        "players": {"user": {"kind": "llm"}, "agent": {"kind": "llm"}},
        "limits": {"turns": 6, "seconds": 60.0},
        "serving": {"patience": 20.0},
        "play": {"workers": 1, "in_flight": 16, "commit": {"size": 8, "seconds": 0.2}},
        **sections,
    }
    path = folder / f"{NAME}.yaml"
    path.write_text(yaml.safe_dump(recipe))
    return path


def arguments(recipe: Path, root: Path, *more: str) -> list[str]:
    """The options of a build that keeps its work, so that it can be counted."""
    return ["build", str(recipe), "--root", str(root), "--json", "--keep-work", *more]


def build(recipe: Path, root: Path, *more: str) -> tuple[int, dict[str, Any], str]:
    """A build run to its end: exit code, what it answered, what it said."""
    done = finished(*arguments(recipe, root, *more))
    return done.returncode, json.loads(done.stdout), done.stderr


def begun(recipe: Path, root: Path, *more: str) -> "subprocess.Popen[str]":
    """A build under way."""
    return running(*arguments(recipe, root, *more))


def played(root: Path) -> dict[str, dict[str, Any]]:
    """Key -> dialogue, for all that are on disk. Each is there once."""
    found: dict[str, dict[str, Any]] = {}
    for line in lines_of(batches(root, NAME, "dialogues")):
        dialogue = json.loads(line)
        assert dialogue["key"] not in found, f"{dialogue['key']} was played twice"
        found[dialogue["key"]] = dialogue["record"]
    return found


def failures(root: Path) -> Counter[str]:
    """Who broke and how (``engine.timeout``), over all dialogues on disk."""
    found = [record.get("failure") for record in played(root).values()]
    return Counter(f"{each['party']}.{each['kind']}" for each in found if each)


def accounted(root: Path, answer: dict[str, Any], dialogues: int = DIALOGUES) -> None:
    """Every dialogue came back once, the ledger adds up, and the version is whole and right."""
    assert len(played(root)) == dialogues
    ledger = answer["ledger"]
    gone = sum(ledger.get("rejected", {}).values()) + sum(ledger.get("failed", {}).values())
    assert ledger["attempted"] == ledger.get("accepted", 0) + gone == dialogues
    checked = finished("verify", NAME, "--root", str(root))
    assert checked.returncode == 0, checked.stdout + checked.stderr
