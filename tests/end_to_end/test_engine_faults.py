"""Whatever the engine does, every dialogue comes back once, no finished call is paid for twice, the
released rows verify, and the build says what happened. Nothing hangs."""

import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from pipelines.mishap import YOUR_MACHINE
from tests.bench_server import Server
from tests.builds import batches, ended, lines_of, until
from tests.end_to_end.asked import (
    DIALOGUES,
    accounted,
    begun,
    build,
    failures,
    played,
    recipe_on,
)

pytestmark = pytest.mark.slow

NO_RAY = ("--workers", "0")


def test_a_sound_engine_answers_every_call_once(tmp_path: Path):
    with Server() as server:
        code, answer, said = build(recipe_on(tmp_path, server.url), tmp_path)
        assert code == 0, said
        stats = server.stats()
    accounted(tmp_path, answer)
    assert stats["repeated"] == 0
    calls = sum(
        event.get("party") in ("user", "agent") and "usage" in event
        for record in played(tmp_path).values()
        for event in record["events"]
    )
    assert stats["answered"] == calls


@pytest.mark.parametrize("kind", ["http_503", "http_429", "reset", "refuse"])
def test_a_fifth_of_the_calls_refused_or_cut_off_costs_no_dialogue(tmp_path: Path, kind: str):
    with Server("--fault", f"{kind}:0.2", "--latency", "fixed:0.01") as server:
        server.control(retry_after=0.05)
        code, answer, said = build(recipe_on(tmp_path, server.url), tmp_path, *NO_RAY)
        assert code == 0, said
    accounted(tmp_path, answer)
    assert not failures(tmp_path)


@pytest.mark.parametrize(
    ("kind", "failure"),
    [
        ("malformed", "engine.bad_reply"),
        ("http_500", "engine.server_error"),
        ("refusal", "engine.refused"),
    ],
)
def test_what_is_wrong_with_one_answer_ends_its_dialogue_alone(
    tmp_path: Path, kind: str, failure: str
):
    with Server("--fault", f"{kind}:0.05") as server:
        code, answer, said = build(recipe_on(tmp_path, server.url), tmp_path, *NO_RAY)
        assert code == 0, said
    accounted(tmp_path, answer)
    found = failures(tmp_path)
    assert set(found) == {failure}
    assert 0 < found[failure] < DIALOGUES


def test_what_broke_off_is_never_released_even_where_no_rule_may_veto(tmp_path: Path):
    with Server("--fault", "malformed:0.05") as server:
        recipe = recipe_on(tmp_path, server.url, committee={"vetoes": []})
        code, answer, said = build(recipe, tmp_path, *NO_RAY)
        assert code == 0, said
    accounted(tmp_path, answer)
    broken = failures(tmp_path).total()
    assert 0 < broken < DIALOGUES
    assert answer["ledger"]["failed"] == {"engine": broken}
    assert answer["ledger"]["accepted"] > 0


@pytest.mark.parametrize("kind", ["empty", "endless", "truncated_call"])
def test_useless_answers_are_drafted_again_or_end_their_dialogue(tmp_path: Path, kind: str):
    with Server("--fault", f"{kind}:0.2") as server:
        code, answer, said = build(recipe_on(tmp_path, server.url), tmp_path, *NO_RAY)
        assert code == 0, said
    accounted(tmp_path, answer)
    drafts = sum(
        note["name"] == "rejected_draft"
        for record in played(tmp_path).values()
        for event in record["events"]
        for note in event.get("annotations", ())
    )
    assert drafts > 0
    assert all(not kind.startswith("world") for kind in failures(tmp_path))


def test_a_context_that_grows_too_long_ends_its_dialogue_and_says_so(tmp_path: Path):
    with Server() as server:
        code, answer, said = build(recipe_on(tmp_path, server.url), tmp_path, *NO_RAY)
        assert code == 0, said
        longest = max(
            event["usage"].get("prompt_tokens", 0)
            for record in played(tmp_path).values()
            for event in record["events"]
            if "usage" in event
        )
    root = tmp_path / "again"
    root.mkdir()
    with Server("--max-context", str(longest - 1)) as server:
        code, answer, said = build(recipe_on(root, server.url), root, *NO_RAY)
        assert code == 0, said
    accounted(root, answer)
    found = failures(root)
    assert set(found) == {"engine.context_length"}
    assert 0 < found["engine.context_length"] < DIALOGUES


def test_a_wrong_model_name_stops_the_build_before_it_plays_and_says_what_there_is(tmp_path: Path):
    with Server("--model", "another") as server:
        code, answer, _ = build(recipe_on(tmp_path, server.url), tmp_path, *NO_RAY)
        assert code == YOUR_MACHINE
        assert "bench" in answer["error"]
        assert "another" in answer["error"] + answer["remedy"]
        assert server.stats()["answered"] == 0
    assert not played(tmp_path)


