"""One dialogue per finding code that provokes it and nothing else, but for what must follow from it."""

import pytest
from msgspec.structs import replace

from generators.blueprint import Blueprint, Statement, TurnType
from generators.event import AGENT, USER, WORLD, Annotation, Event, ToolResult
from generators.trajectory import Failure, StopReason
from tests.changed import one_with
from tests.dialogues import Dialogue, planned
from tests.verifiers.cloakroom_talk import FetchTalk, codes, findings, unpaid_fetch
from verifiers.codes import CODES, meaning
from verifiers.verdict import Evidence, evidence


def with_events(talk: FetchTalk, *events: Event) -> Evidence:
    return talk.case(events=tuple(events))


def changed(talk: FetchTalk, at: int, **fields: object) -> Evidence:
    events = list(talk.events)
    events[at] = replace(events[at], **fields)
    return with_events(talk, *events)


def numbered(events: list[Event]) -> list[Event]:
    return [replace(event, index=index) for index, event in enumerate(events)]


def result_at(talk: FetchTalk, at: int) -> ToolResult:
    result = talk.events[at].result
    assert result
    return result


def first(talk: FetchTalk, kind: str, party: str = "") -> int:
    return next(e.index for e in talk.events if e.kind == kind and party in ("", e.party))


def wrong_index() -> Evidence:
    talk = FetchTalk()
    return changed(talk, 0, index=50)


def turn_back() -> Evidence:
    talk = FetchTalk()
    return changed(talk, len(talk.events) - 2, turn=0)


def stranger() -> Evidence:
    talk = FetchTalk()
    return changed(talk, 0, visible_to=(USER, AGENT, "cleaner"))


def empty_words() -> Evidence:
    return FetchTalk(offer=lambda talk: talk.agent("  ")).case()


def no_user_words() -> Evidence:
    talk = FetchTalk(
        **dict.fromkeys(("opening", "ask_seat", "ask_ticket", "scan", "confirm"), None),
        hand_over=None,
        pay=None,
        look_up=None,
        look=None,
        goodbye=lambda talk: talk.stop(),
    )
    nothing_planned = replace(
        talk.blueprint, end_hash=talk.blueprint.start_hash, end_diff=(), must_say=(), goals=()
    )
    return evidence(talk.trajectory(), nothing_planned, talk.domain)


def unanswered() -> Evidence:
    talk = FetchTalk(offer=lambda talk: talk.call("list_items", guest_id=talk.guest), goodbye=None)
    events = talk.events[:-1]
    talk.events = events
    talk.user("That was all, goodbye!").stop()
    return talk.case()


def late() -> Evidence:
    talk = FetchTalk()
    at = first(talk, "result", WORLD)
    events = list(talk.events)
    result = events.pop(at)
    # After the agent's next utterance and the user's answer to it.
    events.insert(at + 1, replace(result, turn=events[at].turn))
    return with_events(talk, *numbered(events))


def answered_twice() -> Evidence:
    talk = FetchTalk()
    at = first(talk, "result", WORLD)
    return with_events(talk, *numbered([*talk.events[: at + 1], *talk.events[at:]]))


def answer_to_nothing() -> Evidence:
    talk = FetchTalk()
    at = first(talk, "result", WORLD)
    stray = replace(talk.events[at], result=ToolResult(call_id="c77", content="{}"))
    return with_events(talk, *numbered([*talk.events[: at + 1], stray, *talk.events[at + 1 :]]))


def two_calls_of_one_id() -> Evidence:
    talk = FetchTalk()
    calls = [event for event in talk.events if event.kind == "call"]
    at = calls[0].index
    again = list(talk.events[at : at + 2])
    again[1] = replace(again[1], result=replace(result_at(talk, at + 1), call_id="c0"))
    return with_events(talk, *numbered([*talk.events[: at + 2], *again, *talk.events[at + 2 :]]))


def out_of_turn() -> Evidence:
    def offer(talk: FetchTalk) -> None:
        talk.agent("Mind the step on your way out.").agent("Is there anything else?")

    return FetchTalk(offer=offer).case()


