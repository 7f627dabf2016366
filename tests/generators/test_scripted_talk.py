"""How scripted dialogues read: what counts as told, questions, tone, and everybody's habits."""

import re
from collections import Counter
from functools import cache
from itertools import groupby, pairwise
from random import Random

import msgspec
import pytest
from msgspec.structs import replace

from generators.blueprint import Blueprint, Fact, Goal
from generators.domains.registry import domain_named
from generators.event import AGENT, USER, Event
from generators.scripted import mood
from generators.scripted.draft import Draft
from generators.scripted.habits import Habits
from generators.scripted.listening import wanted
from generators.scripted.notebook import Notebook
from generators.scripted.phrasebook import manners, phrases_of
from generators.scripted.telling import Telling
from generators.scripted.template import parse
from generators.scripted.values import checkables, clear
from generators.scripted.voice import Voice
from generators.scripted.wording import joined, numbered, plain, sentence
from generators.trajectory import Trajectory
from personas import quirks
from personas.persona import Persona, Register
from tests.people import person
from tests.played import cases, scripted

CLOAKROOM = domain_named("cloakroom")


@cache
def dialogues(name: str, count: int = 24) -> tuple[tuple[Blueprint, Trajectory], ...]:
    return tuple((plan, scripted(plan, persona)) for plan, persona in cases(name, count))


def everything() -> list[tuple[Blueprint, Trajectory]]:
    return [*dialogues("energy"), *dialogues("clinic"), *dialogues("cloakroom")]


def says(told: Trajectory) -> list[Event]:
    return [event for event in told.events if event.kind == "say"]


def note(event: Event, name: str):
    return next((msgspec.json.decode(n.value) for n in event.annotations if n.name == name), None)


def styled(register: Register, *habits: str) -> Persona:
    someone = person()
    return replace(someone, style=replace(someone.style, register=register, quirks=habits))


# --- what counts as told ----------------------------------------------------------------------

TWICE = replace(
    cases("cloakroom", 1)[0][0],
    goals=(
        Goal(id="g0", intent="count", need="One.", outcome="informed"),
        Goal(id="g1", intent="fetch", need="Two.", outcome="informed"),
    ),
    facts=(
        Fact(key="who", value="P-1", reveal="upfront"),
        Fact(key="first_time", value="afternoon", reveal="upfront", goal="g0"),
        Fact(key="second_time", value="afternoon", reveal="upfront", goal="g1", cues=("time",)),
    ),
    steps=(),
)


def test_a_value_told_for_one_goal_does_not_answer_the_next():
    notebook = Notebook(TWICE)
    notebook.hear("P-1, in the afternoon, please.")
    assert notebook.told == {"who", "first_time"}
    notebook.turn_to("g1", "And another one, please.")
    assert "second_time" not in notebook.told
    notebook.hear("In the afternoon.")
    assert "second_time" in notebook.told


def test_a_value_told_with_the_wish_counts():
    notebook = Notebook(TWICE)
    notebook.turn_to("g1", "Another one in the afternoon.")
    assert "second_time" in notebook.told


def test_a_user_has_not_told_what_it_said_of_something_else():
    telling = Telling(TWICE.facts, phrases_of(CLOAKROOM.folder), Random(1))
    telling.raise_facts(fact for fact in TWICE.facts if fact.goal == "g0")
    assert telling.heard_myself("P-1, in the afternoon.") == ["first_time", "who"]
    telling.raise_facts(fact for fact in TWICE.facts if fact.goal == "g1")
    assert telling.heard_myself("In the afternoon.") == ["second_time"]


@pytest.mark.parametrize("name", ["energy", "clinic"])
def test_every_planned_call_is_made_once_and_after_its_goal_was_raised(name: str):
    for plan, told in dialogues(name):
        order = {goal.id: number for number, goal in enumerate(plan.goals, 1)}
        made, raised, early = [], 0, []
        planned = [(a.party, a.tool, a.arguments) for a in plan.actions]
        for event in told.events:
            raised += event.party == USER and "request" in (note(event, "act") or [])
            if event.call:
                call = (event.party, event.call.name, msgspec.json.decode(event.call.arguments))
                goals = {a.goal for a in plan.actions if (a.party, a.tool, a.arguments) == call}
                early += [call for goal in goals if len(goals) == 1 and order.get(goal, 0) > raised]
                made.append(call)
        assert made == planned
        assert early == []
        assert told.end_hash == plan.end_hash


