from collections.abc import Iterator
from random import Random

import pytest

from generators.domains.energy import DOMAIN
from generators.scripted import hearing, mood
from generators.scripted.phrasebook import STYLES, phrases_of
from generators.scripted.template import Template
from generators.scripted.wording import plain
from generators.sources.request import PlanSpec
from tests.generators.domains.energy.talk import blueprints

pytestmark = pytest.mark.slow

BOOK = phrases_of(DOMAIN.folder)
PLANS = [
    *blueprints(320),
    *blueprints(80, PlanSpec(goals={1: 0.5, 2: 0.5}, sources={"fault_fix": 1.0})),
]
INTENTS = sorted({goal.intent for plan in PLANS for goal in plan.goals} | set(DOMAIN.intents))
FACTS = {fact.key: fact for plan in PLANS for fact in plan.facts if fact.reveal != "never"}
STEPS = {
    (step.kind, step.key): step.slots
    for plan in PLANS
    for step in plan.steps
    if step.kind not in ("ask", "call")
}
SECTIONS = {"confirm": "confirms", "tell": "tells", "refuse": "refusals", "act": "report"}


@pytest.mark.parametrize("intent", INTENTS)
def test_every_intent_can_be_raised_in_many_ways(intent: str):
    openings, followups = BOOK.all("openings", intent), BOOK.all("followups", intent)
    assert len(openings) >= 10
    assert sum(not each.slots for each in openings) >= 5
    for style in STYLES:
        assert sum(each.style == style for each in openings) >= 2
    assert len(followups) >= 6
    assert sum(not each.slots for each in followups) >= 3


def _fact_keys(intent: str) -> set[str]:
    return {
        fact.key
        for plan in PLANS
        for goal in plan.goals
        for fact in plan.facts
        if goal.intent == intent and fact.goal == goal.id
    }


@pytest.mark.parametrize("intent", INTENTS)
def test_what_is_raised_names_only_facts_of_the_intent(intent: str):
    for section in ("openings", "followups"):
        for template in BOOK.all(section, intent):
            assert template.slots <= _fact_keys(intent), template.source


def test_followups_are_heard_as_wishes():
    for intent in INTENTS:
        for template in BOOK.all("followups", intent):
            text = _render(template, {slot: "Something" for slot in template.slots})
            assert not hearing.is_done(text), text
            assert not mood.only_thanks(text), text


def test_every_fact_can_be_asked_for_and_stated():
    assert len(FACTS) >= 20
    for key, fact in FACTS.items():
        states, asks = BOOK.all("state", key), BOOK.all("ask", key)
        assert len(states) >= 5
        assert len(asks) >= 4
        assert all(each.sure_slots == {"value"} for each in states), key
        assert any(each.source.strip(".") == "{value}" for each in states), key
        for template in asks:
            text = _render(template, {})
            assert "?" in text, text
            assert hearing.cues_in(text, fact), text


def test_every_step_of_an_oracle_has_words():
    for (kind, key), slots in STEPS.items():
        found = BOOK.all(SECTIONS[kind], key)
        assert len(found) >= (5 if kind == "act" else 4), (kind, key)
        assert all(template.slots <= slots.keys() for template in found), (kind, key)
        if kind == "act":
            assert len(BOOK.all("request", key)) >= 4
            assert not any(template.slots for template in BOOK.all("request", key))


def test_what_must_be_said_is_said_by_every_phrase():
    for (kind, key), slots in STEPS.items():
        if kind in ("tell", "refuse", "confirm"):
            for template in BOOK.all(SECTIONS[kind], key):
                assert template.sure_slots == slots.keys(), template.source


def test_confirmations_end_as_questions_that_want_yes_or_no():
    for (kind, key), slots in STEPS.items():
        if kind == "confirm":
            for template in BOOK.all("confirms", key):
                text = _render(template, slots)
                assert text.endswith("?"), text
                assert not hearing.asks_for_words(hearing.questions(text)[-1]), text


def test_reports_say_what_was_seen():
    seen = {"reading", "light", "code", "main_switch", "valve", "serial"}
    for (kind, key), slots in STEPS.items():
        if kind == "act":
            (value,) = seen & slots.keys()
            assert all(value in each.sure_slots for each in BOOK.all("report", key)), key


def test_no_words_are_left_over():
    said = {(SECTIONS[kind], key) for kind, key in STEPS}
    for section in ("confirms", "tells", "refusals", "report"):
        assert set(BOOK.keys(section)) == {key for name, key in said if name == section}
    assert set(BOOK.keys("ask")) == set(FACTS)
    assert set(BOOK.keys("looks")) <= set(DOMAIN.agent_tools)


def test_every_phrase_renders_whole():
    rng = Random(1)
    for template, slots in _everything():
        text = plain(template.render(rng, slots))
        assert not set(text) & set("[]{}|"), text
        assert "  " not in text
        assert text[-1] in ".?!", text


def _everything() -> Iterator[tuple[Template, dict[str, str]]]:
    for section in ("openings", "followups", "state", "ask", "looks", "request"):
        for key in BOOK.keys(section):
            for template in BOOK.all(section, key):
                yield template, {slot: "value" for slot in template.slots}
    for (kind, key), slots in STEPS.items():
        for template in BOOK.all(SECTIONS[kind], key):
            yield template, dict(slots)


def _render(template: Template, slots: dict[str, str]) -> str:
    return plain(template.render(Random(3), slots))