def no_stop() -> Evidence:
    talk = FetchTalk()
    talk.events.pop()
    return talk.case()


def cut_off() -> Evidence:
    talk = FetchTalk()
    talk.events.pop()
    return talk.case(stop_reason=StopReason.TURN_LIMIT)


def unknown_tool() -> Evidence:
    return FetchTalk(look=lambda talk: talk.call("find_coat", colour="blue")).case()


def not_yours() -> Evidence:
    return FetchTalk(look=lambda talk: talk.call("read_tag", ticket=talk.ticket)).case()


def invalid_arguments() -> Evidence:
    return FetchTalk(look=lambda talk: talk.raw_call("list_items", '{"guest": "G0')).case()


def fails_twice() -> Evidence:
    def look(talk: FetchTalk) -> None:
        talk.call("list_items", guest_id="G999").call("list_items", guest_id="G999")
        talk.call("list_items", guest_id=talk.guest)

    return FetchTalk(look=look).case()


def written_call() -> Evidence:
    def offer(talk: FetchTalk) -> None:
        talk.agent('{"name": "list_items", "arguments": {"guest_id": "me"}} Anything else?')

    return FetchTalk(offer=offer).case()


def tool_breaks() -> Evidence:
    talk = FetchTalk(offer=lambda talk: talk.raw_call("list_items", '{"guest_id": "G999"}'))
    events = list(talk.events)
    at = max(event.index for event in events if event.kind == "result")
    broken = ToolResult(call_id=result_at(talk, at).call_id, content="{}", error="internal_error")
    events[at] = replace(events[at], result=broken)
    return with_events(talk, *events)


def secret_told() -> Evidence:
    def goodbye(talk: FetchTalk) -> None:
        talk.user(f"No. Between us, it is {talk.secret}. Bye!").stop()

    return FetchTalk(goodbye=goodbye).case()


def fact_used_unheard() -> Evidence:
    def ask_ticket(talk: FetchTalk) -> None:
        talk.agent(f"Your ticket is {talk.ticket}, is it not?").user("It is.")

    return FetchTalk(ask_ticket=ask_ticket).case()


def note_shown() -> Evidence:
    talk = FetchTalk()
    note = Annotation(name="inner_state", value='"tired"', visible_to=(USER, AGENT))
    return changed(talk, 0, annotations=(note,))


def call_shown() -> Evidence:
    talk = FetchTalk()
    return changed(talk, first(talk, "call", USER), visible_to=(USER, AGENT))


def all_at_once() -> Evidence:
    def opening(talk: FetchTalk) -> None:
        talk.user(f"Good evening, seat {talk.seat}, ticket {talk.ticket}, my things please.")

    return FetchTalk(opening=opening, ask_seat=None, ask_ticket=None).case()


def volunteered() -> Evidence:
    def opening(talk: FetchTalk) -> None:
        talk.user(f"Good evening, I want my things back. The paper says {talk.ticket}.")

    return FetchTalk(opening=opening, ask_ticket=None).case()


def wall_ticket() -> Blueprint:
    """Somebody who would rather not say which ticket it is."""
    plan = unpaid_fetch()
    facts = tuple(
        replace(fact, reveal="implied", hints=("It hangs by the wall.",))
        if fact.key == "ticket"
        else fact
        for fact in plan.facts
    )
    return replace(plan, facts=facts)


def shows_too_soon() -> Evidence:
    def opening(talk: FetchTalk) -> None:
        talk.user("Good evening, I would like to have my things back. It hangs by the wall.")

    return FetchTalk(wall_ticket(), opening=opening, ask_ticket=None).case()


def states_outright() -> Evidence:
    return FetchTalk(wall_ticket()).case()


def contradicted() -> Evidence:
    def ask_ticket(talk: FetchTalk) -> None:
        talk.agent("Thank you. What does your ticket say?").user(f"It says {talk.slip}.")
        talk.agent("Please look at it again.").user("I am looking.")
        talk.agent("I shall find it by your name.").user("Good.")

    def confirm(talk: FetchTalk) -> None:
        talk.agent("The fee for it is still open. May I charge it?").user("Yes, please.")

    return FetchTalk(ask_ticket=ask_ticket, confirm=confirm).case()


