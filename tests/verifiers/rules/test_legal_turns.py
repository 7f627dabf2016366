"""What looks odd and is right: no rule may object to it."""

import pytest
from msgspec.structs import replace

from generators.blueprint import Statement
from generators.event import AGENT, USER, Annotation, Event
from generators.trajectory import Member
from tests.dialogues import planned, right_dialogue
from tests.verifiers.cloakroom_talk import FetchTalk, codes, findings, unpaid_fetch
from verifiers.rules import opinion
from verifiers.verdict import evidence


def renumbered(events: list[Event]) -> tuple[Event, ...]:
    return tuple(replace(event, index=index) for index, event in enumerate(events))


@pytest.mark.parametrize("withheld", [0.0, 1.0])
@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize(
    "intents", [("fetch",), ("count",), ("lost_ticket",), ("fetch", "lost_ticket", "count")]
)
def test_right_dialogues_of_every_intent_pass(
    intents: tuple[str, ...], number: int, withheld: float
):
    blueprint = planned("cloakroom", *intents, number=number, withheld=withheld)
    assert findings(right_dialogue(blueprint).case()) == []


def test_an_agent_may_say_something_call_and_go_on():
    def look(talk: FetchTalk) -> None:
        talk.agent("Let me see what we have.").call("list_items", guest_id=talk.guest)
        talk.agent("There it is. Could you hold the tag up to the scanner? Which shelf is it?")

    def scan(talk: FetchTalk) -> None:
        talk.call("read_tag", USER, ticket=talk.ticket).user(f"{talk.shelf}.")

    assert codes(FetchTalk(look=look, scan=scan).case()) == set()


def test_a_move_may_hold_several_utterances():
    def offer(talk: FetchTalk) -> None:
        talk.agent("Mind the step.").say(AGENT, "Anything else?", same_move=True)

    assert codes(FetchTalk(offer=offer).case()) == set()


@pytest.mark.parametrize("kind", ["wait", "observe"])
def test_a_party_that_stays_silent_gives_the_floor_back(kind: str):
    def offer(talk: FetchTalk) -> None:
        talk.agent("One moment.")
        talk.turn += 1
        talk.add(USER, kind, (USER,))
        talk.agent("There is a note for you, too. Is there anything else?")

    assert codes(FetchTalk(offer=offer).case()) == set()


def test_a_signal_changes_the_floor():
    def offer(talk: FetchTalk) -> None:
        talk.agent("I pass you on to my colleague.")
        talk.turn += 1
        talk.add(AGENT, "signal", (USER, AGENT), text="handed over")
        talk.agent("Hello, this is the colleague. Is there anything else?")

    assert codes(FetchTalk(offer=offer).case()) == set()


def test_with_three_parties_nobody_has_to_alternate():
    def offer(talk: FetchTalk) -> None:
        talk.agent("Mind the step on your way.").agent("Is there anything else?")

    talk = FetchTalk(offer=offer)
    members = (*talk.trajectory().members, Member(party="porter", role="porter", player="test"))
    assert codes(talk.case(members=members)) == set()


def test_calls_made_at_once_are_answered_one_after_the_other():
    talk = FetchTalk()
    calls = [e for e in talk.events if e.kind == "call" and e.party == AGENT]
    at = calls[-2].index
    pay, paid, hand, handed = talk.events[at : at + 4]
    events = [*talk.events[:at], pay, replace(hand, turn=pay.turn), paid, handed]
    case = talk.case(events=renumbered([*events, *talk.events[at + 4 :]]))
    assert opinion(case, "structure").findings == ()


def test_one_failed_call_that_is_made_better_only_warns():
    def look(talk: FetchTalk) -> None:
        talk.call("list_items", guest_id="G999").call("list_items", guest_id=talk.guest)

    verdict = opinion(FetchTalk(look=look).case(), "tool_calls")
    assert verdict.outcome == "pass"
    assert [each.code for each in verdict.findings] == ["tool_calls.failed"]


def test_a_slip_that_is_put_right_at_once_is_no_contradiction():
    def ask_ticket(talk: FetchTalk) -> None:
        talk.agent("Thank you. What does your ticket say?").user(f"It says {talk.slip}.")
        talk.agent(f"{talk.slip}, is that right?")
        talk.user(f"Sorry, I meant {talk.ticket}, not {talk.slip}.")

    assert codes(FetchTalk(ask_ticket=ask_ticket).case()) == set()


def test_the_user_may_tell_what_the_agent_has_said_already():
    def ask_seat(talk: FetchTalk) -> None:
        talk.agent("Good evening! Where were you sitting?").user(f"In {talk.seat}.")

    def look(talk: FetchTalk) -> None:
        talk.look()
        talk.agent(f"I see {talk.ticket} here.").user(f"Yes, {talk.ticket}, that one.")

    talk = FetchTalk(ask_seat=ask_seat, ask_ticket=None, look=look)
    assert codes(talk.case()) == set()


def test_a_secret_may_stay_with_the_user():
    note = Annotation(name="inner_state", value='"the word is heron"', visible_to=(USER,))
    talk = FetchTalk()
    events = [replace(talk.events[0], annotations=(note,)), *talk.events[1:]]
    assert codes(talk.case(events=tuple(events))) == set()