def test_a_user_does_not_answer_for_a_goal_that_it_has_not_raised():
    plan = next(
        plan
        for plan, _ in cases("cloakroom", 40)
        if plan.intents[0] == "count" and "fetch" in plan.intents
    )
    facts = tuple(replace(fact, reveal="when_asked") for fact in plan.facts if fact.key == "ticket")
    told = asked(replace(plan, facts=facts), "What is the number on your ticket?")
    assert facts[0].value not in " ".join(told)


def asked(plan: Blueprint, question: str) -> list[str]:
    from generators.player import View
    from generators.scripted.user import ScriptedUser
    from tests.played import Reader, read_out, say

    user = ScriptedUser(plan, CLOAKROOM, styled("terse"), seed=8, attempt=0)

    class Speaking(Reader):
        async def move(self, view: View):
            return await user.move(view)

    told = read_out(Speaking(USER), Reader(AGENT, say(question)), blueprint=plan)
    return [event.text for event in says(told) if event.party == USER]


def test_facts_are_told_in_the_order_in_which_they_are_asked_for():
    facts = [
        Fact(key="seat", value="C4", reveal="when_asked", cues=("seat",)),
        Fact(key="ticket", value="T104", reveal="when_asked", cues=("ticket",)),
    ]
    text = "What is the number on your ticket? And which seat do you have?"
    found = wanted(text, facts, set(), [], {}, phrases_of(CLOAKROOM.folder))
    assert found.facts == ("ticket", "seat")


# --- sentences --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pair",
    [
        ("The postcode is 2192 XV.", "In 4 instalments."),
        ("19096 is my postcode.", "The one for electricity."),
        ("Any day from Friday 13 June on.", "I'd like to come in the afternoon."),
        ("It's the gas bill.", "It's the bill from July 2024."),
        ("My number is 12.", "I'd like to come in the afternoon."),
        ("I'd like tea.", "I'd like milk."),
        ("I have a cold, it's bad.", "I need help."),
    ],
)
def test_only_clauses_of_one_kind_are_joined(pair: tuple[str, str]):
    assert {joined(pair, Random(n)) for n in range(20)} == {" ".join(pair)}


def test_a_capital_at_the_start_belongs_to_the_sentence_and_not_to_the_value():
    text = sentence(parse("{value}, please!").render(Random(1), {"value": "through the portal"}))
    assert plain(text) == "Through the portal, please!"
    lower = Habits(styled("chatty", quirks.LOWER_CASE))
    assert lower.written(text, Random(1)) == "through the portal, please!"
    name = sentence(parse("{value}, please!").render(Random(1), {"value": "Dr Conley"}))
    assert lower.written(name, Random(1)) == "Dr Conley, please!"


def test_points_are_numbered_in_words_and_go_on_after_a_comma():
    states = ["My postcode is 61250.", "I was born in May.", "{value} would be good."]
    said = [sentence(parse(each).render(Random(1), {"value": "mornings"})) for each in states]
    assert plain(numbered(said)) == (
        "First, my postcode is 61250. Second, I was born in May. Third, mornings would be good."
    )


def test_whether_something_is_right_is_answered_by_that_it_is():
    answered = 0
    for _, told in everything():
        for before, event in pairwise(says(told)):
            if event.party == USER and (note(event, "act") or [""])[0] == "affirm":
                right = re.search(r"\b(is|that) (correct|right)\?$", before.text)
                said = manners().says("manners", "user_correct", event.text)
                answered += bool(right)
                assert said or not right, (before.text, event.text)
    assert answered


