import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from outputs.claim import Claim, ClaimHeld, claimed
from outputs.manifest import (
    MANIFEST,
    DamagedVersion,
    Manifest,
    manifest_text,
    read_manifest,
    sealed,
)
from outputs.store import (
    LATEST,
    Store,
    StoreError,
    UnknownVersion,
    VersionClaimed,
    VersionExists,
    precedence,
)


def release(store: Store, name: str, version: str, text: str = "rows") -> Path:
    with store.writing(name, version) as folder:
        (folder / "rows.txt").write_text(text)
        manifest = sealed(Manifest(name=name, version=version, schema_version=1))
        (folder / MANIFEST).write_bytes(manifest_text(manifest))
    return store.root / name / version


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "builds")


def leftovers(store: Store, name: str = "desk") -> list[str]:
    return sorted(
        each.name
        for each in (store.root / name).iterdir()
        if each.name.endswith((".tmp", ".claim", ".claiming"))
    )


def test_a_version_stands_where_its_name_says_and_leaves_nothing_beside_it(store: Store):
    folder = release(store, "desk", "0.1.0")
    assert folder == store.root / "desk" / "0.1.0"
    assert (folder / "rows.txt").read_text() == "rows"
    assert leftovers(store) == []


def test_files_of_a_released_version_are_read_only(store: Store):
    folder = release(store, "desk", "0.1.0")
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o444}


def test_a_released_version_is_never_written_again(store: Store):
    folder = release(store, "desk", "0.1.0")
    with pytest.raises(VersionExists, match=r"desk@0.1.0 has been released already.*Raise the"):
        release(store, "desk", "0.1.0", "others")
    assert (folder / "rows.txt").read_text() == "rows"
    assert leftovers(store) == []


def test_a_version_that_breaks_off_leaves_nothing(store: Store):
    def break_off(folder: Path) -> None:
        (folder / "rows.txt").write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"), store.writing("desk", "0.1.0") as folder:
        break_off(folder)
    assert store.versions("desk") == []
    assert leftovers(store) == []
    release(store, "desk", "0.1.0")


def test_without_a_manifest_there_is_no_version(store: Store):
    with (
        pytest.raises(StoreError, match="without a manifest"),
        store.writing("desk", "0.1.0") as folder,
    ):
        (folder / "rows.txt").write_text("rows")
    assert store.versions("desk") == []


def test_the_pointer_names_the_highest_version_and_resolving_follows_it(store: Store):
    for version in ("0.2.0", "0.10.0", "0.9.1"):
        release(store, "desk", version)
    assert (store.root / "desk" / LATEST).read_text() == "0.10.0\n"
    assert store.resolve("desk") == store.root / "desk" / "0.10.0"
    assert store.resolve("desk@latest") == store.resolve("desk")
    assert store.resolve("desk@0.2.0").name == "0.2.0"
    assert store.versions("desk") == ["0.2.0", "0.9.1", "0.10.0"]
    assert store.open("desk@0.9.1").manifest.reference == "desk@0.9.1"


def test_versions_are_ordered_as_semantic_versioning_says():
    ordered = [
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0",
        "1.0.1",
        "1.10.0",
        "2.0.0",
    ]
    assert sorted(reversed(ordered), key=precedence) == ordered


def test_unknown_names_and_versions_are_answered_with_what_there_is(store: Store):
    with pytest.raises(UnknownVersion, match="there are: none"):
        store.resolve("desk")
    release(store, "desk", "0.1.0")
    release(store, "clinic", "0.1.0")
    with pytest.raises(UnknownVersion, match=r"no dataset 'dask'.*there are: clinic, desk"):
        store.resolve("dask")
    with pytest.raises(UnknownVersion, match=r"desk has no version '9.9.9'; there are: 0.1.0"):
        store.resolve("desk@9.9.9")
    assert store.names() == ["clinic", "desk"]


@pytest.mark.parametrize("name", ["", "..", "a/b", "Desk", ".hidden", "a b"])
def test_a_name_that_is_no_name_is_refused(store: Store, name: str):
    with pytest.raises(StoreError, match="cannot name a dataset"):
        release(store, name, "0.1.0")


@pytest.mark.parametrize("version", ["", "1", "1.0", "01.0.0", "../0.1.0", "1.0.0-", "latest"])
def test_a_version_that_is_no_version_is_refused(store: Store, version: str):
    with pytest.raises(StoreError, match="is no version"):
        release(store, "desk", version)


def test_a_pointer_to_nowhere_is_refused_and_not_guessed_around(store: Store):
    release(store, "desk", "0.1.0")
    (store.root / "desk" / LATEST).write_text("7.7.7\n")
    with pytest.raises(StoreError, match=r"names no version of desk.*desk@0.1.0"):
        store.resolve("desk")
    assert store.resolve("desk@0.1.0").name == "0.1.0"


def test_a_second_writer_of_the_same_version_is_turned_away(store: Store):
    with store.writing("desk", "0.1.0") as folder:
        with pytest.raises(VersionClaimed, match=f"process {os.getpid()} on"):
            release(store, "desk", "0.1.0")
        release(store, "desk", "0.2.0")
        manifest = sealed(Manifest(name="desk", version="0.1.0"))
        (folder / MANIFEST).write_bytes(manifest_text(manifest))
    assert store.versions("desk") == ["0.1.0", "0.2.0"]


