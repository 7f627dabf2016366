"""Whatever a model answers, a dialogue is played, stored, and keeps what is private."""

import json

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generators.event import AGENT, USER, ToolCall, view_of
from generators.llm.settings import Settings, TurnChecks
from generators.llm.turn_rules import TURN_RULES
from generators.models.chat import ChatReply
from generators.models.wire import reply_of
from generators.trajectory import Trajectory
from outputs.judged import Judged
from outputs.row import from_row, to_row
from tests.generators.llm.talkers import Stage, Talker, agent_says
from verifiers.committee import Committee, decide
from verifiers.rules import RULES
from verifiers.verdict import evidence

STAGE = Stage()
SEAT = next(fact.value for fact in STAGE.plan.facts if fact.key == "seat")
SECRET = next(fact for fact in STAGE.plan.facts if fact.reveal == "never")
EVERYTHING = TurnChecks(rules=tuple(TURN_RULES), redrafts=1, then="fail")
RUNS = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

texts = st.text(max_size=60) | st.text(
    st.characters(categories=["Cs", "Cc", "Cn", "Co", "Lu", "Zs"]), max_size=20
)
marks = st.sampled_from(
    [
        *(
            "<tool_call>",
            "</tool_call>",
            "<think>",
            "</think>",
            "[TOOL_CALLS]",
            "functools[",
            "```json",
        ),
        *(
            "<|python_tag|>",
            '{"name": "find_guest", "arguments": {',
            "}}",
            "find_guest(",
            "\\ud800",
        ),
        *("<|channel|>analysis<|message|>", "<function=find_guest>", "NaN", "1e999", "[" * 200),
        *("\x00", "\x1b[31m", "User: ", "end_conversation", SECRET.value, SEAT),
    ]
)
broken = st.lists(texts | marks, max_size=6).map("".join)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts | marks,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
tools = st.sampled_from(["find_guest", "read_tag", "take_payment", "nobody", ""]) | texts
keys = ("say", "think", "thought", "end", "goals_done", "calls", "tool", "arguments")
objects = st.dictionaries(st.sampled_from(keys), values | broken, max_size=6)
calls = st.fixed_dictionaries({"tool": tools, "arguments": values})
shaped = st.fixed_dictionaries(
    {"say": broken, "end": st.booleans()},
    optional={
        "think": broken,
        "thought": broken,
        "goals_done": st.lists(st.integers(-3, 12), max_size=3),
        "calls": st.lists(calls, max_size=3),
    },
)
contents = broken | (objects | shaped).map(json.dumps)
replies = st.builds(
    ChatReply,
    content=contents,
    reasoning=st.just("") | broken,
    tool_calls=st.lists(
        st.builds(ToolCall, id=texts, name=tools, arguments=broken | values.map(json.dumps)),
        max_size=3,
    ).map(tuple),
    finish_reason=st.sampled_from(["stop", "stop", "tool_calls", "length"]) | texts,
    model=texts,
)
modes = st.sampled_from(["structured", "tools"])


def dialogue(user: list[ChatReply], agent: list[ChatReply], chosen: Settings) -> Trajectory:
    stage = Stage()
    return stage.play(
        stage.player(USER, Talker(*user), chosen),
        stage.player(AGENT, Talker(*agent), chosen),
        turns=4,
    )


def stored(told: Trajectory) -> None:
    """Through the verifiers, a row and back."""
    case = evidence(told, STAGE.plan, STAGE.domain)
    for rule in RULES.values():
        rule.judge(case)
    judged = Judged(
        trajectory=told,
        blueprint=STAGE.plan,
        persona=STAGE.persona,
        decision=decide(case, Committee()),
    )
    assert from_row(to_row(judged, STAGE.domain)).trajectory == told
    again = msgspec.json.decode(msgspec.json.encode(told), type=Trajectory)
    assert again == told


@RUNS
@given(
    st.lists(replies, min_size=1, max_size=4),
    st.lists(replies, min_size=1, max_size=4),
    modes,
    st.booleans(),
)
@pytest.mark.slow
def test_whatever_models_answer_the_dialogue_ends_and_can_be_stored(user, agent, mode, checked):
    chosen = Settings(
        mode=mode, think=checked, checks=EVERYTHING if checked else None, acts={"a": "b"}
    )
    told = dialogue(user, agent, chosen)
    if told.failure:
        kinds = {"malformed_reply", "rejected_turn", "loop", "internal_error"}
        assert told.failure.kind in kinds, told.failure
    stored(told)