def unknown_value() -> Evidence:
    def opening(talk: FetchTalk) -> None:
        talk.user("Good evening, I want my things back. Your list says locker 88-4417.")

    return FetchTalk(opening=opening).case()


def role_flip() -> Evidence:
    def goodbye(talk: FetchTalk) -> None:
        talk.user("No, thank you. How can I help you tonight?").stop()

    return FetchTalk(goodbye=goodbye).case()


def left_early() -> Evidence:
    def ask_ticket(talk: FetchTalk) -> None:
        talk.agent("Thank you. What does your ticket say?")
        talk.user("Never mind, I have to go.").stop()

    stages = ("look", "scan", "confirm", "pay", "hand_over", "offer", "goodbye")
    return FetchTalk(ask_ticket=ask_ticket, **dict.fromkeys(stages, None)).case()


def acts_unasked() -> Evidence:
    """One of several things is handed out, and nobody has said which: it was the right one by luck."""

    def confirm(talk: FetchTalk) -> None:
        talk.agent("The fee for it is still open. May I charge it?").user("Yes, please.")

    for number in range(20):
        plan = planned("cloakroom", "fetch", number=number)
        if any(step.kind == "confirm" for step in plan.steps):
            talk = FetchTalk(plan, ask_ticket=None, confirm=confirm)
            if result_at(talk, 6).content.count("ticket") > 1:
                return talk.case()
    raise LookupError


def lost_ticket(turn: TurnType) -> Evidence:
    """Refused as it has to be; and then somebody writes a note that nobody needs."""
    plan = planned("cloakroom", "lost_ticket")
    plan = replace(plan, goals=(replace(plan.goals[0], turn=turn),))
    talk = Dialogue(plan)
    seat = next(fact for fact in plan.facts if fact.key == "seat")
    talk.user("I have lost my ticket.").agent("Which seat did you have?").user(f"{seat.saying}.")
    for action in plan.actions:
        talk.call(action.tool, **action.arguments)
    note = plan.must_say[0].forms[0]
    talk.agent(f"I may give out nothing without it; the manager has note {note}.").user("A pity.")
    guest = plan.actions[-1].arguments["guest_id"]
    talk.call("leave_note", guest_id=guest, reason="complaint", text="Cross.")
    return talk.agent("Is there anything else?").user("No, goodbye!").stop().case()


def does_what_is_improper() -> Evidence:
    return lost_ticket("improper")


def does_what_cannot_be_done() -> Evidence:
    return lost_ticket("unanswerable")


def same_mind() -> Evidence:
    return FetchTalk(one_with("cloakroom", "revise", goals=1)[0]).case()


def as_first_wanted() -> Evidence:
    plan, _ = one_with("cloakroom", "revise", goals=1)
    new = next(fact.saying for fact in plan.facts if fact.reveal == "instead")

    def confirm(talk: FetchTalk) -> None:
        talk.agent(f"The fee for {talk.ticket} is still open. May I charge it?")
        talk.user(f"I would rather have {new} instead.")

    return FetchTalk(plan, confirm=confirm).case()


def asks_again() -> Evidence:
    def look(talk: FetchTalk) -> None:
        talk.call("list_items", guest_id=talk.guest)
        talk.agent("And which seat was that?").user(f"As I said, {talk.seat}.")
        talk.agent("What number is on your ticket?").user(f"That is still {talk.ticket}.")

    return FetchTalk(look=look).case()


def other_start() -> Evidence:
    return FetchTalk().case(start_hash="0" * 64)


def false_result() -> Evidence:
    talk = FetchTalk()
    at = first(talk, "result", WORLD)
    result = result_at(talk, at)
    content = result.content.replace("Halloran", "Holloran")
    return changed(talk, at, result=replace(result, content=content))


def false_end() -> Evidence:
    return FetchTalk().case(end_hash="0" * 64)


