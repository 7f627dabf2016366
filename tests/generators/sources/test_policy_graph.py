"""Blueprints by walks over a policy's clauses: the walks go by the weights, the plans test what was
walked over."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.blueprint import Blueprint
from generators.domains.registry import domain_named
from generators.planning import plan_blueprint
from generators.sources.policy_graph import PolicyGraph, clauses_tested, policy_graph
from generators.sources.request import PlanSpec
from tests.every_domain import EVERY_DOMAIN
from tests.people import person

DRAWS = 10_000
GRAPH = PolicyGraph(
    nodes={"A1": 1.0, "A2": 2.0, "A3": 1.0, "A4": 4.0},
    edges={
        "A1": {"A2": 1.0, "A3": 3.0, "A4": 6.0},
        "A2": {"A1": 1.0, "A3": 1.0, "A4": 2.0},
        "A3": {"A1": 3.0, "A2": 1.0, "A4": 0.0},
        "A4": {"A1": 6.0, "A2": 2.0, "A3": 0.0},
    },
)


def near(found: Counter[str], weights: dict[str, float]) -> bool:
    """Whether counts are what draws by the weights give, within four standard deviations."""
    drawn, total = found.total(), sum(weights.values())
    shares = {name: weight / total for name, weight in weights.items()}
    return all(
        abs(found[name] - drawn * share) <= 4 * (drawn * share * (1 - share)) ** 0.5
        for name, share in shares.items()
    )


def test_walks_begin_and_go_on_as_often_as_nodes_and_edges_weigh():
    rng = Random(7)
    walks = [GRAPH.walk(4.5, rng) for _ in range(DRAWS)]
    assert near(Counter(walk[0] for walk in walks), GRAPH.nodes)
    for clause, ways in GRAPH.edges.items():
        assert near(Counter(walk[1] for walk in walks if walk[0] == clause), ways), clause


@st.composite
def graphs(draw: st.DrawFn) -> PolicyGraph:
    names = [f"C{number}" for number in range(draw(st.integers(1, 8)))]
    weight = st.floats(0.1, 5.0)
    return PolicyGraph(
        nodes={name: draw(weight) for name in names},
        edges={
            name: {
                other: draw(st.sampled_from([0.0, 1.0, 2.5])) for other in names if other != name
            }
            for name in names
        },
    )


@given(graphs(), st.floats(0.5, 20.0), st.integers())
def test_a_walk_repeats_nothing_and_stops_as_soon_as_it_is_hard_enough(
    graph: PolicyGraph, complexity: float, seed: int
):
    walk = graph.walk(complexity, Random(seed))
    weighed = [graph.nodes[clause] for clause in walk]
    assert len(set(walk)) == len(walk) > 0
    assert sum(weighed[:-1]) < complexity
    if sum(weighed) < complexity:
        ways = graph.edges[walk[-1]]
        assert all(not weight or clause in walk for clause, weight in ways.items())


def test_clauses_that_intents_test_together_are_nearer_and_one_without_weight_is_left_out():
    domain = domain_named("energy")
    graph = policy_graph(domain)
    assert list(graph.nodes) == clauses_tested(domain)
    intent = next(each for each in domain.intents.values() if len(each.clauses) > 1)
    one, other = intent.clauses[:2]
    lightest = min(graph.edges[one].values())
    assert graph.edges[one][other] == graph.edges[other][one] > lightest
    without = policy_graph(domain, {one: 0.0, other: 3.0})
    assert one not in without.nodes
    assert one not in without.edges[other]
    assert without.nodes[other] == 3.0


def walked(name: str, count: int, complexity: int) -> list[Blueprint]:
    spec = PlanSpec(goals={1: 1.0}, sources={"policy_graph": 1.0}, complexity={complexity: 1.0})
    domain = domain_named(name)
    found = [plan_blueprint(domain, person(n), spec, 3, n) for n in range(count)]
    return [each for each in found if isinstance(each, Blueprint)]


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_a_plan_tests_most_of_what_was_walked_over(name: str):
    plans = walked(name, 40, 3)
    assert len(plans) >= 36
    covered = total = 0
    for plan in plans:
        assert plan.provenance.source == "policy_graph"
        walk = plan.provenance.note.split()
        met = {clause for goal in plan.goals for clause in goal.clauses}
        covered += len(met & {*walk})
        total += len(walk)
    assert covered >= 0.7 * total


def test_a_higher_complexity_makes_plans_that_test_more():
    def mean(complexity: int) -> float:
        plans = walked("clinic", 30, complexity)
        return sum(len({c for g in p.goals for c in g.clauses}) for p in plans) / len(plans)

    assert mean(2) < mean(6)


def test_sources_are_mixed_as_they_weigh_whatever_else_is_asked():
    domain = domain_named("cloakroom")
    spec = PlanSpec(goals={1: 1.0}, sources={"composed": 0.7, "policy_graph": 0.3})
    found = [plan_blueprint(domain, person(n % 8), spec, 3, n) for n in range(300)]
    drawn = Counter(each.provenance.source for each in found if isinstance(each, Blueprint))
    assert near(drawn, spec.sources)
