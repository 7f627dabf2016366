import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from generators.trajectory import named
from outputs.content import ContentHash, row_hash
from outputs.integrity import verify
from outputs.manifest import MANIFEST, Manifest, manifest_text, read_manifest, sealed
from outputs.reading import file_hash, rows_of
from outputs.row import from_row, to_row
from outputs.schema import ROW_SCHEMA
from outputs.splits import SplitWriter
from outputs.store import Store, UnknownVersion, Version
from outputs.tables import parquet_table
from outputs.tally import Tally
from personas.record import identified
from tests.outputs.cloakroom_set import CLOAKROOM, judged_set
from tests.outputs.versions import released

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Version:
    root = tmp_path_factory.mktemp("root")
    return released(root, exports={"trl": {}}, report=lambda manifest: b"<p>report")


@pytest.fixture
def version(original: Version, tmp_path: Path) -> Version:
    """A copy to be damaged, with files that can be written."""
    shutil.copytree(original.folder.parent, tmp_path / "desk")
    folder = tmp_path / "desk" / "0.1.0"
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return Version(folder, original.manifest)


def found(version: Version) -> list[str]:
    return [str(each) for each in verify(Store(version.folder.parent.parent), "desk@0.1.0")]


def resealed(version: Version, **changes: Any) -> None:
    """The manifest as somebody would forge it: every hash computed afresh."""
    manifest: Manifest = replace(version.manifest, **changes)
    files = tuple(
        replace(entry, sha256=file_hash(path), bytes=path.stat().st_size)
        for entry in manifest.files
        if (path := version.folder / entry.path).exists()
    )
    text = manifest_text(sealed(replace(manifest, files=files)))
    (version.folder / MANIFEST).write_bytes(text)


def forged(version: Version, edit: Callable[[Rows], Any], cover_up: bool = False) -> None:
    """Rows changed by ``edit``, written by the same writers, and the manifest forged to fit them.

    With ``cover_up`` the hashes of the rows are made to fit too, so that only reading tells.
    """
    rows = list(rows_of(version, "judged"))
    edit(rows)
    content, tally = ContentHash(), Tally()
    for row in rows:
        row["row_hash"] = row_hash(row) if cover_up else row["row_hash"]
        content.add(row["id"], row["row_hash"])
        tally.add(from_row(row))
    shutil.rmtree(version.folder / "judged")
    with parquet_table(version.folder / "judged", ROW_SCHEMA) as table:
        table.add_all(rows)
    with SplitWriter(version.folder) as splits:
        for row in rows:
            if row["decision"] == "accept" and not row["dropped"]:
                splits.add(row["split"], row)
        splits.finish("desk", content.hexdigest())
    changes: dict[str, Any] = {}
    if cover_up:
        changes = {
            "content_hash": content.hexdigest(),
            "ledger": msgspec.to_builtins(tally.ledger(16)),
            "findings": dict(sorted(tally.reasons.items())),
            "rows": version.manifest.rows | splits.counts | {"judged": len(rows)},
        }
    resealed(version, **changes)


def accepted(rows: Rows) -> dict[str, Any]:
    """The first accepted row with a call in train."""
    return next(
        row
        for row in rows
        if row["split"] == "train" and any(event["call"] for event in row["events"])
    )


def test_a_version_as_released_has_no_problem(version: Version):
    assert found(version) == []


def test_progress_is_told_row_by_row(version: Version):
    seen: list[tuple[int, int]] = []
    verify(Store(version.folder.parent.parent), "desk", lambda *each: seen.append(each))
    assert seen == [(number, 16) for number in range(1, 17)]


def test_an_unknown_version_is_no_problem_of_a_version(tmp_path: Path):
    with pytest.raises(UnknownVersion):
        verify(Store(tmp_path), "desk")


