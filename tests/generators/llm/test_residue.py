import re
from collections.abc import Iterator

import pytest

from generators.event import AGENT, USER
from generators.llm.draft import Malformed
from generators.llm.residue import rescued
from generators.llm.settings import Settings
from generators.trajectory import StopReason
from tests.generators.llm.talkers import Stage, Talker, agent_says, notes
from tests.played import STOP, Reader, cases, say, scripted

STAGE = Stage()
SCHEMAS = {
    name: tool.schema["function"]["parameters"] for name, tool in STAGE.domain.agent_tools.items()
}
TOOLS = Settings(mode="tools")
ARGUMENTS = '{"seat": "C4"}'
CALL = f'{{"name": "find_guest", "arguments": {ARGUMENTS}}}'

SWALLOWED = {
    "tag": f"<tool_call>\n{CALL}\n</tool_call>",
    "unclosed tag": f"<tool_call>\n{CALL}",
    "bare object": CALL,
    "other order": f'{{"arguments": {ARGUMENTS}, "name": "find_guest"}}',
    "parameters": f'{{"name": "find_guest", "parameters": {ARGUMENTS}}}',
    "openai shape": f'{{"type": "function", "function": {CALL}}}',
    "function as a name": f'{{"type": "function", "function": "find_guest", "parameters": {ARGUMENTS}}}',
    "list": f"[{CALL}]",
    "mistral list": f"[TOOL_CALLS] [{CALL}]",
    "mistral name": f"[TOOL_CALLS]find_guest{ARGUMENTS}",
    "mistral arguments": f"[TOOL_CALLS]find_guest[ARGS]{ARGUMENTS}",
    "llama": f"<|python_tag|>{CALL}",
    "functools": f"functools[{CALL}]",
    "block": f"```json\n{CALL}\n```",
    "function tag": f"<function=find_guest>{ARGUMENTS}</function>",
    "string arguments": '{"name": "find_guest", "arguments": "{\\"seat\\": \\"C4\\"}"}',
}


@pytest.mark.parametrize("text", SWALLOWED.values(), ids=SWALLOWED)
def test_a_call_that_a_parser_swallowed_is_found_with_its_raw_arguments(text: str):
    words, calls = rescued(text, SCHEMAS)
    assert words == ""
    assert [(call.name, call.arguments) for call in calls] == [("find_guest", ARGUMENTS)]


@pytest.mark.parametrize("text", SWALLOWED.values(), ids=SWALLOWED)
def test_clean_words_before_it_are_kept(text: str):
    words, calls = rescued(f"One moment, please.\n{text}", SCHEMAS)
    assert words == "One moment, please."
    assert len(calls) == 1


def test_arguments_as_elements_get_the_types_of_the_schema():
    schemas = {"pay": {"properties": {"sum": {"type": "number"}, "for": {"type": "string"}}}}
    text = (
        "<tool_call>\n<function=pay>\n<parameter=sum>\n12.5\n</parameter>\n"
        "<parameter=for>\n12\n</parameter>\n</function>\n</tool_call>"
    )
    words, calls = rescued(text, schemas)
    assert words == ""
    assert calls[0].arguments == '{"sum":12.5,"for":"12"}'


def test_several_calls_are_found_in_order():
    other = '{"name": "list_items", "arguments": {"guest_id": "G016"}}'
    text = f"<tool_call>{CALL}</tool_call>\n<tool_call>{other}</tool_call>"
    words, calls = rescued(text, SCHEMAS)
    assert words == ""
    assert [call.name for call in calls] == ["find_guest", "list_items"]


