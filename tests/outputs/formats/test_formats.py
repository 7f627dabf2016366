import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
import msgspec
import pyarrow.parquet as pq
import pytest
from msgspec.structs import replace

from generators.event import AGENT, Attachment, ToolCall
from generators.trajectory import Failure, Session, StopReason
from outputs.export import ExportExists, ExportReport, export
from outputs.formats import FORMATS, UnknownOption, format_named
from outputs.formats.conversation import defect
from outputs.formats.format import resolved
from outputs.judged import Judged
from outputs.messages import Message, transcript_of
from outputs.row import from_row, to_row
from tests.outputs.cloakroom_set import CLOAKROOM, decided, judged_set
from tests.outputs.formats.small_set import (
    BUMPY,
    OTHER,
    PLAN,
    SECRET,
    SMOOTH,
    UNSOLVED,
    dialogue,
    rows_of_set,
    say,
    small_set,
)
from tests.people import person

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
TOOLS = tuple(CLOAKROOM.schemas_of(AGENT))


def whole_set() -> list[dict[str, Any]]:
    return [to_row(case, CLOAKROOM) for case in judged_set()]


def exported(out: Path, name: str, rows: list[dict[str, Any]], **options: str) -> ExportReport:
    return export(lambda: iter(rows), name, out / "export", options)


def lines(out: Path, split: str = "train") -> list[dict[str, Any]]:
    path = out / "export" / f"{split}.jsonl"
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def parquet(out: Path, split: str) -> list[dict[str, Any]]:
    return pq.read_table(out / "export" / split).to_pylist()


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)
    elif isinstance(value, str):
        yield value


def nulls(value: Any) -> bool:
    if isinstance(value, dict):
        return any(nulls(each) for each in value.values())
    if isinstance(value, list):
        return any(nulls(each) for each in value)
    return value is None


def row(case: Judged) -> dict[str, Any]:
    return to_row(case, CLOAKROOM)


def accepted(trajectory: Any, **more: Any) -> Judged:
    return Judged(
        trajectory=trajectory,
        blueprint=PLAN,
        persona=person(1),
        decision=decided(trajectory),
        split="train",
        **more,
    )


# Golden files. When a format is meant to change, replace them by the files that the test wrote.


@pytest.mark.parametrize("name", ["openai", "trl"])
def test_sft_exports_are_the_golden_files(tmp_path: Path, name: str):
    report = exported(tmp_path, name, rows_of_set())
    assert report.files == ("test.jsonl", "train.jsonl")
    for file in (*report.files, "export.json"):
        written = (tmp_path / "export" / file).read_text(encoding="utf-8")
        assert written == (GOLDEN / name / file).read_text(encoding="utf-8"), file


def test_the_rl_export_is_the_golden_file(tmp_path: Path):
    exported(tmp_path, "verl", rows_of_set())
    found = {split: parquet(tmp_path, split) for split in ("train", "test")}
    assert found == json.loads((GOLDEN / "verl.json").read_text(encoding="utf-8"))


# Rules that hold for every format.


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_no_format_lets_anything_private_through(tmp_path: Path, name: str):
    """The user's plan, secrets and inner life, other attempts' verdicts, and the user's own tools."""
    report = exported(tmp_path, name, whole_set())
    private = {"reveal", "inner_state", "biography", "secretly annoyed", "read_tag", "policy.K01"}
    for case in judged_set():
        private |= {fact.value for fact in case.blueprint.facts if fact.reveal == "never"}
        private |= {goal.need for goal in case.blueprint.goals}
        private.add(case.persona.biography.summary)
    seen = 0
    for split in ("train", "validation", "test"):
        content = parquet(tmp_path, split) if name == "verl" else lines(tmp_path, split)
        for line in content:
            for text in strings(line["prompt"] if name == "verl" else line["messages"]):
                seen += 1
                assert not any(word in text for word in private), text
    assert seen
    assert sum(report.rows.values())