@pytest.mark.slow
@RUNS
@given(st.lists(replies, min_size=1, max_size=3), st.lists(replies, min_size=1, max_size=3), modes)
def test_no_rejected_or_swallowed_call_is_ever_said(user, agent, mode):
    told = dialogue(user, agent, Settings(mode=mode))
    for event in told.events:
        if event.kind == "say":
            assert "<tool_call>" not in event.text
            assert "<think>" not in event.text
            assert "find_guest(" not in event.text


thoughts = st.text(st.sampled_from("qzxj"), min_size=1, max_size=8).map(lambda t: f"THOUGHT-{t}")


@RUNS
@given(
    st.lists(
        st.tuples(
            thoughts,
            st.text(st.sampled_from("ab c<>/{}\"'"), max_size=30) | st.just(SECRET.value),
            st.lists(st.integers(0, 4), max_size=3),
            st.sampled_from(["structured", "reasoning", "marks", "open mark"]),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_the_agent_never_sees_a_thought_a_goal_status_or_a_secret_of_the_user(moves):
    def reply(thought: str, words: str, done: list[int], how: str) -> ChatReply:
        body = {"thought": thought, "say": words, "goals_done": done, "end": False}
        if how == "reasoning":
            return ChatReply(content=json.dumps(body | {"thought": ""}), reasoning=thought)
        if how == "marks":
            return ChatReply(content=f"<think>{thought}</think>{json.dumps(body)}")
        if how == "open mark":
            return ChatReply(content=json.dumps(body | {"say": f"{words}<think>{thought}"}))
        return ChatReply(content=json.dumps(body))

    chosen = Settings(think=True, checks=EVERYTHING)
    stage, agent = Stage(), Talker(agent_says("Go on."))
    told = stage.play(
        stage.player(USER, Talker(*(reply(*move) for move in moves)), chosen),
        stage.player(AGENT, agent),
        turns=8,
    )
    seen = msgspec.json.encode(view_of(told.events, AGENT)).decode()
    shown = "".join(bytes(m).decode() for r in agent.requests for m in r.messages)
    for text in (seen, shown):
        assert "THOUGHT-" not in text
        assert "goal_status" not in text
        assert SECRET.value not in text
        assert "rejected_draft" not in text


@RUNS
@given(st.binary(max_size=200) | (objects | values).map(lambda v: json.dumps(v).encode()), modes)
def test_whatever_bytes_a_server_sends_the_dialogue_ends_and_can_be_stored(data, mode):
    def answer(_: object) -> ChatReply:
        return reply_of(data)

    stage = Stage()
    told = stage.play(
        stage.player(USER, Talker(answer), Settings(mode=mode)),
        stage.player(AGENT, Talker(answer), Settings(mode=mode)),
        turns=3,
    )
    stored(told)


@RUNS
@given(contents, modes)
def test_whatever_a_completion_contains_the_dialogue_ends_and_can_be_stored(content, mode):
    body = {"choices": [{"message": {"content": content}, "finish_reason": "stop"}]}
    data = json.dumps(body).encode()

    def answer(_: object) -> ChatReply:
        return reply_of(data)

    stage = Stage()
    told = stage.play(
        stage.player(USER, Talker(answer), Settings(mode=mode)),
        stage.player(AGENT, Talker(answer), Settings(mode=mode)),
        turns=3,
    )
    stored(told)


@pytest.mark.parametrize("mode", ["structured", "tools"])
@pytest.mark.parametrize(
    "arguments", ["[" * 100_000, '{"seat":' * 500 + "1" + "}" * 500, '{"seat":' + "9" * 5000 + "}"]
)
def test_monstrous_arguments_end_the_dialogue_at_worst(mode: str, arguments: str):
    call = ToolCall(id="x", name="find_guest", arguments=arguments)
    content = f'{{"say":"","calls":[{{"tool":"find_guest","arguments":{arguments}}}]}}'
    reply = ChatReply(content=content) if mode == "structured" else ChatReply(tool_calls=(call,))
    told = dialogue(
        [ChatReply(content='{"say":"Hi","end":false}')],
        [reply],
        Settings(mode=mode),  # type: ignore[arg-type]
    )
    assert told.failure is None or told.failure.kind in ("malformed_reply", "loop")
    stored(told)
