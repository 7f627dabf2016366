import json
from typing import Any

import pytest

from generators.blueprint import Blueprint
from generators.event import AGENT
from outputs.formats.format import Line
from outputs.formats.verl import VERL
from outputs.formats.verl_reward import compute_score
from outputs.judged import Judged
from outputs.row import to_row
from tests.outputs.cloakroom_set import CLOAKROOM, judged_set


def truth_of(case: Judged) -> str:
    rows = [to_row(case, CLOAKROOM)]
    (line,) = (each for each in VERL.convert(lambda: rows, {"pass_rate": "all"}))
    assert isinstance(line, Line)
    return line.content["reward_model"]["ground_truth"]


def solution_of(case: Judged, leave_out: str = "") -> str:
    """The agent's part of a dialogue as a policy would have written it."""
    parts = []
    for event in case.trajectory.events:
        if event.party == AGENT and event.call and event.call.name != leave_out:
            body = f'{{"name": "{event.call.name}", "arguments": {event.call.arguments}}}'
            parts.append(f"<tool_call>\n{body}\n</tool_call>")
        elif event.party == AGENT and event.kind == "say":
            parts.append(event.text)
        elif event.kind == "result" and event.result and AGENT in event.visible_to:
            parts.append(f"<tool_response>{event.result.content}</tool_response>")
        elif event.kind == "say":
            parts.append(f"<|im_start|>user\n{event.text}<|im_end|>")
    return "\n".join(parts)


def score(case: Judged, solution: str) -> dict[str, float]:
    return compute_score("duologue/cloakroom", solution, truth_of(case), {})


def right() -> list[Judged]:
    return [case for case in judged_set() if case.accepted]


def has(plan: Blueprint, tool: str) -> bool:
    return any(action.tool == tool for action in plan.actions)


def test_a_right_attempt_gets_the_whole_reward():
    assert any(has(case.blueprint, "read_tag") for case in right())
    for case in right():
        assert score(case, solution_of(case))["score"] == 1.0


def test_a_missing_write_gets_nothing():
    case = next(case for case in right() if has(case.blueprint, "return_item"))
    found = score(case, solution_of(case, leave_out="return_item"))
    assert (found["score"], found["end_state"], found["complete"]) == (0.0, 0.0, 1.0)


def test_what_only_a_tool_a_user_or_a_thought_says_is_not_said():
    case = next(case for case in right() if case.blueprint.must_say)
    calls = "\n".join(part for part in solution_of(case).split("\n") if part.startswith("<tool"))
    form = case.blueprint.must_say[0].forms[0]
    for elsewhere in (
        f"<tool_response>{form}</tool_response>",
        f"<|im_start|>user\n{form}<|im_end|>",
        f"<think>{form}</think>",
    ):
        found = score(case, f"{calls}\n{elsewhere}")
        assert (found["score"], found["complete"]) == (0.0, 0.0)


def test_saying_what_must_not_be_said_gets_nothing():
    case = next(case for case in right())
    truth: dict[str, Any] = json.loads(truth_of(case))
    truth["must_not_say"] = [{"key": "k", "goal": "", "forms": ["amber-9921"]}]
    words = solution_of(case)
    clean = compute_score("", words, json.dumps(truth))
    loose = compute_score("", words + " amber-9921", json.dumps(truth))
    assert (clean["score"], loose["score"], loose["discreet"]) == (1.0, 0.0, 0.0)


@pytest.mark.parametrize(
    "noise",
    [
        "<tool_call>no json</tool_call>",
        '<tool_call>{"name": "no_such_tool", "arguments": {}}</tool_call>',
        '<tool_call>{"name": "find_guest", "arguments": "text"}</tool_call>',
        "<tool_call>[1]</tool_call>",
        "<tool_call>",
    ],
)
def test_calls_that_cannot_be_made_change_nothing(noise: str):
    case = right()[0]
    assert score(case, f"{noise}\n{solution_of(case)}")["score"] == 1.0


def test_a_plan_of_another_domain_version_is_refused():
    truth = json.loads(truth_of(right()[0])) | {"domain_hash": "f" * 16}
    with pytest.raises(ValueError, match="install the version of this project"):
        compute_score("", "", json.dumps(truth))
