import pytest

from generators.domains.energy import DOMAIN
from generators.scripted.phrasebook import phrases_of
from tests.generators.domains.drawn import plans

pytestmark = pytest.mark.slow

SEEN = {"reading", "light", "code", "main_switch", "valve", "serial"}


def test_reports_say_what_was_seen():
    book = phrases_of(DOMAIN.folder)
    for plan in plans("energy"):
        for step in plan.steps:
            if step.kind == "act":
                (value,) = SEEN & step.slots.keys()
                reports = book.all("report", step.key)
                assert all(value in each.sure_slots for each in reports), step.key
