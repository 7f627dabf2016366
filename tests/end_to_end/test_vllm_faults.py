"""Real vLLM, and whatever happens to it, to the way there, and to those who ask it: every dialogue
comes back once, no finished call is paid for twice, the released rows verify, and the build says what
happened."""

import json
import os
import signal
import sqlite3
import subprocess
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from pipelines.mishap import YOUR_MACHINE
from tests.builds import all_gone, descendants, ended, until
from tests.end_to_end.asked import NAME, accounted, begun, build, failures, played, recipe_on
from tests.processes import running
from tests.relay import Relay
from tests.vllm_server import KEY_ENV, MODEL, OPTIONS, VLLMServer, tiny_model

pytestmark = pytest.mark.slow

DIALOGUES = 16
IN_FLIGHT = 8
NO_RAY = ("--workers", "0")
DRAWN = {"temperature": 1.0, "max_tokens": 128}


def recipe_for(folder: Path, url: str, mode: str = "structured", **sections: Any) -> Path:
    """16 dialogues of tiny models at ``url``, or wherever ``models`` in ``sections`` says."""
    slot = {"url": url, "model": MODEL, "api_key_env": KEY_ENV, "sampling": DRAWN}
    given: dict[str, Any] = {
        "personas": {"count": 8},
        "blueprints": {"count": DIALOGUES, "domains": {"cloakroom": 1}},
        "attempts": 1,
        "models": {"user": slot, "agent": {"share": "user", "sampling": DRAWN}},
        "players": {party: {"kind": "llm", "mode": mode} for party in ("user", "agent")},
        "limits": {"turns": 6, "seconds": 120.0},
        # Nonsense is let through, so that there are released rows to verify.
        "committee": {"vetoes": []},
        "play": {"workers": 1, "in_flight": IN_FLIGHT, "commit": {"size": 2, "seconds": 0.1}},
    }
    return recipe_on(folder, url, **{**given, **sections})


def went_well(root: Path, answer: dict[str, Any]) -> None:
    """All are accounted for, and what random weights said was made into turns and calls as they should
    be: words that can be printed, calls with an object for arguments and one result each."""
    accounted(root, answer, DIALOGUES)
    for record in played(root).values():
        calls = [event["call"] for event in record["events"] if event.get("call")]
        results = [event["result"] for event in record["events"] if event.get("result")]
        assert all(isinstance(json.loads(call["arguments"]), dict) for call in calls)
        assert {call["id"] for call in calls} == {result["call_id"] for result in results}
        assert len(calls) == len(results)
        turns = [event["turn"] for event in record["events"]]
        assert turns == sorted(turns)
        for event in record["events"]:
            assert event["kind"] != "say" or event["text"].strip()


def rejected_drafts(root: Path) -> Counter[str]:
    """The codes of the drafts that were not taken, those of failed turns among them."""
    notes = [
        note
        for record in played(root).values()
        for holder in (record, *record["events"])
        for note in holder.get("annotations", ())
    ]
    found = [json.loads(note["value"]) for note in notes if note["name"] == "rejected_draft"]
    return Counter(each["code"] for each in found)


def engine_failures(root: Path) -> dict[str, int]:
    """The dialogues that the engine ended, by how. What random weights say is cut at the longest reply
    now and then, which is their own failure."""
    return {what: n for what, n in failures(root).items() if what.startswith("engine.")}


def kept_calls(root: Path) -> int:
    """How many model calls there are in the journals."""
    kept = 0
    for path in root.glob(f"{NAME}/.work/*/journal/*.sqlite"):
        with sqlite3.connect(path) as connection:
            kept += connection.execute("SELECT count(*) FROM calls").fetchone()[0]
        connection.close()
    return kept


def test_calls_refused_and_answers_broken_off_cost_no_dialogue(
    vllm_server: VLLMServer, tmp_path: Path
):
    with Relay(vllm_server.url, ("http_503", "reset"), share=0.2) as relay:
        code, answer, said = build(recipe_for(tmp_path, relay.url), tmp_path, *NO_RAY)
        assert code == 0, said
    went_well(tmp_path, answer)
    assert not engine_failures(tmp_path)
    assert all(relay.spoilt[fault] for fault in ("http_503", "reset"))
    assert relay.repeated == relay.spoilt["reset"]


def test_json_cut_off_ends_its_dialogue_and_an_answer_of_no_use_is_drafted_again(
    vllm_server: VLLMServer, tmp_path: Path
):
    with Relay(vllm_server.url, ("malformed", "cut_call", "empty"), share=0.3) as relay:
        code, answer, said = build(recipe_for(tmp_path, relay.url), tmp_path, *NO_RAY)
        assert code == 0, said
    went_well(tmp_path, answer)
    assert engine_failures(tmp_path) == {"engine.bad_reply": relay.spoilt["malformed"]}
    assert all(relay.spoilt[fault] for fault in ("malformed", "cut_call", "empty"))
    useless = relay.spoilt["cut_call"] + relay.spoilt["empty"]
    assert rejected_drafts(tmp_path)["not_json"] == useless


