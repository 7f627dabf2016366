"""Batches on disk: whole or not at all, checked when opened, read one record at a time."""

import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from personas.record import Record
from pipelines.mishap import MachineError
from pipelines.shards import DamagedBatch, Shards, commit, line_of, open_shards, read_at


class Note(Record):
    text: str
    number: int = 0


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
BATCHES = st.lists(
    st.dictionaries(st.text("abcdef:0123", min_size=1, max_size=8), TEXTS, min_size=1, max_size=5),
    max_size=5,
)


def lines(texts: dict[str, str]) -> list:
    return [line_of(key, Note(text=text), note=(len(text),)) for key, text in texts.items()]


def written(folder: Path, *batches: dict[str, str]) -> Shards[Note]:
    shards = open_shards(folder, Note)
    for batch in batches:
        shards.add(lines(batch))
    return shards


@given(BATCHES)
def test_what_was_committed_is_read_back_after_opening_anew(batches: list[dict[str, str]]):
    with tempfile.TemporaryDirectory() as folder:
        written(Path(folder), *batches)
        again = open_shards(Path(folder), Note)
        expected: dict[str, set[str]] = {}
        for batch in batches:
            for key, text in batch.items():
                expected.setdefault(key, set()).add(text)
        assert set(again.ordered()) == set(expected)
        for key, texts in expected.items():
            assert again.read(key).text in texts


def test_receipts_of_a_writer_and_of_a_fresh_index_are_the_same(tmp_path: Path):
    shards = written(tmp_path, {"a": "one", "b": "zwei ü"}, {"c": "three"})
    assert open_shards(tmp_path, Note).receipts == shards.receipts
    assert shards.receipts["b"].note == (6,)


def test_a_batch_is_named_by_the_hash_of_its_bytes_so_equal_batches_are_one_file(tmp_path: Path):
    commit(tmp_path, lines({"a": "one"}))
    commit(tmp_path, lines({"a": "one"}))
    assert len(list(tmp_path.iterdir())) == 1


def test_records_come_in_the_order_of_their_keys(tmp_path: Path):
    shards = written(tmp_path, {"c": "3", "a": "1"}, {"b": "2"})
    assert [note.text for note in shards] == ["1", "2", "3"]


@given(position=st.integers(0, 10_000), value=st.integers(1, 255))
def test_any_changed_byte_sets_its_batch_aside_and_keeps_the_others(position: int, value: int):
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        shards = written(folder, {"a": "one", "b": "two"}, {"c": "three"})
        path = folder / shards.receipts["a"].location.file
        data = bytearray(path.read_bytes())
        data[position % len(data)] ^= value
        path.write_bytes(data)
        with pytest.warns(DamagedBatch, match=path.name):
            again = open_shards(folder, Note)
        assert again.ordered() == ["c"]
        assert (folder / "damaged" / path.name).exists()


@given(length=st.integers(0, 10_000))
def test_a_truncated_batch_is_set_aside_and_can_be_made_again(length: int):
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        shards = written(folder, {"a": "one", "b": "two"})
        path = folder / shards.receipts["a"].location.file
        data = path.read_bytes()
        path.write_bytes(data[: length % len(data)])
        with pytest.warns(DamagedBatch):
            again = open_shards(folder, Note)
        assert len(again) == 0
        again.add(lines({"a": "one", "b": "two"}))
        assert open_shards(folder, Note).receipts == shards.receipts


def test_a_batch_that_was_being_written_when_the_build_was_killed_is_swept_away(tmp_path: Path):
    written(tmp_path, {"a": "one"})
    (tmp_path / "half.jsonl.123.tmp").write_bytes(b'{"key":"b"')
    assert open_shards(tmp_path, Note).ordered() == ["a"]
    assert not list(tmp_path.glob("*.tmp"))


def test_a_file_that_changes_after_opening_is_refused(tmp_path: Path):
    shards = written(tmp_path, {"a": "one"})
    location = shards.receipts["a"].location
    path = tmp_path / location.file
    path.write_bytes(path.read_bytes().replace(b"one", b"two"))
    with pytest.raises(MachineError, match="has changed since"):
        read_at(tmp_path, location, Note)
    path.unlink()
    with pytest.raises(MachineError, match="is gone since"):
        read_at(tmp_path, location, Note)


def test_a_failed_write_leaves_no_half_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipelines.shards.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        commit(tmp_path, lines({"a": "one"}))
    assert list(tmp_path.iterdir()) == []


def test_a_line_can_be_read_without_our_code(tmp_path: Path):
    shards = written(tmp_path, {"a": "one"})
    text = (tmp_path / shards.receipts["a"].location.file).read_text()
    assert msgspec.json.decode(text) == {"key": "a", "record": {"text": "one"}, "note": [3]}
