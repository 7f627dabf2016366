from functools import cache

import pytest

from generators.blueprint import Blueprint
from generators.domains.datadesk import DOMAIN
from generators.scripted import hearing, mood
from generators.scripted.phrasebook import STYLES, phrases_of
from generators.sources.request import PlanSpec
from tests.generators.domains.datadesk.cases import blueprints

pytestmark = pytest.mark.slow

_BOOK = phrases_of(DOMAIN.folder)
_RARE = (
    *(
        "figure_money",
        "rider_address",
        "figure_batteries",
        "improper_cost",
        "rows_left",
        "delete_old",
    ),
    *("save_refused", "share_refused", "pause_or_resume", "extend_refused", "personal_access"),
)
_SECTIONS = {"confirm": "confirms", "tell": "tells", "refuse": "refusals"}


@cache
def _many() -> tuple[Blueprint, ...]:
    rare = dict.fromkeys(_RARE, 5.0)
    return tuple(blueprints(260, PlanSpec(goals={4: 1.0}, intents=rare), seed=23))


@pytest.mark.parametrize("intent", sorted(DOMAIN.intents))
def test_every_intent_is_raised_in_many_ways(intent: str):
    openings, followups = _BOOK.all("openings", intent), _BOOK.all("followups", intent)
    first = not DOMAIN.intents[intent].after
    assert len(openings) >= (11 if first else 8)
    assert sum(not template.slots for template in openings) >= 5
    assert {template.style for template in openings} >= set(STYLES)
    assert len(followups) >= 6
    assert sum(not template.slots for template in followups) >= 3


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
                assert template.slots <= facts.get(intent, set()), template.source


def test_every_step_can_be_said_with_all_its_values_and_no_others():
    for blueprint in _many():
        for step in blueprint.steps:
            if step.kind in _SECTIONS:
                templates = _BOOK.all(_SECTIONS[step.kind], step.key)
                assert len(templates) >= 4
                for template in templates:
                    assert template.slots == set(step.slots), template.source
                    assert template.sure_slots == set(step.slots), template.source


def test_every_act_can_be_asked_for_and_reported():
    for blueprint in _many():
        for step in blueprint.steps:
            if step.kind == "act":
                requests, reports = _BOOK.all("request", step.key), _BOOK.all("report", step.key)
                assert len(requests) >= 4
                assert all("?" in template.source for template in requests)
                assert len(reports) >= 5
                assert all(template.slots <= set(step.slots) for template in reports)


def test_every_fact_can_be_stated_and_asked_for_with_a_cue():
    facts = {fact.key: fact for each in _many() for fact in each.facts if fact.reveal != "never"}
    for key, fact in facts.items():
        asks, states = _BOOK.all("ask", key), _BOOK.all("state", key)
        assert len(asks) >= 4
        assert len(states) >= 5
        assert any(template.source == "{value}." for template in states)
        for template in asks:
            assert "?" in template.source
            assert hearing.cues_in(template.source, fact), (key, template.source)
            assert hearing.asks_for_words(template.source), template.source


def test_no_words_are_left_over():
    used = {(_SECTIONS[s.kind], s.key) for b in _many() for s in b.steps if s.kind in _SECTIONS}
    for section in _SECTIONS.values():
        kept = {(section, key) for key in _BOOK.keys(section)}
        assert kept == {each for each in used if each[0] == section}
    facts = {fact.key for each in _many() for fact in each.facts if fact.reveal != "never"}
    assert set(_BOOK.keys("ask")) == facts
    assert set(_BOOK.keys("looks")) == set(DOMAIN.agent_tools)


def test_questions_are_heard_as_questions_and_refusals_as_refusals():
    for key in _BOOK.keys("confirms"):
        for template in _BOOK.all("confirms", key):
            assert template.source.endswith("?")
            assert not mood.declines(template.source), template.source
    for key in _BOOK.keys("tells"):
        for template in _BOOK.all("tells", key):
            assert "?" not in template.source
            assert not mood.declines(template.source), template.source
    for key in _BOOK.keys("refusals"):
        for template in _BOOK.all("refusals", key):
            assert mood.declines(template.source), template.source


def test_no_wish_sounds_like_a_farewell():
    for section in ("openings", "followups"):
        for key in _BOOK.keys(section):
            for template in _BOOK.all(section, key):
                assert not hearing.is_done(template.source), template.source


def test_no_question_before_a_change_sounds_like_a_request_to_act():
    for act in _BOOK.keys("request"):
        for key in _BOOK.keys("confirms"):
            for template in _BOOK.all("confirms", key):
                assert not _BOOK.says("request", act, template.source)
