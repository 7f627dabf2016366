import re
from pathlib import Path

from msgspec.structs import replace

from generators.event import AGENT, USER
from generators.llm.turn_rules import TURN_RULES
from outputs.figures.faults import Faults, truth_of
from outputs.figures.models import DRAFT_CODES, UNREADABLE, Models, ModelSummary
from outputs.judged import Judged
from tests.outputs.faulty_set import fault, row, with_faults
from tests.outputs.model_set import broken_engine, patient, unreadable


def summary(*rows: Judged) -> ModelSummary:
    models = Models()
    for each in rows:
        models.add(each)
    return models.summary()


def test_turns_drafts_and_what_was_thrown_away_are_counted_by_party():
    user, agent = summary(patient()).parties
    assert (user.party, user.turns, user.drafted, user.rejected) == (USER, 3, 3, {})
    assert (agent.party, agent.turns, agent.drafted) == (AGENT, 2, 4)
    assert agent.rejected == {"other_side": 2}
    assert agent.kept == {"other_side": 1}
    assert agent.drafts.counts == {2: 2}


def test_the_tokens_of_a_turn_include_its_drafts_and_its_planner():
    user, agent = summary(patient()).parties
    assert (user.prompt, user.cached, user.completion) == (300, 180, 30)
    assert (agent.prompt, agent.cached, agent.completion) == (600, 360, 60)


def test_acts_that_the_planner_picked_are_counted_and_those_of_scripts_are_not():
    assert summary(patient()).acts == {"tell": 2}
    assert summary(row(0)).acts == {}


def test_drafts_of_a_turn_that_never_was_are_counted():
    found = summary(unreadable())
    agent = next(each for each in found.parties if each.party == AGENT)
    assert (agent.turns, agent.drafted) == (0, 3)
    assert agent.rejected == {"not_json": 3}
    assert found.failures == {"agent.malformed_reply": 1}
    assert found.unfinished == 0


def test_failures_of_the_engine_are_told_from_those_of_a_party():
    found = summary(broken_engine(), unreadable())
    assert (found.dialogues, found.unfinished) == (2, 1)
    assert found.failures == {"agent.malformed_reply": 1, "engine.bad_reply": 1}


def test_what_servers_say_of_themselves_is_kept_by_slot():
    assert summary(patient()).fingerprints == {
        "agent": ("fp-1",),
        "planner": ("fp-1",),
        "user": ("fp-1",),
    }


def test_dialogues_of_scripts_count_for_nothing():
    assert summary(row(0), row(1, "policy.K01")) == ModelSummary()


def test_parts_add_up_to_the_whole():
    one, other, both = Models(), Models(), Models()
    for models, rows in (
        (one, (patient(), row(0))),
        (other, (unreadable(), broken_engine(1), patient(1))),
        (both, (patient(), unreadable(), broken_engine(1), patient(1))),
    ):
        for each in rows:
            models.add(each)
    one.merge(other)
    assert one.summary() == both.summary()


def test_every_code_that_a_draft_can_be_thrown_away_for_has_a_meaning():
    players = Path("generators/llm").glob("*.py")
    text = "".join(each.read_text() for each in players)
    unreadable_codes = set(re.findall(r'Malformed\(\s*"(\w+)"', text))
    assert unreadable_codes == set(UNREADABLE)
    assert {*TURN_RULES, *UNREADABLE, "critic"} == set(DRAFT_CODES)


def test_whether_a_models_dialogue_is_sound_is_not_known():
    told = patient()
    assert truth_of(told.trajectory) == "unknown"
    planted = replace(told, trajectory=with_faults(told.trajectory, fault("ends_early", USER)))
    assert truth_of(planted.trajectory) == "faulty"
    faults = Faults()
    for each in (told, row(0)):
        faults.add(each)
    found = faults.summary()
    assert (found.judged, found.sound, found.unknown) == (2, 1, 1)
    assert found.false_alarms.part == 0
    assert found.alarm_codes == {}
