"""Several services are one domain with one caller; nothing of one is taken for something of another."""

from collections import Counter
from pathlib import Path

import pytest

from generators.blueprint import Blueprint
from generators.domains.domain import Domain
from generators.domains.registry import domain_named
from generators.domains.services.importing.sgd import import_schema
from generators.domains.services.joined import joined
from generators.domains.services.loader import service_domain
from generators.domains.services.mistakes import ServiceError
from generators.domains.world import World
from generators.planning import plan_blueprint
from generators.scripted.phrasebook import book_of
from generators.sources.request import PlanSpec
from tests.generators.domains.services.lakes import ROWS, services, written
from tests.people import person


@pytest.fixture(scope="module")
def lakes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Domain]:
    """Each service, and the boats a second time under another name."""
    folder = tmp_path_factory.mktemp("joined")
    second = services()[0] | {"service_name": "Boats_2"}
    rows = ROWS | {("Boats_2", name): each for (of, name), each in ROWS.items() if of == "Boats_1"}
    files = written(folder, [*services(), second], rows)
    return {
        each.name: service_domain(Path(each.folder))
        for each in import_schema(*files, folder / "out")
    }


def of(lakes: dict[str, Domain], *names: str) -> Domain:
    return joined([lakes[name] for name in names])


def test_a_joined_domain_has_all_of_each(lakes: dict[str, Domain]):
    domain = of(lakes, "boats_1", "tides_2", "ferry_1")
    assert domain.name == "boats_1+tides_2+ferry_1"
    assert set(domain.agent_tools) == {
        "find_boat",
        "hire_boat",
        "get_tide",
        "call_ferry",
        "find_caller",
    }
    assert len(domain.intents) == sum(
        len(lakes[name].intents) for name in ("boats_1", "tides_2", "ferry_1")
    )
    assert set(domain.clauses) <= set(domain.policy.clauses)
    assert {"AS01", "BS01", "CS01"} <= set(domain.policy.clauses)
    base = World(domain, 0, domain.clock).db.base
    assert [name for name in base.by_name if name == "callers"] == ["callers"]
    assert {"boats_1_find_boat", "tides_2_get_tide"} <= set(base.by_name)


def test_tools_are_renamed_only_where_two_share_a_name(lakes: dict[str, Domain]):
    domain = of(lakes, "boats_1", "boats_2", "tides_2")
    assert set(domain.agent_tools) == {
        "boats_1_find_boat",
        "boats_1_hire_boat",
        "boats_2_find_boat",
        "boats_2_hire_boat",
        "get_tide",
        "find_caller",
    }


def test_plans_over_several_services_pass_the_check(lakes: dict[str, Domain]):
    domain = of(lakes, "boats_1", "boats_2", "tides_2")
    spec = PlanSpec(goals={3: 1.0})
    plans = [plan_blueprint(domain, person(n), spec, 5, n) for n in range(12)]
    made = [plan for plan in plans if isinstance(plan, Blueprint)]
    assert len(made) >= 11, [plan for plan in plans if not isinstance(plan, Blueprint)][:2]
    met = Counter(len({intent.rsplit("_", 2)[0][:7] for intent in plan.intents}) for plan in made)
    assert met[2] + met[3] > met[1]


def test_a_caller_is_looked_up_once_for_all_services(lakes: dict[str, Domain]):
    domain = of(lakes, "boats_1", "boats_2")
    wanted = {name: float(name.endswith("hire_boat")) for name in domain.intents}
    spec = PlanSpec(goals={2: 1.0}, intents=wanted)
    for number in range(10):
        plan = plan_blueprint(domain, person(number), spec, 5, number)
        assert isinstance(plan, Blueprint)
        if len(plan.goals) == 2:
            assert [action.tool for action in plan.actions].count("find_caller") == 1


def test_every_intent_and_fact_of_a_joined_domain_has_words(lakes: dict[str, Domain]):
    domain = of(lakes, "boats_1", "boats_2", "ferry_1")
    book = book_of(domain)
    for name in domain.intents:
        assert book.has("openings", name)
        assert book.has("followups", name)
    openings = {slot for each in book.all("openings", "ferry_1_call_ferry") for slot in each.slots}
    assert openings <= {"ferry_1_landing", "ferry_1_number_of_seats"}
    assert book.has("ask", "caller_phone")
    assert book.has("looks", "boats_2_find_boat")


def test_its_hash_changes_with_any_part(lakes: dict[str, Domain]):
    hashes = {
        of(lakes, *names).hash
        for names in (("boats_1", "tides_2"), ("tides_2", "boats_1"), ("boats_1", "ferry_1"))
    }
    assert len(hashes) == 3
    assert of(lakes, "boats_1", "tides_2").hash in hashes


def test_what_cannot_be_joined_is_refused(lakes: dict[str, Domain], tmp_path: Path):
    with pytest.raises(ValueError, match="right would be at least two"):
        of(lakes, "boats_1")
    with pytest.raises(ValueError, match="the same domain twice"):
        of(lakes, "boats_1", "boats_1")
    with pytest.raises(ValueError, match="right is one clock"):
        joined([lakes["boats_1"], domain_named("cloakroom")])
    tides = services()[1]
    row = {"harbour": "Elm", "date": "2031-05-01", "high_water": "09:00", "height": "1.0"}
    files = written(tmp_path, [tides | {"service_name": "Ebbs_1"}], {("Ebbs_1", "GetTide"): [row]})
    (ebbs,) = import_schema(*files, tmp_path / "out")
    (Path(ebbs.folder) / "service.yaml").unlink()
    with pytest.raises(ServiceError, match="no such file"):
        service_domain(Path(ebbs.folder))


def test_a_second_city_is_a_second_fact_about_the_same_topic(lakes: dict[str, Domain]):
    domain = lakes["tides_2"]
    spec = PlanSpec(goals={2: 1.0})
    plans = [plan_blueprint(domain, person(n), spec, 5, n) for n in range(20)]
    made = [plan for plan in plans if isinstance(plan, Blueprint)]
    second = [
        (plan, fact)
        for plan in made
        for fact in plan.facts
        if fact.key == "harbour_No2" and plan.goals[1].id == fact.goal
    ]
    assert second
    for plan, fact in second:
        assert fact.value in plan.goals[1].need
        assert any(fact.key in step.facts for step in plan.steps if step.goal == fact.goal)
        assert book_of(domain).has("ask", fact.key)
