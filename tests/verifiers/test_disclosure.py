"""The ledger of what a user told: by hand, by the user's own notes, and by the words alone."""

import pytest
from msgspec.structs import replace

from generators.blueprint import Blueprint
from generators.event import AGENT, USER, Event
from tests.changed import change_in, one_with
from tests.dialogues import planned
from tests.verifiers.cloakroom_talk import FetchTalk
from tests.verifiers.played import blueprints, dialogue
from verifiers.asking import asked_in
from verifiers.disclosure import WISH, Heard, Ledger, ledger_of, listened
from verifiers.questions import questions_of
from verifiers.rewards import Weights, accounted
from verifiers.turn_labels import UserTurn, user_turns


def ledger(talk: FetchTalk) -> Ledger:
    return ledger_of(talk.blueprint, tuple(talk.events))


def heard(talk: FetchTalk) -> list[Heard]:
    return listened(talk.blueprint, tuple(talk.events))[0]


def turns_of(blueprint: Blueprint, events: tuple[Event, ...]) -> tuple[UserTurn, ...]:
    return user_turns(blueprint, events, listened(blueprint, events)[0])


def lines(found: Ledger) -> list[tuple[str, int, str]]:
    return [(each.fact, each.event, each.how) for each in found.revealed]


def test_what_was_asked_for_is_elicited_and_coverage_equals_the_count_by_hand():
    found = ledger(FetchTalk())
    assert lines(found) == [("seat", 2, "elicited"), ("ticket", 6, "elicited")]
    assert found.withheld == ("seat", "ticket")
    assert found.covered() == found.covered("elicited") == 2


def test_what_comes_unasked_is_volunteered():
    def opening(talk: FetchTalk) -> None:
        talk.user(f"Good evening, my things please. The paper says {talk.ticket}.")

    found = ledger(FetchTalk(opening=opening, ask_ticket=None))
    assert lines(found) == [("ticket", 0, "volunteered"), ("seat", 2, "elicited")]
    assert (found.covered("elicited"), found.covered("volunteered")) == (1, 1)


def test_what_the_user_never_tells_is_not_in_it():
    def ask_ticket(talk: FetchTalk) -> None:
        talk.agent("Thank you. What does your ticket say?").user("I would rather not tell.")

    def confirm(talk: FetchTalk) -> None:
        talk.agent("The fee for it is still open. May I charge it?").user("Yes, please.")

    talk = FetchTalk(ask_ticket=ask_ticket, confirm=confirm)
    assert [each.how for each in ledger(talk).revealed if each.fact == "ticket"] in ([], ["found"])


def test_a_value_that_the_agent_proposes_and_the_user_confirms_is_elicited():
    def ask_ticket(talk: FetchTalk) -> None:
        talk.agent(f"Is it {talk.ticket} that you are here for?").user("Yes, exactly.")

    assert ("ticket", 6, "elicited") in lines(ledger(FetchTalk(ask_ticket=ask_ticket)))


def test_a_secret_is_in_no_ledger():
    talk = FetchTalk()
    assert not {"private_word"} & {*ledger(talk).withheld, *(e.fact for e in ledger(talk).revealed)}


@pytest.mark.parametrize("domain", ["cloakroom", "clinic"])
def test_the_words_alone_tell_what_users_note_about_themselves(domain: str):
    same, cases = 0, blueprints(domain, 12)
    for blueprint, persona in cases:
        events = dialogue(blueprint, persona).events
        bare = tuple(replace(event, annotations=()) for event in events)
        same += lines(ledger_of(blueprint, events)) == lines(ledger_of(blueprint, bare))
    assert same >= len(cases) - 1


def test_a_question_is_worth_what_comes_of_it():
    def look(talk: FetchTalk) -> None:
        talk.call("list_items", guest_id=talk.guest)
        talk.agent("And which seat was that?").user(f"As I said, {talk.seat}.")
        talk.agent("What is your favourite play?").user("I have none.")

    talk = FetchTalk(look=look)
    worth = [each.worth for each in questions_of(talk.blueprint, heard(talk))]
    # Seat, ticket; seat again, something else; the tag, the fee.
    assert worth == ["useful", "useful", "needless", "needless", "neutral", "neutral"]


