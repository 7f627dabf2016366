"""A schema-guided description becomes service folders; what cannot be in them is listed, and the rest
goes on."""

import gzip
from pathlib import Path
from typing import Any

import msgspec
import pytest

from generators.domains.services.importing.finishing import Imported
from generators.domains.services.importing.sgd import import_schema
from generators.domains.services.loader import service_domain
from generators.domains.services.mistakes import ImportFailed
from generators.domains.services.reading import read_service
from generators.domains.services.scope import Service
from generators.scripted.phrasebook import book_of
from tests.generators.domains.services.lakes import ROWS, intent, services, slot, written


def imported(folder: Path, schema: Any, rows: Any = None) -> dict[str, Imported]:
    found = import_schema(*written(folder, schema, rows), folder / "out")
    return {each.service: each for each in found}


@pytest.fixture(scope="module")
def lakes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Imported]:
    return imported(tmp_path_factory.mktemp("lakes"), services())


def service(lakes: dict[str, Imported], name: str) -> Service:
    return read_service(Path(lakes[name].folder))


def said(notes: Any) -> str:
    return "\n".join(f"{each.where}: {each.found}: {each.done}" for each in notes)


def test_each_service_becomes_a_folder_that_is_a_domain(lakes: dict[str, Imported]):
    assert [each.name for each in lakes.values()] == ["boats_1", "tides_2", "lessons_1", "ferry_1"]
    for each in lakes.values():
        assert each.problem == ""
        assert service_domain(Path(each.folder)).name == each.name


def test_a_search_is_a_query_over_all_the_rows_that_it_returned(lakes: dict[str, Imported]):
    boats = service(lakes, "Boats_1")
    tool = boats.spec.tools["find_boat"]
    assert (tool.kind, tool.limit) == ("search", 5)
    assert {name: each.required for name, each in tool.arguments.items()} == {
        "harbour": True,
        "kind": False,
        "has_cabin": False,
    }
    assert len(boats.rows["find_boat"]) == len(ROWS["Boats_1", "FindBoat"])


def test_slots_become_typed_arguments_and_categories_become_choices(lakes: dict[str, Imported]):
    tools = service_domain(Path(lakes["Boats_1"].folder)).agent_tools
    given = tools["find_boat"].schema["function"]["parameters"]["properties"]
    assert given["kind"]["anyOf"][0]["enum"] == ["motor", "rowing", "sailing"]
    assert given["has_cabin"]["anyOf"][0]["type"] == "boolean"
    hire = tools["hire_boat"].schema["function"]["parameters"]
    assert hire["properties"]["number_of_days"]["enum"] == [1, 2, 3, 4]
    assert hire["properties"]["start_date"]["format"] == "date"
    assert set(hire["required"]) == {"caller_id", "boat_name", "start_date", "number_of_days"}


def test_a_default_is_kept_unless_it_is_dontcare(lakes: dict[str, Imported]):
    assert (
        service(lakes, "Tides_2").spec.tools["get_tide"].arguments["date"].default == "2031-05-02"
    )
    assert service(lakes, "Boats_1").spec.tools["find_boat"].arguments["kind"].default is None


def test_what_is_written_must_be_what_the_search_can_find(lakes: dict[str, Imported]):
    spec = service(lakes, "Boats_1").spec
    hire = spec.tools["hire_boat"]
    assert (hire.found_in, hire.matches) == ("find_boat", ("boat_name",))
    assert set(hire.copies) == {"kind", "price_per_day"}
    assert spec.intents["hire_boat"].search == "find_boat"


def test_where_no_search_comes_before_the_answers_are_what_can_be_had(lakes: dict[str, Imported]):
    ferry = service(lakes, "Ferry_1")
    tool = ferry.spec.tools["call_ferry"]
    assert tool.found_in == "call_ferry_offers"
    assert tool.matches == ("landing", "number_of_seats")
    assert len(ferry.rows["call_ferry_offers"]) == 12


def test_what_is_about_the_user_belongs_to_callers(lakes: dict[str, Imported]):
    lessons = service(lakes, "Lessons_1")
    assert lessons.spec.tables["get_lessons"].owner == "caller_id"
    owners = {msgspec.to_builtins(row)["caller_id"] for row in lessons.rows["get_lessons"]}
    assert len(owners) == lessons.spec.callers == 40
    assert lessons.spec.tools["book_lesson"].table == "get_lessons"


