"""What a query may do, over a warehouse of a few rows."""

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import cache
from multiprocessing import get_context

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.domains.datadesk.catalogue import TOWNS
from generators.domains.datadesk.sandbox import MAX_ROWS
from generators.domains.datadesk.warehouse import Warehouse, answer
from generators.domains.datadesk.warehouse_rows import WAREHOUSE, Repair, Town, WeatherDay
from generators.domains.table import Base, Database, ToolFailure

NOW = datetime(2025, 11, 12, 10, 20)


@cache
def _base() -> Base:
    first = date(2025, 9, 1)
    weather = [
        WeatherDay(
            id=f"{town.code}-{at}",
            town=town.code,
            day=first + timedelta(days=at),
            rain_mm=[0.0, 0.1, 0.2][at % 3],
            mean_temp=11.5,
        )
        for town in TOWNS
        for at in range(40)
    ]
    return Base(WAREHOUSE, {Town: list(TOWNS), WeatherDay: weather})


@pytest.fixture
def db() -> Database:
    return Database(_base(), NOW)


def _code(db: Database, sql: str) -> str:
    with pytest.raises(ToolFailure) as failure:
        answer(db, sql)
    return failure.value.code


def test_rows_come_sorted_where_the_query_does_not_say(db: Database):
    found = answer(db, "SELECT name FROM towns")
    assert found.columns == ("name",)
    assert [row[0] for row in found.rows] == sorted(town.name for town in TOWNS)


def test_the_order_of_the_query_is_kept(db: Database):
    found = answer(db, "SELECT name FROM towns ORDER BY inhabitants DESC")
    assert found.rows[0] == ("Dunmere",)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT id FROM weather_days ORDER BY rain_mm LIMIT 3",
        "SELECT id FROM weather_days LIMIT 3",
        "SELECT day FROM weather_days WHERE town = 'ashby' ORDER BY rain_mm",
        "SELECT group_concat(id) FROM weather_days WHERE town = 'ashby'",
    ],
)
def test_what_is_left_to_chance_is_refused(db: Database, sql: str):
    assert _code(db, sql) == "order_open"


def test_a_sum_has_no_noise_whatever_the_order_of_its_rows(db: Database):
    found = answer(db, "SELECT SUM(rain_mm), AVG(mean_temp) FROM weather_days WHERE town = 'ashby'")
    assert found.rows == ((3.9, 11.5),)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM towns",
        "UPDATE towns SET name = 'X'",
        "DROP TABLE towns",
        "ATTACH 'other.db' AS other",
        "PRAGMA table_info(towns)",
        "VACUUM INTO 'copy.db'",
        "EXPLAIN SELECT 1",
        "VALUES (1)",
        "/* SELECT */ DELETE FROM towns",
    ],
)
def test_only_a_select_is_run(db: Database, sql: str):
    assert _code(db, sql) == "not_a_select"


@pytest.mark.parametrize(
    "sql",
    [
        "WITH gone AS (SELECT 1) DELETE FROM towns",
        "WITH gone AS (SELECT 1) INSERT INTO towns SELECT * FROM towns",
        "SELECT * FROM sqlite_master",
        "SELECT COUNT(*) FROM sqlite_master",
        "SELECT * FROM pragma_table_info('towns')",
        "SELECT COUNT(*) FROM json_each('[1]')",
        "SELECT load_extension('x')",
        "SELECT random()",
        "SELECT hex(randomblob(4))",
        "SELECT sqlite_version()",
        "SELECT printf('%.*c', 1000000000, 'x')",
        "SELECT rowid FROM towns",
        "SELECT datetime('now', 'localtime')",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n",
    ],
)
def test_what_is_not_data_is_out_of_reach(db: Database, sql: str):
    assert _code(db, sql) == "not_allowed"


@pytest.mark.parametrize(
    "sql", ["SELECT nope FROM towns", "SELECT 1; SELECT 2", "SELECT 'a\0b'", "SELECT (", "WITH"]
)
def test_a_mistake_is_an_error_that_says_so(db: Database, sql: str):
    assert _code(db, sql) == "sql_error"


def test_work_and_rows_have_a_bound(db: Database):
    joined = ", ".join(f"weather_days w{number}" for number in range(4))
    assert _code(db, f"SELECT COUNT(*) FROM {joined}") == "too_much_work"
    assert len(db[WeatherDay]) > MAX_ROWS
    assert _code(db, "SELECT id FROM weather_days") == "too_many_rows"
    assert answer(db, "SELECT COUNT(*) FROM weather_days").rows == ((200,),)


def test_now_is_the_clock_of_the_world(db: Database):
    found = answer(db, "SELECT date('now'), date(), current_date, strftime('%H:%M', 'now')")
    assert found.rows == (("2025-11-12", "2025-11-12", "2025-11-12", "10:20"),)
    assert answer(db, "SELECT date('now', '-1 month', 'start of month')").rows == (("2025-10-01",),)
    assert answer(db, "SELECT current_timestamp, time('NOW ')").rows == (
        ("2025-11-12 10:20:00", "10:20:00"),
    )


