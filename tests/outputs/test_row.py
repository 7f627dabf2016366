from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from generators.blueprint import Fact, Goal, RowPatch
from generators.event import (
    Annotation,
    Attachment,
    Event,
    Reward,
    TokenTrace,
    ToolCall,
    ToolResult,
    Usage,
)
from generators.trajectory import (
    SCHEMA_VERSION,
    Failure,
    Member,
    Parent,
    Session,
    StopReason,
    Trajectory,
)
from outputs.content import ContentHash, row_hash
from outputs.judged import Judged
from outputs.migrations import FIRST_VERSION, STEPS, UnknownSchema, migrated
from outputs.row import Unstorable, from_row, to_row
from outputs.schema import ROW_SCHEMA
from tests.outputs.cloakroom_set import (
    CLOAKROOM,
    as_bytes,
    blueprints,
    decided,
    judged,
    judged_set,
    persona_of,
    played,
)
from verifiers.decision import Decision, Vote
from verifiers.verdict import Finding, Verdict

texts = st.text(max_size=8)
times = st.datetimes().map(lambda time: time.isoformat())
numbers = st.integers(0, 2**31 - 1)
reals = st.floats(allow_nan=False, allow_infinity=False)
parties = st.sampled_from(["user", "agent", "world", "manager", "second caller"])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | reals | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)


def some(strategy: st.SearchStrategy, most: int = 2) -> st.SearchStrategy:
    return st.lists(strategy, max_size=most).map(tuple)


annotations = st.builds(Annotation, name=texts, value=texts, visible_to=some(parties))
rewards = st.builds(Reward, name=texts, value=reals, source=texts)
usages = st.builds(
    Usage, prompt_tokens=numbers, cached_tokens=numbers, completion_tokens=numbers, latency_ms=reals
)
traces = st.builds(
    TokenTrace,
    prompt_hash=texts,
    prompt_length=numbers,
    token_ids=some(numbers),
    log_probabilities=some(reals),
)
events = st.builds(
    Event,
    index=numbers,
    turn=numbers,
    party=parties,
    kind=st.sampled_from(["say", "think", "call", "result", "observe", "wait", "signal", "stop"]),
    visible_to=some(parties),
    text=texts,
    call=st.none() | st.builds(ToolCall, id=texts, name=texts, arguments=texts),
    result=st.none() | st.builds(ToolResult, call_id=texts, content=texts, error=texts),
    session=st.integers(0, 2),
    language=st.sampled_from(["", "en", "de"]),
    locale=texts,
    annotations=some(annotations),
    rewards=some(rewards),
    usage=st.none() | usages,
    tokens=st.none() | traces,
    attachments=some(
        st.builds(Attachment, uri=texts, media_type=texts, caption=texts, sha256=texts)
    ),
)
trajectories = st.builds(
    Trajectory,
    id=texts,
    blueprint_id=st.just(""),
    attempt=numbers,
    seed=st.integers(-(2**63), 2**63 - 1),
    domain=st.just("cloakroom"),
    members=some(
        st.builds(
            Member,
            party=parties,
            role=texts,
            player=texts,
            model=texts,
            revision=texts,
            sampling=texts,
        ),
        4,
    ),
    events=some(events, 4),
    stop_reason=st.sampled_from(list(StopReason)),
    start_hash=texts,
    end_hash=texts,
    group_id=texts,
    failure=st.none() | st.builds(Failure, party=parties, kind=texts, message=texts),
    sessions=some(st.builds(Session, index=st.integers(0, 2), starts_at=times, memory=texts)),
    rewards=some(rewards),
    annotations=some(annotations),
    parent=st.none()
    | st.builds(Parent, trajectory_id=texts, event_index=numbers, derivation=texts),
)
findings = st.builds(
    Finding,
    code=texts,
    message=texts,
    event=st.integers(-1, 5),
    party=parties,
    severity=st.sampled_from(["error", "warning"]),
)
votes = st.builds(
    Vote,
    verdict=st.builds(
        Verdict,
        verifier=texts,
        outcome=st.sampled_from(["pass", "fail", "abstain"]),
        score=reals,
        confidence=reals,
        findings=some(findings),
    ),
    weight=reals,
    veto=st.booleans(),
)


@st.composite
def judged_dialogues(draw: Any) -> Judged:
    plan = replace(
        blueprints(1)[0],
        language=draw(texts),
        facts=draw(
            some(
                st.builds(Fact, key=texts, value=texts, reveal=st.sampled_from(["after", "never"]))
            )
        ),
        goals=draw(
            some(
                st.builds(
                    Goal,
                    id=texts,
                    intent=texts,
                    need=texts,
                    outcome=st.just("refused"),
                    slots=st.dictionaries(texts, texts, max_size=2),
                )
            )
        ),
        setup=draw(
            some(
                st.builds(
                    RowPatch,
                    table=texts,
                    key=texts,
                    fields=st.dictionaries(texts, json_values, max_size=2),
                )
            )
        ),
    )
    trajectory = replace(draw(trajectories), blueprint_id=plan.id)
    return Judged(
        trajectory=trajectory,
        blueprint=plan,
        persona=persona_of(plan),
        decision=Decision(
            trajectory_id=trajectory.id,
            outcome=draw(st.sampled_from(["accept", "reject", "revise"])),
            score=draw(reals),
            votes=draw(some(votes)),
            reasons=draw(some(texts)),
            party=draw(texts),
        ),
        split=draw(st.sampled_from(["train", "validation", "test", ""])),
        dropped=draw(texts),
        duplicate_of=draw(texts),
    )


