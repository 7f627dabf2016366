from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.event import ToolCall
from generators.models.chat import ChatReply, ChatRequest, ModelError, Sampling
from generators.models.wire import body_of, reply_of
from personas.record import content_hash
from tests.chat_server import COMPLETION, completion

TEXTS = st.text(st.characters(codec="utf-8"))


def raw(value) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))


def request(*messages, **fields) -> ChatRequest:
    sampling = fields.pop("sampling", Sampling())
    return ChatRequest(
        dialogue="d",
        slot="agent",
        turn=1,
        messages=tuple(raw(each) for each in messages),
        sampling=sampling,
        seed=fields.pop("seed", 7),
        **fields,
    )


def sent(asked: ChatRequest) -> dict:
    return msgspec.json.decode(body_of(asked, "tiny"))


def answered(**changes) -> bytes:
    return msgspec.json.encode({**completion(), **changes})


def said(content: Any = "hello", **message: Any) -> ChatReply:
    return reply_of(msgspec.json.encode(completion(content, **message)))


def refusal_of(data: bytes) -> ModelError:
    with pytest.raises(ModelError) as caught:
        reply_of(data)
    return caught.value


def test_a_body_has_the_models_name_the_messages_and_how_to_draw():
    sampling = Sampling(temperature=0.3, top_p=0.9, max_tokens=64)
    assert sent(request({"role": "user", "content": "hi"}, sampling=sampling, seed=11)) == {
        "model": "tiny",
        "messages": [{"role": "user", "content": "hi"}],
        "temperature": 0.3,
        "top_p": 0.9,
        "max_tokens": 64,
        "seed": 11,
    }


def test_messages_and_tools_go_in_byte_for_byte():
    message = msgspec.Raw(b'{"role" : "user",  "content":"\\u00e9"}')
    asked = ChatRequest(
        dialogue="d",
        slot="s",
        turn=1,
        messages=(message,),
        sampling=Sampling(),
        seed=1,
        tools=msgspec.Raw(b'[ {"type":"function"} ]'),
    )
    body = body_of(asked, "tiny")
    assert bytes(message) in body
    assert b'"tools":[ {"type":"function"} ]' in body


def test_tools_are_the_models_to_choose_from():
    body = sent(request(tools=raw([{"type": "function"}])))
    assert body["tools"] == [{"type": "function"}]
    assert body["tool_choice"] == "auto"


def test_no_tools_and_no_format_are_not_mentioned():
    for nothing in (None, msgspec.Raw(b"")):
        body = sent(request(tools=nothing, response_format=nothing))
        assert not {"tools", "tool_choice", "response_format"} & body.keys()


def test_a_response_format_is_passed_on():
    assert sent(request(response_format=raw({"type": "json_object"})))["response_format"] == {
        "type": "json_object"
    }


def test_kept_tokens_are_asked_for():
    assert not {"return_token_ids", "logprobs"} & sent(request()).keys()
    body = sent(request(keep_tokens=True))
    assert (body["return_token_ids"], body["logprobs"]) == (True, True)


def test_extra_fields_stand_at_the_top_and_null_leaves_a_field_out():
    extra = {
        "top_k": 20,
        "max_tokens": None,
        "max_completion_tokens": 9,
        "stream": True,
        "model": "x",
    }
    body = sent(request(sampling=Sampling(extra=extra)))
    assert (body["top_k"], body["max_completion_tokens"], body["model"]) == (20, 9, "tiny")
    assert not {"max_tokens", "stream"} & body.keys()


def test_the_order_of_extra_fields_does_not_change_the_body():
    one = request(sampling=Sampling(extra={"a": {"x": 1, "y": 2}, "b": 2}))
    two = request(sampling=Sampling(extra={"b": 2, "a": {"y": 2, "x": 1}}))
    assert body_of(one, "tiny") == body_of(two, "tiny")


@given(contents=st.lists(TEXTS, max_size=5), seed=st.integers(0, 2**31 - 1))
def test_whatever_is_said_arrives_as_it_was(contents, seed):
    messages = [{"role": "user", "content": text} for text in contents]
    body = sent(request(*messages, seed=seed))
    assert (body["messages"], body["seed"]) == (messages, seed)


def test_a_reply_is_read_with_its_usage_and_fingerprint():
    reply = reply_of(COMPLETION, 12.5, journalled=True)
    assert (reply.content, reply.model, reply.fingerprint) == (
        "hello",
        "tiny",
        "vllm-0.32-abcdef12",
    )
    usage = reply.usage
    assert (usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens) == (20, 16, 5)
    assert usage.latency_ms == 12.5
    assert reply.journalled
    assert reply.tokens is None


