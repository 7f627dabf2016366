from msgspec.structs import replace

from generators.brief import agent_brief
from generators.event import (
    AGENT,
    USER,
    Annotation,
    Attachment,
    Event,
    ToolCall,
    ToolResult,
)
from generators.trajectory import Session, named
from outputs.judged import Judged
from outputs.messages import Message, plain, sittings, transcript_of
from tests.outputs.cloakroom_set import (
    BOTH,
    CLOAKROOM,
    as_bytes,
    blueprints,
    decided,
    judged,
    judged_set,
    played,
)
from verifiers.decision import Vote
from verifiers.verdict import Finding, Verdict


def told(*events: Event, findings: tuple[Finding, ...] = (), sessions=()) -> Judged:
    """A dialogue of just these events, numbered in order."""
    plan = blueprints(1)[0]
    numbered = tuple(replace(event, index=index) for index, event in enumerate(events))
    trajectory = named(replace(played(plan), events=numbered, sessions=sessions))
    decision = decided(trajectory, *findings)
    return judged(trajectory, plan, decision=decision)


def event(turn: int, party: str, kind, text: str = "", **more) -> Event:
    seen = more.pop("seen", BOTH if kind == "say" else (party,))
    session = more.pop("session", 0)
    return Event(
        index=0,
        turn=turn,
        party=party,
        kind=kind,
        visible_to=seen,
        text=text,
        session=session,
        **more,
    )


def call(turn: int, name: str, arguments: str = "{}", party: str = AGENT) -> Event:
    return event(turn, party, "call", call=ToolCall(id=name, name=name[:-1], arguments=arguments))


def result(turn: int, name: str, content: str = "{}", error: str = "", party: str = AGENT) -> Event:
    answer = ToolResult(call_id=name, content=content, error=error)
    return event(turn, "world", "result", seen=(party,), result=answer)


def messages(*events: Event, **more) -> tuple[Message, ...]:
    return transcript_of(told(*events, **more), CLOAKROOM).messages


def shape(found: tuple[Message, ...]) -> list[tuple]:
    return [(each.role, each.content, len(each.tool_calls)) for each in found[1:]]


def test_a_dialogue_opens_with_the_policy_and_the_clock():
    first = messages(event(0, AGENT, "say", "Good evening."))[0]
    assert first.role == "system"
    assert CLOAKROOM.policy.text.strip() in first.content
    assert blueprints(1)[0].clock in first.content
    assert first.content == agent_brief(CLOAKROOM, blueprints(1)[0].clock)


def test_words_and_calls_of_one_move_are_one_message():
    found = messages(
        event(0, USER, "say", "Hello"),
        event(1, AGENT, "say", "Let me look."),
        call(1, "look1"),
        call(1, "look2"),
        result(1, "look1", '{"a":1}'),
        result(1, "look2", '{"b":2}'),
        event(2, AGENT, "say", "Done."),
    )
    assert shape(found) == [
        ("user", "Hello", 0),
        ("assistant", "Let me look.", 2),
        ("tool", '{"a":1}', 0),
        ("tool", '{"b":2}', 0),
        ("assistant", "Done.", 0),
    ]
    assert [each.tool_call_id for each in found[3:5]] == ["look1", "look2"]
    assert [each.name for each in found[3:5]] == ["look", "look"]


def test_calls_made_at_once_are_one_message_even_when_their_results_come_in_between():
    found = messages(
        call(0, "look1"),
        result(0, "look1", "1"),
        call(0, "look2"),
        result(0, "look2", "2"),
        event(1, AGENT, "say", "Done."),
    )
    assert shape(found) == [
        ("assistant", "", 2),
        ("tool", "1", 0),
        ("tool", "2", 0),
        ("assistant", "Done.", 0),
    ]


def test_results_follow_their_calls_when_somebody_speaks_in_between():
    found = messages(
        call(0, "look1"),
        event(1, USER, "say", "Are you there?"),
        result(0, "look1", "1"),
        event(2, AGENT, "say", "Yes."),
    )
    assert [each.role for each in found[1:]] == ["assistant", "tool", "user", "assistant"]


def test_what_the_user_says_in_a_row_is_one_message():
    found = messages(
        event(0, USER, "say", "Hello"),
        event(1, USER, "say", "anybody?"),
        event(2, AGENT, "say", "Yes."),
    )
    assert shape(found) == [("user", "Hello\nanybody?", 0), ("assistant", "Yes.", 0)]
    assert found[1].events == (0, 1)


def test_another_party_speaks_as_a_user_with_a_name():
    found = messages(
        event(0, USER, "say", "Hello"),
        event(1, "manager", "say", "Help them.", seen=(AGENT, "manager")),
        event(2, AGENT, "say", "Sure."),
    )
    assert [(each.role, each.name) for each in found[1:3]] == [("user", ""), ("user", "manager")]
    assert "name" not in plain(found[1])
    assert plain(found[2])["name"] == "manager"


def test_the_agent_sees_nothing_that_is_not_meant_for_it():
    found = messages(
        event(
            0,
            USER,
            "say",
            "Hello",
            annotations=(Annotation(name="inner_state", value='"cross"', visible_to=(USER,)),),
        ),
        event(0, USER, "think", "they are slow"),
        call(1, "tag1", '{"ticket":"T1"}', party=USER),
        result(1, "tag1", '{"shelf":"secret"}', party=USER),
        event(2, "manager", "say", "between us", seen=("manager", USER)),
        event(3, USER, "wait"),
        event(4, AGENT, "say", "Hello."),
    )
    assert shape(found) == [("user", "Hello", 0), ("assistant", "Hello.", 0)]
    text = as_bytes(found)
    assert not any(each in text for each in (b"cross", b"slow", b"secret", b"between us", b"T1"))


