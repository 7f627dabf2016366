from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.spoken import forms
from verifiers.mentions import mentions, sharp, states, states_any
from verifiers.seen import Seen


def found(text: str) -> list[tuple[str, str]]:
    return [(each.kind, each.text) for each in mentions(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It costs €84.20.", [("number", "84.20")]),
        ("1,234.50 in all", [("number", "1,234.50")]),
        ("on 14 May 2025 at 09:30", [("date", "14 May 2025"), ("time", "09:30")]),
        ("May 3rd, or the 4th", [("date", "May 3rd")]),
        ("since January 2025, 2025-01", [("date", "January 2025"), ("date", "2025-01")]),
        ("3 pm", [("time", "3 pm")]),
        ("ticket T104, shelf 4-56", [("id", "T104"), ("id", "4-56")]),
        ("N-0012345.", [("id", "N-0012345")]),
        ("350kWh in 14 days", [("number", "350kWh"), ("number", "14")]),
        ("ask a.b@c.org", [("id", "a.b@c.org")]),
        ("+44 113 496 0123", [("id", "+44 113 496 0123")]),
        ("no value at all, I may say", []),
        ("if I may. 2 February 1979", [("date", "2 February 1979")]),
        ("if i may 2 February 1979", [("date", "2 February 1979")]),
        ("on Sept. 3", [("date", "Sept. 3")]),
    ],
)
def test_values_are_found_and_told_apart(text: str, expected: list[tuple[str, str]]):
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("on May 14th", "2025-05-14"),
        ("on 14 May", "14 May 2025"),
        ("the 14th of May 2025", "2025-05-14"),
        ("14/05/2025", "2025-05-14"),
        ("at half past, 2:30 pm", "14:30"),
        ("14 May 2025 at 9:30", "14 May 2025 at 09:30"),
        ("€1,234.5", "1234.50"),
        ("in Jan 2025", "2025-01"),
        ("two coats", "2"),
        ("ticket t-104", "T104"),
        ("dear anna  smith,", "Anna Smith"),
        ("the green flex 24 tariff", "Green Flex 24"),
    ],
)
def test_one_value_has_many_forms(text: str, form: str):
    assert states(text, form)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("on 14 May 2024", "14 May 2025"),
        ("on 15 May", "14 May 2025"),
        ("on 15 May 2025", "May 2025"),
        ("184.20", "84.20"),
        ("yesterday", "yes"),
        ("T1045", "T104"),
        ("Annabel Smith", "Anna"),
        ("2:30 am", "14:30"),
        ("anything", ""),
    ],
)
def test_another_value_is_not_taken_for_it(text: str, form: str):
    assert not states(text, form)


values = st.one_of(
    st.integers(0, 10**7),
    st.decimals(0, 9999, places=2).map(float),
    st.dates(date(2000, 1, 1), date(2090, 12, 31)),
    st.times(time(0, 0), time(23, 59)).map(lambda each: each.replace(second=0, microsecond=0)),
)


@given(values)
def test_every_form_states_the_value_and_is_grounded_by_it(value: object):
    iso = value.isoformat()[:16] if isinstance(value, (date, time)) else str(value)
    if isinstance(value, time):
        iso = f"{value:%H:%M}"
    seen = Seen()
    seen.read(f'{{"value": "{iso}"}}' if isinstance(value, (date, time)) else f"[{iso}]")
    for form in forms(value):
        text = f"It is {form}, as I said."
        assert states(text, form)
        assert all(seen.knows(each) for each in mentions(text))


@given(st.integers(10**4, 10**8), st.integers(10**4, 10**8))
def test_only_an_equal_number_grounds_a_number(seen_one: int, said_one: int):
    seen = Seen()
    seen.read(f"[{seen_one}]")
    (mention,) = mentions(f"It is {said_one}")
    tail_of_it = str(seen_one).endswith(str(said_one))
    assert seen.knows(mention) == (seen_one == said_one or tail_of_it)


@given(st.text(max_size=80))
def test_any_text_can_be_read(text: str):
    seen = Seen()
    seen.hear(text)
    seen.read(text)
    assert all(seen.knows(each) for each in mentions(text))
    assert not text.strip() or isinstance(states(text, text), bool)


def test_today_needs_no_source():
    seen = Seen()
    seen.live_at("2025-03-14T21:40:00")
    assert all(seen.knows(each) for each in mentions("today, 14 March 2025, or tomorrow, 15 March"))
    assert not any(seen.knows(each) for each in mentions("on 18 March, or at 9:15"))


def test_what_people_say_of_numbers_needs_no_source_of_its_own():
    seen = Seen()
    seen.read('{"share": 0.21, "rate": 0.2856, "id": "A-7712345", "rows": [1, 2, 3]}')
    text = "21 %, 0.29, ending in 2345, 3 of them, 100%, 24/7"
    assert [each.text for each in mentions(text) if not seen.knows(each)] == []


def test_a_form_without_a_year_lets_no_other_year_pass():
    said = forms("2025-05-14")
    assert "14 May" in said
    assert states_any("on 14 May", said)
    assert states_any("on May 14th, 2025", said)
    assert not states_any("on 14 May 2024", said)
    assert sharp(("14 May", "May 14")) == ("14 May", "May 14")
    assert sharp(("Friday 20 June", "2025-06-20", "20 June")) == ("Friday 20 June", "2025-06-20")
