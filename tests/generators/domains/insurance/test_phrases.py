from collections import Counter
from functools import cache
from random import Random

import pytest

from generators.blueprint import Blueprint
from generators.domains.insurance import DOMAIN
from generators.scripted import hearing, mood
from generators.scripted.phrasebook import STYLES, phrases_of
from generators.scripted.wording import plain
from generators.sources.request import PlanSpec
from tests.generators.domains.insurance.talk import blueprints

pytestmark = pytest.mark.slow

_BOOK = phrases_of(DOMAIN.folder)
_SECTIONS = {"confirm": "confirms", "tell": "tells", "refuse": "refusals", "act": "report"}


_OF_MANY_KINDS = (
    *("send_document", "document_unreadable", "extend_refused", "add_person_refused"),
    *("cancel_refused", "other_refused", "payout_explained"),
)
"""Intents whose steps differ most from case to case."""
_WITH_PAPERS = ("expense_claim", "papers_after_claim")


@cache
def _many() -> tuple[Blueprint, ...]:
    mixed = PlanSpec(goals={1: 0.2, 3: 0.8}, intents={"emergency": 0.3})
    found = blueprints(260, mixed, seed=23)
    for intent in _OF_MANY_KINDS:
        alone = {name: float(name == intent) for name in DOMAIN.intents}
        found += blueprints(40, PlanSpec(goals={1: 1.0}, intents=alone), seed=23)
    papers = {name: float(name in _WITH_PAPERS) for name in DOMAIN.intents}
    found += blueprints(40, PlanSpec(goals={2: 1.0}, intents=papers), seed=23)
    return tuple(found)


def _steps() -> dict[tuple[str, str], set[str]]:
    return {
        (_SECTIONS[step.kind], step.key): set(step.slots)
        for blueprint in _many()
        for step in blueprint.steps
        if step.kind in _SECTIONS
    }


@pytest.mark.parametrize("intent", sorted(DOMAIN.intents))
def test_every_intent_is_raised_in_many_ways(intent: str):
    openings, followups = _BOOK.all("openings", intent), _BOOK.all("followups", intent)
    styles = Counter(template.style for template in openings)
    assert len(openings) >= 12
    assert sum(not template.slots for template in openings) >= 5
    assert all(styles[style] >= 2 for style in STYLES)
    assert len(followups) >= 6
    assert sum(not template.slots for template in followups) >= 3
    for template in followups:
        text = plain(template.render(Random(3), dict.fromkeys(template.slots, "Something")))
        assert not hearing.is_done(text), text
        assert not mood.only_thanks(text), text


def test_openings_and_followups_need_only_facts_of_their_intent():
    facts: dict[str, set[str]] = {}
    for blueprint in _many():
        intents = {goal.id: goal.intent for goal in blueprint.goals}
        for fact in blueprint.facts:
            if fact.goal:
                facts.setdefault(intents[fact.goal], set()).add(fact.key)
    for intent in DOMAIN.intents:
        for section in ("openings", "followups"):
            for template in _BOOK.all(section, intent):
                assert template.slots <= facts.get(intent, set()), (intent, template.source)


def test_every_step_can_be_said_with_all_its_values_and_no_others():
    for (section, key), slots in _steps().items():
        templates = _BOOK.all(section, key)
        assert len(templates) >= 4
        for template in templates:
            assert template.slots <= slots, (key, template.source)
            if section != "report":
                assert template.sure_slots == slots, (key, template.source)


def test_every_fact_can_be_stated_and_asked_for_with_a_cue():
    facts = {fact.key: fact for each in _many() for fact in each.facts if fact.reveal != "never"}
    assert set(facts) == set(_BOOK.keys("ask"))
    for key, fact in facts.items():
        asks, states = _BOOK.all("ask", key), _BOOK.all("state", key)
        assert len(asks) >= 4
        assert len(states) >= 5
        assert any(template.source == "{value}." for template in states)
        assert all(template.sure_slots == {"value"} for template in states)
        for template in asks:
            assert "?" in template.source
            assert hearing.cues_in(template.source, fact), (key, template.source)


def test_no_question_could_be_meant_for_another_fact():
    keys = _BOOK.keys("ask")
    for key in keys:
        for template in _BOOK.all("ask", key):
            meant = [other for other in keys if _BOOK.says("ask", other, template.source)]
            assert meant == [key], (template.source, meant)
            assert hearing.asks_for_words(template.source), template.source


def test_requests_name_no_values_and_reports_are_enough():
    for section, key in _steps():
        if section == "report":
            assert len(_BOOK.all("request", key)) >= 4
            assert not any(template.slots for template in _BOOK.all("request", key))
            assert len(_BOOK.all("report", key)) >= 5


def test_no_words_are_left_over():
    used = set(_steps())
    for section in _SECTIONS.values():
        named = {(section, key) for key in _BOOK.keys(section)}
        assert named == {each for each in used if each[0] == section}
    assert set(_BOOK.keys("looks")) == {
        name for name, tool in DOMAIN.agent_tools.items() if not tool.writes
    }


def test_questions_are_heard_as_questions_and_refusals_as_refusals():
    for key in _BOOK.keys("confirms"):
        for template in _BOOK.all("confirms", key):
            text = plain(template.render(Random(3), dict.fromkeys(template.slots, "9")))
            assert text.endswith("?")
            assert not hearing.asks_for_words(hearing.questions(text)[-1]), text
            assert not mood.declines(text), text
    for key in _BOOK.keys("tells"):
        for template in _BOOK.all("tells", key):
            assert "?" not in template.source
            assert not mood.declines(template.source), template.source
    for key in _BOOK.keys("refusals"):
        for template in _BOOK.all("refusals", key):
            assert mood.declines(template.source), template.source
