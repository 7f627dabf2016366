from dataclasses import replace
from functools import partial

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generators.domains.registry import domain_named
from generators.domains.trouble import Trouble, fresh, is_outdated
from generators.domains.world import Outcome, World
from generators.event import AGENT, USER

CLOAKROOM = domain_named("cloakroom")


def world(**troubles: Trouble) -> World:
    """A cloakroom in which exactly these tools give trouble."""
    return World(replace(CLOAKROOM, origin=CLOAKROOM, troubles=troubles), 0, CLOAKROOM.clock)


def call(place: World, tool: str, party: str = AGENT, **arguments: str) -> Outcome:
    return place.call(party, tool, msgspec.json.encode(arguments).decode())


def test_a_call_that_times_out_does_nothing_and_works_when_made_again():
    place = world(return_item="timeout")
    start = place.state_hash()
    assert call(place, "return_item", ticket="T101").error == "timeout"
    assert (place.state_hash(), place.diff()) == (start, ())
    assert call(place, "return_item", ticket="T101").error == ""
    assert place.state_hash() != start


def test_every_call_with_other_arguments_times_out_first():
    place = world(take_payment="timeout")
    errors = [
        call(place, "take_payment", ticket=ticket).error
        for ticket in ("T101", "T102")
        for _ in "ab"
    ]
    assert errors[0] == errors[2] == "timeout"
    assert "timeout" not in (errors[1], errors[3])


def test_the_order_and_spacing_of_arguments_make_no_other_call():
    place = world(leave_note="timeout")
    one = '{"guest_id": "G001", "reason":"complaint","text":"Cold."}'
    two = '{"text":"Cold.","guest_id":"G001","reason":"complaint"}'
    assert place.call(AGENT, "leave_note", one).error == "timeout"
    assert place.call(AGENT, "leave_note", two).error == ""


def test_arguments_that_do_not_fit_are_told_before_any_trouble():
    place = world(return_item="unavailable")
    assert call(place, "return_item", ticket="nonsense").error == "invalid_arguments"
    assert call(place, "return_item", ticket="T101").error == "unavailable"


def test_what_is_out_of_service_stays_so():
    place = world(list_items="unavailable")
    assert {call(place, "list_items", guest_id="G001").error for _ in range(4)} == {"unavailable"}


def test_an_outdated_answer_comes_once_and_only_where_a_change_made_it_another_one():
    place = world(list_items="stale", find_guest="stale")
    look = partial(call, place, "list_items", guest_id="G001")
    first = look()
    assert not is_outdated(first.value)
    ticket = first.value[0]["ticket"]
    call(place, "return_item", ticket=ticket)
    old, new = look(), look()
    assert [is_outdated(each.value) for each in (old, new)] == [True, False]
    assert (fresh(old.value), new.value) == (first.value, first.value[1:])
    assert old.value["as_of"] < CLOAKROOM.clock
    assert not is_outdated(call(place, "find_guest", seat="A1").value)


def test_what_the_user_changes_makes_an_answer_outdated_too():
    place = world(list_items="stale")
    ticket = call(place, "list_items", guest_id="G001").value[0]["ticket"]
    call(place, "read_tag", USER, ticket=ticket)
    assert is_outdated(call(place, "list_items", guest_id="G001").value)


def test_looking_back_leaves_no_trace():
    place = world(list_items="stale")
    call(place, "return_item", ticket="T101")
    after = place.state_hash()
    call(place, "list_items", guest_id="G001")
    assert place.state_hash() == after


def test_a_reset_forgets_what_was_met():
    place = world(return_item="timeout")
    call(place, "return_item", ticket="T101")
    place.reset(0)
    assert call(place, "return_item", ticket="T101").error == "timeout"


TICKETS = st.lists(st.sampled_from(["T101", "T102", "T103"]), max_size=8)


@settings(max_examples=25)
@given(TICKETS)
def test_the_same_calls_meet_the_same_trouble_again(tickets: list[str]):
    def run() -> list[str]:
        place = world(take_payment="timeout", list_items="stale", return_item="unavailable")
        return [
            call(place, tool, **{key: value}).content
            for ticket in tickets
            for tool, key, value in (
                ("take_payment", "ticket", ticket),
                ("list_items", "guest_id", "G001"),
                ("return_item", "ticket", ticket),
            )
        ]

    assert run() == run()


@pytest.mark.parametrize(
    "answer", [None, [], {}, {"as_of": "x"}, {"answer": 1, "as_of": "x"}, "as_of"]
)
def test_nothing_else_is_taken_for_an_outdated_answer(answer: object):
    assert not is_outdated(answer)
    assert fresh(answer) is answer