def test_a_question_that_is_not_answered_at_once_is_not_needless():
    def ask_seat(talk: FetchTalk) -> None:
        talk.agent("Good evening! Which seat did you have?").user("Why do you ask?")
        talk.agent("To find you. Which seat was it?").user(f"It was {talk.seat}.")

    talk = FetchTalk(ask_seat=ask_seat)
    first, second, *_ = questions_of(talk.blueprint, heard(talk))
    assert (first.worth, second.worth, second.gained) == ("neutral", "useful", ("seat",))


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Which seat do you have?", {"seat"}),
        ("Please tell me your ticket and your seat.", {"seat", "ticket"}),
        ("I need your ticket number.", {"ticket"}),
        ("Give me a moment, I look at your ticket.", set()),
        ("Shall I charge the fee for ticket T104?", set()),
        ("Your ticket is fine. Can I do anything else for your seat?", set()),
    ],
)
def test_what_an_utterance_asks_for(text: str, asked: set[str]):
    plan = planned("cloakroom", "fetch")
    assert asked_in(text, [fact for fact in plan.facts if fact.reveal != "never"]) == asked


def labels(blueprint: Blueprint, talk: FetchTalk) -> list[tuple[str, str, float]]:
    return [
        (each.type, each.expected, each.clarity) for each in turns_of(blueprint, tuple(talk.events))
    ]


def test_a_wish_is_ambiguous_until_all_that_it_needs_is_told():
    talk = FetchTalk()
    assert labels(talk.blueprint, talk)[:3] == [
        ("ambiguous", "ask", 0.0),
        ("ambiguous", "ask", 0.5),
        ("answerable", "act", 1.0),
    ]


def test_what_is_improper_is_so_once_it_is_clear():
    talk = FetchTalk()
    goal = replace(talk.blueprint.goals[0], turn="improper")
    found = labels(replace(talk.blueprint, goals=(goal,)), talk)
    assert [each[:2] for each in found[1:3]] == [("ambiguous", "ask"), ("improper", "decline")]


def test_who_opens_vaguely_has_told_its_wish_when_it_was_asked():
    talk = FetchTalk()
    vague = replace(talk.blueprint, opening="vague")
    found = ledger_of(vague, tuple(talk.events))
    assert (WISH, 2, "elicited") in lines(found)
    assert found.withheld[0] == WISH
    assert turns_of(vague, tuple(talk.events))[0].missing == (WISH, "seat", "ticket")


def test_every_turn_of_a_user_is_labelled_once():
    for blueprint, persona in blueprints("clinic", 4):
        events = dialogue(blueprint, persona).events
        said = {(e.session, e.turn) for e in events if e.kind == "say" and e.party == USER}
        turns = turns_of(blueprint, events)
        assert len(turns) == len(said)
        assert all(set(turn.goals) == {goal.id for goal in blueprint.goals} for turn in turns)
        assert all(0 <= turn.clarity <= 1 for turn in turns)
        assert {events[turn.event].party for turn in turns} == {USER} != {AGENT}


@pytest.mark.parametrize("by_words", [False, True])
def test_a_value_that_the_user_has_changed_its_mind_about_was_no_wrong_one(by_words: bool):
    plan, persona = one_with("energy", "revise", goals=1)
    told = dialogue(plan, persona)
    if by_words:
        told = replace(told, events=tuple(replace(e, annotations=()) for e in told.events))
    ((old, new),) = list(change_in(plan).instead.items())[:1]
    found = ledger_of(plan, told.events)
    how = {each.fact: (each.how, each.withheld, each.needed) for each in found.revealed}
    assert how[old][0] in ("elicited", "volunteered")
    assert how[new] == ("changed", False, False)
    assert new not in found.withheld
    rewards = {e.name: e.value for e in accounted(told, plan, Weights()).rewards}
    assert rewards["completion"] == 1.0
    assert rewards["needless_questions"] == 0.0
    useful = [each for each in found.revealed if each.how == "elicited" and each.needed]
    assert rewards["useful_questions"] == pytest.approx(0.1 * len(useful))


def test_asking_again_for_what_was_changed_is_needless():
    plan, _ = one_with("cloakroom", "revise", goals=1)
    new = next(fact.saying for fact in plan.facts if fact.reveal == "instead")

    def confirm(talk: FetchTalk) -> None:
        talk.agent(f"The fee for {talk.ticket} is still open. May I charge it?")
        talk.user(f"I would rather have {new} instead.")
        talk.agent("Which ticket do you have?").user(f"As I said, {new}.")

    talk = FetchTalk(plan, confirm=confirm)
    worth = [each.worth for each in questions_of(plan, heard(talk))]
    assert worth.count("needless") == 1