WRITER = """
import sys, time
from pathlib import Path
from outputs.store import Store
with Store(Path(sys.argv[1])).writing("desk", "0.1.0") as folder:
    (folder / "rows.txt").write_text("half")
    print("writing", flush=True)
    time.sleep(60)
"""


def test_a_killed_writer_is_taken_over_and_swept_up(store: Store):
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(store.root)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout
        assert writer.stdout.readline() == "writing\n"
        with pytest.raises(VersionClaimed, match=f"process {writer.pid} on"):
            release(store, "desk", "0.1.0")
        writer.send_signal(signal.SIGKILL)
        time.sleep(0.01)  # Not waited for: a process that is only a zombie is dead too.
        assert len(leftovers(store)) == 2
        while True:
            try:
                release(store, "desk", "0.1.0")
                break
            except VersionClaimed:  # The kill has not arrived yet.
                time.sleep(0.01)
    assert leftovers(store) == []
    assert (store.resolve("desk") / "rows.txt").read_text() == "rows"


@pytest.mark.slow
def test_of_many_writers_at_once_one_wins_and_the_others_learn_why(store: Store):
    code = WRITER.replace(
        "time.sleep(60)", "time.sleep(0.3); (folder/'manifest.json').write_text('{}')"
    )
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(store.root)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    errors = [writer.communicate()[1] for writer in writers]
    assert sorted(writer.returncode for writer in writers) == [0, 1, 1, 1]
    assert sum("VersionClaimed" in each or "VersionExists" in each for each in errors) == 3
    assert store.versions("desk") == ["0.1.0"]
    assert leftovers(store) == []


def test_the_claim_of_another_machine_is_respected(tmp_path: Path):
    other = Claim(pid=1, host="elsewhere", token="t")
    (tmp_path / ".0.1.0.claim").write_bytes(msgspec.json.encode(other))
    with pytest.raises(ClaimHeld, match="process 1 on elsewhere"), claimed(tmp_path, "0.1.0"):
        pass


def test_a_number_that_a_new_process_has_is_no_living_claim(tmp_path: Path):
    import socket

    stale = Claim(pid=os.getpid(), host=socket.gethostname(), token="t", started="1")
    (tmp_path / ".0.1.0.claim").write_bytes(msgspec.json.encode(stale))
    (tmp_path / ".0.1.0.t.tmp").mkdir()
    with claimed(tmp_path, "0.1.0"):
        assert not (tmp_path / ".0.1.0.t.tmp").exists()
    assert not (tmp_path / ".0.1.0.claim").exists()


def test_a_manifest_comes_back_as_it_was_written(tmp_path: Path):
    manifest = sealed(
        Manifest(
            name="desk",
            version="0.1.0",
            schema_version=1,
            funnel=(("planned", 9), ("accepted", 3)),
            recipe={"b": 1.5, "a": [None, {"x": "ü"}]},
            stage_seconds={"play": 0.25},
        )
    )
    (tmp_path / MANIFEST).write_bytes(manifest_text(manifest))
    assert read_manifest(tmp_path) == manifest


def test_a_missing_manifest_says_what_to_do(tmp_path: Path):
    with pytest.raises(DamagedVersion, match=r"manifest.json is missing.*build it again"):
        read_manifest(tmp_path)


def test_a_manifest_cut_short_anywhere_is_refused_by_name(store: Store):
    folder = release(store, "desk", "0.1.0")
    text = (folder / MANIFEST).read_bytes()
    for size in range(0, len(text), 7):
        (folder / MANIFEST).unlink()
        (folder / MANIFEST).write_bytes(text[:size])
        with pytest.raises(DamagedVersion, match=r"manifest\.json"):
            store.open("desk")


def test_any_changed_byte_of_a_manifest_is_noticed(store: Store):
    folder = release(store, "desk", "0.1.0")
    text = (folder / MANIFEST).read_bytes()
    for place in range(len(text)):
        for mask in (1, 2, 4, 32):
            changed = bytearray(text)
            changed[place] ^= mask
            (folder / MANIFEST).unlink()
            (folder / MANIFEST).write_bytes(changed)
            with pytest.raises(DamagedVersion):
                read_manifest(folder)


def test_a_manifest_of_a_newer_program_is_not_taken_for_a_damaged_one(tmp_path: Path):
    body = {"name": "desk", "version": "0.1.0", "schema_version": 99, "seal": "x", "more": 1}
    (tmp_path / MANIFEST).write_text(json.dumps(body))
    with pytest.raises(DamagedVersion, match="schema version 99, and this program reads up to"):
        read_manifest(tmp_path)


def test_a_version_moved_to_another_name_is_refused(store: Store):
    folder = release(store, "desk", "0.1.0")
    (store.root / "other").mkdir()
    folder.rename(store.root / "other" / "0.1.0")
    with pytest.raises(DamagedVersion, match=r"is that of desk@0.1.0. Move"):
        store.open("other@0.1.0")