def test_an_answer_knows_what_it_read(db: Database):
    named = "WITH t AS (SELECT code FROM towns)"
    sql = f"{named} SELECT COUNT(*) FROM t JOIN weather_days w ON w.town = t.code"
    found = answer(db, sql)
    assert found.datasets == ["towns", "weather_days"]
    assert ("weather_days", "town") in found.reads
    assert ("weather_days", "day") not in found.reads
    assert answer(db, "SELECT COUNT(*) FROM weather_days").datasets == ["weather_days"]


def test_a_dialogues_own_rows_are_read_and_reach_no_other(db: Database):
    count = "SELECT COUNT(*) FROM weather_days WHERE rain_mm > 5"
    db[WeatherDay].change("ashby-0", rain_mm=9.5)
    db[WeatherDay].remove("ashby-1")
    db[Town].change("ashby", name="New Ashby")
    assert answer(db, count).rows == ((1,),)
    assert answer(db, "SELECT COUNT(*) FROM weather_days").rows == ((199,),)
    assert answer(db, "SELECT name FROM towns WHERE code = 'ashby'").rows == (("New Ashby",),)
    other = Database(_base(), NOW)
    assert answer(other, count).rows == ((0,),)
    assert answer(other, "SELECT COUNT(*) FROM weather_days").rows == ((200,),)


def test_a_failed_query_leaves_the_next_one_alone(db: Database):
    db[Town].change("ashby", inhabitants=1)
    for sql in ("SELECT nope FROM towns", "SELECT random()", "DELETE FROM towns"):
        _code(db, sql)
    assert answer(db, "SELECT MIN(inhabitants) FROM towns").rows == ((1,),)
    assert answer(Database(_base(), NOW), "SELECT MIN(inhabitants) FROM towns").rows == ((37800,),)


def test_an_added_row_is_read_too(db: Database):
    day = date(2025, 11, 1)
    db[Repair].insert(
        Repair(
            id="RP-1",
            bike="BK-1",
            opened_on=day,
            closed_on=None,
            fault="chain",
            workshop="north",
            parts_cost=4.5,
        )
    )
    assert answer(db, "SELECT fault, closed_on, opened_on FROM repairs").rows == (
        ("chain", None, "2025-11-01"),
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("SELECT code, name FROM towns", "SELECT name AS n, code AS c FROM towns ORDER BY n", True),
        ("SELECT COUNT(*) FROM towns", "SELECT 5.0 AS towns", True),
        ("SELECT COUNT(*) FROM towns", "SELECT 4", False),
        ("SELECT code FROM towns", "SELECT code FROM towns WHERE code <> 'ashby'", False),
        ("SELECT code, inhabitants FROM towns", "SELECT code, 1 FROM towns", False),
        ("SELECT 1, 2 UNION ALL SELECT 3, 4", "SELECT 1, 4 UNION ALL SELECT 3, 2", False),
        ("SELECT NULL", "SELECT ''", False),
    ],
)
def test_a_fingerprint_goes_by_what_is_said(db: Database, one: str, other: str, same: bool):
    assert (answer(db, one).fingerprint == answer(db, other).fingerprint) is same


@given(
    st.permutations(["day", "town", "rain_mm"]), st.sampled_from(["day", "rain_mm, id", "id DESC"])
)
def test_columns_and_rows_may_stand_in_any_order(columns: list[str], order: str):
    db, where = Database(_base(), NOW), "FROM weather_days WHERE town = 'ashby'"
    plain = answer(db, f"SELECT day, town, rain_mm {where}")
    turned = answer(db, f"SELECT {', '.join(columns)} {where} ORDER BY {order}")
    assert turned.fingerprint == plain.fingerprint


def _counts(number: int) -> tuple[object, ...]:
    return answer(Database(_base(), NOW), f"SELECT COUNT(*) + {number % 7} FROM weather_days").rows


def test_threads_and_processes_get_the_same_answers():
    expected = [((200 + number % 7,),) for number in range(60)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(_counts, range(60))) == expected
    with get_context("fork").Pool(2) as pool:
        assert pool.map(_counts, range(60)) == expected


def test_a_warehouse_that_nobody_needs_is_gone_at_once():
    warehouse = Warehouse(_base())
    assert warehouse.answer("SELECT date('now') AS today", (), NOW).rows == (("2025-11-12",),)
    gone = weakref.ref(warehouse), *map(weakref.ref, warehouse.sandboxes)
    gc.disable()
    try:
        del warehouse
        assert [each() for each in gone] == [None, None, None]
    finally:
        gc.enable()