@pytest.mark.parametrize("name", ["openai", "trl"])
def test_no_exported_message_has_a_null(tmp_path: Path, name: str):
    exported(tmp_path, name, whole_set())
    assert not any(nulls(line) for line in lines(tmp_path))


@pytest.mark.parametrize("name", ["openai", "trl"])
def test_only_accepted_dialogues_are_trained_on_and_every_one_is_there_or_counted(
    tmp_path: Path, name: str
):
    report = exported(tmp_path, name, whole_set())
    for split in ("train", "validation", "test"):
        taken = sum(each.accepted and each.split == split for each in judged_set())
        assert report.rows[split] == taken == len(lines(tmp_path, split))
    assert report.left == {}


@pytest.mark.parametrize("name", ["openai", "trl"])
def test_every_exported_conversation_ends_with_the_agent_and_answers_its_calls(
    tmp_path: Path, name: str
):
    exported(tmp_path, name, whole_set())
    for line in lines(tmp_path):
        assert line["messages"][0]["role"] == "system"
        assert line["messages"][-1]["role"] == "assistant"
        open_calls: list[str] = []
        for message in line["messages"]:
            if message["role"] == "assistant":
                assert not open_calls
                assert message.get("content") or message.get("tool_calls")
                open_calls = [each["id"] for each in message.get("tool_calls", ())]
            if message["role"] == "tool":
                open_calls.remove(message["tool_call_id"])
        assert not open_calls


def test_text_is_written_as_it_is(tmp_path: Path):
    exported(tmp_path, "openai", rows_of_set())
    text = (tmp_path / "export" / "train.jsonl").read_bytes()
    assert "One moment, I’ll look.".encode() in text
    assert b'shelf 3-34, under \\"C4\\".' in text


def test_an_export_reads_the_stored_messages_and_not_the_domain_of_today(tmp_path: Path):
    rows = rows_of_set()
    for each in rows:
        each["messages"][0]["content"] = "The policy as it was."
    exported(tmp_path, "openai", rows)
    assert lines(tmp_path)[0]["messages"][0]["content"] == "The policy as it was."


def test_an_export_goes_into_a_new_folder_only_and_comes_whole_or_not_at_all(tmp_path: Path):
    rows = rows_of_set()
    (tmp_path / "export").mkdir()
    exported(tmp_path, "trl", rows)
    with pytest.raises(ExportExists, match="is not empty"):
        exported(tmp_path, "openai", rows)
    with pytest.raises(KeyError):
        export(lambda: iter([*rows, {**rows[0], "messages": [{}]}]), "trl", tmp_path / "second")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["export"]


def test_unknown_formats_and_options_are_answered_with_what_there_is():
    with pytest.raises(UnknownOption, match="there are: openai, trl, verl"):
        format_named("tlr")
    with pytest.raises(UnknownOption, match="there are: arguments, reasoning, untrained"):
        resolved(FORMATS["trl"], {"argument": "json"})
    with pytest.raises(UnknownOption, match="is one of object, json"):
        resolved(FORMATS["trl"], {"arguments": "yaml"})
    assert resolved(FORMATS["trl"], {"arguments": "json"})["untrained"] == "split"


# Masks.


def test_openai_marks_what_must_not_be_trained_on(tmp_path: Path):
    exported(tmp_path, "openai", rows_of_set())
    (line,) = lines(tmp_path, "test")
    weights = [message.get("weight") for message in line["messages"]]
    assert weights == [None, None, 1, None, 0, None, 1, None, 1]


def test_trl_keeps_what_comes_before_a_turn_that_must_not_be_trained_on(tmp_path: Path):
    report = exported(tmp_path, "trl", rows_of_set())
    (line,) = lines(tmp_path, "test")
    assert [each["role"] for each in line["messages"]] == ["system", "user", "assistant"]
    assert report.shortened == 1