def test_a_service_that_writes_nothing_asks_nobody_who_they_are(lakes: dict[str, Imported]):
    assert service(lakes, "Tides_2").spec.callers == 0
    assert set(service_domain(Path(lakes["Tides_2"].folder)).agent_tools) == {"get_tide"}


def test_what_was_guessed_is_listed_for_the_user_to_confirm(lakes: dict[str, Imported]):
    guessed = said(lakes["Boats_1"].guessed)
    assert "slots.start_date: 2031-05-03, 2031-05-04, 2031-05-05: a date" in guessed
    assert "'with cabin' or 'without cabin'" in guessed
    assert "clock: 2031-05-01T09:00:00" in guessed
    assert guessed.count("\n") + 1 == len(lakes["Boats_1"].guessed)


def test_the_same_files_give_the_same_folders(tmp_path: Path, lakes: dict[str, Imported]):
    again = imported(tmp_path, services())
    for name, each in lakes.items():
        first, second = Path(each.folder), Path(again[name].folder)
        for path in sorted(first.rglob("*.*")):
            assert path.read_bytes() == (second / path.relative_to(first)).read_bytes()


def test_a_folder_that_somebody_may_have_edited_is_left_as_it_is(tmp_path: Path):
    kept = tmp_path / "out" / "boats_1"
    kept.mkdir(parents=True)
    (kept / "service.yaml").write_text("mine")
    found = imported(tmp_path, services())
    assert "is there already" in found["Boats_1"].problem
    assert (kept / "service.yaml").read_text() == "mine"
    assert found["Tides_2"].problem == ""


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ("{", "found no JSON"),
        ("[" * 100_000, "found no JSON"),
        ({"services": []}, "right would be a list of services"),
    ],
)
def test_a_file_that_holds_no_services_is_refused(tmp_path: Path, schema: Any, reason: str):
    with pytest.raises(ImportFailed, match=reason):
        imported(tmp_path, schema)


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    schema, _ = written(tmp_path, services())
    with pytest.raises(ImportFailed, match=r"nowhere\.jsonl: there is no such file"):
        list(import_schema(schema, tmp_path / "nowhere.jsonl", tmp_path / "out"))


def test_a_gzipped_file_cut_short_is_refused(tmp_path: Path):
    schema, rows = written(tmp_path, services())
    rows.write_bytes(rows.read_bytes()[:-20])
    with pytest.raises(ImportFailed, match="it cannot be read"):
        list(import_schema(schema, rows, tmp_path / "out"))


def test_a_malformed_service_is_named_and_the_others_come(tmp_path: Path):
    boats, tides, lessons, ferry = services()
    del boats["slots"]
    tides["intents"][0]["required_slots"] = "harbour"
    found = imported(tmp_path, [boats, tides, "ferry", lessons, ferry])
    assert "missing required field `slots`" in found["Boats_1"].problem
    assert "intents[0].required_slots" in found["Tides_2"].problem
    assert "Expected `object`, got `str`" in found["service 3"].problem
    assert found["Lessons_1"].problem == found["Ferry_1"].problem == ""


@pytest.mark.parametrize(
    ("name", "reason"),
    [("../../etc", None), ("", "no folder"), ("___", "no folder"), ("小船", "no folder")],
)
def test_a_name_never_leads_out_of_the_folder(tmp_path: Path, name: str, reason: str | None):
    tides = services()[1]
    rows = {(name, "GetTide"): ROWS["Tides_2", "GetTide"]}
    tides["service_name"] = name
    found = imported(tmp_path, [tides], rows)[name]
    if reason:
        assert reason in found.problem
    else:
        assert Path(found.folder) == tmp_path / "out" / "etc"
    assert {path.name for path in tmp_path.iterdir()} <= {"schema.json", "rows.jsonl.gz", "out"}


def test_an_absurdly_long_name_is_cut(tmp_path: Path):
    tides = services()[1]
    tides["service_name"] = "T" * 5000
    tides["description"] = "wet " * 5000
    rows = {("T" * 5000, "GetTide"): ROWS["Tides_2", "GetTide"]}
    (found,) = imported(tmp_path, [tides], rows).values()
    assert found.problem == ""
    assert len(found.name) <= 64
    assert len(read_service(Path(found.folder)).spec.summary) <= 401


