from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.domains.table import (
    Base,
    Database,
    Row,
    TableSpec,
    ToolFailure,
    dangling_references,
)


class Shelf(Row):
    shelf_id: str
    room: str


class Book(Row):
    book_id: str
    shelf_id: str
    copies: int
    remark: str = ""


SPECS = (
    TableSpec(Shelf, "shelves", "shelf_id"),
    TableSpec(Book, "books", "book_id", {"shelf_id": Shelf}, wording=("remark",)),
)
NOON = datetime(2025, 1, 1, 12)


def base() -> Base:
    shelves = [Shelf(shelf_id=f"s{n}", room="a") for n in range(3)]
    books = [Book(book_id=f"b{n}", shelf_id=f"s{n % 3}", copies=n) for n in range(6)]
    return Base(SPECS, {Shelf: shelves, Book: books})


BASE = base()

changes = st.lists(
    st.tuples(
        st.sampled_from([f"b{n}" for n in range(8)]),
        st.sampled_from(["change", "remove", "insert"]),
        st.integers(0, 3),
    ),
    max_size=12,
)


def apply(db: Database, operations: list[tuple[str, str, int]]) -> None:
    for key, what, number in operations:
        try:
            if what == "change":
                db[Book].change(key, copies=number)
            elif what == "remove":
                db[Book].remove(key)
            else:
                db[Book].insert(Book(book_id=key, shelf_id="s0", copies=number))
        except ToolFailure:
            continue


@given(changes)
def test_no_operation_reaches_the_base(operations: list[tuple[str, str, int]]):
    apply(Database(BASE, NOON), operations)
    assert BASE.fingerprint() == BASE.digest == base().digest


@given(changes)
def test_the_hash_depends_on_the_state_and_not_on_the_way_there(
    operations: list[tuple[str, str, int]],
):
    db, other = Database(BASE, NOON), Database(BASE, NOON)
    apply(db, operations)
    for key in sorted({key for key, _, _ in operations}, reverse=True):
        row = db[Book].find(key)
        if other[Book].find(key):
            other[Book].remove(key)
        if row:
            other[Book].insert(row)
    assert db.state_hash() == other.state_hash()
    assert list(db[Book]) == list(other[Book])


@given(changes)
def test_restoring_a_snapshot_undoes_everything_since(operations: list[tuple[str, str, int]]):
    db = Database(BASE, NOON)
    db[Book].change("b1", copies=99)
    before, kept = db.state_hash(), db.snapshot()
    apply(db, operations)
    db.restore(kept)
    assert db.state_hash() == before
    assert db.diff(kept) == ()


@given(changes, st.integers(0, 3))
def test_where_finds_what_a_scan_finds(operations: list[tuple[str, str, int]], copies: int):
    db = Database(BASE, NOON)
    apply(db, operations)
    scanned = [book for book in db[Book] if book.copies == copies and book.shelf_id == "s0"]
    assert db[Book].where(copies=copies, shelf_id="s0") == scanned
    assert len(db[Book]) == len(list(db[Book]))


def test_a_diff_shows_only_what_changed():
    db = Database(BASE, NOON)
    start = db.snapshot()
    db[Book].change("b1", copies=7)
    db[Book].remove("b2")
    changed, removed = db.diff(start)
    assert (changed.kind, changed.before, changed.after) == (
        "changed",
        {"copies": 1},
        {"copies": 7},
    )
    assert (removed.kind, removed.key) == ("removed", "b2")


def test_free_words_are_no_part_of_the_state():
    db = Database(BASE, NOON)
    untouched = db.state_hash()
    db[Book].change("b1", remark="worn")
    assert db.state_hash() == untouched


def test_a_new_id_depends_on_its_parts_alone():
    db, other = Database(BASE, NOON), Database(BASE, NOON)
    assert db.new_id("X", "a", 1) == other.new_id("X", "a", 1) != db.new_id("X", "a", 2)


def test_seed_data_with_a_dangling_reference_is_refused():
    with pytest.raises(ValueError, match="books b0: shelf_id='s9' points to no row"):
        Base(SPECS, {Book: [Book(book_id="b0", shelf_id="s9", copies=1)]})


def test_two_rows_with_one_key_are_refused():
    with pytest.raises(ValueError, match="two rows share one key"):
        Base(SPECS, {Shelf: [Shelf(shelf_id="s", room="a"), Shelf(shelf_id="s", room="b")]})


def test_a_reference_broken_by_a_write_is_found():
    db = Database(BASE, NOON)
    db[Shelf].remove("s0")
    assert "books b0" in next(dangling_references(db))


def test_a_missing_row_is_named():
    with pytest.raises(ToolFailure, match="no books row with key 'nope'"):
        Database(BASE, NOON)[Book].get("nope")


@given(changes, st.sampled_from(["s0", "S1", "s2", "s9"]), st.integers(0, 6))
def test_rows_alike_are_those_that_a_look_at_every_row_finds(
    operations: list[tuple[str, str, int]], shelf: str, copies: int
):
    db = Database(BASE, NOON)
    apply(db, operations)
    for wanted in ({"shelf_id": shelf}, {"copies": copies, "shelf_id": shelf}, {}):
        every = [
            book
            for book in db[Book]
            if book.shelf_id == wanted.get("shelf_id", book.shelf_id).lower()
            and book.copies == wanted.get("copies", book.copies)
        ]
        assert db[Book].alike(wanted) == every
