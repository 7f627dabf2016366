"""The flow: thin, the same result as the command, deployable, and gone when it is killed."""

import inspect
import json
import os
import signal
import sqlite3
from pathlib import Path

import pytest
import yaml
from prefect.client.schemas.objects import State, StateType
from prefect.flows import load_flow_from_entrypoint

from flows.build_dataset import _worth_another_try, build_dataset, run_stage
from pipelines.mishap import EngineError, MachineError, RequestError, full_disk
from tests.builds import (
    CHECKOUT,
    SMALLEST,
    all_gone,
    batches,
    built,
    descendants,
    ended,
    finished,
    order,
    running,
    until,
)

pytestmark = pytest.mark.slow

MODULE = "flows.build_dataset"


def test_the_flow_has_no_logic_of_its_own():
    body = inspect.getsource(build_dataset.fn)
    assert len(body.splitlines()) < 40
    assert " if " not in body.replace("if result is None", "")


def test_a_deployment_finds_the_flow_by_module_with_parameters_it_takes():
    (deployment,) = yaml.safe_load((CHECKOUT / "prefect.yaml").read_text())["deployments"]
    flow = load_flow_from_entrypoint(deployment["entrypoint"])
    assert flow.name == "build-dataset"
    parameters = deployment["parameters"]
    assert flow.validate_parameters(parameters)
    assert (CHECKOUT / parameters["file"]).is_file()
    assert deployment["schedules"][0]["cron"]


@pytest.mark.parametrize(
    ("error", "tried_again"),
    [
        (EngineError("Ray is down"), True),
        (ConnectionError("reset"), True),
        (MachineError("a missing file"), False),
        (full_disk(Path("/tmp")), False),
        (RequestError("a wrong recipe"), False),
        (ZeroDivisionError("a bug"), False),
    ],
)
def test_only_what_may_pass_is_tried_again(error: Exception, tried_again: bool):
    failed: State[object] = State(type=StateType.FAILED, data=error)
    assert _worth_another_try(run_stage, None, failed) is tried_again  # pyright: ignore[reportArgumentType]
    assert run_stage.retries == 2


def test_the_flow_makes_what_the_command_makes_and_leaves_its_artifact(tmp_path: Path):
    expected, _ = built(order(tmp_path / "command"))
    root = tmp_path / "flow"
    done = finished(str(SMALLEST), "--root", str(root), "--json", module=MODULE)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["content_hash"] == expected.content_hash
    assert "play: 24/24" in done.stderr
    assert "Traceback" not in done.stderr
    with sqlite3.connect(root / ".prefect" / "prefect.db") as db:
        ((key, data),) = db.execute("select key, data from artifact where type = 'markdown'")
        names = {name.rpartition("-")[0] for (name,) in db.execute("select name from task_run")}
    assert key == "smallest-funnel"
    assert "| released | 24 |" in data
    assert names == {"sample", "plan", "play", "judge", "steer", "curate", "release"}
    kept = list((root / ".prefect" / "storage").glob("*-play-*.json"))
    assert len(kept) == 1
    assert "24" in kept[0].read_text()
    again = finished(str(SMALLEST), "--root", str(root), module=MODULE)
    assert again.returncode == 0
    assert "already released, and whole" in again.stdout


def test_a_wrong_recipe_is_refused_before_prefect_starts(tmp_path: Path):
    done = finished(str(SMALLEST), "--set", "seed=x", "--root", str(tmp_path), module=MODULE)
    assert done.returncode == 2
    assert "seed=x" in done.stderr
    assert not (tmp_path / ".prefect").exists()


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGINT])
def test_a_flow_that_is_stopped_leaves_no_server_and_goes_on_afterwards(
    tmp_path: Path, by: signal.Signals
):
    expected, _ = built(order(tmp_path / "command", "blueprints.count=150"))
    root = tmp_path / "flow"
    options = (str(SMALLEST), "--root", str(root), "--json", "--set", "blueprints.count=150")
    process = running(*options, module=MODULE)
    assert until(lambda: bool(batches(root, "smallest", "dialogues")), process)
    family = descendants(process.pid)
    assert any("uvicorn" in " ".join(each.cmdline()) for each in family)
    if by == signal.SIGINT:
        os.killpg(process.pid, by)
        _, err = process.communicate(timeout=90)
        assert process.returncode == 130, err
        assert "Go on with the same command" in err
        assert "Traceback" not in err
    else:
        ended(process, by)
    assert all_gone(family)
    done = finished(*options, module=MODULE)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["content_hash"] == expected.content_hash