def test_a_truncated_tool_call_is_never_made(vllm_server: VLLMServer, tmp_path: Path):
    # Random weights never stop by themselves where no grammar makes them.
    drawn = {**DRAWN, "extra": {"stop": ["e"]}}
    slot = {"url": "", "model": MODEL, "api_key_env": KEY_ENV, "sampling": drawn}
    player = {"kind": "llm", "mode": "tools", "checks": {"redrafts": 3, "then": "fail"}}
    with Relay(vllm_server.url, ("cut_call",), share=0.3) as relay:
        recipe = recipe_for(
            tmp_path,
            relay.url,
            models={
                "user": {**slot, "url": relay.url},
                "agent": {"share": "user", "sampling": drawn},
            },
            players={"user": player, "agent": player},
        )
        code, answer, said = build(recipe, tmp_path, *NO_RAY)
        assert code == 0, said
    went_well(tmp_path, answer)
    drafts = rejected_drafts(tmp_path)
    assert drafts["bad_arguments"] + drafts["unknown_tool"] > 0
    assert not engine_failures(tmp_path)


def test_a_context_that_is_too_long_for_the_server_ends_its_dialogue_and_says_so(
    vllm_server: VLLMServer, tmp_path: Path
):
    prompt = tmp_path / "long.md"
    prompt.write_text("{{title}} {{clock}} {{policy}}" + " The coat is there." * 1_500)
    players = {"user": {"kind": "llm"}, "agent": {"kind": "llm", "prompt": str(prompt)}}
    recipe = recipe_for(tmp_path, vllm_server.url, players=players)
    code, answer, said = build(recipe, tmp_path, *NO_RAY)
    assert code == 0, said
    went_well(tmp_path, answer)
    found = engine_failures(tmp_path)
    assert set(found) == {"engine.context_length"}
    assert found["engine.context_length"] < DIALOGUES
    words = [each["failure"]["message"] for each in played(tmp_path).values() if "failure" in each]
    assert any("maximum context length is 8192" in each for each in words)


def test_endless_repetition_is_drafted_again_and_counted(vllm_server: VLLMServer, tmp_path: Path):
    # Wherever a word may stand it is this one, however the engine's sums are rounded.
    vocabulary = json.loads((tiny_model() / "tokenizer.json").read_text())["model"]["vocab"]
    same = {"logit_bias": {str(vocabulary["Ġticket"]): 100}}
    again = {**DRAWN, "extra": same}
    endless = {**DRAWN, "extra": {**same, "ignore_eos": True}}
    slot = {"url": vllm_server.url, "model": MODEL, "api_key_env": KEY_ENV, "sampling": again}
    recipe = recipe_for(
        tmp_path,
        vllm_server.url,
        models={"user": slot, "agent": {"share": "user", "sampling": endless}},
        players={
            "user": {"kind": "llm", "checks": {"redrafts": 1}},
            "agent": {"kind": "llm", "mode": "tools"},
        },
    )
    code, answer, said = build(recipe, tmp_path, *NO_RAY)
    assert code == 0, said
    went_well(tmp_path, answer)
    codes = rejected_drafts(tmp_path)
    assert codes["cut"] >= 3 * failures(tmp_path)["agent.malformed_reply"] > 0
    assert codes["monotonous"] > 0


@pytest.mark.parametrize("wrong", ["model", "key"])
def test_a_wrong_name_or_key_stops_the_build_before_it_plays(
    vllm_server: VLLMServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
):
    monkeypatch.setenv("ANOTHER_KEY", "wrong-91bc")
    model, variable = (MODEL, "ANOTHER_KEY") if wrong == "key" else ("another", KEY_ENV)
    models = {
        "user": {"url": vllm_server.url, "model": model, "api_key_env": variable},
        "agent": {"share": "user"},
    }
    recipe = recipe_for(tmp_path, vllm_server.url, models=models)
    code, answer, said = build(recipe, tmp_path, *NO_RAY)
    assert code == YOUR_MACHINE
    told = answer["error"] + answer["remedy"]
    assert ("ANOTHER_KEY" if wrong == "key" else "There: tiny") in told
    assert "wrong-91bc" not in said + told
    assert vllm_server.key not in said + told
    assert not played(tmp_path)