def test_trl_can_drop_dialogues_with_such_a_turn_and_counts_them(tmp_path: Path):
    report = exported(tmp_path, "trl", rows_of_set(), untrained="drop")
    assert report.rows == {"train": 1, "validation": 0, "test": 0}
    assert report.left == {"untrained_turn": 1}
    assert report.examples == {"untrained_turn": (BUMPY.id,)}


def test_a_dialogue_with_nothing_to_train_on_is_left_out_and_counted(tmp_path: Path):
    rows = [each for each in rows_of_set() if each["id"] == BUMPY.id]
    for message in rows[0]["messages"]:
        message["train"] = False
    for name in ("openai", "trl"):
        assert exported(tmp_path / name, name, rows).left == {"untrained_turn": 1}


# What is left out, and why.

CALL = ToolCall(id="c", name="find_guest", arguments='{"seat":"C4"}')
SYSTEM = Message(role="system", content="p")
HELLO = Message(role="user", content="hi")
ASKED = Message(role="assistant", tool_calls=(CALL,))
ANSWER = Message(role="tool", content="{}", tool_call_id="c")
DONE = Message(role="assistant", content="done")


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ((SYSTEM, HELLO, ASKED, ANSWER, DONE), ""),
        ((SYSTEM, HELLO), "no_agent_turn"),
        ((SYSTEM,), "no_agent_turn"),
        ((HELLO, DONE), "misplaced_role"),
        ((SYSTEM, HELLO, SYSTEM, DONE), "misplaced_role"),
        ((SYSTEM, HELLO, ASKED, DONE), "unanswered_call"),
        ((SYSTEM, HELLO, ASKED, HELLO, ANSWER, DONE), "unanswered_call"),
        ((SYSTEM, HELLO, ASKED), "unanswered_call"),
        ((SYSTEM, HELLO, ASKED, ANSWER, ANSWER, DONE), "answered_twice"),
        ((SYSTEM, HELLO, ANSWER, DONE), "answer_to_no_call"),
        ((SYSTEM, HELLO, Message(role="assistant"), DONE), "empty_turn"),
        (
            (
                SYSTEM,
                replace(ASKED, tool_calls=(replace(CALL, name="read_tag"),), train=True),
                ANSWER,
                DONE,
            ),
            "unknown_tool",
        ),
        (
            (SYSTEM, replace(ASKED, tool_calls=(replace(CALL, arguments="[1]"),)), ANSWER, DONE),
            "malformed_arguments",
        ),
        (
            (SYSTEM, replace(ASKED, tool_calls=(replace(CALL, arguments='{"a":'),)), ANSWER, DONE),
            "malformed_arguments",
        ),
    ],
)
def test_a_conversation_with_a_defect_is_recognised(messages: tuple[Message, ...], reason: str):
    assert defect(messages, TOOLS) == reason


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_dialogue_that_gives_a_secret_away_is_left_out_and_counted(tmp_path: Path, name: str):
    leaky = dialogue(PLAN, 0, say(0, "user", f"psst, {SECRET.upper()}"), say(1, AGENT, "What?"))
    assert exported(tmp_path, name, [row(accepted(leaky))]).left == {"secret": 1}


def test_a_dialogue_with_attachments_is_left_out_of_text_formats(tmp_path: Path):
    seen = replace(
        SMOOTH.events[0], attachments=(Attachment(uri="file:///a.png", media_type="image/png"),)
    )
    case = accepted(replace(SMOOTH, events=(seen, *SMOOTH.events[1:])))
    assert exported(tmp_path, "trl", [row(case)]).left == {"attachment": 1}


def test_each_sitting_of_a_dialogue_is_a_conversation_of_its_own(tmp_path: Path):
    later = [replace(each, session=1, turn=each.turn + 9) for each in SMOOTH.events]
    sessions = (
        Session(index=0, starts_at="2025-03-14T21:40:00"),
        Session(index=1, starts_at="2025-03-15T21:40:00"),
    )
    events = [*SMOOTH.events[:7], *later]
    twice = replace(
        SMOOTH,
        sessions=sessions,
        events=tuple(replace(each, index=n) for n, each in enumerate(events)),
    )
    report = exported(tmp_path, "trl", [row(accepted(twice))])
    assert report.rows["train"] == 2
    assert [line["messages"][0]["role"] for line in lines(tmp_path)] == ["system", "system"]


