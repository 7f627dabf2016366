import json
from typing import Any

import msgspec
import pytest

from generators.event import AGENT
from generators.perturbed.view import domain_of
from outputs.formats import FORMATS
from outputs.formats.conversation import Conversation, conversations, without_untrained
from outputs.formats.format import Line, resolved
from outputs.formats.verl import VERL
from outputs.formats.verl_reward import compute_score
from outputs.judged import Judged
from outputs.messages import transcript_of
from outputs.migrations import FIRST_VERSION, migrated
from outputs.recheck import row_problems
from outputs.row import from_row, to_row
from tests.outputs.cloakroom_set import CLOAKROOM, judged_set
from tests.outputs.perturbed_set import pairs, refined


def row_of(case: Judged) -> dict[str, Any]:
    return to_row(case, domain_of(case.blueprint))


def shown(row: dict[str, Any]) -> set[str]:
    return {tool["function"]["name"] for tool in json.loads(row["tools"])}


def called(row: dict[str, Any]) -> set[str]:
    return {call["name"] for message in row["messages"] for call in message["tool_calls"] or ()}


def test_what_messages_call_is_in_the_rows_list_of_tools():
    for case, sibling in pairs():
        row, plain = row_of(case), row_of(sibling)
        assert called(row)
        assert called(row) <= shown(row)
        assert shown(row).isdisjoint(shown(plain))
        for message in row["messages"]:
            assert message["role"] != "tool" or message["name"] in shown(row)


def test_no_message_names_a_tool_as_it_is_called_elsewhere():
    old = [name for name in CLOAKROOM.agent_tools if "_" in name]
    for case, _ in pairs():
        text = msgspec.json.encode(row_of(case)["messages"]).decode()
        assert not [name for name in old if name in text]


def test_rows_of_one_environment_have_one_list_of_tools():
    tools: dict[str, set[str]] = {}
    for case in (each for pair in pairs() for each in pair):
        row = row_of(case)
        tools.setdefault(row["environment"], set()).add(row["tools"])
    assert len(tools) > 2
    assert all(len(texts) == 1 for texts in tools.values())


def test_a_perturbed_row_is_read_back_and_judged_again_the_same():
    for case, _ in pairs():
        row = row_of(case)
        assert from_row(row) == case
        assert list(row_problems(row, case, "", domain_of(case.blueprint))) == []


def test_what_was_put_right_is_flagged_and_not_trained_on():
    row = row_of(refined())
    assert row["decision"] == "accept"
    assert row["refined"] is True
    assert not any(row_of(case)["refined"] for case, _ in pairs())
    slips = [
        message
        for message in transcript_of(refined(), domain_of(refined().blueprint)).messages
        if any(call.name in CLOAKROOM.agent_tools for call in message.tool_calls)
    ]
    assert [message.train for message in slips] == [False]


def test_a_conversation_with_a_slip_is_exported_and_cut_where_all_of_it_would_be_trained_on():
    row = row_of(refined())
    (whole,) = conversations(lambda: [row])
    assert isinstance(whole, Conversation)
    assert called(row) - shown(row)
    kept = without_untrained(whole, "split")
    calls = [] if not isinstance(kept, Conversation) else kept.messages
    assert {call.name for message in calls for call in message.tool_calls} <= shown(row)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_takes_perturbed_rows(name: str):
    rows = [row_of(case) for pair in pairs() for case in pair]
    made = list(FORMATS[name].convert(lambda: rows, resolved(FORMATS[name], {})))
    assert len([each for each in made if isinstance(each, Line)]) == len(rows)


def test_a_reward_knows_the_environment():
    for case, _ in pairs():
        (line,) = VERL.convert(lambda case=case: [row_of(case)], {"pass_rate": "all"})
        assert isinstance(line, Line)
        truth = line.content["reward_model"]["ground_truth"]
        parts = []
        for event in case.trajectory.events:
            if event.party == AGENT and event.call:
                body = f'{{"name": "{event.call.name}", "arguments": {event.call.arguments}}}'
                parts.append(f"<tool_call>{body}</tool_call>")
            elif event.party == AGENT:
                parts.append(event.text)
        assert compute_score("duologue/cloakroom", "\n".join(parts), truth)["score"] == 1.0
        elsewhere = json.dumps(json.loads(truth) | {"perturbation": None})
        with pytest.raises(ValueError, match="the plan was made for"):
            compute_score("duologue/cloakroom", "", elsewhere)


def test_rows_of_the_first_version_get_the_environment_that_they_had():
    case = judged_set()[0]
    new = to_row(case, CLOAKROOM)
    old = {name: value for name, value in new.items() if name not in ("environment", "refined")}
    old["schema_version"] = FIRST_VERSION
    assert migrated(old)["environment"] == new["environment"] == case.blueprint.environment
    assert from_row(old) == case
