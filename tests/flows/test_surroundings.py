"""Prefect gets a home under the root, quiet, and never a home that a killed run has damaged."""

import os
from pathlib import Path

import pytest

from flows.surroundings import HOME, leave, settle

NOBODY = 4194304
"""Larger than any process id."""


@pytest.fixture(autouse=True)
def without_prefect(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PREFECT")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PREFECT_LOGGING_LEVEL", "CRITICAL")
    monkeypatch.setattr("sys.modules", {})
    # What the code under test sets is taken back too.
    monkeypatch.setattr("os.environ", dict(os.environ))


def test_the_home_lies_under_the_root_and_is_left_in_order(tmp_path: Path):
    home = settle(tmp_path)
    assert home is not None
    assert home == tmp_path / HOME
    assert os.environ["PREFECT_HOME"] == str(home)
    assert os.environ["PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS"] == "120"
    (home / "prefect.db").write_text("kept")
    leave(home)
    assert list(home.iterdir()) == [home / "prefect.db"]


def test_the_home_of_a_killed_run_is_thrown_away(tmp_path: Path):
    home = tmp_path / HOME
    home.mkdir()
    (home / "running").write_text(str(NOBODY))
    (home / "prefect.db").write_text("half a page")
    assert settle(tmp_path) == home
    assert not (home / "prefect.db").exists()


def test_a_home_in_use_is_left_alone(tmp_path: Path):
    home = tmp_path / HOME
    home.mkdir()
    (home / "running").write_text("1")
    (home / "prefect.db").write_text("busy")
    assert settle(tmp_path) == tmp_path / f"{HOME}-{os.getpid()}"
    assert (home / "prefect.db").exists()


@pytest.mark.parametrize("name", ["PREFECT_API_URL", "PREFECT_HOME"])
def test_what_is_given_is_kept(tmp_path: Path, name: str):
    os.environ[name] = "given"
    assert settle(tmp_path) is None
    assert os.environ[name] == "given"
    assert not (tmp_path / HOME).exists()