# Chat templates.


def rendered(template: str, line: dict[str, Any]) -> str:
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    environment.filters["tojson"] = lambda value: json.dumps(value, ensure_ascii=False)
    source = (HERE / template).read_text(encoding="utf-8")
    tools = line["tools"]
    tools = json.loads(tools) if isinstance(tools, str) else tools
    messages = [{"content": "", **message} for message in line["messages"]]
    return environment.from_string(source).render(messages=messages, tools=tools)


def calls_in(text: str) -> list[dict[str, Any]]:
    return [json.loads(each) for each in re.findall(r"<call>(.*?)</call>", text)]


def calls_of(case: Judged) -> list[dict[str, Any]]:
    return [
        {"name": call.name, "arguments": json.loads(call.arguments)}
        for message in transcript_of(case, CLOAKROOM).messages
        for call in message.tool_calls
    ]


@pytest.mark.parametrize(
    ("name", "options", "template"),
    [
        ("trl", {}, "object_arguments.jinja"),
        ("trl", {"arguments": "json"}, "string_arguments.jinja"),
        ("openai", {}, "string_arguments.jinja"),
    ],
)
def test_through_a_chat_template_every_call_appears_once_and_unescaped(
    tmp_path: Path, name: str, options: dict[str, str], template: str
):
    exported(tmp_path, name, whole_set(), **options)
    cases = [each for each in judged_set() if each.accepted and each.split == "train"]
    assert sum(len(calls_of(case)) for case in cases) > 10
    for line, case in zip(lines(tmp_path), cases, strict=True):
        text = rendered(template, line)
        assert calls_in(text) == calls_of(case)
        assert '\\"' not in "".join(re.findall(r"<call>(.*?)</call>", text))


def test_the_wrong_convention_is_silent_which_is_why_there_is_an_option(tmp_path: Path):
    exported(tmp_path, "trl", rows_of_set(), arguments="json")
    (first, *_) = calls_in(rendered("object_arguments.jinja", lines(tmp_path)[0]))
    assert isinstance(first["arguments"], str)


# TRL.


def test_datasets_reads_a_trl_file_back_without_filling_anything_in(tmp_path: Path):
    from datasets import load_dataset

    exported(tmp_path, "trl", whole_set())
    loaded = load_dataset(
        "json",
        data_files=str(tmp_path / "export" / "train.jsonl"),
        split="train",
        cache_dir=str(tmp_path / "cache"),
    )
    assert [dict(each) for each in loaded] == lines(tmp_path)


def test_trl_can_keep_the_agents_thoughts(tmp_path: Path):
    thought = replace(SMOOTH.events[1], kind="think", text="C4 it is", visible_to=(AGENT,))
    events = [SMOOTH.events[0], thought, *SMOOTH.events[1:]]
    thinking = replace(SMOOTH, events=tuple(replace(e, index=n) for n, e in enumerate(events)))
    rows = [row(accepted(thinking))]
    exported(tmp_path / "kept", "trl", rows, reasoning="keep")
    exported(tmp_path / "dropped", "trl", rows)
    assert lines(tmp_path / "kept")[0]["messages"][2]["reasoning_content"] == "C4 it is"
    assert "C4 it is" not in json.dumps(lines(tmp_path / "dropped"))


# OpenAI.


def test_openai_says_whether_calls_were_made_at_once(tmp_path: Path):
    exported(tmp_path, "openai", rows_of_set())
    assert lines(tmp_path)[0]["parallel_tool_calls"] is True
    assert lines(tmp_path, "test")[0]["parallel_tool_calls"] is False


# verl.


