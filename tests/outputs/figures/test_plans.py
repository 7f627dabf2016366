from collections import Counter

from outputs.figures.plans import Plans
from tests.outputs.faulty_set import faulty_set

ASKED = {"difficulty": {"easy": 1.0}, "writes": {"0": 0.5, "1+": 0.5}}


def counted() -> Plans:
    plans = Plans()
    for row in faulty_set():
        plans.add(row)
    return plans


def test_plans_are_counted_once_and_accepted_dialogues_one_by_one():
    rows = faulty_set()
    (difficulty,) = counted().summary()
    distinct = {row.blueprint.id: row.blueprint.difficulty for row in rows}
    assert difficulty.facet == "difficulty"
    assert difficulty.plans == Counter(distinct.values())
    assert difficulty.accepted == Counter(row.blueprint.difficulty for row in rows if row.accepted)
    assert not difficulty.asked


def test_a_quota_puts_values_under_those_that_it_names():
    rows = faulty_set()
    difficulty, writes = counted().summary(ASKED)
    distinct = {row.blueprint.id: row.blueprint.factors["writes"] for row in rows}
    assert (difficulty.asked, writes.asked) == (ASKED["difficulty"], ASKED["writes"])
    assert writes.plans == Counter("1+" if n else "0" for n in distinct.values())
    assert set(difficulty.plans) > {"easy"}, "what was not asked for is shown too"
