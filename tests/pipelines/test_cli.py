"""The ``duologue`` command: what it answers, where it says it, and with which exit code."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from pipelines import answer
from pipelines.cli import app
from pipelines.mishap import INTERRUPTED, MISMATCH, OUR_BUG, YOUR_MACHINE, YOUR_RECIPE
from tests.builds import CHECKOUT, SMALLEST

FAULTS = "players.agent.faults=[{kind: drop_last_write, probability: 0.6}]"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("builds")
    result = run("build", str(SMALLEST), "--root", str(root), "--set", FAULTS, "--json")
    assert result.exit_code == 0, result.stderr
    return root


@pytest.fixture
def own_root(root: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    shutil.copytree(root, tmp_path / "builds")
    for path in (tmp_path / "builds").rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return tmp_path / "builds"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def test_a_build_answers_with_one_json_object(tmp_path: Path):
    result = run("build", str(SMALLEST), "--root", str(tmp_path), "--json", "--workers", "0")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert (told["dataset"], told["version"], told["counts"]["attempts"]) == (
        "smallest",
        "0.1.0",
        24,
    )
    assert len(told["content_hash"]) == 64
    assert Path(told["path"], "manifest.json").is_file()
    assert Path(told["report"]).is_file()
    assert told["seconds"] > 0
    for stage in ("sample", "plan", "play", "judge", "curate", "release"):
        assert f"{stage}: " in result.stderr


def test_for_people_a_build_ends_with_funnel_and_paths(root: Path):
    result = run("build", str(SMALLEST), "--root", str(root), "--set", FAULTS)
    assert result.exit_code == 0
    assert "Funnel" in result.stderr
    assert "already released, and whole" in result.stdout
    assert str(root / "smallest" / "0.1.0" / "report.html") in result.stdout.replace("\n", "")


def test_a_dry_run_tells_counts_and_price_and_writes_nothing(tmp_path: Path):
    result = run("build", str(SMALLEST), "--root", str(tmp_path / "new"), "--dry-run", "--json")
    told = json.loads(result.stdout)
    assert told["dialogues"] == 24
    assert told["blueprints"] == {"cloakroom": 12}
    assert told["model_calls"] == {"user": 0, "agent": 0}
    assert told["seconds"] > 0
    assert not (tmp_path / "new").exists()
    assert "about" in run("build", str(SMALLEST), "--dry-run").stdout


def test_versions_are_listed_and_the_latest_marked(root: Path):
    assert "smallest@0.1.0" in run("versions", "--root", str(root)).stdout
    told = json.loads(run("versions", "smallest", "--root", str(root), "--json").stdout)
    assert [each["latest"] for each in told["versions"]] == [True]
    assert run("versions", "other", "--root", str(root)).exit_code == YOUR_RECIPE


def test_show_prints_events_calls_and_verdicts(root: Path):
    shown = run("show", "smallest", "--root", str(root), "--limit", "1").stdout
    assert "user" in shown
    assert "→ find_guest(" in shown
    assert "ended by user_stop" in shown
    assert "passed by" in shown


def test_show_filters_by_decision_domain_code_and_id(root: Path):
    def ids(*filters: str) -> list[str]:
        result = run("show", "smallest", "--root", str(root), "--limit", "99", "--json", *filters)
        return [each["trajectory"]["id"] for each in json.loads(result.stdout)["dialogues"]]

    everything = set(ids())
    accepted, rejected = set(ids("--decision", "accept")), set(ids("--decision", "reject"))
    assert accepted
    assert rejected
    assert accepted | rejected == everything
    assert not accepted & rejected
    assert set(ids("--domain", "cloakroom")) == everything
    assert ids("--domain", "energy") == []
    assert set(ids("--code", "replay.")) <= rejected
    assert ids("--code", "replay.")
    one = sorted(everything)[0]
    assert ids("--id", one) == [one]


def test_what_a_dialogue_says_cannot_steer_the_terminal():
    from pipelines.terminal import plain

    assert plain("\x1b[2J gone") == "␛[2J gone"


def test_export_writes_a_trainers_format_once(root: Path, tmp_path: Path):
    out = tmp_path / "out"
    command = ("export", "smallest@0.1.0", "--format", "openai", "--out", str(out))
    result = run(*command, "--root", str(root))
    assert result.exit_code == 0
    assert (out / "train.jsonl").is_file()
    again = run(*command, "--root", str(root))
    assert again.exit_code == YOUR_RECIPE
    assert "not empty" in again.stderr
    other = run(
        "export", "smallest", "--format", "x", "--out", str(tmp_path / "y"), "--root", str(root)
    )
    assert other.exit_code == YOUR_RECIPE
    assert "there are: openai, trl, verl" in other.stderr


def test_verify_accepts_what_is_whole(root: Path):
    result = run("verify", "smallest@0.1.0", "--root", str(root), "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"reference": "smallest@0.1.0", "problems": [], "ok": True}


def test_verify_names_what_does_not_match_and_exits_with_1(own_root: Path):
    card = own_root / "smallest" / "0.1.0" / "README.md"
    card.write_text(card.read_text() + "more")
    result = run("verify", "smallest@0.1.0", "--root", str(own_root))
    assert result.exit_code == MISMATCH
    assert "README.md" in result.stdout


def test_a_truncated_manifest_is_named_with_a_way_out(own_root: Path):
    manifest = own_root / "smallest" / "0.1.0" / "manifest.json"
    manifest.write_bytes(manifest.read_bytes()[:200])
    shown = run("show", "smallest", "--root", str(own_root))
    assert shown.exit_code == YOUR_MACHINE
    assert "manifest.json" in shown.stderr
    assert "Copy it again" in shown.stderr
    assert run("verify", "smallest", "--root", str(own_root)).exit_code == MISMATCH
    rebuilt = run("build", str(SMALLEST), "--root", str(own_root), "--set", FAULTS)
    assert rebuilt.exit_code == YOUR_MACHINE


def test_an_unknown_version_lists_those_there_are(root: Path):
    result = run("show", "smallest@9.9.9", "--root", str(root))
    assert result.exit_code == YOUR_RECIPE
    assert "there are: 0.1.0" in result.stderr


def test_domains_are_listed_and_one_is_shown_in_full():
    listed = run("domains").stdout
    assert "cloakroom" in listed
    assert "energy" in listed
    full = json.loads(run("domains", "energy", "--json").stdout)["energy"]
    assert len(full["agent_tools"]) >= 12
    assert len(full["clauses"]) >= 20
    assert len(full["checked_clauses"]) >= 12
    assert len(full["intents"]) >= 8
    assert full["user_tools"]
    assert "intent" in run("domains", "cloakroom").stdout
    assert run("domains", "none").exit_code == YOUR_RECIPE


def test_recipe_check_prints_the_whole_recipe_or_every_problem():
    assert "similarity: 0.9" in run("recipe", "check", str(SMALLEST)).stdout
    bad = run("recipe", "check", str(SMALLEST), "--set", "atempts=2", "--set", "seed=x")
    assert bad.exit_code == YOUR_RECIPE
    assert "2 problems" in bad.stderr
    assert "did you mean 'attempts'" in bad.stderr


def test_errors_are_one_json_object_too(tmp_path: Path):
    result = run("build", str(tmp_path / "none.yaml"), "--json")
    assert result.exit_code == YOUR_MACHINE
    told = json.loads(result.stdout)
    assert told["exit_code"] == YOUR_MACHINE
    assert "there is no recipe" in told["error"]


def test_doctor_says_what_is_there():
    told = json.loads(run("doctor", "--json").stdout)
    assert told["packages"]["ok"]
    assert told["ray"]["ok"]


def test_report_show_says_how_each_clause_was_kept(root: Path):
    shown = run("report", "show", "smallest", "--root", str(root))
    assert shown.exit_code == 0
    assert "cloakroom: 24 of 24 dialogues broke no clause" in shown.stdout
    assert "not checked by code" in shown.stdout
    told = json.loads(run("report", "show", "smallest", "--root", str(root), "--json").stdout)
    assert [each["domain"] for each in told["policies"]] == ["cloakroom"]
    wrong = run("report", "show", "smallest", "--domain", "cloakrom", "--root", str(root))
    assert wrong.exit_code == YOUR_RECIPE
    assert "Did you mean 'cloakroom'?" in wrong.stderr


def test_report_compare_puts_a_corpus_beside_a_version(root: Path, tmp_path: Path):
    corpus = tmp_path / "people.jsonl"
    turns = [
        {"speaker": "user", "utterance": "Hello, I would like my coat back please."},
        {"speaker": "system", "utterance": "Which ticket number do you have?"},
        {"speaker": "user", "utterance": "It is number seventeen, thank you."},
        {"speaker": "system", "utterance": "Here you are."},
    ]
    line = json.dumps({"dialogue_id": "1", "services": ["Coats"], "turns": turns})
    corpus.write_text(f"{line}\n{line.replace('seventeen', 'twelve')}\n")
    page = tmp_path / "page.html"
    command = ("report", "compare", "smallest", "--reference", str(corpus), "--root", str(root))
    result = run(*command, "--out", str(page))
    assert result.exit_code == 0, result.stderr
    assert "turns per dialogue" in result.stdout
    assert page.is_file()


def test_a_bug_of_ours_leaves_a_traceback_in_a_file(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(typer.Exit) as caught, answer.answering(Path()):
        raise ZeroDivisionError("oops")
    assert caught.value.exit_code == OUR_BUG
    said = capsys.readouterr().err
    place = Path(said.split("The traceback is in ")[1].split(";")[0].replace("\n", ""))
    assert "ZeroDivisionError: oops" in place.read_text()
    place.unlink()


def test_an_interruption_says_how_to_go_on(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(typer.Exit) as caught, answer.answering(Path(), resume="Go on with X."):
        raise KeyboardInterrupt
    assert caught.value.exit_code == INTERRUPTED
    assert "Go on with X." in capsys.readouterr().err


def test_what_libraries_print_stays_off_standard_output(capsys: pytest.CaptureFixture[str]):
    with answer.answering(Path(), as_json=True) as told:
        print("noise")
        told.json({"a": 1})
    captured = capsys.readouterr()
    assert captured.out == '{"a":1}\n'
    assert "noise" in captured.err


def test_a_foreign_package_called_verifiers_is_refused(tmp_path: Path):
    (tmp_path / "verifiers").mkdir()
    (tmp_path / "verifiers" / "__init__.py").write_text("")
    result = subprocess.run(
        [Path(sys.executable).with_name("duologue"), "domains"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
    )
    assert result.returncode == YOUR_MACHINE
    assert "'verifiers'" in result.stderr
    assert str(tmp_path) in result.stderr


def test_help_loads_nothing_heavy():
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, pipelines.cli; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=CHECKOUT,
    ).stdout.split()
    heavy = {"ray", "prefect", "datasets", "pyarrow", "matplotlib", "numpy", "pydantic", "mimesis"}
    assert not heavy & set(loaded)