def test_verl_has_one_row_per_plan_with_the_pass_rate_of_its_attempts(tmp_path: Path):
    report = exported(tmp_path, "verl", rows_of_set())
    found = {
        each["extra_info"]["blueprint_id"]: each["extra_info"]
        for split in ("train", "test")
        for each in parquet(tmp_path, split)
    }
    assert {key: each["pass_rate"] for key, each in found.items()} == {
        PLAN.id: 1.0,
        OTHER.id: 0.5,
        UNSOLVED.id: 0.0,
    }
    assert sum(report.rows.values()) == 3
    assert sorted(each["index"] for each in found.values()) == [0, 1, 2]


def test_verl_can_leave_out_plans_that_teach_nothing_and_counts_them(tmp_path: Path):
    report = exported(tmp_path, "verl", rows_of_set(), pass_rate="mixed")
    assert report.rows == {"train": 0, "validation": 0, "test": 1}
    assert report.left == {"always_passed": 1, "never_passed": 1}


def test_verl_prompts_end_where_the_agent_first_has_to_speak(tmp_path: Path):
    exported(tmp_path, "verl", whole_set())
    for each in parquet(tmp_path, "train"):
        assert [message["role"] for message in each["prompt"]] == ["system", "user"]
        assert set(each["prompt"][0]) == {"role", "content"}


def test_verl_ground_truth_rebuilds_the_world_and_the_expected_end(tmp_path: Path):
    from generators.blueprint import Action, RowPatch
    from generators.domains.world import World

    exported(tmp_path, "verl", whole_set())
    for each in parquet(tmp_path, "train"):
        truth = json.loads(each["reward_model"]["ground_truth"])
        setup = msgspec.convert(truth["setup"], tuple[RowPatch, ...])
        world = World(CLOAKROOM, truth["world_seed"], truth["clock"], setup)
        assert world.state_hash() == truth["start_hash"]
        for action in msgspec.convert(truth["actions"], tuple[Action, ...]):
            raw = msgspec.json.encode(action.arguments).decode()
            assert not world.call(action.party, action.tool, raw).error
        assert world.state_hash() == truth["end_hash"]


def test_verl_counts_no_attempt_that_broke_off(tmp_path: Path):
    failure = Failure(party=AGENT, kind="timeout", message="m")
    cases = [
        replace(
            case,
            trajectory=replace(case.trajectory, failure=failure, stop_reason=StopReason.ERROR),
        )
        if case.blueprint.id == UNSOLVED.id or case.trajectory.attempt == 1
        else case
        for case in small_set()
    ]
    report = exported(tmp_path, "verl", [row(case) for case in cases])
    assert report.left == {"no_attempt": 1}
    (other,) = parquet(tmp_path, "test")
    assert (other["extra_info"]["attempts"], other["extra_info"]["pass_rate"]) == (1, 1.0)


def test_a_plan_that_nobody_solved_goes_where_its_persona_is_or_to_train(tmp_path: Path):
    rows = rows_of_set()
    for each in rows:
        if each["decision"] == "reject":
            each["split"] = ""
        if each["blueprint_id"] == UNSOLVED.id:
            case = from_row(each)
            plan = replace(UNSOLVED, persona_id=person(2).id)
            each.update(row(replace(case, blueprint=plan, persona=person(2))))
    exported(tmp_path / "known", "verl", rows)
    exported(tmp_path / "unknown", "verl", [r for r in rows if r["blueprint_id"] == UNSOLVED.id])
    assert len(parquet(tmp_path / "known", "test")) == 2
    assert len(parquet(tmp_path / "unknown", "train")) == 1


def test_verl_rows_load_with_datasets(tmp_path: Path):
    from datasets import load_dataset

    exported(tmp_path, "verl", whole_set())
    loaded = load_dataset(
        "parquet",
        data_files=str(tmp_path / "export" / "train" / "*.parquet"),
        split="train",
        cache_dir=str(tmp_path / "cache"),
    )
    assert [dict(each) for each in loaded] == parquet(tmp_path, "train")
