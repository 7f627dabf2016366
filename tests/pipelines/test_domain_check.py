"""``duologue domain check``: what it answers, and with which exit code."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from generators.domains.services.folders import copy_service
from pipelines.cli import app
from pipelines.mishap import MISMATCH, YOUR_RECIPE


def check(*arguments: str) -> Result:
    few = ("--tries", "3", "--worlds", "1")
    return CliRunner().invoke(app, ["domain", "check", *arguments, *few])


@pytest.mark.slow
def test_a_folder_is_checked_by_its_path_and_weak_alone_is_no_failure(services: Path):
    result = check(str(services / "kayaks_1"), "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["broken"] is False
    assert told["examination"]["domain"] == "kayaks_1"
    assert {each["intent"] for each in told["examination"]["intents"]} == {
        "find_kayak",
        "hire_kayak",
    }


@pytest.mark.slow
def test_what_is_broken_fails_and_is_shown(services: Path, tmp_path: Path):
    copy_service(services / "kayaks_1", tmp_path / "kayaks")
    for rows in (tmp_path / "kayaks" / "rows").glob("*.jsonl"):
        rows.write_text("")
    result = check(str(tmp_path / "kayaks"))
    assert result.exit_code == MISMATCH
    assert "broken" in result.stdout
    assert "none of 3 callers has a case of it" in " ".join(result.stdout.split())


def test_a_name_that_is_nobodys_is_answered_with_those_there_are():
    result = check("moon", "--json")
    assert result.exit_code == YOUR_RECIPE
    assert "unknown domain 'moon'" in json.loads(result.stdout)["error"]
