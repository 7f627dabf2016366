"""``duologue serve``, with a stand-in for vLLM."""

import json
import os
import re
import signal
import stat
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from tests.bench_server import ROOT
from tests.engine_stand_in import environment
from tests.processes import running

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-m", "pipelines.cli"]


def recipe(folder: Path, models: str, behaviour: str = "serves") -> Path:
    file = folder / "recipe.yaml"
    file.write_text(
        "name: talks\npersonas: {count: 1}\nblueprints: {count: 1, domains: {cloakroom: 1}}\n"
        f"serving: {{environment: {environment(folder / 'vllm', behaviour)}}}\n"  # type: ignore[arg-type]
        f"players: {{user: {{kind: llm}}, agent: {{kind: llm}}}}\nmodels:\n{models}"
    )
    return file


SERVED = "  user: {share: agent}\n  agent: {vllm: {model: org/tiny}}\n"


@contextmanager
def serving(file: Path, *options: str, **variables: str) -> Iterator["subprocess.Popen[str]"]:
    """``duologue serve`` under way; ended by force after a minute."""
    process = subprocess.Popen(
        [*COMMAND, "serve", str(file), "--root", str(file.parent), *options],
        cwd=ROOT,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    bound = threading.Timer(60, process.kill)
    bound.start()
    try:
        yield process
    finally:
        bound.cancel()
        process.kill()
        process.communicate()


def told(process: "subprocess.Popen[str]") -> str:
    """What it says until the servers are up."""
    assert process.stdout
    said = ""
    while said.count("api_key_env") < 2:
        line = process.stdout.readline()
        assert line, f"it has ended after {said!r}"
        said += line
    return said


def models_at(url: str, key: str) -> list[str]:
    request = urllib.request.Request(f"{url}/models", headers={"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return [each["id"] for each in json.load(answer)["data"]]


def test_serve_says_where_the_models_are_and_ends_them_when_told(tmp_path: Path) -> None:
    with serving(recipe(tmp_path, SERVED)) as process:
        said = told(process)
        slots = yaml.safe_load(said.partition("models:")[2])
        found = re.search(r"export (\w+)=\"\$\(cat '(.+)'\)\"", said)
        assert found
        file = Path(found[2])
        key = file.read_text()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert slots["user"] == slots["agent"]
        assert slots["agent"]["api_key_env"] == found[1]
        assert models_at(slots["agent"]["url"], key) == [slots["agent"]["model"]] == ["org/tiny"]
        os.kill(process.pid, signal.SIGINT)
        rest, errors = process.communicate(timeout=30)
        assert process.returncode == 0, errors
        assert key not in said + rest + errors
        assert not file.exists()
        assert not running(key)


def test_serve_takes_a_key_by_the_name_of_its_variable(tmp_path: Path) -> None:
    with serving(recipe(tmp_path, SERVED), "--key-env", "MY_KEY", MY_KEY="abc-123-def") as process:
        said = told(process)
        slots = yaml.safe_load(said.partition("models:")[2])
        assert slots["agent"]["api_key_env"] == "MY_KEY"
        assert models_at(slots["agent"]["url"], "abc-123-def") == ["org/tiny"]
        os.kill(process.pid, signal.SIGTERM)
        rest, errors = process.communicate(timeout=30)
        assert process.returncode == 0, errors
        assert "abc-123-def" not in said + rest + errors
        assert not [
            each for each in tmp_path.rglob("*") if each.is_file() and "abc-123" in each.read_text()
        ]


def test_a_second_serve_of_a_recipe_leaves_the_first_one_its_key(tmp_path: Path) -> None:
    file = recipe(tmp_path, SERVED)
    with serving(file) as process:
        told(process)
        key = tmp_path / ".servers" / "talks" / "key"
        before = key.read_text()
        done = ran("serve", str(file), "--root", str(tmp_path))
        assert done.returncode == 3
        assert f"process {process.pid} serves this recipe already" in done.stderr
        assert key.read_text() == before
        os.kill(process.pid, signal.SIGINT)
        process.communicate(timeout=30)


def test_serve_told_to_end_before_a_model_is_up_was_interrupted(tmp_path: Path) -> None:
    with serving(recipe(tmp_path, SERVED, "sleeps")) as process:
        assert process.stderr
        assert "starting vLLM" in process.stderr.readline()
        os.kill(process.pid, signal.SIGINT)
        said, errors = process.communicate(timeout=30)
        assert process.returncode == 130, errors
        assert not said
    assert not (tmp_path / ".servers" / "talks" / "key").exists()


def test_serve_says_where_it_cannot_write(tmp_path: Path) -> None:
    done = ran("serve", str(recipe(tmp_path, SERVED)), "--root", "/dev/null/nowhere")
    assert done.returncode == 3
    assert "cannot write /dev/null/nowhere" in done.stderr


def test_serve_without_anything_to_serve_says_so(tmp_path: Path) -> None:
    at_url = "  user: {share: agent}\n  agent: {url: http://127.0.0.1:9/v1, model: m}\n"
    done = ran("serve", str(recipe(tmp_path, at_url)), "--root", str(tmp_path))
    assert done.returncode == 2
    assert "there is nothing to serve" in done.stderr


def test_serve_says_why_a_server_did_not_start(tmp_path: Path) -> None:
    done = ran("serve", str(recipe(tmp_path, SERVED, "ends")), "--root", str(tmp_path))
    assert done.returncode == 3
    assert "the model does not fit" in done.stderr


def ran(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