def test_a_wrong_key_stops_the_build_and_names_the_variable_but_not_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("THE_RIGHT_KEY", "right-7f3a")
    monkeypatch.setenv("A_WRONG_KEY", "wrong-91bc")
    with Server("--key-env", "THE_RIGHT_KEY") as server:
        models = {
            "user": {"url": server.url, "model": "bench", "api_key_env": "A_WRONG_KEY"},
            "agent": {"share": "user"},
        }
        recipe = recipe_on(tmp_path, server.url, models=models)
        code, answer, said = build(recipe, tmp_path, *NO_RAY)
    assert code == YOUR_MACHINE
    assert "A_WRONG_KEY" in answer["error"] + answer["remedy"]
    assert "wrong-91bc" not in said + json.dumps(answer)


def test_a_dialogue_whose_calls_always_fail_costs_itself_and_no_other(tmp_path: Path):
    with Server() as server:
        code, _, said = build(recipe_on(tmp_path, server.url), tmp_path, *NO_RAY)
        assert code == 0, said
    people = [
        json.loads(line)["record"]["demographics"]
        for line in lines_of(batches(tmp_path, "asked", "personas"))
    ]
    victim = f"{people[0]['given_name']} {people[0]['family_name']}"
    root = tmp_path / "again"
    root.mkdir()
    with Server("--fault-when", f"{victim}:reset") as server:
        code, answer, said = build(recipe_on(root, server.url), root, *NO_RAY)
        assert code == 0, said
    accounted(root, answer)
    found = failures(root)
    assert set(found) <= {"engine.unreachable", "engine.overloaded"}
    # Every persona speaks in two plans, and every plan is tried twice.
    assert sum(found.values()) == 4


def test_an_engine_that_goes_away_and_comes_back_costs_time_only(tmp_path: Path):
    with Server("--latency", "fixed:0.1") as server:
        process = begun(recipe_on(tmp_path, server.url), tmp_path, *NO_RAY)
        assert until(lambda: server.stats()["answered"] > 40, process)
        server.control(down_for=3.0)
        out, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
    accounted(tmp_path, json.loads(out))
    assert not failures(tmp_path)


def test_an_engine_that_stays_away_stops_the_build_which_goes_on_when_it_is_back(tmp_path: Path):
    with Server("--latency", "fixed:0.1") as server:
        recipe = recipe_on(tmp_path, server.url, serving={"patience": 2.0})
        process = begun(recipe, tmp_path, *NO_RAY)
        assert until(lambda: server.stats()["answered"] > 60, process)
        port = server.port
        server.kill()
        out, _ = process.communicate(timeout=60)
    assert process.returncode == YOUR_MACHINE
    answer = json.loads(out)
    assert f"127.0.0.1:{port}" in answer["error"]
    assert "same command" in answer["remedy"]
    before = len(played(tmp_path))
    assert before < DIALOGUES
    with Server("--port", str(port)) as server:
        code, answer, said = build(recipe, tmp_path, *NO_RAY)
        assert code == 0, said
    accounted(tmp_path, answer)


def test_an_engine_that_accepts_calls_and_never_answers_stops_the_build(tmp_path: Path):
    with Server("--latency", "fixed:0.05") as server:
        models = {
            "user": {
                "url": server.url,
                "model": "bench",
                "timeouts": {"connect": 2.0, "first_byte": 3.0, "total": 4.0},
            },
            "agent": {"share": "user"},
        }
        recipe = recipe_on(tmp_path, server.url, models=models)
        process = begun(recipe, tmp_path, *NO_RAY)
        assert until(lambda: server.stats()["answered"] > 40, process)
        server.control(hang=True)
        out, _ = process.communicate(timeout=60)
        assert process.returncode == YOUR_MACHINE
        assert server.url in json.loads(out)["error"]
        server.control(hang=False)
        code, answer, said = build(recipe, tmp_path, *NO_RAY)
        assert code == 0, said
    accounted(tmp_path, answer)
    assert not failures(tmp_path)


@pytest.mark.parametrize("workers", [0, 2])
def test_a_killed_driver_pays_for_no_finished_call_twice(tmp_path: Path, workers: int):
    with Server("--latency", "fixed:0.1") as server:
        recipe = recipe_on(tmp_path, server.url)
        process = begun(recipe, tmp_path, "--workers", str(workers))
        assert until(lambda: server.stats()["answered"] > 140, process)
        ended(process, signal.SIGKILL)
        kept = set(played(tmp_path))
        assert len(kept) < DIALOGUES
        code, answer, said = build(recipe, tmp_path, "--workers", str(workers))
        assert code == 0, said
        stats = server.stats()
    accounted(tmp_path, answer)
    assert kept <= set(played(tmp_path))
    # Only what was on its way when the process died can have been answered to nobody.
    assert stats["repeated"] <= 16 * max(1, workers)
    assert stats["answered"] - stats["distinct"] == stats["repeated"]


