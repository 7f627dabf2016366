"""What Prefect finds around it when no server is given: a home under the root, and quiet.

Prefect reads its settings when it is imported, so this module must come first, and imports none of it.
The truth about a build lies in the build's own files: a Prefect home that a killed run may have left
damaged is thrown away without regret.
"""

import os
import shutil
import sys
from pathlib import Path

HOME = ".prefect"
_RUNNING = "running"
_SETTINGS = {
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_SERVER_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}


def settle(root: Path) -> Path | None:
    """Sets Prefect's surroundings unless they are set already. Returns the home that this process has
    to itself and should leave with ``leave``, or None where Prefect has a server or a home given."""
    if "prefect" in sys.modules or os.environ.get("PREFECT_API_URL"):
        return None
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    if os.environ.get("PREFECT_HOME"):
        return None
    home = _own_home(root / HOME)
    os.environ["PREFECT_HOME"] = str(home.absolute())
    return home


def leave(home: Path | None) -> None:
    """Marks the home as left in order."""
    if home:
        (home / _RUNNING).unlink(missing_ok=True)


def _own_home(home: Path) -> Path:
    """A home that nobody else uses and that no killed run has left behind."""
    runner = _runner(home)
    if runner and runner != os.getpid() and Path(f"/proc/{runner}").exists():
        home = home.with_name(f"{HOME}-{os.getpid()}")
    elif runner:
        shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True, exist_ok=True)
    (home / _RUNNING).write_text(str(os.getpid()), encoding="utf-8")
    return home


def _runner(home: Path) -> int:
    try:
        return int((home / _RUNNING).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 0