@pytest.mark.parametrize(
    "text",
    [
        '<tool_call>{"name": "find_guest", "arguments": {"seat": </tool_call>',
        '<tool_call>{"name": "no_such_tool", "arguments": {}}</tool_call>',
        "<tool_call>find_guest seat C4",
        "find_guest(seat='C4')",
        "1.find_guest(seat='C4')",
        "_find_guest (",
        "I will use find_guest (C4) now.",
        f"{CALL} and <tool_call>",
        f'{CALL} {{"name": "nobody", "arguments": {{}}}}',
        '[TOOL_CALLS]nobody{"seat": "C4"}',
        "<function=nobody>{}</function>",
        '<invoke name="find_guest"><parameter name="seat">C4</parameter></invoke>',
        "<｜tool▁calls▁begin｜>find_guest",
        '```json\n{"tool_to_use": "find_guest"}\n```',
        '{"find_guest": {"seat": "C4"}}',
        '{"name": "find_guest", "arguments": {"seat": NaN}}',
        '{"name": "find_guest", "arguments": ' + "[" * 3000 + "]" * 3000 + "}",
        "</tool_call>",
    ],
)
def test_what_looks_like_a_call_and_is_none_is_never_kept_as_words(text: str):
    with pytest.raises(Malformed) as flaw:
        rescued(text, SCHEMAS)
    assert flaw.value.code == "residue"


def spoken() -> Iterator[str]:
    for name in ("cloakroom", "energy", "clinic"):
        for plan, persona in cases(name, 6):
            for event in scripted(plan, persona).events:
                if event.kind == "say":
                    yield event.text


def test_what_people_say_is_left_alone():
    texts = [
        *spoken(),
        "The function of this tool is to call a guest.",
        "My list: [1] a coat, [2] a bag {sic}.",
        "Use the tools you have :-) <3",
        "I did find guest Halloran (C4).",
    ]
    assert len(texts) > 100
    for text in texts:
        assert rescued(text, SCHEMAS) == (text, ())


def test_a_tool_of_one_plain_word_is_no_call_in_a_sentence():
    tools: dict[str, dict[str, str]] = {"refund": {}}
    assert rescued("I want a refund (12 euros).", tools) == ("I want a refund (12 euros).", ())
    with pytest.raises(Malformed):
        rescued("refund(12)", tools)


def test_a_swallowed_call_is_made_and_counted():
    stage = Stage()
    agent = Talker(f"One moment.\n<tool_call>{CALL}</tool_call>", "Found.")
    told = stage.play(Reader(USER, say("Hi"), STOP), stage.player(AGENT, agent, TOOLS))
    assert [e.kind for e in told.events] == ["say", "say", "call", "result", "say", "stop"]
    assert stage.meter.reading().repairs == {"agent/swallowed_call": 1}


def test_an_unreadable_call_is_drafted_again_and_counted():
    stage = Stage()
    agent = Talker('<tool_call>{"name": "find_gu', "Which seat?")
    told = stage.play(Reader(USER, say("Hi"), STOP), stage.player(AGENT, agent, TOOLS))
    assert [event.text for event in told.events[:2]] == ["Hi", "Which seat?"]
    assert stage.meter.reading().rejects == {"agent/residue": 1}
    assert notes(told, "rejected_draft")[0]["draft"].startswith("<tool_call>")


def test_an_unreadable_call_that_stays_ends_the_dialogue():
    stage = Stage()
    agent = Talker("<tool_call>find_guest")
    told = stage.play(Reader(USER, say("Hi"), STOP), stage.player(AGENT, agent, TOOLS))
    assert told.failure
    assert (told.failure.party, told.failure.kind) == (AGENT, "malformed_reply")
    assert not [event for event in told.events if re.search("tool_call", event.text)]


def test_a_call_in_the_words_of_a_structured_reply_is_found_too():
    stage = Stage()
    agent = Talker(agent_says(f"<tool_call>{CALL}</tool_call>"), agent_says("Found."))
    told = stage.play(Reader(USER, say("Hi"), STOP), stage.player(AGENT, agent))
    assert [event.kind for event in told.events] == ["say", "call", "result", "say", "stop"]
    assert stage.meter.reading().repairs == {"agent/swallowed_call": 1}


def test_an_end_that_was_swallowed_ends_the_conversation():
    stage = Stage()
    user = Talker('Bye.\n<tool_call>{"name": "end_conversation", "arguments": {}}</tool_call>')
    told = stage.play(stage.player(USER, user, TOOLS), Reader(AGENT))
    assert [event.kind for event in told.events] == ["say", "stop"]
    assert told.stop_reason == StopReason.USER_STOP