@pytest.mark.parametrize(
    ("opener", "parts", "said"),
    [
        ("Thank you.", ["Thanks, let me check that."], "Thanks, let me check that."),
        ("Great, thank you.", ["Thanks, that's everything."], "Thanks, that's everything."),
        ("Okay.", ["Good. Please wait outside."], "Good. Please wait outside."),
        ("Of course.", ["Which bill?"], "Of course. Which bill?"),
        ("", ["Well, okay.", "Well, that's all."], "Well, that's all."),
    ],
)
def test_one_word_of_reaction_is_enough(opener: str, parts: list[str], said: str):
    draft = Draft(USER)
    draft.opener, draft.parts = opener, parts
    assert " ".join(draft.sentences()) == said


def test_nobody_thanks_twice_in_one_breath_or_greets_in_the_middle():
    for _, told in everything():
        begun: set[str] = set()
        for event in says(told):
            assert len(re.findall(r"\bthank|\bthx\b", event.text.lower())) <= 1, event.text
            assert event.party not in begun or not mood.greets(event.text), event.text
            begun.add(event.party)


# --- questions --------------------------------------------------------------------------------


def first_turns() -> list[Event]:
    plans = [*cases("energy", 40), *cases("clinic", 40)]
    return [scripted(plan, persona).events[0] for plan, persona in plans]


def test_a_fifth_of_what_users_say_are_questions():
    spoken = [e for _, told in everything() for e in says(told) if e.party == USER]
    assert 0.14 <= sum("?" in event.text for event in spoken) / len(spoken) <= 0.3
    first = first_turns()
    assert 0.2 <= sum("?" in event.text for event in first) / len(first) <= 0.5
    assert 0.1 <= sum(mood.greets(event.text) for event in first) / len(first) <= 0.35


def turns(told: Trajectory) -> list[tuple[str, str, list[str]]]:
    """Who, what in all, and with which acts, until the other one speaks."""
    found = []
    for party, events in groupby(says(told), lambda event: event.party):
        each = list(events)
        acts = [act for event in each for act in note(event, "act") or []]
        found.append((party, " ".join(event.text for event in each), acts))
    return found


def test_a_value_asked_back_about_is_confirmed_as_it_was_said():
    checked = 0
    for _, told in everything():
        spoken = turns(told)
        for (_, before, _), (party, text, acts), (_, answer, _) in zip(
            spoken, spoken[1:], spoken[2:], strict=False
        ):
            asked_about = checkables(text)
            if party == USER and acts == ["ask_back"] and asked_about:
                value = asked_about[0].brief
                assert value in {each.brief for each in checkables(before)}
                assert value in {each.brief for each in checkables(answer)}
                checked += 1
    assert checked >= 10


def test_only_what_cannot_be_mistaken_is_asked_back_about():
    assert [each.words for each in clear("It was 46.00 euros. Shall I set 43.00 euros?")] == []
    found = clear("From 1 April 2025 on you pay 43.00 euros a month, ticket T-3504294.")
    assert [(each.kind, each.words) for each in found] == [
        ("day", "from 1 April 2025"),
        ("amount", "43.00 euros a month"),
        ("reference", "T-3504294"),
    ]
    assert found[0].brief == "from 1 April"


# --- tone -------------------------------------------------------------------------------------


def _glad(text: str) -> bool:
    return any(
        manners().says("manners", key, text)
        for key in ("user_ack_glad", "user_done_glad", "user_done_asked_glad")
    )


def test_nobody_is_glad_of_a_refusal_nor_sad_about_good_news():
    refused = 0
    for _, told in everything():
        spoken = says(told)
        for before, event in pairwise(spoken):
            if event.party == USER and mood.declines(before.text):
                refused += 1
                assert not _glad(event.text), (before.text, event.text)
            elif event.party == USER and mood.is_good_news(before.text):
                sad = re.search(r"\b(pity|shame|annoying|typical|no use)\b", event.text, re.I)
                assert not sad, (before.text, event.text)
    assert refused >= 10


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        ("Done. You pay 59.25 euros each month.", True, False),
        ("I'm sorry for the wait. That's booked for 12 June.", True, False),
        ("I'm sorry, that's too near to be moved.", False, True),
        ("Your usage hardly changed, it's the price.", False, False),
        ("The repair should be done at 15:30.", False, False),
        ("Somebody else is still registered there.", False, False),
    ],
)
def test_news_are_good_or_bad_or_neither(text: str, good: bool, bad: bool):
    assert (mood.is_good_news(text), mood.declines(text)) == (good, bad)


