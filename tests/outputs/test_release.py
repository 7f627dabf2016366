from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from msgspec.structs import replace

from outputs.judged import Judged
from outputs.manifest import DamagedVersion
from outputs.messages import transcript_of
from outputs.reading import blueprints_of, file_hash, judged_of, personas_of, rows_of
from outputs.release import Unreleasable
from outputs.row import from_row, to_row
from outputs.schema import ROW_SCHEMA
from outputs.statistics import Summary, statistics_of
from outputs.store import Store, Version, VersionExists
from tests.outputs.cloakroom_set import (
    CLOAKROOM,
    blueprints,
    broken,
    decided,
    judged,
    judged_set,
    persona_of,
    played,
)
from tests.outputs.versions import DRAFT, released
from verifiers.ledger import LedgerError

if TYPE_CHECKING:
    from datasets import DatasetDict


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Version:
    return released(
        tmp_path_factory.mktemp("root"),
        report=lambda manifest: f"<h1>{manifest.reference}</h1>".encode(),
        summary=lambda: statistics_of(judged_set()).summary(),
        exports={"openai": {}, "trl": {"arguments": "json"}, "verl": {}},
    )


def accepted(split: str) -> list[Judged]:
    return [each for each in judged_set() if each.accepted and each.split == split]


def loaded_from(version: Version) -> "DatasetDict":
    from datasets import DatasetDict, load_from_disk

    loaded = load_from_disk(str(version.folder))
    assert isinstance(loaded, DatasetDict)
    return loaded


def test_datasets_loads_the_splits_with_exactly_our_schema(version: Version):
    loaded = loaded_from(version)
    assert list(loaded) == ["train", "validation", "test"]
    for split, rows in loaded.items():
        assert rows.data.schema.remove_metadata() == ROW_SCHEMA
        assert [from_row(dict(row)) for row in rows] == accepted(str(split))


def test_the_library_writes_the_same_layout_itself(version: Version, tmp_path: Path):
    import json

    loaded_from(version).save_to_disk(str(tmp_path / "again"))
    for split in ("train", "validation", "test"):
        theirs, ours = tmp_path / "again" / split, version.folder / split
        assert {each.name for each in theirs.iterdir()} == {each.name for each in ours.iterdir()}
        states = [json.loads((each / "state.json").read_text()) for each in (theirs, ours)]
        assert states[0].keys() == states[1].keys()
        assert states[0]["_data_files"] == states[1]["_data_files"]


def test_the_folder_loads_as_a_hub_dataset_too(version: Version, tmp_path: Path):
    from datasets import load_dataset

    loaded = load_dataset(str(version.folder), cache_dir=str(tmp_path))
    assert {split: len(rows) for split, rows in loaded.items()} == {
        split: len(accepted(split)) for split in ("train", "validation", "test")
    }


def test_an_empty_split_is_there_and_loads(tmp_path: Path):
    rows = [replace(each, split="train" if each.accepted else "") for each in judged_set()]
    loaded = loaded_from(released(tmp_path, rows))
    assert {split: len(each) for split, each in loaded.items()} == {
        "train": 13,
        "validation": 0,
        "test": 0,
    }
    assert loaded["test"].data.schema.remove_metadata() == ROW_SCHEMA


def test_a_set_without_a_single_row_is_a_version_too(tmp_path: Path):
    version = released(tmp_path, [])
    assert list(judged_of(version)) == []
    assert len(loaded_from(version)["train"]) == 0


def test_every_judged_row_is_kept_with_its_decision(version: Version):
    assert tuple(judged_of(version)) == judged_set()
    assert sum(not each.accepted for each in judged_of(version)) == 3


def test_plans_and_personas_lie_beside_the_rows(version: Version):
    plans = blueprints(8)
    assert tuple(blueprints_of(version)) == plans
    assert list(personas_of(version)) == [persona_of(plan) for plan in plans]


def test_report_card_figures_and_exports_lie_beside_the_rows(version: Version):
    assert (version.folder / "report.html").read_text() == "<h1>desk@0.1.0</h1>"
    summary = msgspec.json.decode((version.folder / "statistics.json").read_bytes(), type=Summary)
    assert summary == statistics_of(judged_set()).summary()
    assert (
        (version.folder / "README.md").read_text().startswith("---\npretty_name: Cloakroom talks")
    )
    lines = (version.folder / "exports" / "openai" / "train.jsonl").read_bytes().splitlines()
    assert len(lines) == version.manifest.exports["openai"]["rows"]["train"]
    assert version.manifest.exports["trl"]["options"]["arguments"] == "json"