@given(content=TEXTS, reasoning=TEXTS, name=st.sampled_from(["reasoning", "reasoning_content"]))
def test_whatever_the_model_says_is_read_as_it_was(content, reasoning, name):
    reply = said(content, **{name: reasoning})
    assert (reply.content, reply.reasoning) == (content, reasoning)


@given(arguments=TEXTS)
def test_argument_strings_stay_raw_even_when_they_are_no_json(arguments):
    call = {"id": "c1", "type": "function", "function": {"name": "find", "arguments": arguments}}
    assert said(None, tool_calls=[call]).tool_calls == (
        ToolCall(id="c1", name="find", arguments=arguments),
    )


def test_arguments_that_the_server_parsed_are_json_again():
    calls = [
        {"function": {"name": "find", "arguments": {"seat": "4A", "deep": [1, None]}}},
        {"id": "", "function": {"name": "list", "arguments": None}},
    ]
    first, second = said(None, tool_calls=calls).tool_calls
    assert msgspec.json.decode(first.arguments) == {"seat": "4A", "deep": [1, None]}
    assert (first.id, second.id, second.arguments) == ("call_0", "call_1", "{}")


def test_content_may_be_null_missing_or_in_parts():
    assert said(None).content == ""
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    assert said(parts).content == "ab"
    assert reply_of(answered(choices=[{"message": {"role": "assistant"}}])).content == ""


def test_what_a_server_leaves_out_gets_its_plain_meaning():
    reply = reply_of(b'{"choices":[{"message":{}}],"usage":null}')
    assert (reply.finish_reason, reply.usage.prompt_tokens, reply.model) == ("stop", 0, "")


def test_tokens_are_kept_with_the_hash_of_the_prompts():
    choice = {
        **completion()["choices"][0],
        "token_ids": [5, 6],
        "logprobs": {"content": [{"token": "a", "logprob": -0.5}, {"token": "b", "logprob": -1.5}]},
    }
    at_top = reply_of(answered(choices=[choice], prompt_token_ids=[1, 2, 3])).tokens
    in_choice = reply_of(answered(choices=[{**choice, "prompt_token_ids": [1, 2, 3]}])).tokens
    assert at_top is not None
    assert at_top == in_choice
    assert (at_top.prompt_hash, at_top.prompt_length) == (content_hash([1, 2, 3]), 3)
    assert (at_top.token_ids, at_top.log_probabilities) == ((5, 6), (-0.5, -1.5))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html>busy</html>",
        COMPLETION[:40],
        b"null",
        b"[]",
        b'{"error":{"message":"no"}}',
        b'{"choices":[]}',
        b'{"choices":[{"text":"hi"}]}',
        b'{"choices":[{"message":{"content":7}}]}',
        b'{"choices":[{"message":{"tool_calls":[{"function":{"arguments":"{}"}}]}}]}',
        b'{"choices":[{"message":{"content":"\\ud800"}}]}',
        b'{"choices":[{"message":{"content":"\xff"}}]}',
        b'{"choices":[{"message":{}}],"usage":{"prompt_tokens":-1}}',
        b'{"choices":[{"message":{}}],"usage":{"prompt_tokens":99999999999}}',
        b'{"choices":[{"message":{"tool_calls":[{"function":{"name":"f","arguments":"\\ud800"}}]}}]}',
        b'{"junk":' + b"[" * 50_000,
    ],
)
def test_what_is_not_the_protocol_is_a_bad_reply(data):
    error = refusal_of(data)
    assert (error.kind, error.party) == ("bad_reply", "engine")
    assert len(str(error)) < 1000


@given(data=st.binary(max_size=200))
def test_no_bytes_raise_anything_but_a_model_error(data):
    with suppress(ModelError):
        reply_of(data)


@given(length=st.integers(0, len(COMPLETION) - 1))
def test_a_reply_cut_off_anywhere_is_a_bad_reply(length):
    assert refusal_of(COMPLETION[:length]).kind == "bad_reply"


def test_a_filtered_or_declined_answer_is_refused():
    choice = {**completion()["choices"][0], "finish_reason": "content_filter"}
    assert refusal_of(answered(choices=[choice])).kind == "refused"
    declined = refusal_of(msgspec.json.encode(completion("", refusal="I cannot do that.")))
    assert declined.kind == "refused"
    assert "I cannot do that." in str(declined)
