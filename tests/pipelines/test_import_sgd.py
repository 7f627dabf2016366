"""``duologue domain import sgd``: what it answers, and with which exit code."""

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from pipelines.cli import app
from pipelines.mishap import MISMATCH, YOUR_RECIPE
from tests.generators.domains.services.lakes import services, written


def run(folder: Path, schema: Path, rows: Path, *more: str) -> Result:
    named = ["--schema", str(schema), "--entities", str(rows), "--out", str(folder / "out")]
    return CliRunner().invoke(app, ["domain", "import", "sgd", *named, *more])


def test_a_table_says_what_came_of_each_service(tmp_path: Path):
    boats, *others = services()
    boats["intents"][0]["required_slots"].append("tackle")
    result = run(tmp_path, *written(tmp_path, [boats, *others, {"service_name": "Odd"}]))
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines[1:5]] == [
        "boats_1",
        "tides_2",
        "lessons_1",
        "ferry_1",
    ]
    assert "Odd: Object missing required field `slots`" in result.stdout
    assert "4 domains are in" in result.stdout
    assert "tackle" not in result.stdout


def test_notes_and_json_tell_everything(tmp_path: Path):
    files = written(tmp_path, services()[1:2])
    notes = run(tmp_path, *files, "--notes")
    assert "guessed: slots.date" in " ".join(notes.stdout.split())
    (tmp_path / "again").mkdir()
    (found,) = [
        each
        for each in json.loads(run(tmp_path / "again", *files, "--json").stdout)
        if not each.get("problem")
    ]
    assert found["name"] == "tides_2"
    assert {"where": "slots.date", "done": "a date"}.items() <= next(
        note for note in found["guessed"] if note["where"] == "slots.date"
    ).items()


def test_a_second_import_leaves_everything_and_says_so(tmp_path: Path):
    files = written(tmp_path, services())
    assert run(tmp_path, *files).exit_code == 0
    again = run(tmp_path, *files)
    assert again.exit_code == MISMATCH
    assert "is there already" in " ".join(again.stdout.split())


def test_a_file_of_which_nothing_can_be_imported_is_a_wrong_request(tmp_path: Path):
    schema, rows = written(tmp_path, "{")
    result = run(tmp_path, schema, rows)
    assert result.exit_code == YOUR_RECIPE
    assert "found no JSON" in result.stderr
    assert "Traceback" not in result.stderr