def stored(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows after a trip through Arrow."""
    return pa.Table.from_pylist(rows, schema=ROW_SCHEMA).to_pylist()


@settings(max_examples=30, deadline=None)
@given(judged_dialogues())
def test_a_row_comes_back_from_arrow_exactly_as_it_went(case: Judged):
    row = to_row(case, CLOAKROOM, "1.2.3")
    (back,) = stored([row])
    assert back == row
    assert from_row(back) == case
    assert to_row(from_row(back), CLOAKROOM, "1.2.3") == row


def test_rows_of_the_set_come_back_from_arrow_exactly_as_they_went():
    rows = [to_row(case, CLOAKROOM) for case in judged_set()]
    assert stored(rows) == rows
    assert tuple(from_row(row) for row in rows) == judged_set()


def test_a_row_has_every_column_of_the_schema_and_no_other():
    assert set(to_row(judged_set()[0], CLOAKROOM)) == set(ROW_SCHEMA.names)


def test_datasets_reads_the_schema_as_it_is_written():
    from datasets import Features

    features = Features.from_arrow_schema(ROW_SCHEMA)
    assert features.arrow_schema.remove_metadata() == ROW_SCHEMA


def test_rows_written_apart_fit_together():
    halves = [
        pa.Table.from_pylist([to_row(case, CLOAKROOM)], schema=ROW_SCHEMA)
        for case in judged_set()[:2]
    ]
    assert pa.concat_tables(halves).num_rows == 2


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_json_cannot_say_are_refused_by_name(number: float):
    plan = blueprints(1)[0]
    whole = played(plan)
    rewarded = replace(whole.events[0], rewards=(Reward(name="r", value=number),))
    odd = replace(whole, events=(rewarded, *whole.events[1:]))
    with pytest.raises(Unstorable, match=rf"{odd.id}: trajectory.events\[0\].rewards\[0\].value"):
        to_row(judged(odd, plan), CLOAKROOM)
    decision = replace(decided(whole), score=number)
    with pytest.raises(Unstorable, match=r"decision\.score is not a finite number"):
        to_row(judged(whole, plan, decision=decision), CLOAKROOM)


def test_parts_of_different_dialogues_make_no_row():
    first, second, *_ = judged_set()
    with pytest.raises(Unstorable, match="its decision is that of"):
        to_row(replace(first, decision=second.decision), CLOAKROOM)
    with pytest.raises(Unstorable, match="its blueprint is that of"):
        to_row(replace(first, blueprint=replace(first.blueprint, id="other")), CLOAKROOM)
    with pytest.raises(Unstorable, match="its persona is that of"):
        to_row(replace(first, persona=replace(first.persona, id="other")), CLOAKROOM)


def test_what_a_call_cost_and_the_version_are_no_content_and_all_else_is():
    plan = blueprints(1)[0]
    quick, slow = played(plan, latency=1.0), played(plan, latency=99.0)
    row = to_row(judged(quick, plan), CLOAKROOM, "0.1.0")
    assert row["row_hash"] == to_row(judged(slow, plan), CLOAKROOM, "0.2.0")["row_hash"]
    for name in ROW_SCHEMA.names:
        changed = row_hash({**row, name: [*row["events"], {}] if name == "events" else "other"})
        assert (changed == row["row_hash"]) == (name in ("dataset_version", "row_hash"))


def test_the_hash_of_a_set_needs_rows_in_rising_id_order():
    one, two = ContentHash(), ContentHash()
    for each in (one, two):
        each.add("a", "1")
        each.add("b", "2")
    assert one.hexdigest() == two.hexdigest()
    with pytest.raises(ValueError, match="'a' comes after 'b'"):
        one.add("a", "1")
    with pytest.raises(ValueError, match="'b' comes after 'b'"):
        one.add("b", "1")
    assert len({ContentHash().hexdigest(), one.hexdigest()}) == 2


def test_every_schema_version_has_a_step_to_the_next():
    assert FIRST_VERSION + len(STEPS) == SCHEMA_VERSION


def test_an_old_row_is_brought_forward_step_by_step():
    def renamed(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "domain": row.pop("world")} | {"world": None}

    def widened(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "steps": row.get("steps", 0) + 1}

    old = {"id": "r", "schema_version": 3, "world": "cloakroom"}
    new = migrated(old, steps=(renamed, widened), first=3)
    assert new == {
        "id": "r",
        "schema_version": 5,
        "world": None,
        "domain": "cloakroom",
        "steps": 1,
    }
    assert migrated({**old, "schema_version": 4}, steps=(renamed, widened), first=3)["steps"] == 1
    assert old == {"id": "r", "schema_version": 3, "world": "cloakroom"}


def test_a_stored_row_of_the_version_before_is_read_after_its_step():
    """The step that a first change of the schema would need, on a row that went through Arrow."""
    case = judged_set()[0]
    old = stored([to_row(case, CLOAKROOM)])[0]
    old["verdict"] = old.pop("decision")
    old["schema_version"] = FIRST_VERSION - 1

    def verdict_became_decision(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "decision": row.pop("verdict")}

    new = migrated(old, steps=(verdict_became_decision, *STEPS), first=FIRST_VERSION - 1)
    assert from_row(new) == case


@pytest.mark.parametrize("version", [0, SCHEMA_VERSION + 1, None, "1"])
def test_a_row_of_an_unknown_version_is_refused(version: Any):
    row = to_row(judged_set()[0], CLOAKROOM)
    with pytest.raises(UnknownSchema, match="this program reads"):
        from_row({**row, "schema_version": version})


def test_the_tools_of_a_row_are_what_the_agent_was_shown():
    import msgspec

    row = to_row(judged_set()[0], CLOAKROOM)
    assert msgspec.json.decode(row["tools"]) == CLOAKROOM.schemas_of("agent")
    assert b"read_tag" not in as_bytes(row["tools"])
