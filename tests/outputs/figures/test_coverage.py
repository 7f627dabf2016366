from math import comb, log2

import pytest
from msgspec.structs import replace

from generators.sources.policy_graph import clauses_tested
from outputs.figures.coverage import Coverage, entropy
from outputs.judged import Judged
from tests.outputs.cloakroom_set import CLOAKROOM, blueprints
from tests.outputs.faulty_set import row

DOMAINS = {"cloakroom": CLOAKROOM}
FIRST = next(n for n, plan in enumerate(blueprints(12)) if plan.intents == ("count",))


def covered(*rows: Judged, domains=DOMAINS):
    coverage = Coverage()
    for each in rows:
        coverage.add(each)
    return coverage.summary(domains)


def test_what_no_released_dialogue_does_is_listed_as_never():
    (found,) = covered(row(FIRST)).domains
    assert found.agent_tools.counts == {"find_guest": 1, "list_items": 1}
    assert found.agent_tools.never == ("leave_note", "return_item", "take_payment")
    assert found.user_tools.never == ("read_tag",)
    assert (found.intents.counts, found.intents.never) == ({"count": 1}, ("fetch", "lost_ticket"))
    assert (found.tested, found.clauses.never) == ({"K01": 1}, ("K02", "K03", "K04", "K05"))


def test_clauses_that_one_dialogue_tests_together_are_a_pair():
    plans = blueprints(12)
    together = [{clause for goal in plan.goals for clause in goal.clauses} for plan in plans]
    most = max(range(12), key=lambda n: len(together[n]))
    (found,) = covered(row(most), row(FIRST)).domains
    assert found.pairs == comb(len(together[most]), 2) > 0
    assert found.all_pairs == comb(len(clauses_tested(CLOAKROOM)), 2)
    (unknown,) = covered(row(most), domains={}).domains
    assert (unknown.pairs, unknown.all_pairs) == (found.pairs, 0)


def test_a_rejected_dialogue_exercises_only_the_clauses_that_it_broke():
    (found,) = covered(row(FIRST, "policy.K02")).domains
    assert found.dialogues == 0
    assert found.agent_tools.counts == {}
    assert found.breached == {"K02": 1}
    assert "K02" not in found.clauses.never
    assert "K01" in found.clauses.never


def test_a_clause_that_was_broken_twice_in_one_dialogue_counts_once():
    judged = row(FIRST, "policy.K02")
    votes = judged.decision.votes * 2
    twice = replace(judged, decision=replace(judged.decision, votes=votes))
    assert covered(twice).domains[0].breached == {"K02": 1}


def test_the_grid_has_a_cell_for_every_intent_and_register():
    grid = covered(row(FIRST)).grid
    assert grid.cells == 3 * 4
    assert grid.fewest == 0
    assert grid.entropy == 0.0
    assert sum(grid.rows["cloakroom/count"].values()) == 1


def test_a_domain_that_this_program_lacks_is_counted_without_a_list():
    (found,) = covered(row(FIRST), domains={}).domains
    assert found.agent_tools.counts["find_guest"] == 1
    assert found.agent_tools.never == ()


def test_entropy_is_in_bits():
    assert entropy([1, 1, 1, 1]) == 2.0
    assert entropy([3, 1]) == pytest.approx(-(0.75 * log2(0.75) + 0.25 * log2(0.25)))
    assert entropy([]) == 0.0
