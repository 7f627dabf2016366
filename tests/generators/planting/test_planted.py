from collections import Counter
from itertools import pairwise

from generators.blueprint import Blueprint
from generators.domains.registry import domain_named
from generators.planting.original import reworded
from generators.planting.planted import FLAWS, planted
from generators.replay import rehearse
from generators.signature import signature
from personas.record import identified


def test_the_same_arguments_plant_the_same_plans():
    assert list(planted(["cloakroom"], 3, 3)) == list(planted(["cloakroom"], 3, 3))


def test_sound_and_flawed_plans_take_turns_and_so_do_kinds():
    cases = list(planted(["cloakroom"], 4, 10))
    assert [case.sound for case in cases] == [True, False] * 10
    assert Counter(case.kind for case in cases if not case.sound) == dict.fromkeys(FLAWS, 1)
    assert all(identified(case.blueprint) == case.blueprint for case in cases)


def test_sound_plans_do_what_they_say():
    for case in planted(["cloakroom", "energy"], 5, 4):
        if case.sound:
            plan = case.blueprint
            run = rehearse(plan, domain_named(plan.domain), plan.actions)
            assert not any(entry.error for entry in run.timeline.entries)
            assert run.end_hash == plan.end_hash
            assert plan.persona_id == case.persona.id


def test_a_duplicate_repeats_the_sound_plan_before_it():
    cases = list(planted(["cloakroom"], 6, 20))
    for before, case in pairwise(cases):
        if case.kind == "duplicate":
            assert case.blueprint.intents == before.blueprint.intents
            assert case.blueprint.id != before.blueprint.id
            assert signature(case.blueprint) == signature(before.blueprint)


def test_another_value_stands_in_every_form():
    plan = next(case.blueprint for case in planted(["energy"], 7, 1) if case.sound)
    value = next(fact.value for fact in plan.facts if fact.key == "account_number")
    other = reworded(plan, value, "00000000")
    assert isinstance(other, Blueprint)
    assert value not in str(other.facts) + str(other.actions)
    assert reworded(other, "00000000", value) == plan