def test_a_flipped_byte_in_any_file_is_found_and_the_file_named(version: Version):
    for entry in version.manifest.files:
        path = version.folder / entry.path
        whole = path.read_bytes()
        changed = bytearray(whole)
        changed[len(whole) // 3] ^= 1
        path.write_bytes(changed)
        assert f"{entry.path}: has changed since its release" in found(version)
        path.write_bytes(whole)


def test_a_flipped_byte_anywhere_in_the_rows_is_found_without_a_crash(version: Version):
    path = version.folder / "judged" / "part-00000.parquet"
    whole = path.read_bytes()
    for place in range(0, len(whole), len(whole) // 24):
        changed = bytearray(whole)
        changed[place] ^= 255
        path.write_bytes(changed)
        assert "judged/part-00000.parquet: has changed since its release" in found(version)


def test_a_file_cut_short_or_missing_is_found_and_named(version: Version):
    for entry in version.manifest.files:
        path = version.folder / entry.path
        whole = path.read_bytes()
        path.write_bytes(whole[:-3])
        assert (
            f"{entry.path}: has {len(whole) - 3} bytes where {len(whole)} were released"
            in found(version)
        )
        path.unlink()
        assert f"{entry.path}: is missing" in found(version)
        path.write_bytes(whole)


def test_a_manifest_cut_short_is_the_only_problem_named(version: Version):
    path = version.folder / MANIFEST
    path.write_bytes(path.read_bytes()[:500])
    (problem,) = found(version)
    assert problem.startswith("manifest.json: ")
    assert "no whole JSON object" in problem


def test_a_missing_manifest_is_a_problem_and_no_crash(version: Version):
    (version.folder / MANIFEST).unlink()
    (problem,) = found(version)
    assert "manifest.json is missing" in problem


def test_a_changed_manifest_is_found(version: Version):
    path = version.folder / MANIFEST
    path.write_text(path.read_text().replace('"accepted": 13', '"accepted": 12'))
    (problem,) = found(version)
    assert "has been changed since its release" in problem


def test_a_file_that_was_not_released_is_found_and_caches_are_let_be(version: Version):
    (version.folder / "train" / "cache-0123.arrow").write_bytes(b"x")
    assert found(version) == []
    (version.folder / "train" / "data-00001-of-00002.arrow").write_bytes(b"x")
    assert found(version) == ["train/data-00001-of-00002.arrow: it was not part of the release"]


def test_a_removed_row_is_found_and_named(version: Version):
    gone: list[str] = []

    def remove(rows: Rows) -> None:
        gone.append(rows.pop(rows.index(accepted(rows)))["id"])

    rows = list(rows_of(version, "judged"))
    remove(rows)
    shutil.rmtree(version.folder / "judged")
    with parquet_table(version.folder / "judged", ROW_SCHEMA) as table:
        table.add_all(rows)
    resealed(version)
    problems = found(version)
    assert f"row {gone[0]}: it is in train and not accepted among the judged rows" in problems
    assert "manifest.json: rows in judged: 16 released, 15 found" in problems
    assert any(each.startswith("manifest.json: content hash") for each in problems)
    assert any("the ledger does not add up: 16 attempted, 15" in each for each in problems)


def test_a_row_removed_from_its_split_is_found_and_named(version: Version):
    rows = [row for row in rows_of(version, "judged") if row["split"] == "train"]
    missing, kept = rows[0], [row for row in rows[1:] if row["decision"] == "accept"]
    everything = [*kept, *(r for r in rows_of(version, "judged") if r["split"] != "train")]
    with SplitWriter(version.folder) as splits:
        for row in everything:
            if row["decision"] == "accept" and row["split"]:
                splits.add(row["split"], row)
        splits.finish("desk", version.manifest.content_hash)
    resealed(version)
    assert f"row {missing['id']}: it is missing from train" in found(version)


def test_an_edited_message_is_found_and_the_row_named(version: Version):
    edited: list[str] = []

    def edit(rows: Rows) -> None:
        row = accepted(rows)
        edited.append(row["id"])
        row["messages"][-1]["content"] += " Or not."

    forged(version, edit)
    problems = [each for each in found(version) if each.startswith("row ")]
    assert problems == [
        f"row {edited[0]}: its content is not what was released: the row's hash differs",
        f"row {edited[0]}: its dialogue does not give what stands in messages",
    ]


def test_an_edited_message_is_found_even_when_every_hash_was_made_to_fit(version: Version):
    def edit(rows: Rows) -> None:
        accepted(rows)["messages"][-1]["content"] += " Or not."

    forged(version, edit, cover_up=True)
    (problem,) = found(version)
    assert "its dialogue does not give what stands in messages" in problem


def test_an_edited_event_is_found_even_when_every_hash_was_made_to_fit(version: Version):
    """The transcript no longer has the id that hashes it, and rules disagree with their old verdicts."""

    def edit(rows: Rows) -> None:
        row = accepted(rows)
        event = next(each for each in row["events"] if each["result"])
        event["result"]["content"] = "{}"
        row["messages"] = to_row(from_row(row), CLOAKROOM, "0.1.0")["messages"]

    forged(version, edit, cover_up=True)
    problems = found(version)
    assert any("the id of its dialogue" in each for each in problems)
    assert any(
        "rule replay gave pass and gives fail (replay.result_mismatch)" in p for p in problems
    )


def test_an_edited_decision_is_found_and_the_row_named(version: Version):
    edited: list[str] = []

    def edit(rows: Rows) -> None:
        row = next(row for row in rows if row["reasons"] and not row["failure"])
        edited.append(row["id"])
        row.update(decision="accept", reasons=[], blamed="", split="train")

    forged(version, edit)
    problems = found(version)
    assert (
        f"row {edited[0]}: its content is not what was released: the row's hash differs" in problems
    )
    assert f"row {edited[0]}: it is accepted against the veto of tool_calls" in problems
    assert any("ledger" in each for each in problems)


def test_an_edited_verdict_is_found_by_judging_again(version: Version):
    edited: list[str] = []

    def edit(rows: Rows) -> None:
        row = next(row for row in rows if row["reasons"] and not row["failure"])
        edited.append(row["id"])
        row.update(decision="accept", reasons=[], blamed="", split="train", score=1.0)
        for vote in row["votes"]:
            vote.update(outcome="pass", score=1.0, findings=[])
        row["messages"] = to_row(from_row(row), CLOAKROOM, "0.1.0")["messages"]

    forged(version, edit, cover_up=True)
    (problem,) = found(version)
    assert problem.startswith(f"row {edited[0]}: rule tool_calls gave pass and gives fail")
    assert "tool_calls.repeated_failure" in problem


def test_a_changed_plan_no_longer_has_its_id(version: Version):
    def edit(rows: Rows) -> None:
        row = accepted(rows)
        case = from_row(row)
        plan = replace(case.blueprint, turn_limit=99)
        row.update(to_row(replace(case, blueprint=plan), CLOAKROOM, "0.1.0"))

    forged(version, edit, cover_up=True)
    assert any("the id of its plan" in each for each in found(version))


def test_a_group_that_straddles_splits_is_found(version: Version):
    def edit(rows: Rows) -> None:
        row = next(row for row in rows if row["split"] == "test")
        row["split"] = "train"

    forged(version, edit, cover_up=True)
    assert any("it is in test, and others of plan" in each for each in found(version))


def test_a_ledger_that_was_edited_is_found(version: Version):
    resealed(version, ledger=version.manifest.ledger | {"accepted": 12, "attempted": 15})
    problems = found(version)
    assert any(each.startswith("manifest.json: ledger") for each in problems)
    assert any("does not add up: 15 attempted, 16" in each for each in problems)


def test_a_plan_missing_from_the_plans_is_found(version: Version):
    path = version.folder / "blueprints" / "part-00000.parquet"
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    pq.write_table(table.slice(1), path)
    resealed(version)
    problems = found(version)
    gone = table.column("id")[0].as_py()
    assert f"blueprint {gone}: it is missing from blueprints" in problems
    assert "blueprints: 7 rows where 8 were released" in problems


def test_a_dialogue_is_not_judged_by_another_domain_than_its_own(
    version: Version, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(CLOAKROOM.__dict__, "hash", "f" * 16)
    (problem,) = found(version)
    assert problem.startswith("domain cloakroom: its rows were made with the domain ")
    assert "only by one with that domain" in problem


def test_a_version_under_another_name_is_found(version: Version):
    root = version.folder.parent.parent
    os.rename(version.folder, root / "desk" / "0.3.0")
    problems = verify(Store(root), "desk@0.3.0")
    assert [str(each) for each in problems] == ["manifest.json: it is that of desk@0.1.0"]


def test_ids_of_the_set_are_hashes_of_content():
    for case in judged_set():
        assert named(case.trajectory).id == case.trajectory.id
        assert identified(case.blueprint).id == case.blueprint.id
        assert identified(case.persona).id == case.persona.id


def test_the_manifest_read_back_is_the_one_released(original: Version):
    assert read_manifest(original.folder) == original.manifest