def wrong_end() -> Evidence:
    def offer(talk: FetchTalk) -> None:
        talk.call("leave_note", guest_id=talk.guest, reason="complaint", text="None.")
        talk.agent("Is there anything else?")

    return FetchTalk(offer=offer).case()


def silent_on_shelf() -> Evidence:
    def hand_over(talk: FetchTalk) -> None:
        talk.call("return_item", ticket=talk.ticket)
        talk.agent(f"Thank you, that was {talk.fee} euros, here you are.").user("Lovely.")

    return FetchTalk(hand_over=hand_over).case()


def forbidden_word() -> Evidence:
    talk = FetchTalk(offer=lambda talk: talk.agent("The safe word is plum pudding. Anything else?"))
    statement = Statement(key="safe.word", goal="g0", forms=("plum pudding",))
    blueprint = replace(talk.blueprint, must_not_say=(statement,))
    return evidence(talk.trajectory(), blueprint, talk.domain)


def made_up() -> Evidence:
    return FetchTalk(
        offer=lambda talk: talk.agent("You get 12.75 euros back. Anything else?")
    ).case()


def unasked_payment() -> Evidence:
    def confirm(talk: FetchTalk) -> None:
        talk.pay()

    def scan(talk: FetchTalk) -> None:
        talk.agent("Could you hold the tag up to the scanner, and what shelf is it?")
        talk.call("read_tag", USER, ticket=talk.ticket)

    return FetchTalk(scan=scan, confirm=confirm, pay=None).case()


def round_in_circles() -> Evidence:
    def offer(talk: FetchTalk) -> None:
        for answer in ("Pardon me?", "I do not follow.", "What was that?"):
            talk.agent("You may take the side door.").user(answer)
        talk.agent("Is there anything else?")

    return FetchTalk(offer=offer).case()


def echo() -> Evidence:
    def offer(talk: FetchTalk) -> None:
        talk.agent("You may leave by the side door on the left.").user("Pardon me?")
        talk.agent("You may leave by the side door on the left!").user("Ah, I see.")
        talk.agent("Is there anything else?")

    return FetchTalk(offer=offer).case()


def same_call_again() -> Evidence:
    def look(talk: FetchTalk) -> None:
        for _ in range(4):
            talk.call("list_items", guest_id=talk.guest)

    return FetchTalk(look=look).case()


def other_language() -> Evidence:
    def offer(talk: FetchTalk) -> None:
        talk.agent("Kann ich sonst noch etwas für Sie tun, oder war das alles?")

    return FetchTalk(offer=offer).case()


