import msgspec
import pytest

from generators.event import AGENT, USER
from generators.llm.settings import Settings
from generators.models.chat import ChatReply
from generators.player import Act, Move
from generators.trajectory import StopReason
from tests.generators.llm.talkers import (
    Stage,
    Talker,
    agent_says,
    notes,
    user_says,
)
from tests.played import STOP, Reader, say

STAGE = Stage(index=next(i for i in range(8) if len(Stage(index=i).plan.goals) == 2))
SEAT = next(fact.value for fact in STAGE.plan.facts if fact.key == "seat")
FIND = ("find_guest", {"seat": SEAT})
THINK = Settings(think=True)


def test_two_models_talk_until_the_user_ends_it():
    user = Talker(user_says("Hello there."), user_says("Thanks, bye.", done=[1, 2], end=True))
    agent = Talker(agent_says("", FIND), agent_says("I found you."))
    told = STAGE.play(STAGE.player(USER, user), STAGE.player(AGENT, agent))
    kinds = ["say", "call", "result", "say", "say", "stop"]
    assert [event.kind for event in told.events] == kinds
    assert told.stop_reason == StopReason.USER_STOP
    assert [m.player for m in told.members] == ["llm:user", "llm:agent"]


def test_the_agent_sees_policy_tools_and_its_own_view():
    agent = Talker(agent_says("", FIND), agent_says("I found you."))
    private = Act(kind="think", text="they must not know")
    user = Reader(USER, Move(acts=(private, say("Hello there."))), STOP)
    STAGE.play(user, STAGE.player(AGENT, agent))
    first, second = agent.messages(0), agent.messages(1)
    assert STAGE.domain.policy.text.strip() in first[0]["content"]
    for name in STAGE.domain.agent_tools:
        assert f'"name":"{name}"' in first[0]["content"]
    assert first[1:] == [{"role": "user", "content": "Hello there."}]
    made = msgspec.json.decode(second[2]["content"])
    assert made == {"say": "", "calls": [{"tool": "find_guest", "arguments": {"seat": SEAT}}]}
    answered = msgspec.json.decode(second[3]["content"])["results"]
    assert answered[0]["tool"] == "find_guest"
    assert answered[0]["result"]["seat"] == SEAT


def test_the_user_sees_persona_goals_facts_with_reveal_rules_and_its_own_tools():
    user = Talker(user_says("Bye.", end=True))
    STAGE.play(STAGE.player(USER, user), Reader(AGENT))
    shown = user.messages(0)[0]["content"]
    assert STAGE.persona.name in shown
    for goal in STAGE.plan.goals:
        assert goal.need in shown
    assert "Never tell this to anyone" in shown
    for fact in STAGE.plan.facts:
        assert fact.saying in shown
    assert '"name":"read_tag"' in shown
    assert "find_guest" not in shown
    assert STAGE.domain.policy.text.strip() not in shown


def test_a_user_reply_has_words_a_thought_goals_done_and_an_end():
    user = Talker(
        user_says("Hello.", thought="Let us see."),
        user_says("Bye.", done=[1, 2], end=True, thought="Done."),
    )
    told = STAGE.play(STAGE.player(USER, user, THINK), Reader(AGENT, say("Yes?")))
    assert [e.text for e in told.events if e.kind == "think"] == ["Let us see.", "Done."]
    first, second = (goal.id for goal in STAGE.plan.goals)
    assert notes(told, "goal_status") == [
        {first: "open", second: "waiting"},
        {first: "settled", second: "settled"},
    ]
    assert told.stop_reason == StopReason.USER_STOP
    again = msgspec.json.decode(user.messages(1)[2]["content"])
    assert again == {
        "thought": "Let us see.",
        "say": "Hello.",
        "goals_done": [],
        "end": False,
        "calls": [],
    }


def test_what_the_user_thinks_is_seen_by_nobody_else():
    user = Talker(user_says("Hello.", thought="a-quiet-thought"), user_says("Bye.", end=True))
    agent = Talker(agent_says("Yes?"))
    told = STAGE.play(STAGE.player(USER, user, THINK), STAGE.player(AGENT, agent))
    assert "a-quiet-thought" not in agent.said()
    assert [e.visible_to for e in told.events if e.kind == "think"] == [(USER,)]
    for event in told.events:
        for note in event.annotations:
            assert AGENT not in note.visible_to


