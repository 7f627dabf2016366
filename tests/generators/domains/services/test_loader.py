"""A service folder that a person has written is a domain; what is wrong in it is named by file and
field."""

import json
from pathlib import Path

import pytest

from generators.blueprint import Blueprint
from generators.domains.domain import Domain
from generators.domains.services.callers import Caller
from generators.domains.services.loader import service_domain
from generators.domains.services.mistakes import ServiceError
from generators.domains.world import World
from generators.event import AGENT
from generators.planning import plan_blueprint
from generators.sources.request import PlanSpec
from tests.generators.domains.services.shed import change, shed
from tests.people import person


@pytest.fixture(scope="module")
def domain(tmp_path_factory: pytest.TempPathFactory) -> Domain:
    return service_domain(shed(tmp_path_factory.mktemp("shed")))


@pytest.fixture
def world(domain: Domain) -> World:
    return World(domain, 0, domain.clock)


def asked(world: World, tool: str, **arguments: object):
    return world.call(AGENT, tool, json.dumps(arguments))


def test_a_search_finds_what_matches_and_shows_no_more_than_its_limit(world: World):
    found = asked(world, "find_things", kind="drill").value
    assert found["total"] == 2
    assert [row["name"] for row in found["results"]] == ["drill 2", "drill 3"]
    assert set(found["results"][0]) == {"thing_id", "name", "kind", "weight"}
    assert asked(world, "find_things", kind="saw", weight=0.7).value["total"] == 1
    assert asked(world, "find_things", kind="ladder", electric=False).value == {
        "searched": {"kind": "ladder", "electric": False},
        "total": 0,
        "results": [],
    }


def test_a_value_that_is_no_choice_is_refused(world: World):
    assert asked(world, "find_things", kind="spoon").error == "invalid_arguments"
    assert asked(world, "lend", caller_id="C0001", thing_id="T1", until="2031-02-30").error == (
        "invalid_arguments"
    )


def test_a_row_is_looked_up_by_its_key(world: World):
    assert asked(world, "get_thing", thing_id="T1").value["name"] == "saw 1"
    assert asked(world, "get_thing", thing_id="T9").error == "not_found"


def test_a_create_writes_what_it_was_given_copies_and_sets(world: World):
    made = asked(world, "lend", caller_id="C0001", thing_id="T2", until="2031-05-04").value
    assert made["kind"] == "drill"
    assert made["state"] == "out"
    (change,) = world.diff()
    assert (change.table, change.key, change.kind) == ("loans", made["loan_id"], "added")


def test_nothing_is_created_about_what_is_not_there_nor_twice(world: World):
    loan = {"caller_id": "C0001", "thing_id": "T2", "until": "2031-05-04"}
    assert asked(world, "lend", **{**loan, "thing_id": "T99"}).error == "not_found"
    assert asked(world, "lend", **loan).error == ""
    assert asked(world, "lend", **loan).error == "already_exists"


def test_ids_do_not_depend_on_the_order_of_calls(domain: Domain):
    loans = [{"caller_id": "C0001", "thing_id": f"T{n}", "until": "2031-05-04"} for n in range(3)]
    hashes = []
    for order in (loans, loans[::-1]):
        world = World(domain, 0, domain.clock)
        for loan in order:
            asked(world, "lend", **loan)
        hashes.append(world.state_hash())
    assert hashes[0] == hashes[1]


def test_rows_of_another_caller_are_neither_seen_nor_changed(world: World):
    assert asked(world, "list_loans", caller_id="C0001").value["total"] == 1
    theirs = {"caller_id": "C0001", "loan_id": "L-1"}
    assert asked(world, "extend", **theirs, until="2031-05-09").error == "not_found"
    assert asked(world, "forget", **theirs).error == "not_found"
    mine = {"caller_id": "C0002", "loan_id": "L-1"}
    assert asked(world, "extend", **mine, until="2031-05-09").value["until"] == "2031-05-09"
    assert asked(world, "extend", **mine, until="2031-05-09").error == "unchanged"
    assert asked(world, "forget", **mine).error == ""
    assert asked(world, "list_loans", caller_id="C0002").value["total"] == 0


def test_callers_are_other_people_in_another_world_and_found_by_phone(domain: Domain):
    names = []
    for seed in (0, 0, 1):
        world = World(domain, seed, domain.clock)
        first = world.db[Caller].get("C0001")
        assert asked(world, "find_caller", phone=first.phone).value["caller_id"] == "C0001"
        names.append((first.name, first.phone))
    assert names[0] == names[1] != names[2]


def test_every_kind_of_intent_is_planned_and_passes_the_check(domain: Domain):
    for name in domain.intents:
        spec = PlanSpec(
            goals={1: 1.0}, intents={each: float(each == name) for each in domain.intents}
        )
        plans = [plan_blueprint(domain, person(n), spec, 3, n) for n in range(12)]
        made = [plan for plan in plans if isinstance(plan, Blueprint)]
        assert made, (name, plans[:2])
        assert all(plan.intents == (name,) for plan in made)