def test_a_killed_driver_pays_vllm_for_no_finished_call_twice(
    vllm_server: VLLMServer, tmp_path: Path
):
    with Relay(vllm_server.url) as relay:
        recipe = recipe_for(tmp_path, relay.url)
        process = begun(recipe, tmp_path, *NO_RAY)
        assert until(lambda: len(played(tmp_path)) >= DIALOGUES // 4, process)
        ended(process, signal.SIGKILL)
        kept = set(played(tmp_path))
        assert len(kept) < DIALOGUES
        code, answer, said = build(recipe, tmp_path, *NO_RAY)
        assert code == 0, said
    went_well(tmp_path, answer)
    assert kept <= set(played(tmp_path))
    # Only what was on its way when the process died can have been answered to nobody.
    assert relay.repeated <= IN_FLIGHT
    assert len(relay.paid) - IN_FLIGHT <= kept_calls(tmp_path) <= len(relay.paid)


def test_a_killed_worker_costs_time_only(vllm_server: VLLMServer, tmp_path: Path):
    with Relay(vllm_server.url) as relay:
        process = begun(recipe_for(tmp_path, relay.url), tmp_path, "--workers", "2")
        assert until(lambda: len(relay.paid) > 8, process)
        workers = [
            each
            for each in psutil.Process(process.pid).children(recursive=True)
            if "ray::" in " ".join(each.cmdline()) and "Worker" in " ".join(each.cmdline())
        ]
        assert workers
        workers[0].kill()
        out, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
    went_well(tmp_path, json.loads(out))
    assert not engine_failures(tmp_path)
    assert relay.repeated <= IN_FLIGHT


def test_an_engine_that_hangs_stops_the_build_which_goes_on_when_it_moves_again(
    vllm_server: VLLMServer, tmp_path: Path
):
    def recipe(seconds: float) -> Path:
        times = {"connect": 5.0, "first_byte": seconds, "total": seconds}
        slot = {"url": vllm_server.url, "model": MODEL, "api_key_env": KEY_ENV, "sampling": DRAWN}
        models = {"user": {**slot, "timeouts": times}, "agent": {"share": "user"}}
        return recipe_for(tmp_path, vllm_server.url, models=models)

    process = begun(recipe(4.0), tmp_path, *NO_RAY)
    engines = [pid for pid in running("VLLM::") if os.getpgid(pid) == vllm_server.server.pid]
    assert engines
    try:
        assert until(lambda: len(played(tmp_path)) > 1, process)
        for pid in engines:
            os.kill(pid, signal.SIGSTOP)
        out, _ = process.communicate(timeout=90)
    finally:
        for pid in engines:
            os.kill(pid, signal.SIGCONT)
    assert process.returncode == YOUR_MACHINE
    assert vllm_server.url in json.loads(out)["error"]
    assert "never answers" in json.loads(out)["error"]
    code, answer, said = build(recipe(60.0), tmp_path, *NO_RAY)
    assert code == 0, said
    went_well(tmp_path, answer)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_a_full_disk_stops_the_build_which_goes_on_when_there_is_room(
    vllm_server: VLLMServer, tmp_path: Path
):
    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(small)], check=True)
    try:
        with Relay(vllm_server.url) as relay:
            recipe = recipe_for(tmp_path, relay.url)
            code, answer, _ = build(recipe, small, *NO_RAY)
            assert code == YOUR_MACHINE
            assert "no space left" in answer["error"]
            subprocess.run(["mount", "-o", "remount,size=64m", str(small)], check=True)
            code, answer, said = build(recipe, small, *NO_RAY)
            assert code == 0, said
            assert relay.repeated <= IN_FLIGHT
        went_well(small, answer)
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_a_served_engine_comes_back_when_it_is_killed_and_never_outlives_the_build(tmp_path: Path):
    served = {"vllm": {"model": str(tiny_model()), "options": OPTIONS}, "sampling": DRAWN}
    recipe = recipe_for(
        tmp_path,
        "",
        models={"agent": served, "user": {"share": "agent", "sampling": DRAWN}},
        serving={"start_seconds": 300.0},
    )

    # Killed while its server loads, the driver leaves nothing behind.
    process = begun(recipe, tmp_path, *NO_RAY)
    assert until(lambda: bool(engines_of(process.pid)), process)
    engines = engines_of(process.pid)
    ended(process, signal.SIGKILL)
    all_ended(engines)

    process = begun(recipe, tmp_path, *NO_RAY)
    assert until(lambda: len(played(tmp_path)) > 1, process, limit=300)
    killed = engines_of(process.pid)
    assert len(killed) == 1
    os.kill(killed[0], signal.SIGKILL)
    assert until(lambda: engines_of(process.pid) not in ([], killed), process)
    engines = engines_of(process.pid)
    out, said = process.communicate(timeout=400)
    assert process.returncode == 0, said
    assert "its process has ended; starting it again (1 of 3)" in said
    up = [line.rpartition(" at ")[2] for line in said.splitlines() if "vLLM is up" in line]
    assert len(up) == 2
    assert up[0] == up[1]
    all_ended([*killed, *engines])
    went_well(tmp_path, json.loads(out))
    assert not engine_failures(tmp_path)


def engines_of(driver: int) -> list[int]:
    """The vLLM servers that a driver has started; each leads a process group."""
    found = []
    for each in descendants(driver):
        with suppress(psutil.NoSuchProcess, ProcessLookupError):
            if os.getpgid(each.pid) == each.pid and "vllm.entrypoints" in " ".join(each.cmdline()):
                found.append(each.pid)
    return found


def all_ended(groups: list[int]) -> None:
    """Nobody is left in these process groups, or will be in a moment."""
    members = []
    for each in psutil.process_iter():
        with suppress(ProcessLookupError):
            if os.getpgid(each.pid) in groups:
                members.append(each)
    assert all_gone(members), members
