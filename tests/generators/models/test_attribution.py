import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.models.attribution import EXCERPT, error_of, is_spent


def vllm(message: str, code: int = 400) -> bytes:
    error = {"message": message, "type": "BadRequestError", "param": "input_tokens", "code": code}
    return msgspec.json.encode({"error": error})


@pytest.mark.parametrize(
    "message",
    [
        "This model's maximum context length is 4096 tokens. However, your prompt contains 5000 input "
        "tokens, which exceeds this limit even without any output tokens.",
        "Input length (9000) exceeds model's maximum context length (8192).",
        "The decoder prompt (length 70) is longer than the maximum model length of 64. Make sure that",
        "The decoder prompt (length 64) plus the number of requested output tokens (at least 1) is "
        "longer than the maximum model length of 64.",
        "Input tokens exceed the configured limit of 272000 tokens.",
        "The input (300 tokens) is longer than the model's context length (256 tokens).",
        "the request exceeds the available context size, try increasing it",
    ],
)
def test_a_prompt_that_does_not_fit_is_told_in_every_servers_words(message):
    assert error_of(400, vllm(message)).kind == "context_length"


def test_openais_code_tells_a_prompt_that_does_not_fit():
    error = {"message": "Too long.", "code": "context_length_exceeded", "param": "messages"}
    assert error_of(400, msgspec.json.encode({"error": error})).kind == "context_length"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, "bad_reply"),
        (400, "bad_request"),
        (413, "bad_request"),
        (422, "bad_request"),
        (401, "unauthorized"),
        (403, "unauthorized"),
        (404, "unknown_model"),
        (408, "timeout"),
        (429, "overloaded"),
        (503, "overloaded"),
        (500, "server_error"),
        (502, "server_error"),
    ],
)
def test_every_status_has_its_kind(status, kind):
    error = error_of(status, vllm("Something is wrong with that.", status))
    assert (error.kind, error.party) == (kind, "engine")
    assert f"HTTP {status}: Something is wrong with that. (" in str(error)


def test_more_output_than_the_model_has_room_for_is_a_wrong_request():
    message = "max_tokens=9000 cannot be greater than max_model_len=4096. Please request fewer"
    assert error_of(400, vllm(message)).kind == "bad_request"


def test_a_content_filter_is_a_refusal():
    error = {"message": "The prompt was filtered.", "code": "content_filter"}
    assert error_of(400, msgspec.json.encode({"error": error})).kind == "refused"


def test_an_account_with_nothing_left_is_told_from_one_that_asks_too_fast():
    quota = {"message": "You exceeded your quota.", "code": "insufficient_quota"}
    assert is_spent(msgspec.json.encode({"error": quota}))
    assert not is_spent(msgspec.json.encode({"error": {"message": "Slow down."}}))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error":"Unauthorized"}', "Unauthorized"),
        (b'{"object":"error","message":"no such thing"}', "no such thing"),
        (b'{"detail":[{"loc":["body"],"msg":"missing"}]}', '"msg":"missing"'),
        (b"<html>\n  Bad\n gateway</html>", "<html> Bad gateway</html>"),
        (b"", "no message"),
        (b"[1]", "[1]"),
        (b"\xff\xfe", "\ufffd"),
    ],
)
def test_the_servers_words_are_found_whatever_their_shape(body, words):
    assert words in str(error_of(500, body))


@given(status=st.integers(300, 599), body=st.binary(max_size=3000))
def test_any_answer_has_a_kind_and_a_short_message(status, body):
    assert len(str(error_of(status, body))) <= EXCERPT + 20