def test_a_changed_row_is_another_domain(tmp_path: Path):
    folder = shed(tmp_path)
    before = service_domain(folder).hash
    change(folder, '"weight": 0.5', '"weight": 0.6', "rows/things.jsonl")
    assert service_domain(folder).hash != before


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        (
            "limit: 2",
            "limit: two",
            "tools.find_things.limit",
            "found 'two'; right would be a whole",
        ),
        ("limit: 2", "limit: 0", "tools.find_things.limit", "a number from 1 to 100"),
        ("title: Tool shed", "titel: Tool shed", "titel", "an unknown field"),
        ("title: Tool shed\n", "", "title", "it has no default"),
        (
            "kind: search",
            "kind: seek",
            "tools.find_things.kind",
            "one of search, list, get, create",
        ),
        ("table: things", "table: thongs", "tools.find_things.table", "one of things, loans"),
        ("key: thing_id", "key: id", "tables.things.key", "one of the table's fields: thing_id"),
        (
            "{type: number}",
            "{type: [number]}",
            "tables.things.fields.weight.type",
            "found ['number']",
        ),
        ("callers: 6", "callers: 0", "tables.loans.owner", "the service knows no callers"),
        ("callers: 6", "callers: -1", "callers", "a number from 0 to"),
        ("2031-05-01T09:00:00", "yesterday", "clock", "a time such as"),
        ("matches: [thing_id]", "matches: [colour]", "tools.lend.matches", "found 'colour'"),
        ("sets: {state: out}", "sets: {state: lost}", "tools.lend.sets.state", "found 'lost'"),
        (
            "copies: [kind]\n    sets: {state: out}",
            "copies: [kind]",
            "tools.lend.arguments",
            "state",
        ),
        ("tool: get_thing", "tool: lend", "intents.look.tool", "one of get_thing"),
        ("tells: [loan_id]", "tells: [colour]", "intents.borrow.tells", "what lend returns"),
        ("search: find_things", "search: get_thing", "intents.borrow.search", "a search"),
        ("clauses: [S01, S02]", "clauses: [S99]", "intents.borrow.clauses", "there are: S01, S02"),
        ("{S01: caller_first", "{S09: caller_first", "rules.S09", "a clause of policy.md"),
        ("S02: confirmed", "S02: certain", "rules", "right would be"),
        ("find_things:\n", "Find-things:\n", "tools.Find-things", "a name such as find_hotel"),
        ("examples: [2031-05-04", "examples: [2031-02-30", "fields.until.examples", "type date"),
    ],
)
def test_a_mistake_is_named_by_file_field_what_was_found_and_what_is_right(
    tmp_path: Path, old: str, new: str, place: str, message: str
):
    with pytest.raises(ServiceError) as caught:
        service_domain(change(shed(tmp_path), old, new))
    text = str(caught.value)
    assert "service.yaml" in text
    assert place in text
    assert message in text


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("rows/things.jsonl", '"T1"', '"T0"', "line 2, thing_id: found 'T0' again"),
        ("rows/things.jsonl", '"saw"', '"spoon"', "line 1, kind"),
        ("rows/things.jsonl", '"weight": 0.5', '"weight": "heavy"', "line 1, weight"),
        ("rows/things.jsonl", '"wing": "north"', '"wings": "north"', "unknown field `wings`"),
        ("rows/things.jsonl", "{", "", "rows/things.jsonl, line 1"),
        ("rows/loans.jsonl", '"2031-05-02"', '"2031-02-31"', "line 1, until: found '2031-02-31'"),
        ("rows/loans.jsonl", '"T0"', '"T77"', "thing_id: found 'T77'; right would be a things"),
        ("rows/loans.jsonl", '"C0001"', '"C0077"', "caller_id: found 'C0077'"),
        ("policy.md", "**S02**", "**S01**", "two clauses share an id"),
    ],
)
def test_rows_and_policy_are_looked_through_too(
    tmp_path: Path, file: str, old: str, new: str, message: str
):
    with pytest.raises(ServiceError, match=message.replace("*", r"\*")) as caught:
        service_domain(change(shed(tmp_path), old, new, file))
    assert file in str(caught.value)


@pytest.mark.parametrize("text", ["", "- a list", "name: [", "a: &a [*a]", "\x00", "[" * 1500])
def test_what_is_no_service_file_is_no_traceback(tmp_path: Path, text: str):
    folder = shed(tmp_path)
    (folder / "service.yaml").write_text(text)
    with pytest.raises(ServiceError, match=r"service\.yaml"):
        service_domain(folder)


def test_all_mistakes_are_named_at_once(tmp_path: Path):
    folder = change(change(shed(tmp_path), "limit: 2", "limit: 0"), "callers: 6", "callers: -1")
    with pytest.raises(ServiceError) as caught:
        service_domain(folder)
    assert {each.field for each in caught.value.mistakes} >= {"callers", "tools.find_things.limit"}


def test_times_days_and_words_need_no_quotes(tmp_path: Path):
    folder = change(shed(tmp_path), "choices: [north, south]", "choices: [yes, no, 17:30]")
    rows = folder / "rows" / "things.jsonl"
    rows.write_text(rows.read_text().replace("north", "no").replace("south", "17:30"))
    assert "find_things" in service_domain(folder).agent_tools