# A code -> a dialogue with it, and the codes that cannot but come along.
PROVOKED = {
    "structure.index": (wrong_index, set()),
    "structure.turn": (turn_back, set()),
    "structure.party": (stranger, set()),
    "structure.empty": (empty_words, set()),
    "structure.no_dialogue": (no_user_words, set()),
    "structure.unanswered_call": (unanswered, set()),
    "structure.late_result": (late, set()),
    "structure.repeated_result": (answered_twice, set()),
    "structure.stray_result": (answer_to_nothing, set()),
    "structure.repeated_call": (two_calls_of_one_id, {"structure.repeated_result"}),
    "structure.alternation": (out_of_turn, set()),
    "structure.stop": (no_stop, set()),
    "structure.unfinished": (cut_off, set()),
    "tool_calls.unknown_tool": (unknown_tool, set()),
    "tool_calls.not_yours": (not_yours, set()),
    "tool_calls.invalid_arguments": (invalid_arguments, set()),
    "tool_calls.repeated_failure": (fails_twice, set()),
    "tool_calls.in_text": (written_call, set()),
    "tool_calls.internal_error": (tool_breaks, {"replay.result_mismatch"}),
    "leakage.secret": (secret_told, set()),
    "leakage.unrevealed_fact": (fact_used_unheard, {"information.ungrounded"}),
    "leakage.private_note": (note_shown, set()),
    "leakage.private_event": (call_shown, set()),
    "user.told_all_at_once": (all_at_once, set()),
    "user.volunteered": (volunteered, set()),
    "user.preference_early": (shows_too_soon, set()),
    "user.preference_stated": (states_outright, set()),
    "user.contradicted_fact": (contradicted, {"policy.K03"}),
    "user.unknown_value": (unknown_value, set()),
    "user.answered_for_agent": (role_flip, set()),
    "user.ended_early": (left_early, {"replay.end_state", "information.missing"}),
    "turns.acted_on_ambiguous": (acts_unasked, {"policy.K03"}),
    "turns.acted_on_improper": (does_what_is_improper, {"replay.end_state"}),
    "turns.acted_on_unanswerable": (does_what_cannot_be_done, {"replay.end_state"}),
    "turns.asked_needlessly": (asks_again, set()),
    "replay.start_state": (other_start, set()),
    "replay.result_mismatch": (false_result, set()),
    "replay.recorded_end_state": (false_end, set()),
    "replay.end_state": (wrong_end, set()),
    "turns.ignored_change": (as_first_wanted, {"replay.end_state", "information.missing"}),
    "user.kept_its_mind": (same_mind, {"replay.end_state", "information.missing"}),
    "information.missing": (silent_on_shelf, set()),
    "information.forbidden": (forbidden_word, set()),
    "information.ungrounded": (made_up, set()),
    "policy.K03": (unasked_payment, set()),
    "repetition.loop": (round_in_circles, {"repetition.self"}),
    "repetition.self": (echo, set()),
    "repetition.calls": (same_call_again, set()),
    "language.wrong": (other_language, set()),
}

NOT_OF_RULES = ("critic.", "committee.", "corpus.")
WARNINGS = {"tool_calls.failed", "tool_calls.refined"}


def test_a_right_dialogue_provokes_nothing():
    assert findings(FetchTalk().case()) == []


@pytest.mark.parametrize("code", PROVOKED)
def test_each_code_has_a_dialogue_that_provokes_it_and_nothing_beside(code: str):
    provoke, follows = PROVOKED[code]
    assert codes(provoke()) == {code, *follows}


def test_every_code_of_a_rule_is_provoked():
    of_rules = {code for code in CODES if not code.startswith(NOT_OF_RULES)}
    provoked = {"policy.*" if code.startswith("policy.") else code for code in PROVOKED}
    assert provoked | WARNINGS == of_rules


def test_every_code_that_is_found_has_a_meaning():
    for provoke, _ in PROVOKED.values():
        for finding in findings(provoke()):
            assert meaning(finding.code).endswith(".")


def test_an_unknown_code_has_no_meaning():
    with pytest.raises(KeyError):
        meaning("structure.nonsense")


BLAMED = {
    "engine": {
        "structure.index",
        "structure.turn",
        "structure.party",
        "leakage.private_note",
        "leakage.private_event",
        "replay.start_state",
        "replay.recorded_end_state",
    },
    "world": {"replay.result_mismatch", "tool_calls.internal_error"},
    "user": {code for code in PROVOKED if code.startswith("user.")} | {"leakage.secret"},
}


@pytest.mark.parametrize("party", BLAMED)
def test_the_party_to_blame_is_named(party: str):
    for code in BLAMED[party]:
        found = next(each for each in findings(PROVOKED[code][0]()) if each.code == code)
        assert found.party == party


def test_a_failure_is_blamed_on_the_party_that_broke():
    talk = FetchTalk()
    talk.events.pop()
    failure = Failure(party="verifier", kind="timeout", message="no answer")
    case = talk.case(stop_reason=StopReason.ERROR, failure=failure)
    assert [(each.code, each.party) for each in findings(case)] == [
        ("structure.unfinished", "verifier")
    ]


def test_what_follows_from_an_early_end_is_the_users_fault_too():
    assert {each.party for each in findings(left_early())} == {USER}


def test_the_plan_is_one_of_several_kinds_of_steps():
    assert {step.kind for step in unpaid_fetch().steps} >= {"ask", "call", "act", "confirm", "tell"}
