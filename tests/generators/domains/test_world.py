from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.blueprint import RowPatch
from generators.domains.library.database import Charge, Member
from generators.domains.registry import UnknownDomain, domain_named
from generators.domains.world import World
from tests.every_domain import EVERY_DOMAIN

CLOAKROOM = domain_named("cloakroom")


def world(seed: int = 0) -> World:
    return World(CLOAKROOM, seed, CLOAKROOM.clock)


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_the_same_seed_gives_byte_identical_state(name: str):
    domain = domain_named(name)
    assert domain.seed(3).digest == domain.seed(3).digest != domain.seed(4).digest


def test_reset_forgets_everything():
    one = world()
    start = one.state_hash()
    one.call("agent", "return_item", '{"ticket":"T101"}')
    assert one.state_hash() != start
    one.reset(0)
    assert one.state_hash() == start
    assert one.diff() == ()


def test_two_worlds_over_one_base_do_not_see_each_other():
    one, two = world(), world()
    one.call("agent", "return_item", '{"ticket":"T101"}')
    assert two.state_hash() == world().state_hash()


@given(st.permutations(["T101", "T102", "T103", "T104"]))
def test_the_order_of_independent_calls_does_not_matter(tickets: list[str]):
    one, two = world(), world()
    for ticket in sorted(tickets):
        one.call("agent", "return_item", msgspec.json.encode({"ticket": ticket}).decode())
    for ticket in tickets:
        two.call("agent", "return_item", msgspec.json.encode({"ticket": ticket}).decode())
    assert one.state_hash() == two.state_hash()


@pytest.mark.parametrize(
    ("party", "tool", "arguments", "code"),
    [
        ("agent", "sell_coat", "{}", "unknown_tool"),
        ("agent", "read_tag", '{"ticket":"T101"}', "not_yours"),
        ("user", "return_item", '{"ticket":"T101"}', "not_yours"),
        ("agent", "return_item", '{"ticket":5}', "invalid_arguments"),
        ("agent", "return_item", "{", "invalid_arguments"),
        ("agent", "return_item", '{"ticket":"T101","__class__":"os.system"}', "invalid_arguments"),
        ("agent", "return_item", '{"ticket":' + "[" * 100_000, "invalid_arguments"),
        ("agent", "return_item", '{"ticket":"\ud800"}', "invalid_arguments"),
        ("agent", "return_item", '{"ticket":"T999"}', "not_found"),
    ],
)
def test_a_wrong_call_is_a_result_and_changes_nothing(
    party: str, tool: str, arguments: str, code: str
):
    one = world()
    before = one.state_hash()
    outcome = one.call(party, tool, arguments)
    assert outcome.error == code
    assert msgspec.json.decode(outcome.content)["error"] == code
    assert one.state_hash() == before


def test_a_tool_with_a_bug_costs_its_call_and_leaves_no_trace(monkeypatch: pytest.MonkeyPatch):
    from dataclasses import replace

    def half_done(db, ticket):
        from generators.domains.cloakroom.database import Item

        db[Item].change(ticket, state="returned")
        raise ZeroDivisionError

    tool = replace(CLOAKROOM.agent_tools["return_item"], function=half_done)
    monkeypatch.setitem(CLOAKROOM.agent_tools, "return_item", tool)
    one = world()
    before = one.state_hash()
    outcome = one.call("agent", "return_item", '{"ticket":"T101"}')
    assert outcome.error == "internal_error"
    assert "ZeroDivisionError" in outcome.content
    assert one.state_hash() == before


def test_a_tool_that_loops_for_ever_costs_its_call_and_leaves_no_trace(
    monkeypatch: pytest.MonkeyPatch,
):
    from dataclasses import replace

    def endless(db, ticket):
        from generators.domains.cloakroom.database import Item

        db[Item].change(ticket, state="returned")
        while True:
            pass

    tool = replace(CLOAKROOM.agent_tools["return_item"], function=endless)
    monkeypatch.setitem(CLOAKROOM.agent_tools, "return_item", tool)
    one = World(CLOAKROOM, 0, CLOAKROOM.clock, tool_seconds=0.05)
    before = one.state_hash()
    outcome = one.call("agent", "return_item", '{"ticket":"T101"}')
    assert outcome.error == "timeout"
    assert outcome.value["message"] == "return_item took longer than 0.05 s"
    assert one.state_hash() == before
    assert one.call("agent", "find_guest", '{"seat":"A1"}').error == ""


def test_what_a_blueprint_sets_up_belongs_to_the_start():
    patch = RowPatch(table="guests", key="G001", fields={"name": "Ines"})
    one = World(CLOAKROOM, 0, CLOAKROOM.clock, (patch,))
    assert (
        msgspec.json.decode(one.call("agent", "find_guest", '{"seat":"A1"}').content)["name"]
        == "Ines"
    )
    assert one.diff() == ()
    assert one.state_hash() != world().state_hash()


def test_an_unknown_table_in_a_setup_is_named():
    with pytest.raises(ValueError, match="no table 'hats'"):
        World(CLOAKROOM, 0, CLOAKROOM.clock, (RowPatch(table="hats", key="1", fields={}),))


def test_an_unknown_domain_names_the_known_ones():
    with pytest.raises(UnknownDomain, match="cloakroom"):
        domain_named("moon")


def test_setup_changes_rows_and_adds_new_ones_with_values_of_their_types():
    library = domain_named("library")
    member = library.subjects(World(library, 0, library.clock).db)[0]
    charge = {
        "id": "CH-9999999",
        "member": member,
        "kind": "late",
        "about": "A Book",
        "amount": 2.0,
        "raised_on": "2025-09-01",
        "status": "open",
        "settled_on": None,
    }
    setup = (
        RowPatch(table="charges", key="CH-9999999", fields=charge),
        RowPatch(table="members", key=member, fields={"expires_on": "2025-01-02"}),
    )
    db = World(library, 0, library.clock, setup).db
    assert db[Charge].get("CH-9999999").raised_on == date(2025, 9, 1)
    assert db[Member].get(member).expires_on == date(2025, 1, 2)