def test_words_and_calls_in_one_reply_are_spoken_first_and_keep_the_floor():
    agent = Talker(agent_says("One moment.", FIND, FIND), agent_says("Found."))
    told = STAGE.play(Reader(USER, say("Hi"), STOP), STAGE.player(AGENT, agent))
    kinds = [event.kind for event in told.events]
    assert kinds == ["say", "say", "call", "call", "result", "result", "say", "stop"]


def test_arguments_are_kept_as_they_were_written():
    written = (
        '{"think": "x", "say": "", "calls": [{"tool": "find_guest", "arguments": { "seat" :"c4"}}]}'
    )
    told = STAGE.play(
        Reader(USER, say("Hi"), STOP), STAGE.player(AGENT, Talker(written, agent_says("No.")))
    )
    assert [e.call.arguments for e in told.events if e.call] == ['{ "seat" :"c4"}']
    assert [e.result.error for e in told.events if e.result] == ["invalid_arguments"]


def test_the_user_uses_its_own_tools_in_the_same_object():
    item = {"tool": "read_tag", "arguments": {"ticket": "T999"}}
    user = Talker(user_says("", calls=[item]), user_says("It says no.", end=True))
    told = STAGE.play(STAGE.player(USER, user), Reader(AGENT))
    assert [event.kind for event in told.events] == ["call", "result", "say", "stop"]
    assert '"results"' in user.messages(1)[-1]["content"]


def test_a_reply_with_nothing_in_it_waits():
    told = STAGE.play(
        STAGE.player(USER, Talker(user_says(""))), STAGE.player(AGENT, Talker(agent_says()))
    )
    assert [event.kind for event in told.events] == ["wait", "wait"]
    assert told.stop_reason == StopReason.STALLED


@pytest.mark.parametrize(
    "content",
    [
        "",
        "Hello, how are you?",
        '{"say": "cut o',
        '{"say": 3, "end": false}',
        "[]",
        "null",
        '{"say":"x"}',
        '{"say":"\\ud800","end":true}',
        '{"say":"x","end":true,"goals_done":[1e999]}',
        "[" * 5000,
    ],
)
def test_what_is_no_reply_is_drafted_again_and_ends_the_dialogue_when_it_stays_so(content: str):
    stage = Stage()
    user = Talker(content)
    told = stage.play(stage.player(USER, user), Reader(AGENT))
    assert told.stop_reason == StopReason.ERROR
    assert told.failure
    assert (told.failure.party, told.failure.kind) == (USER, "malformed_reply")
    assert len(user.requests) == 3
    assert stage.meter.reading().rejects == {"user/not_json": 3}
    assert [each["draft"] for each in notes(told, "rejected_draft")] == [content] * 3


def test_a_reply_that_was_cut_off_is_drafted_again():
    stage = Stage()
    cut = ChatReply(content=user_says("Hello.", end=True), finish_reason="length")
    user = Talker(cut, user_says("Hello.", end=True))
    told = stage.play(stage.player(USER, user), Reader(AGENT))
    assert told.stop_reason == StopReason.USER_STOP
    assert stage.meter.reading().rejects == {"user/cut": 1}
    assert "cut off" in user.messages(1)[-1]["content"]


def test_an_object_in_a_block_is_taken_out_of_it_and_counted():
    stage = Stage()
    user = Talker(f"Sure!\n```json\n{user_says('Hello.', end=True)}\n```")
    told = stage.play(stage.player(USER, user), Reader(AGENT))
    assert [event.text for event in told.events if event.kind == "say"] == ["Hello."]
    assert stage.meter.reading().repairs == {"user/wrapped": 1}


def test_arguments_that_were_encoded_twice_are_unwrapped_and_counted():
    stage = Stage()
    inner = msgspec.json.encode({"seat": SEAT}).decode()
    calls = [{"tool": "find_guest", "arguments": inner}]
    reply = msgspec.json.encode({"say": "", "calls": calls}).decode()
    told = stage.play(
        Reader(USER, say("Hi"), STOP), stage.player(AGENT, Talker(reply, agent_says("Found.")))
    )
    assert [e.call.arguments for e in told.events if e.call] == [inner]
    assert stage.meter.reading().repairs == {"agent/quoted_arguments": 1}


def test_native_calls_are_not_asked_for():
    agent = Talker(agent_says("Hello."))
    STAGE.play(Reader(USER, say("Hi"), STOP), STAGE.player(AGENT, agent))
    assert agent.requests[0].tools is None
    assert agent.requests[0].response_format is not None