def test_the_agents_own_thoughts_are_kept_apart_from_its_words():
    found = messages(
        event(0, USER, "say", "Hello"),
        event(1, AGENT, "think", "a guest"),
        event(1, AGENT, "say", "Hi."),
    )
    assert (found[2].content, found[2].reasoning) == ("Hi.", "a guest")
    assert "reasoning" not in plain(found[2])


def test_an_agent_that_only_thinks_does_not_come_between_the_users_words():
    found = messages(
        event(0, USER, "say", "Hello"),
        event(1, AGENT, "think", "wait for it"),
        event(1, AGENT, "wait"),
        event(2, USER, "say", "anybody?"),
        event(3, AGENT, "say", "Yes."),
    )
    assert shape(found) == [("user", "Hello\nanybody?", 0), ("assistant", "Yes.", 0)]
    assert b"wait for it" not in as_bytes(found)


def test_what_nobody_answers_any_more_is_cut_and_reported():
    case = told(
        event(0, USER, "say", "Hello"),
        event(1, AGENT, "say", "Hi."),
        call(2, "look1"),
        result(2, "look1"),
        event(3, USER, "say", "Bye."),
    )
    found = transcript_of(case, CLOAKROOM)
    assert found.messages[-1].content == "Hi."
    assert found.cut == (2, 3, 4)


def test_a_dialogue_in_which_the_agent_never_speaks_is_only_its_brief():
    found = transcript_of(told(event(0, USER, "say", "Hello")), CLOAKROOM)
    assert [each.role for each in found.messages] == ["system"]
    assert found.cut == (0,)


def test_every_dialogue_of_the_set_ends_with_the_agent_and_answers_every_call():
    for case in judged_set():
        found = transcript_of(case, CLOAKROOM).messages
        if len(found) == 1:
            assert case.trajectory.failure
            continue
        assert found[-1].role == "assistant"
        called = [call.id for each in found for call in each.tool_calls]
        assert called == [each.tool_call_id for each in found if each.role == "tool"]


def test_arguments_stay_the_raw_string_that_was_emitted():
    raw = '{"seat":  "A1", '
    found = messages(
        call(0, "look1", raw), result(0, "look1", "{}"), event(1, AGENT, "say", "Sorry.")
    )
    assert found[1].tool_calls[0].arguments == raw
    assert plain(found[1])["tool_calls"][0]["function"]["arguments"] == raw


def test_a_turn_at_which_an_error_blames_the_agent_is_not_trained_on():
    talk = (
        event(0, USER, "say", "Hello"),
        call(1, "look1"),
        result(1, "look1"),
        event(2, AGENT, "say", "Done."),
    )
    wrong_call = Finding(code="x", message="m", event=1)
    wrong_result = Finding(code="x", message="m", event=2)
    assert [each.train for each in messages(*talk)] == [False, False, True, False, True]
    for finding in (wrong_call, wrong_result):
        found = messages(*talk, findings=(finding,))
        assert [each.train for each in found] == [False, False, False, False, True]


def test_warnings_other_peoples_faults_and_abstentions_leave_a_turn_trained():
    talk = (event(0, USER, "say", "Hello"), event(1, AGENT, "say", "Done."))
    warning = Finding(code="x", message="m", event=1, severity="warning")
    users = Finding(code="x", message="m", event=1, party=USER)
    whole = Finding(code="x", message="m")
    assert messages(*talk, findings=(warning, users, whole))[-1].train
    case = told(*talk)
    verdict = Verdict(
        verifier="v",
        outcome="abstain",
        findings=(Finding(code="verifier.crashed", message="m", event=1),),
    )
    decision = replace(case.decision, votes=(Vote(verdict=verdict),))
    assert transcript_of(replace(case, decision=decision), CLOAKROOM).messages[-1].train


def test_insisting_on_a_call_that_failed_is_not_trained_on_but_the_first_try_is():
    found = messages(
        call(0, "look1", '{"seat":"Z9", "x":1}'),
        result(0, "look1", error="not_found"),
        call(1, "look2", '{"x": 1, "seat": "Z9"}'),
        result(1, "look2", error="not_found"),
        call(2, "look3", '{"seat":"A1"}'),
        result(2, "look3"),
        event(3, AGENT, "say", "Done."),
    )
    assert [each.train for each in found if each.role == "assistant"] == [True, False, True, True]


def test_every_session_is_a_conversation_of_its_own_with_what_is_remembered():
    sessions = (
        Session(index=0, starts_at="2025-03-14T21:40:00"),
        Session(index=1, starts_at="2025-03-21T20:00:00", memory="Lost a ticket last week."),
    )
    found = messages(
        event(0, USER, "say", "Hello"),
        event(1, AGENT, "say", "Hi."),
        event(2, USER, "say", "Bye"),
        event(3, USER, "say", "Me again", session=1),
        event(4, AGENT, "say", "Welcome back.", session=1),
        sessions=sessions,
    )
    first, second = sittings(found)
    assert [each.role for each in first] == ["system", "user", "assistant"]
    assert [each.role for each in second] == ["system", "user", "assistant"]
    assert "2025-03-21T20:00:00" in second[0].content
    assert second[0].content.endswith("Lost a ticket last week.")


def test_plain_messages_have_no_empty_keys():
    for case in judged_set():
        for message in transcript_of(case, CLOAKROOM).messages:
            assert all(value not in (None, [], {}) for value in plain(message).values())


def test_an_attachment_is_no_part_of_the_text():
    note = Attachment(uri="file:///tag.png", media_type="image/png", caption="the tag")
    found = messages(
        event(0, USER, "say", "Look", attachments=(note,)), event(1, AGENT, "say", "I see.")
    )
    assert b"tag" not in as_bytes(found[1])
