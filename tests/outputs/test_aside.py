from generators.event import AGENT, USER
from outputs.aside import asides_of, last_drafts, models_of
from tests.outputs.faulty_set import row
from tests.outputs.model_set import patient, unreadable


def test_what_stood_behind_a_move_is_told_at_its_first_event():
    events = patient().trajectory.events
    asides = asides_of(events)
    first = next(event for event in events if event.party == AGENT)
    told = asides[first.index]
    assert told.thoughts == ("second try",)
    assert (told.act, told.planner) == ("tell", "planner")
    (draft,) = told.drafts
    assert (draft.number, draft.code, draft.by) == (1, "other_side", "a check (other_side)")
    assert "Agent: one moment." in draft.text
    assert draft.fate == "draft 1, thrown away by a check (other_side)"
    assert {events[index].party for index in asides} == {USER, AGENT}


def test_a_draft_that_was_taken_all_the_same_says_what_spoke_against_it():
    told = [each for each in asides_of(patient().trajectory.events).values() if each.kept]
    assert [each.kept[0].fate for each in told] == [
        "taken all the same, against a check (other_side)"
    ]


def test_the_users_word_on_its_goals_is_told():
    events = patient().trajectory.events
    goals = [each.goals for each in asides_of(events).values() if each.party == USER]
    assert set(goals[0].values()) <= {"open", "waiting"}
    assert set(goals[-1].values()) == {"settled"}


def test_a_dialogue_that_broke_off_over_its_drafts_shows_them():
    drafts = last_drafts(unreadable().trajectory)
    assert [each.fate for each in drafts] == [
        f"draft {number}, thrown away by the parser (not_json)" for number in (1, 2, 3)
    ]
    assert [each.text for each in drafts] == ["no JSON"] * 3
    assert {each.party for each in drafts} == {AGENT}


def test_scripts_keep_nothing_to_themselves():
    assert asides_of(row(0).trajectory.events) == {}
    assert models_of(row(0).trajectory) == ()