def test_the_manifest_lists_every_file_with_its_hash_size_and_rows(version: Version):
    listed = {entry.path: entry for entry in version.manifest.files}
    there = {
        path.relative_to(version.folder).as_posix(): path
        for path in version.folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert set(listed) == set(there)
    for name, path in there.items():
        assert listed[name].sha256 == file_hash(path)
        assert listed[name].bytes == path.stat().st_size
    assert listed["judged/part-00000.parquet"].rows == 16
    assert listed["train/data-00000-of-00001.arrow"].rows == len(accepted("train"))


def test_the_manifest_says_what_became_of_every_attempt(version: Version):
    manifest = version.manifest
    assert manifest.ledger == {
        "attempted": 16,
        "accepted": 13,
        "rejected": {"duplicate.near": 1, "tool_calls.invalid_arguments": 1},
        "failed": {"agent": 1},
    }
    assert manifest.findings["tool_calls.repeated_failure"] == 1
    assert manifest.rows["judged"] == 16
    assert manifest.domains == {"cloakroom": CLOAKROOM.hash}
    assert manifest.languages == {"en": 13}
    assert manifest.libraries["pyarrow"]


def test_a_ledger_that_does_not_add_up_is_not_released(tmp_path: Path):
    with pytest.raises(LedgerError, match="attempted 17 is not accepted 13"):
        released(tmp_path, attempted=17)
    assert Store(tmp_path).names() == []


def test_rows_out_of_order_or_twice_are_not_released(tmp_path: Path):
    first, second, *_ = judged_set()
    for rows in ([second, first], [first, first]):
        with pytest.raises(Unreleasable, match="rows go in id order"):
            released(tmp_path, rows)
    assert Store(tmp_path).names() == []


def test_an_accepted_row_without_a_split_is_not_released(tmp_path: Path):
    plan = blueprints(1)[0]
    with pytest.raises(Unreleasable, match="is accepted and in no split"):
        released(tmp_path, [judged(played(plan), plan, split="")])


def test_a_dialogue_that_broke_off_is_not_released_as_accepted(tmp_path: Path):
    plan = blueprints(1)[0]
    stopped = broken(plan, 0)
    case = judged(stopped, plan, decision=decided(stopped), split="train")
    with pytest.raises(Unreleasable, match="one that broke off cannot be accepted"):
        released(tmp_path, [case])
    assert Store(tmp_path).names() == []


def test_the_same_rows_give_the_same_hash_and_the_same_bytes(version: Version, tmp_path: Path):
    again = released(
        tmp_path,
        report=lambda manifest: b"another report",
        exports={"openai": {}, "trl": {"arguments": "json"}, "verl": {}},
    )
    assert again.manifest.content_hash == version.manifest.content_hash
    other = {entry.path: entry.sha256 for entry in again.manifest.files}
    same = {entry.path for entry in version.manifest.files if other.get(entry.path) == entry.sha256}
    assert {entry.path for entry in version.manifest.files} - same == {
        "README.md",
        "report.html",
        "statistics.json",
    }


def test_the_hash_is_that_of_the_content_and_not_of_version_or_cost(tmp_path: Path):
    plan = blueprints(1)[0]
    quick = [judged(played(plan, latency=1.0), plan)]
    slow = [judged(played(plan, latency=50.0), plan)]
    hashes = {
        released(tmp_path, rows, replace(DRAFT, version=number)).manifest.content_hash
        for number, rows in (("0.1.0", quick), ("0.2.0", slow))
    }
    assert len(hashes) == 1
    other = [judged(played(plan, 1), plan)]
    hashes.add(released(tmp_path, other, replace(DRAFT, version="0.3.0")).manifest.content_hash)
    assert len(hashes) == 2


def test_stored_messages_are_those_of_the_dialogue(version: Version):
    for row, case in zip(rows_of(version, "judged"), judged_set(), strict=True):
        messages = transcript_of(case, CLOAKROOM).messages
        assert [each["content"] for each in row["messages"]] == [each.content for each in messages]
        assert row == to_row(case, CLOAKROOM, "0.1.0")


def test_a_damaged_table_is_refused_before_its_first_row(tmp_path: Path):
    version = released(tmp_path)
    path = version.folder / "judged" / "part-00000.parquet"
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(DamagedVersion, match=r"part-00000\.parquet has changed since its release"):
        next(judged_of(version))
    path.unlink()
    with pytest.raises(DamagedVersion, match=r"part-00000\.parquet is missing"):
        next(judged_of(version))


def test_a_version_is_released_once(tmp_path: Path):
    released(tmp_path)
    with pytest.raises(VersionExists):
        released(tmp_path)


def test_rows_are_taken_one_by_one_and_spread_over_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    import outputs.tables as tables

    monkeypatch.setattr(tables, "BATCH_ROWS", 2)
    monkeypatch.setattr(tables, "PARQUET_ROWS", 4)
    monkeypatch.setattr(tables, "ARROW_BYTES", 60_000)
    waiting: list[int] = []

    def counted() -> Iterator[Judged]:
        for number, each in enumerate(judged_set()):
            waiting.append(number)
            yield each

    from outputs.release import write_version

    version = write_version(Store(tmp_path), DRAFT, counted(), 16)
    files: dict[str, Any] = {entry.path: entry.rows for entry in version.manifest.files}
    assert [rows for path, rows in files.items() if path.startswith("judged/")] == [4, 4, 4, 4]
    arrow = [path for path in files if path.startswith("train/data-")]
    assert arrow == [f"train/data-{n:05d}-of-{len(arrow):05d}.arrow" for n in range(len(arrow))]
    assert len(arrow) > 1
    assert tuple(judged_of(version)) == judged_set()
    loaded = loaded_from(version)["train"]
    assert [from_row(dict(row)) for row in loaded] == accepted("train")
