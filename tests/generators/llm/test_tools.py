import msgspec
import pytest

from generators.event import AGENT, USER, ToolCall
from generators.llm.settings import Settings
from generators.models.chat import ChatReply
from generators.trajectory import StopReason
from tests.generators.llm.talkers import Stage, Talker, native, notes
from tests.played import STOP, Reader, say

STAGE = Stage()
SEAT = next(fact.value for fact in STAGE.plan.facts if fact.key == "seat")
FIND = f'{{"seat":"{SEAT}"}}'
TOOLS = Settings(mode="tools")
END = native("end_conversation", content="Bye.")


def test_the_user_speaks_freely_and_ends_by_a_tool():
    user = Talker("Hello there.", END)
    told = STAGE.play(STAGE.player(USER, user, TOOLS), Reader(AGENT, say("Yes?")))
    assert [event.kind for event in told.events] == ["say", "say", "say", "stop"]
    assert [event.text for event in told.events[:3]] == ["Hello there.", "Yes?", "Bye."]
    assert told.stop_reason == StopReason.USER_STOP
    offered = msgspec.json.decode(user.requests[0].tools or b"")
    assert [each["function"]["name"] for each in offered] == ["read_tag", "end_conversation"]
    assert user.requests[0].response_format is None


def test_the_agents_calls_are_those_that_the_parser_found():
    agent = Talker(native("find_guest", FIND, "One moment."), "Found.")
    told = STAGE.play(Reader(USER, say("Hi"), STOP), STAGE.player(AGENT, agent, TOOLS))
    assert [e.kind for e in told.events] == ["say", "say", "call", "result", "say", "stop"]
    assert [e.call.arguments for e in told.events if e.call] == [FIND]
    offered = msgspec.json.decode(agent.requests[0].tools or b"")
    assert offered == STAGE.domain.schemas_of(AGENT)
    made, answered = agent.messages(1)[2:4]
    assert made["content"] == "One moment."
    assert made["tool_calls"][0]["function"] == {"name": "find_guest", "arguments": FIND}
    assert answered["role"] == "tool"
    assert answered["tool_call_id"] == made["tool_calls"][0]["id"] == "call00000"


def test_reasoning_is_kept_apart_from_what_is_said():
    reply = ChatReply(content="Hello.", reasoning="A guest, then.")
    agent = Talker(reply)
    told = STAGE.play(Reader(USER, say("Hi"), say("Hm"), STOP), STAGE.player(AGENT, agent, TOOLS))
    thought = next(event for event in told.events if event.kind == "think")
    assert (thought.text, thought.visible_to) == ("A guest, then.", (AGENT,))
    assert "A guest" not in agent.said(1)


@pytest.mark.parametrize(
    "content",
    [
        "<think>A guest.</think>Hello.",
        "A guest.</think>\n\nHello.",
        "<thinking>\nA guest.\n</thinking>\nHello.",
        "[THINK]A guest.[/THINK]Hello.",
        "<|channel|>analysis<|message|>A guest.<|end|>"
        "<|start|>assistant<|channel|>final<|message|>Hello.",
    ],
)
def test_reasoning_that_the_server_left_in_the_text_is_told_apart(content: str):
    told = STAGE.play(Reader(USER, say("Hi"), STOP), STAGE.player(AGENT, Talker(content), TOOLS))
    assert [(e.kind, e.text) for e in told.events[1:3]] == [
        ("think", "A guest."),
        ("say", "Hello."),
    ]


@pytest.mark.parametrize(
    "content", ["<think>A guest", "Hello <think>A guest", "< thought >A guest"]
)
def test_reasoning_without_an_end_is_never_said(content: str):
    stage = Stage()
    told = stage.play(Reader(USER, say("Hi"), STOP), stage.player(AGENT, Talker(content), TOOLS))
    assert told.failure
    assert told.failure.kind == "malformed_reply"
    assert not [event for event in told.events if "A guest" in event.text]
    assert stage.meter.reading().rejects == {"agent/open_thought": 3}


def test_arguments_that_are_no_object_are_kept_raw_and_shown_as_servers_can_read_them():
    agent = Talker(native("find_guest", '{"seat": '), "Sorry.")
    told = STAGE.play(Reader(USER, say("Hi"), STOP), STAGE.player(AGENT, agent, TOOLS))
    assert [e.call.arguments for e in told.events if e.call] == ['{"seat": ']
    assert [e.result.error for e in told.events if e.result] == ["invalid_arguments"]
    shown = agent.messages(1)[2]["tool_calls"][0]["function"]["arguments"]
    assert msgspec.json.decode(shown) == {"unreadable": '{"seat": '}


def test_a_truncated_tool_call_is_drafted_again():
    stage = Stage()
    cut = ChatReply(
        tool_calls=(ToolCall(id="x", name="find_guest", arguments='{"sea'),), finish_reason="length"
    )
    agent = Talker(cut, "Hello.")
    told = stage.play(Reader(USER, say("Hi"), STOP), stage.player(AGENT, agent, TOOLS))
    assert [event.kind for event in told.events] == ["say", "say", "stop"]
    assert [each["code"] for each in notes(told, "rejected_draft")] == ["cut"]
    again = agent.messages(1)
    assert [each["role"] for each in again] == ["system", "user", "assistant", "tool"]
    assert "cut off" in again[-1]["content"]


def test_a_thought_is_asked_for_in_the_text_where_no_key_can_hold_it():
    settings = Settings(mode="tools", think=True)
    agent = Talker("<think>Who?</think>Hello.")
    STAGE.play(Reader(USER, say("Hi"), STOP), STAGE.player(AGENT, agent, settings))
    assert "`<think>`" in agent.messages(0)[0]["content"]


def test_the_user_may_use_its_own_tools():
    user = Talker(native("read_tag", '{"ticket":"T999"}'), END)
    told = STAGE.play(STAGE.player(USER, user, TOOLS), Reader(AGENT))
    assert [event.kind for event in told.events] == ["call", "result", "say", "stop"]
