"""The bench server answers, counts and misbehaves as it was told to."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.bench_server import ROOT, Server
from tests.benchmarks.asked import SPEAK, ask, chat, choice

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "find_booking",
            "parameters": {
                "type": "object",
                "properties": {"reference": {"type": "string", "maxLength": 8}},
                "required": ["reference"],
            },
        },
    }
]
SCHEMA = {
    "type": "json_schema",
    "json_schema": {
        "name": "turn",
        "schema": {
            "type": "object",
            "properties": {"say": {"type": "string"}, "over": {"type": "boolean"}},
            "required": ["say", "over"],
        },
    },
}


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with Server("--seed", "3") as server:
        yield server


@pytest.fixture
def server(running: Server) -> Server:
    """The same process for every test, as good as new."""
    running.control(
        latency="none",
        faults={},
        fault_when={},
        max_context=0,
        slots=0,
        call_share=0.0,
        vary=0.0,
        retry_after=1,
        hang=False,
        kv_usage=None,
        waiting=None,
        preemptions=None,
        reset=True,
    )
    return running


def test_the_same_question_gets_the_same_answer_and_another_seed_another(server: Server) -> None:
    first, again = choice(server, chat()), choice(server, chat())
    assert first == again
    assert first["message"]["content"]
    with Server("--seed", "4") as other:
        assert choice(other, chat()) != first


def test_a_structured_answer_obeys_its_schema(server: Server) -> None:
    told = choice(server, chat(response_format=SCHEMA))
    made = json.loads(told["message"]["content"])
    assert isinstance(made["say"], str)
    assert made["over"] is False
    assert told["finish_reason"] == "stop"


def test_tools_are_called_in_the_share_asked_for_and_never_after_a_result(server: Server) -> None:
    def calls(messages: list[dict[str, str]]) -> int:
        told = [choice(server, chat(messages=messages, tools=TOOLS, seed=at)) for at in range(100)]
        for each in told:
            for call in each["message"].get("tool_calls", ()):
                assert each["finish_reason"] == "tool_calls"
                assert call["function"]["name"] == "find_booking"
                assert len(json.loads(call["function"]["arguments"])["reference"]) <= 8
        return sum("tool_calls" in each["message"] for each in told)

    assert calls(SPEAK) == 0
    server.control(call_share=0.3)
    assert 15 <= calls(SPEAK) <= 45
    assert calls([*SPEAK, {"role": "tool", "content": "{}"}]) == 0


def test_a_named_tool_is_called(server: Server) -> None:
    wanted = {"type": "function", "function": {"name": "find_booking"}}
    told = choice(server, chat(tools=TOOLS, tool_choice=wanted))
    assert told["message"]["tool_calls"][0]["function"]["name"] == "find_booking"


def test_usage_counts_words_and_what_a_session_sent_before(server: Server) -> None:
    long = [{"role": "system", "content": "one two three " * 400}]

    def usage(messages: list[dict[str, str]], session: str) -> dict[str, Any]:
        status, answer, _ = ask(server, chat(messages=messages), {"X-Session-ID": session})
        assert status == 200
        return json.loads(answer)["usage"]

    first = usage(long, "a")
    assert first["prompt_tokens"] == pytest.approx(1200, abs=10)
    assert first["prompt_tokens_details"]["cached_tokens"] == 0
    second = usage([*long, {"role": "user", "content": "four"}], "a")
    assert second["prompt_tokens_details"]["cached_tokens"] > 1000
    assert usage(long, "b")["prompt_tokens_details"]["cached_tokens"] == 0
    stats = server.stats()
    assert stats["prompt_tokens"] == 2 * first["prompt_tokens"] + second["prompt_tokens"]


def test_max_tokens_bounds_the_answer(server: Server) -> None:
    told = choice(server, chat(max_tokens=3))
    assert told["finish_reason"] == "length"
    assert len(told["message"]["content"].split()) == 3


def test_token_ids_and_log_probabilities_come_when_asked_for(server: Server) -> None:
    told = choice(server, chat(return_token_ids=True, logprobs=True))
    words = told["message"]["content"].split(" ")
    assert len(told["token_ids"]) == len(told["logprobs"]["content"]) == len(words)
    assert "".join(each["token"] for each in told["logprobs"]["content"]).split(" ") == words
    assert all(each["logprob"] < 0 for each in told["logprobs"]["content"])


def test_the_calls_seen_are_counted(server: Server) -> None:
    for _ in range(3):
        choice(server, chat())
    choice(server, chat(seed=1))
    stats = server.stats()
    assert (stats["seen"], stats["answered"]) == (4, 4)
    assert (stats["distinct"], stats["repeated"]) == (2, 1)


def test_draws_are_listed_by_dialogue_and_are_what_calls_take(server: Server) -> None:
    server.control(latency="lognormal:0.05:0.5")
    took = []
    for seed in range(4):
        began = time.perf_counter()
        ask(server, chat(seed=seed), {"X-Session-ID": "d1"})
        took.append(time.perf_counter() - began)
    ask(server, chat(seed=9), {"X-Session-ID": "d2"})
    draws = server.stats(draws=True)["draws"]
    assert len(draws["d2"]) == 1
    for drawn, seconds in zip(draws["d1"], took, strict=True):
        assert drawn <= seconds < drawn + 0.5


def test_slots_bound_what_is_worked_on_and_the_rest_waits(server: Server) -> None:
    server.control(latency="fixed:0.3", slots=2)
    with ThreadPoolExecutor(5) as threads:
        began = time.perf_counter()
        asked = [threads.submit(choice, server, chat(seed=at)) for at in range(5)]
        time.sleep(0.15)
        figures = server.get("/metrics")
        assert [each.result()["finish_reason"] for each in asked] == ["stop"] * 5
    assert time.perf_counter() - began >= 0.9
    assert 'vllm:num_requests_running{engine="0",model_name="bench"} 2.0' in figures
    assert 'vllm:num_requests_waiting{engine="0",model_name="bench"} 3.0' in figures
    assert server.stats()["most_in_flight"] == 5


def test_figures_can_be_made_up(server: Server) -> None:
    server.control(kv_usage=0.97, waiting=12, preemptions=7)
    figures = server.get("/metrics")
    assert 'vllm:kv_cache_usage_perc{engine="0",model_name="bench"} 0.97' in figures
    assert 'vllm:num_requests_waiting{engine="0",model_name="bench"} 12.0' in figures
    assert 'vllm:num_preemptions_total{engine="0",model_name="bench"} 7.0' in figures


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("http_503", 503),
        ("http_429", 429),
        ("http_500", 500),
        ("context_length", 400),
        ("unknown_model", 404),
    ],
)
def test_errors_have_the_form_of_vllm(server: Server, fault: str, status: int) -> None:
    server.control(faults={fault: 1.0}, retry_after=2)
    got, body, headers = ask(server, chat())
    assert got == status
    assert json.loads(body)["error"]["code"] == status
    assert headers.get("retry-after") == ("2" if status in (429, 503) else None)
    assert server.stats()["faults"] == {fault: 1}


def test_a_reset_comes_in_mid_body_and_a_refusal_before_a_byte(server: Server) -> None:
    server.control(faults={"reset": 1.0})
    with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
        ask(server, chat())
    server.control(faults={"refuse": 1.0})
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        ask(server, chat())
    assert server.stats()["answered"] == 0


def test_malformed_answers_are_no_json(server: Server) -> None:
    server.control(faults={"malformed": 1.0})
    bodies = [ask(server, chat(seed=at))[1] for at in range(10)]
    for body in bodies:
        with pytest.raises(json.JSONDecodeError):
            json.loads(body)
    assert len({body[:1] for body in bodies}) == 2  # Cut ones, and ones that never were.


def test_truncated_calls_are_cut_or_left_in_the_text(server: Server) -> None:
    server.control(faults={"truncated_call": 1.0})
    told = [choice(server, chat(tools=TOOLS, seed=at)) for at in range(20)]
    cut = [each["message"]["tool_calls"] for each in told if "tool_calls" in each["message"]]
    left = [each for each in told if "<tool_call>" in (each["message"]["content"] or "")]
    assert cut
    assert left
    assert len(cut) + len(left) == 20
    for calls in cut:
        with pytest.raises(json.JSONDecodeError):
            json.loads(calls[0]["function"]["arguments"])


def test_empty_endless_and_refused_answers(server: Server) -> None:
    server.control(fault_when={"NONE": "empty", "EVER": "endless", "NO": "refusal"})

    def told(text: str, **fields: Any) -> dict[str, Any]:
        return choice(server, chat(messages=[{"role": "user", "content": text}], **fields))

    assert told("EVER", max_tokens=60)["finish_reason"] == "length"
    assert len(told("EVER", max_tokens=60)["message"]["content"].split()) == 60
    assert told("NONE")["message"]["content"] == ""
    assert told("NO")["finish_reason"] == "content_filter"
    with pytest.raises(json.JSONDecodeError):
        json.loads(told("EVER", response_format=SCHEMA)["message"]["content"])


def test_a_hanging_server_takes_calls_and_never_answers(server: Server) -> None:
    server.control(hang=True)
    with pytest.raises(TimeoutError):
        ask(server, chat(), seconds=0.5)
    assert server.get("/health") == ""
    assert '"bench"' in server.get("/v1/models")
    for _ in range(50):
        if server.stats()["abandoned"]:
            break
        time.sleep(0.05)
    assert server.stats()["abandoned"] == 1
    server.control(hang=False)
    assert choice(server, chat())["finish_reason"] == "stop"


def test_a_slow_body_arrives_whole(server: Server) -> None:
    server.control(faults={"slow_body": 1.0}, slow_seconds=0.4)
    began = time.perf_counter()
    assert choice(server, chat())["finish_reason"] == "stop"
    assert time.perf_counter() - began >= 0.35


def test_an_outage_refuses_connections_and_ends_on_the_same_port(server: Server) -> None:
    server.control(down_for=0.5)
    time.sleep(0.1)
    with pytest.raises(ConnectionRefusedError):
        ask(server, chat())
    for _ in range(100):
        try:
            assert ask(server, chat())[0] == 200
            return
        except ConnectionRefusedError:
            time.sleep(0.05)
    pytest.fail("the server is not back")


def test_a_prompt_over_the_context_is_refused_in_vllms_words(server: Server) -> None:
    server.control(max_context=5)
    status, body, _ = ask(server, chat(messages=[{"role": "user", "content": "many words " * 9}]))
    assert status == 400
    assert "maximum context length is 5 tokens" in json.loads(body)["error"]["message"]


def test_another_model_is_not_there(server: Server) -> None:
    status, body, _ = ask(server, chat(model="other"))
    assert status == 404
    assert json.loads(body)["error"]["message"] == "The model `other` does not exist."


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"model":"bench"}', chat(stream=True)])
def test_a_body_that_is_not_the_protocol_is_refused(server: Server, body: bytes) -> None:
    assert ask(server, body)[0] == 400


def test_a_key_is_asked_for_when_one_is_named() -> None:
    with Server("--key-env", "BENCH_KEY", environment={"BENCH_KEY": "open"}) as server:
        assert ask(server, chat())[0] == 401
        assert ask(server, chat(), {"Authorization": "Bearer shut"})[0] == 401
        assert ask(server, chat(), {"Authorization": "Bearer open"})[0] == 200


def test_one_connection_carries_many_calls_and_large_bodies(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    for size in (1, 50_000, 2_000_000, 1):
        messages = [{"role": "user", "content": "x" * size}]
        connection.request("POST", "/v1/chat/completions", chat(messages=messages))
        answer = connection.getresponse()
        assert answer.status == 200
        assert json.loads(answer.read())["choices"]
    connection.close()


def test_unknown_controls_change_nothing(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    for wrong in ({"latency": "soon"}, {"faults": {"flood": 1}}, {"speed": 3}):
        connection.request("POST", "/control", json.dumps(wrong).encode())
        answer = connection.getresponse()
        assert answer.status == 400
        assert json.loads(answer.read())["error"]
    connection.close()
    assert choice(server, chat())["finish_reason"] == "stop"


@pytest.mark.parametrize("end", ["signal", "input"])
def test_it_ends_when_it_is_told_to_and_when_nobody_is_left(end: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.server"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline().startswith(b"http://127.0.0.1:")
        if end == "signal":
            os.kill(process.pid, signal.SIGTERM)
        else:
            process.stdin.close()
        assert process.wait(timeout=5) == 0
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()
