import pytest

from generators.domains.permits import DOMAIN
from generators.scripted import hearing, mood
from generators.scripted.phrasebook import Phrasebook, phrases_of


def book() -> Phrasebook:
    return phrases_of(DOMAIN.folder)


@pytest.mark.parametrize("section", ["openings", "followups"])
def test_what_a_user_raises_is_heard_as_a_wish(section: str):
    for intent in DOMAIN.intents:
        for template in book().all(section, intent):
            text = template.source
            assert not hearing.pushes_back(text), text
            assert not hearing.asks_why(text), text
            assert not hearing.is_lost(text), text
            assert not hearing.checks(text), text
            assert not hearing.corrects(text), text


def test_reports_of_errands_say_what_was_found():
    found = {"code", "centimetres", "file_name", "photo", "street"}
    for key in book().keys("report"):
        assert all(template.sure_slots & found for template in book().all("report", key)), key


@pytest.mark.parametrize("section", ["openings", "followups"])
def test_a_danger_is_heard_as_alarming_and_nothing_else_is(section: str):
    for intent in DOMAIN.intents:
        for template in book().all(section, intent):
            assert mood.is_alarming(template.source) == (intent == "danger"), template.source
