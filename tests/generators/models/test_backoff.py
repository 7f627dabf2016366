from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.models.backoff import pause_before, seconds_asked
from generators.models.limits import CallLimits

LIMITS = CallLimits(first_pause=1.0, longest_pause=8.0, longest_retry_after=30.0)
NOW = 1_900_000_000.0


@given(retry=st.integers(1, 2000))
def test_pauses_double_up_to_the_longest_and_are_jittered(retry):
    whole = min(2.0 ** (min(retry, 100) - 1), 8.0)
    assert whole / 2 <= pause_before(retry, 0.0, LIMITS) <= whole


@given(asked=st.floats(0.001, 1e9), retry=st.integers(1, 50))
def test_what_the_server_asks_for_is_waited_up_to_the_limit(asked, retry):
    whole = min(asked, 30.0)
    assert whole <= pause_before(retry, asked, LIMITS) <= 1.25 * whole


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), (" 0.5 ", 0.5), ("0", 0.0)])
def test_seconds_are_understood(header, seconds):
    assert seconds_asked(header, NOW) == seconds


def test_dates_are_understood():
    date = format_datetime(datetime.fromtimestamp(NOW + 90, UTC), usegmt=True)
    assert seconds_asked(date, NOW) == 90.0
    assert seconds_asked(date.replace("GMT", "-0000"), NOW) == 90.0
    assert seconds_asked(date, NOW + 200) == 0.0


@given(header=st.text() | st.sampled_from(["inf", "nan", "-5", "1e9", "soon", "Mon, 99 Foo 2026"]))
def test_what_cannot_be_understood_asks_for_nothing_or_for_a_number(header):
    assert 0.0 <= seconds_asked(header, NOW) < float("inf")