def test_a_killed_worker_costs_time_only(tmp_path: Path):
    with Server("--latency", "fixed:0.1") as server:
        recipe = recipe_on(tmp_path, server.url)
        process = begun(recipe, tmp_path, "--workers", "2")
        assert until(lambda: server.stats()["answered"] > 60, process)
        import psutil

        workers = [
            each
            for each in psutil.Process(process.pid).children(recursive=True)
            if "ray::" in " ".join(each.cmdline()) and "Worker" in " ".join(each.cmdline())
        ]
        assert workers
        workers[0].kill()
        out, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
        stats = server.stats()
    accounted(tmp_path, json.loads(out))
    assert not failures(tmp_path)
    assert stats["repeated"] <= 16


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_a_full_disk_stops_the_build_which_goes_on_when_there_is_room(tmp_path: Path):
    import subprocess

    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)], check=True)
    try:
        with Server("--latency", "fixed:0.01") as server:
            recipe = recipe_on(tmp_path, server.url)
            code, answer, _ = build(recipe, small, *NO_RAY)
            assert code == YOUR_MACHINE
            assert "no space left" in answer["error"]
            subprocess.run(["mount", "-o", "remount,size=64m", str(small)], check=True)
            code, answer, said = build(recipe, small, *NO_RAY)
            assert code == 0, said
        accounted(small, answer)
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_ctrl_c_stops_at_once_and_says_how_to_go_on(tmp_path: Path):
    with Server("--latency", "fixed:0.2") as server:
        recipe = recipe_on(tmp_path, server.url)
        process = begun(recipe, tmp_path, *NO_RAY)
        assert until(lambda: server.stats()["answered"] > 20, process)
        began = time.monotonic()
        code, _, said = ended(process, signal.SIGINT)
        assert code == 130
        assert time.monotonic() - began < 20
        assert "same command" in said
        code, answer, said = build(recipe, tmp_path, *NO_RAY)
        assert code == 0, said
    accounted(tmp_path, answer)


# A budget is looked at once a second: all calls take far longer than that, on a busy machine too.
SLOWLY = {"workers": 1, "in_flight": 8, "commit": {"size": 8, "seconds": 0.2}}


def test_a_budget_ends_playing_and_what_there_is_gets_released(tmp_path: Path):
    with Server("--latency", "fixed:0.2") as server:
        recipe = recipe_on(tmp_path, server.url, budget={"calls": 60}, play=SLOWLY)
        code, answer, said = build(recipe, tmp_path, *NO_RAY)
        assert code == 0, said
        assert server.stats()["answered"] < 6 * DIALOGUES
    count = len(played(tmp_path))
    assert 0 < count < DIALOGUES
    accounted(tmp_path, answer, count)
    assert answer["counts"]["attempts planned"] == DIALOGUES
    assert "60 model calls" in said


def test_a_budget_that_does_not_allow_a_release_waits_for_a_larger_one(tmp_path: Path):
    with Server("--latency", "fixed:0.2") as server:
        budget = {"calls": 60, "release": False}
        recipe = recipe_on(tmp_path, server.url, budget=budget, play=SLOWLY)
        code, answer, _ = build(recipe, tmp_path, *NO_RAY)
        assert code != 0
        assert "budget" in answer["error"]
        code, answer, said = build(recipe, tmp_path, *NO_RAY, "--set", "budget.calls=10000")
        assert code == 0, said
        assert server.stats()["repeated"] == 0
    accounted(tmp_path, answer)


def test_no_key_is_written_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    key = "sk-never-written-5d1e"
    monkeypatch.setenv("THE_KEY", key)
    with Server("--key-env", "THE_KEY", "--fault", "http_503:0.1") as server:
        server.control(retry_after=0.05)
        models = {
            "user": {"url": server.url, "model": "bench", "api_key_env": "THE_KEY"},
            "agent": {"share": "user"},
        }
        recipe = recipe_on(tmp_path, server.url, models=models)
        seen: list[str] = []
        process = begun(recipe, tmp_path, "--workers", "1")
        watcher = threading.Thread(target=_command_lines, args=(process, seen))
        watcher.start()
        out, said = process.communicate(timeout=180)
        watcher.join(timeout=10)
        assert process.returncode == 0, said
    accounted(tmp_path, json.loads(out))
    assert key not in out + said + "\n".join(seen)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert key.encode() not in path.read_bytes(), path


def _command_lines(process, seen: list[str]) -> None:
    import psutil

    while process.poll() is None:
        for each in psutil.process_iter(["cmdline"]):
            seen.append(" ".join(each.info["cmdline"] or ()))
        time.sleep(0.5)


def test_a_server_that_refuses_every_dialogue_alike_stops_the_build_early(tmp_path: Path):
    with Server("--max-context", "10") as server:
        code, answer, _ = build(recipe_on(tmp_path, server.url), tmp_path, *NO_RAY)
    assert code == YOUR_MACHINE
    assert "all ended by engine.context_length" in answer["error"]
    assert len(played(tmp_path)) < DIALOGUES