def test_two_services_of_one_name_are_not_mixed(tmp_path: Path):
    first, second = services()[1], services()[1]
    second["service_name"] = "tides_2"
    found = imported(tmp_path, [first, second])
    assert found["Tides_2"].problem == ""
    assert found["tides_2"].problem == "a second service that would be called tides_2"


def test_slots_that_nobody_needs_and_slots_that_are_not_there_are_listed(tmp_path: Path):
    tides = services()[1]
    tides["slots"].append(slot("moon", "Phase of the moon"))
    tides["intents"][0]["result_slots"].append("salt")
    tides["intents"].append(intent("GetWave", "Get the wave", False, ["wave"], {}, []))
    found = imported(tmp_path, [tides])["Tides_2"]
    left = said(found.left_out)
    assert "slots.moon: a slot that no intent has: left out" in left
    assert "intents.GetTide.salt: no slot of the service" in left
    assert "intents.GetWave: it requires 'wave', which is no slot of the service" in left
    assert found.problem == ""
    assert found.tools == 1


def test_rows_that_do_not_fit_are_counted_and_left_out(tmp_path: Path):
    good = ROWS["Boats_1", "FindBoat"]
    bad = [
        {**good[0], "kind": "flying"},
        {**good[1], "kind": "flying"},
        {**good[2], "has_cabin": "dontcare"},
        {key: value for key, value in good[3].items() if key != "harbour"},
        "no row",
        {**good[4], "captain": "Ahab"},
    ]
    rows = {**ROWS, ("Boats_1", "FindBoat"): [*good, *bad]}
    found = imported(tmp_path, services()[:1], rows)["Boats_1"]
    left = said(found.left_out)
    assert "'flying' is none of sailing, rowing, motor: 2 rows left out" in left
    assert "'dontcare' is no boolean: 1 rows left out" in left
    assert "no harbour: 1 rows left out" in left
    assert "a row that is no mapping: 1 rows left out" in left
    assert "slot 'captain', which the intent has not: in 1 rows" in left
    assert len(read_service(Path(found.folder)).rows["find_boat"]) == len(good)


def test_an_intent_without_rows_is_left_out_with_the_reason(tmp_path: Path):
    found = imported(tmp_path, services(), {**ROWS, ("Tides_2", "GetTide"): []})
    assert "found none" in found["Tides_2"].problem
    rows = {**ROWS, ("Boats_1", "FindBoat"): []}
    (tmp_path / "more").mkdir()
    boats = imported(tmp_path / "more", services(), rows)["Boats_1"]
    assert "there would be nothing to find" in said(boats.left_out)


def test_rows_of_a_service_that_is_not_in_the_schema_are_named(tmp_path: Path):
    rows = {("Canoes_1", "FindCanoe"): [{"canoe": "Pike"}], **ROWS}
    found = imported(tmp_path, services(), rows)
    assert found["Canoes_1"].problem == "1 rows of 'FindCanoe', which no service has: left out"


def test_lines_that_are_no_rows_are_named_by_their_number(tmp_path: Path):
    schema, rows = written(tmp_path, services())
    plain = tmp_path / "rows.jsonl"
    lines = gzip.decompress(rows.read_bytes()).decode().splitlines()
    plain.write_text("\n".join([lines[0], "{oops", *lines[1:], '{"service": "Boats_1"}']))
    found = {each.service: each for each in import_schema(schema, plain, tmp_path / "out")}
    assert found["rows.jsonl, line 2"].problem
    assert "missing required field" in found["rows.jsonl, line 8"].problem
    assert found["Boats_1"].problem == ""


def test_foreign_words_are_never_read_as_a_template(tmp_path: Path):
    tides = services()[1]
    tides["slots"][0]["description"] = "{harbour} [x|y] {0.__class__} of the tide"
    tides["intents"][0]["description"] = "Get {harbour} [the|a] tide $(rm -rf) {{x}}"
    found = imported(tmp_path, [tides])["Tides_2"]
    book = book_of(service_domain(Path(found.folder)))
    slots = {name for each in book.all("openings", "get_tide") for name in each.slots}
    assert slots <= {"harbour", "date"}
    assert not any("the|a" in each.source for each in book.all("openings", "get_tide"))
