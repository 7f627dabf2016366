"""Which mishap an exception is, whatever it is wrapped in; and what is a bug."""

import errno
import pickle
import sqlite3
from pathlib import Path

import pytest

from generators.domains.registry import UnknownDomain
from generators.player import EngineDown
from outputs.manifest import DamagedVersion
from outputs.store import UnknownVersion, VersionClaimed
from pipelines.mishap import (
    YOUR_MACHINE,
    YOUR_RECIPE,
    EngineError,
    MachineError,
    RequestError,
    may_pass,
    mishap_of,
)

HERE = Path("/tmp")


def code_of(error: BaseException) -> int | None:
    mishap = mishap_of(error, HERE)
    return mishap.exit_code if mishap else None


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RequestError("wrong"), YOUR_RECIPE),
        (UnknownDomain("none"), YOUR_RECIPE),
        (UnknownVersion("none"), YOUR_RECIPE),
        (VersionClaimed("busy"), YOUR_MACHINE),
        (DamagedVersion("cut"), YOUR_MACHINE),
        (MachineError("broken"), YOUR_MACHINE),
        (OSError(errno.ENOSPC, "No space left on device"), YOUR_MACHINE),
        (OSError(errno.EROFS, "Read-only file system", "/x"), YOUR_MACHINE),
        (OSError(errno.EIO, "Input/output error", "/x"), YOUR_MACHINE),
        (MemoryError(), YOUR_MACHINE),
        (sqlite3.OperationalError("database or disk is full"), YOUR_MACHINE),
        (sqlite3.OperationalError("disk I/O error"), YOUR_MACHINE),
        (sqlite3.OperationalError("attempt to write a readonly database"), YOUR_MACHINE),
        (sqlite3.OperationalError("no such column: turn"), None),
        (EngineDown("http://127.0.0.1:8000/v1 cannot be reached"), YOUR_MACHINE),
        (RuntimeError("arrow: No space left on device"), YOUR_MACHINE),
        (FileNotFoundError(errno.ENOENT, "No such file"), None),
        (ZeroDivisionError(), None),
        (ValueError("ledger"), None),
    ],
)
def test_the_exit_code_says_whose_it_is(error: BaseException, code: int | None):
    assert code_of(error) == code


def test_a_mishap_is_found_through_causes_and_groups():
    try:
        try:
            raise OSError(errno.ENOSPC, "No space left on device", "/data/x")
        except OSError as inner:
            raise RuntimeError("the writer failed") from inner
    except RuntimeError as outer:
        group = ExceptionGroup("workers", [ValueError("other"), outer])
    assert code_of(group) == YOUR_MACHINE


def test_only_engines_and_networks_recover():
    assert may_pass(EngineError("Ray is down"))
    assert may_pass(ConnectionResetError())
    assert not may_pass(MachineError("no disk"))
    assert not may_pass(OSError(errno.ENOSPC, "No space left on device"))


def test_mishaps_can_come_from_another_process():
    error = EngineError("what", "remedy")
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), copy.what, copy.remedy) == (EngineError, "what", "remedy")


def test_an_engine_that_is_gone_is_named_and_may_come_back():
    mishap = mishap_of(EngineDown("agent: http://127.0.0.1:9/v1 cannot be reached"), HERE)
    assert isinstance(mishap, EngineError)
    assert "127.0.0.1:9" in mishap.what
    assert "same command again" in mishap.remedy
    assert may_pass(mishap)


def test_a_full_disk_found_by_sqlite_is_told_like_any_other():
    mishap = mishap_of(sqlite3.OperationalError("database or disk is full"), HERE)
    assert mishap
    assert "no space left on the disk while writing" in mishap.what
