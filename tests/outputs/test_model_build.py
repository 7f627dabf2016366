"""A build in which models think, plan, check and criticise: what of it is told, and what gets out."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
import yaml
from msgspec.structs import replace

from generators.domains.registry import domain_named
from generators.event import AGENT, USER
from outputs.aside import asides_of
from outputs.export import export
from outputs.formats import FORMATS
from outputs.judged import Judged
from outputs.messages import transcript_of
from outputs.reading import judged_of
from outputs.row import to_row
from outputs.store import Store, Version
from tests.bench_server import Server
from tests.builds import finished
from tests.outputs.report.test_report import Tags

pytestmark = pytest.mark.slow

KEY = "canary-key-5d1f"
ACTS = {"open_up": "Open the conversation.", "look_up": "Use a tool.", "close_up": "Say goodbye."}
SLOTS = ("agent", "planner", "reviewer", "user")


class Built(NamedTuple):
    root: Path
    version: Version
    rows: tuple[Judged, ...]
    stats: dict[str, Any]


def recipe_for(url: str) -> dict[str, Any]:
    prices = {"prompt": 2.0, "cached": 0.5, "completion": 8.0}
    slot = {"url": url, "model": "bench", "revision": "r1", "api_key_env": "BENCH_TEST_KEY"}
    return {
        "name": "overheard",
        "seed": 5,
        "personas": {"count": 8},
        "blueprints": {"count": 16, "domains": {"cloakroom": 1}},
        "models": {
            "user": slot | {"prices": prices},
            "agent": {"share": "user"},
            "planner": {"share": "user", "prices": {}},
            "reviewer": {"share": "user", "sampling": {"temperature": 0.0}},
        },
        "players": {
            "user": {"kind": "llm", "think": True, "checks": {}},
            "agent": {
                "kind": "llm",
                "think": True,
                "checks": {"critic": "reviewer", "redrafts": 1},
                "planner": {"slot": "planner", "acts": ACTS},
            },
        },
        "limits": {"turns": 6, "seconds": 60.0},
        "play": {"workers": 0, "in_flight": 8},
        "release": {"exports": {"trl": {"reasoning": "keep"}, "openai": {}}},
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    root = tmp_path_factory.mktemp("overheard")
    faults = ("--fault", "truncated_call:0.05", "--fault", "http_500:0.01")
    with Server("--vary", "0.6", *faults, "--key-env", "K", environment={"K": KEY}) as server:
        file = root / "overheard.yaml"
        file.write_text(yaml.safe_dump(recipe_for(server.url)))
        done = finished("build", str(file), "--root", str(root), env={"BENCH_TEST_KEY": KEY})
        assert done.returncode == 0, done.stderr
        stats = server.stats()
    version = Store(root).open("overheard")
    return Built(root, version, tuple(judged_of(version)), stats)


def test_the_manifest_says_who_spoke_with_which_fingerprint_and_what_it_took(built: Built):
    manifest = built.version.manifest
    assert [each["for"] for each in manifest.models] == [
        "user",
        "agent",
        "critic of agent",
        "planner of agent",
    ]
    assert {each["model"] for each in manifest.models} == {"bench"}
    assert {tuple(each["system_fingerprints"]) for each in manifest.models} == {("bench-1",)}
    calls = manifest.notes["model_calls"]
    assert tuple(calls) == SLOTS
    assert sum(each["calls"] for each in calls.values()) == built.stats["answered"]
    assert set(manifest.notes["cost"]) == {"agent", "reviewer", "user"}
    failed = sum(count for _, count in manifest.notes.get("failures", {}).items())
    assert failed == sum(manifest.ledger.get("failed", {}).values())


def test_no_key_is_in_the_version_and_no_address_in_what_is_said_of_it(built: Built):
    for path in built.version.folder.rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes(), path
    for name in ("manifest.json", "README.md", "statistics.json"):
        assert "127.0.0.1" not in (built.version.folder / name).read_text()


def test_what_the_rows_tell_of_drafts_is_what_the_calls_counted(built: Built):
    figures = json.loads((built.version.folder / "statistics.json").read_text())["models"]
    calls = built.version.manifest.notes["model_calls"]
    for party in figures["parties"]:
        counted = dict(calls[party["party"]]["rejects"])
        for code, count in party.get("kept", {}).items():
            counted[code] -= count
        # What an engine's failure interrupted has been counted, and is in no dialogue.
        assert party["rejected"].keys() <= counted.keys()
        for code, count in party["rejected"].items():
            assert 0 <= counted[code] - count <= len(built.rows)
    assert set(figures["acts"]) <= set(ACTS)


def test_the_report_of_nothing_released_is_whole_and_says_so(built: Built):
    html = (built.version.folder / "report.html").read_text()
    tags = Tags(html)
    assert (tags.open, tags.unbalanced) == ([], [])
    assert "Not one of 16 dialogues was released" in html
    assert '<section id="models">' in html
    assert "nothing to show" not in html
    assert "private to the agent" in html


def test_the_card_names_the_models_and_their_licences_and_counts_tokens(built: Built):
    card = (built.version.folder / "README.md").read_text()
    assert "user: bench (revision r1), temperature 0.7" in card
    assert "written by bench: such text may also fall under the licence" in card
    assert "nothing to train on" in card
    assert "load_from_disk" not in card
    tokens = built.version.manifest.notes["model_calls"]["agent"]["tokens"]
    assert f"| {tokens['prompt']:,} | {tokens['cached']:,} | {tokens['completion']:,} |" in card


def test_show_tells_who_spoke_and_what_was_private(built: Built):
    done = finished("show", "overheard", "--root", str(built.root), "--limit", "16")
    assert done.returncode == 0
    assert "spoken by user: bench@r1; agent: bench@r1" in done.stdout
    for part in ("private: thinks: ", "private: act: ", "private: goals: ", "private: draft 1"):
        assert part in done.stdout


def test_the_version_is_whole_and_right(built: Built):
    done = finished("verify", "overheard", "--root", str(built.root))
    assert done.returncode == 0, done.stdout


def accepted(rows: tuple[Judged, ...]) -> list[dict[str, Any]]:
    """The rows as they would be stored if all that did not break off had been accepted."""
    found = []
    for row in rows:
        if not row.trajectory.failure:
            decision = replace(row.decision, outcome="accept", reasons=(), votes=())
            good = replace(row, decision=decision, split="train")
            found.append(to_row(good, domain_named(row.blueprint.domain), "0.1.0"))
    return found


def secrets_in(row: Judged) -> set[str]:
    """What no trainer may see of a dialogue: the user's thoughts, drafts thrown away, critics' words."""
    events = row.trajectory.events
    found = {e.text for e in events if e.kind == "think" and e.party == USER}
    for aside in asides_of(events).values():
        for each in (*aside.drafts, *aside.kept):
            found.add(each.reason)
            try:
                draft = msgspec.json.decode(each.text)
            except msgspec.DecodeError:
                continue
            found |= {str(draft.get(key, "")) for key in ("thought", "think", "say")}
    # A draft that was taken says the same as the one before, now and then.
    said = {e.text for e in events if e.kind == "say" or e.party == AGENT}
    return {text for text in found if len(text) > 20 and text not in said}


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_nothing_private_is_in_what_trainers_get(built: Built, tmp_path: Path, name: str):
    options = {"reasoning": "keep"} if name == "trl" else {}
    made = export(lambda: accepted(built.rows), name, tmp_path / name, options)
    assert sum(made.rows.values()) > 0
    text = b"\n".join(path.read_bytes() for path in (tmp_path / name).rglob("*.*")).decode(
        "latin-1"
    )
    private = set().union(*map(secrets_in, built.rows))
    assert len(private) > 30
    for secret in private:
        assert secret not in text
    names = ("rejected_draft", "model_call", "goal_status", "check_failed", "bench-1", "planner")
    for name_of_note in (*names, *ACTS):
        assert name_of_note not in text


def test_the_agents_reasoning_is_kept_apart_and_written_only_where_it_is_wanted(
    built: Built, tmp_path: Path
):
    thoughts = {
        each.reasoning
        for row in built.rows
        for each in transcript_of(row, domain_named("cloakroom")).messages
        if each.reasoning
    }
    assert thoughts
    for row in built.rows:
        for message in transcript_of(row, domain_named("cloakroom")).messages:
            assert not message.reasoning or message.reasoning not in message.content

    def lines(name: str, **options: str) -> list[str]:
        folder = tmp_path / f"{name}{len(options)}"
        export(lambda: accepted(built.rows), name, folder, options)
        return (folder / "train.jsonl").read_text().splitlines()

    kept = [json.loads(line) for line in lines("trl", reasoning="keep")]
    found = [m for line in kept for m in line["messages"] if "reasoning_content" in m]
    assert found
    assert {m["role"] for m in found} == {"assistant"}
    assert {m["reasoning_content"] for m in found} <= thoughts
    for name in ("trl", "openai"):
        text = "\n".join(lines(name))
        assert not [thought for thought in thoughts if thought in text]