def test_offers_after_several_errands_are_no_loop():
    talk = FetchTalk(offer=None, goodbye=None)
    for guest in ("G001", "G002", "G003"):
        talk.call("list_items", guest_id=guest)
        talk.agent("Is there anything else?").user("Yes, there is something.")
    talk.agent("Go on?").user("No, it was nothing.").stop()
    assert opinion(talk.case(), "repetition").findings == ()


def test_short_answers_may_be_the_same():
    def offer(talk: FetchTalk) -> None:
        talk.agent("Do you have your gloves?").user("Yes.")
        talk.agent("And your hat?").user("Yes.").agent("And the scarf?").user("Yes.")
        talk.agent("Anything else?")

    assert codes(FetchTalk(offer=offer).case()) == set()


DOOR = "You may leave by the side door on the left."


@pytest.mark.parametrize(
    ("first", "second", "is_echo"),
    [
        ("I can pack it with a paper bag on top.", "I can pack it without a paper bag on top.", 0),
        ("A tram leaves here on Friday at noon.", "A tram leaves here on Monday at noon.", 0),
        ("The other one hangs on shelf 2-34.", "The other one hangs on shelf 2-35.", 0),
        (DOOR, DOOR.lower(), 1),
        (DOOR, DOOR.replace("door", "dor"), 1),
        (DOOR, f"So {DOOR}", 1),
    ],
)
def test_only_the_same_sentence_is_an_echo(first: str, second: str, is_echo: int):
    def offer(talk: FetchTalk) -> None:
        talk.agent(first).user("Pardon me?").agent(second).user("Ah.").agent("Anything else?")

    found = opinion(FetchTalk(offer=offer).case(), "repetition").findings
    assert [each.code for each in found] == ["repetition.self"] * is_echo


def test_a_user_may_leave_an_agent_that_goes_in_circles():
    def confirm(talk: FetchTalk) -> None:
        for answer in ("Pardon me?", "What?", "I have to go, goodbye."):
            talk.agent("Would you rather pay in coins?").user(answer)
        talk.stop()

    stages = dict.fromkeys(("pay", "hand_over", "offer", "goodbye"), None)
    case = FetchTalk(confirm=confirm, **stages).case()
    assert "user.ended_early" not in codes(case)
    assert {each.party for each in findings(case)} == {AGENT}


def test_a_user_may_leave_after_a_refusal():
    def confirm(talk: FetchTalk) -> None:
        talk.agent("I am sorry, I cannot hand it out tonight, the till is closed.")
        talk.user("That is a pity. Goodbye.").stop()

    stages = dict.fromkeys(("pay", "hand_over", "offer", "goodbye"), None)
    case = FetchTalk(confirm=confirm, **stages).case()
    assert codes(case) == {"replay.end_state", "information.missing"}
    assert {each.party for each in findings(case)} == {AGENT}


def test_a_user_may_leave_when_the_agent_claims_to_be_done():
    def pay(talk: FetchTalk) -> None:
        talk.agent("That's all done now.").user("Great, thanks, that's all I needed.").stop()

    stages = dict.fromkeys(("hand_over", "offer", "goodbye"), None)
    assert "user.ended_early" not in codes(FetchTalk(pay=pay, **stages).case())


@pytest.mark.parametrize("noted", ["open", "waiting"])
def test_a_user_that_knows_of_an_open_goal_may_not_leave(noted: str):
    status = Annotation(name="goal_status", value=f'{{"g0": "{noted}"}}')
    talk = FetchTalk(goodbye=lambda talk: talk.user("No, bye.").stop(USER, status))
    assert codes(talk.case()) == {"user.ended_early"}


def test_a_goal_that_was_never_raised_is_left_open():
    blueprint = planned("cloakroom", "count", "lost_ticket", number=1)
    talk = right_dialogue(blueprint)
    note = next(e.index for e in talk.events if e.call and e.call.name == "leave_note")
    # The call, its result, the agent's words about it and the user's.
    kept = [e for e in talk.events if not note <= e.index < note + 4]
    assert "user.ended_early" in codes(talk.case(events=renumbered(kept)))


@pytest.mark.parametrize(
    "said", ["84.2 euros", "€84.20", "EUR 84.20", "it is 84.20.", "eighty-four, 84.20 that is"]
)
def test_required_values_may_be_said_in_any_form(said: str):
    talk = FetchTalk(offer=lambda talk: talk.agent(f"{said}. Anything else?"))
    statement = Statement(key="bill.total", goal="g0", forms=("84.20", "84.2"))
    blueprint = replace(unpaid_fetch(), must_say=(statement,))
    verdict = opinion(evidence(talk.trajectory(), blueprint, talk.domain), "information")
    assert "information.missing" not in {each.code for each in verdict.findings}


@pytest.mark.parametrize("said", ["184.20 euros", "84.25", "8420", "nothing"])
def test_another_value_is_not_the_required_one(said: str):
    talk = FetchTalk(offer=lambda talk: talk.agent(f"{said}. Anything else?"))
    statement = Statement(key="bill.total", goal="g0", forms=("84.20", "84.2"))
    blueprint = replace(unpaid_fetch(), must_say=(statement,))
    verdict = opinion(evidence(talk.trajectory(), blueprint, talk.domain), "information")
    assert "information.missing" in {each.code for each in verdict.findings}


def test_planned_faults_are_invisible_to_rules():
    note = Annotation(name="planned_faults", value='"any"', visible_to=(USER, AGENT))
    talk = FetchTalk()
    events = (replace(talk.events[0], annotations=(note,)), *talk.events[1:])
    assert codes(talk.case(events=events, annotations=(note,))) == set()
