import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.domains.plan import Plan, PlanBroken
from generators.domains.registry import domain_named
from generators.domains.world import World
from generators.event import Annotation, Event, ToolCall, ToolResult, view_of
from generators.replay import rehearse, replay
from generators.spoken import forms, spoken
from tests.generators.test_blueprint_check import CLOAKROOM, FETCH


def recorded(answer: str | None = None) -> list[Event]:
    """The planned actions of ``FETCH`` as call and result events, with one answer altered."""
    world = World(CLOAKROOM, FETCH.world_seed, FETCH.clock, FETCH.setup)
    events: list[Event] = []
    for number, action in enumerate(FETCH.actions):
        raw = msgspec.json.encode(action.arguments).decode()
        outcome = world.call(action.party, action.tool, raw)
        call = ToolCall(id=f"c{number}", name=action.tool, arguments=raw)
        content = answer if answer and number == 1 else outcome.content
        result = ToolResult(call_id=call.id, content=content, error=outcome.error)
        seen = (action.party,)
        at = len(events)
        events.append(
            Event(index=at, turn=at, party=action.party, kind="call", visible_to=seen, call=call)
        )
        events.append(
            Event(
                index=at + 1, turn=at, party="world", kind="result", visible_to=seen, result=result
            )
        )
    return events


def test_a_faithful_record_replays_to_the_planned_end():
    run = replay(FETCH, CLOAKROOM, recorded())
    assert run.mismatches == ()
    assert run.end_hash == FETCH.end_hash
    assert run.start_hash == FETCH.start_hash


def test_a_forged_result_is_found_at_its_call():
    (mismatch,) = replay(FETCH, CLOAKROOM, recorded('["forged"]')).mismatches
    assert mismatch.index == 2
    assert mismatch.recorded == '["forged"]'


def test_a_call_that_was_never_answered_was_never_executed():
    events = recorded()
    run = replay(FETCH, CLOAKROOM, events[:-1])
    assert len(run.timeline.entries) == len(FETCH.actions) - 1


def test_the_state_before_a_call_does_not_show_the_call():
    run = rehearse(FETCH, CLOAKROOM, FETCH.actions)
    last = run.timeline.entries[-1]
    assert run.timeline.database_before(last).state_hash() != run.end_hash


def test_a_plan_with_an_unknown_fact_breaks():
    plan = Plan(World(CLOAKROOM, 0, CLOAKROOM.clock), "G001", {})
    with pytest.raises(PlanBroken, match="needs the fact 'seat'"):
        plan.ask("seat")


def test_calls_made_together_share_a_batch_and_others_do_not():
    plan = Plan(World(CLOAKROOM, 0, CLOAKROOM.clock), "G001", {})
    with plan.together():
        plan.call("find_guest", seat="A1")
        plan.call("list_items", guest_id="G001")
    plan.call("list_items", guest_id="G002")
    assert [step.batch for step in plan.steps] == [1, 1, 0]


parties = st.sampled_from(["user", "agent", "expert"])
seen_by = st.lists(parties, max_size=3, unique=True).map(tuple)
notes = st.builds(
    Annotation,
    name=st.sampled_from(["act", "inner_state"]),
    value=st.just('"x"'),
    visible_to=seen_by,
)


@given(
    st.lists(
        st.builds(
            Event,
            index=st.integers(0, 9),
            turn=st.integers(0, 9),
            party=parties,
            kind=st.just("say"),
            visible_to=seen_by,
            annotations=st.lists(notes, max_size=3).map(tuple),
        ),
        max_size=6,
    ),
    parties,
)
def test_a_view_holds_exactly_what_its_party_may_see(events: list[Event], party: str):
    view = view_of(events, party)
    assert [event.index for event in view] == [e.index for e in events if party in e.visible_to]
    for event in view:
        assert all(party in note.visible_to for note in event.annotations)


@pytest.mark.parametrize(
    ("value", "first", "others"),
    [
        ("2025-05-14", "14 May 2025", {"14 May", "May 14", "2025-05-14"}),
        ("2025-05-14T09:30:00", "14 May 2025 at 09:30", {"14 May at 09:30"}),
        ("09:05", "09:05", {"9:05"}),
        (84.2, "84.20", {"84.2"}),
        (1234.5, "1234.50", {"1,234.50"}),
        (10000.01, "10000.01", {"10,000.01"}),
        (84.0, "84.00", {"84"}),
        (1200, "1200", {"1,200"}),
        (True, "yes", set()),
        ("T101", "T101", set()),
    ],
)
def test_values_are_said_in_the_forms_that_people_use(value: object, first: str, others: set[str]):
    assert spoken(value) == first
    assert others <= set(forms(value))


def test_clauses_are_read_from_the_policy():
    policy = domain_named("cloakroom").policy
    assert sorted(policy.clauses) == ["K01", "K02", "K03", "K04", "K05"]
    assert policy.clauses["K02"].startswith("An item is handed back only after")