def test_an_agent_only_apologises_for_the_wait_to_the_impatient():
    for _, told in everything():
        spoken = says(told)
        for before, event in pairwise(spoken):
            if event.party == AGENT and manners().says("manners", "agent_wait", event.text):
                assert mood.urges(before.text), (before.text, event.text)


@pytest.mark.parametrize("name", ["energy", "clinic"])
def test_no_wish_of_anybodys_sounds_impatient_about_time(name: str):
    book = phrases_of(domain_named(name).folder)
    for section in ("openings", "followups"):
        for intent in book.keys(section):
            for template in book.all(section, intent):
                assert not mood.told_before(template.source), template.source
                assert not mood.greets(template.source), template.source


def test_you_are_welcome_answers_thanks():
    for _, told in everything():
        spoken = says(told)
        for before, event in pairwise(spoken):
            welcome = manners().says("manners", "agent_welcome_thanks", event.text)
            if event.party == AGENT and welcome and "close" in (note(event, "act") or []):
                assert mood.thanks(before.text), (before.text, event.text)


def test_nobody_makes_small_talk_in_an_emergency():
    plans = [
        (plan, styled("chatty"))
        for plan, _ in [*cases("energy", 200), *cases("clinic", 1)]
        if {"gas_smell", "urgent"} & {plan.intents[0]}
    ]
    assert plans
    for plan, persona in plans:
        for attempt in range(4):
            for event in says(scripted(plan, persona, attempt)):
                assert not manners().says("manners", "user_digression", event.text), event.text
                assert "glad" not in event.text.lower().split(), event.text


# --- notes and habits -------------------------------------------------------------------------


def test_a_goal_waits_until_it_is_raised_and_is_open_until_it_is_settled():
    steps = {"waiting": 0, "open": 1, "settled": 2}
    for plan, told in everything():
        notes = [each for e in says(told) if (each := note(e, "goal_status"))]
        first, last = notes[0], notes[-1]
        waits = ["waiting"] * (len(plan.goals) - 1)
        assert [first[goal.id] for goal in plan.goals] == ["open", *waits]
        assert set(last.values()) == {"settled"}
        for goal in plan.goals:
            way = [steps[each[goal.id]] for each in notes]
            assert way == sorted(way)
        for each in notes:
            assert Counter(each.values())["open"] <= 1


def words_of(register: Register, *habits: str, name: str = "energy", count: int = 12) -> list[str]:
    someone = styled(register, *habits)
    told = [scripted(plan, someone) for plan, _ in cases(name, count)]
    return [event.text for each in told for event in says(each) if event.party == USER]


def test_one_who_repeats_the_question_back_takes_it_up_before_answering():
    echoed = re.compile(r"^(My|The|Which|What|How many) [a-z -]+\?+ ")
    plainly = sum(bool(echoed.match(text)) for text in words_of("formal"))
    habitually = sum(bool(echoed.match(text)) for text in words_of("formal", quirks.REPEATS))
    assert habitually >= 5
    assert habitually > plainly


def test_one_who_numbers_the_points_does_so_in_words():
    texts = [text for text in words_of("formal", quirks.LISTS) if "First, " in text]
    assert len(texts) >= 5
    assert all("Second, " in text for text in texts)


def test_one_who_apologises_a_lot_does_so_twice_at_most():
    someone = styled("chatty", quirks.APOLOGISES)
    for plan, _ in [*cases("energy", 12), *cases("clinic", 12)]:
        spoken = [event.text for event in says(scripted(plan, someone)) if event.party == USER]
        sorry = manners().all("manners", "user_sorry")
        assert sum(bool(each.pattern.search(text)) for each in sorry for text in spoken) <= 2


def test_questions_of_an_utterance_begin_differently_and_go_on_with_and():
    book = phrases_of(domain_named("energy").folder)
    for seed in range(30):
        voice = Voice(book, Random(seed), "", "2025-03-12T10:00:00")
        first, second = re.split(r"(?<=\?) And ", voice.questions(["new_iban", "postcode"]))
        assert first.split()[:2] != second.split()[:2]
        assert not second.lower().startswith("and ")
