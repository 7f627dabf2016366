"""Dialogues about imported services by scripted players without faults are right by all rules."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest
from msgspec.structs import replace

from generators.blueprint import Blueprint
from generators.brief import briefs_of
from generators.domains.domain import Domain
from generators.domains.services.importing.sgd import import_schema
from generators.domains.services.joined import joined
from generators.domains.services.loader import service_domain
from generators.event import AGENT, USER
from generators.planning import plan_blueprint
from generators.scripted.agent import ScriptedAgent
from generators.scripted.user import ScriptedUser
from generators.self_play import play
from generators.sources.request import PlanSpec
from tests.generators.domains.services.lakes import services, written
from tests.people import person
from verifiers.committee import Committee, decide
from verifiers.verdict import evidence

SGD = Path(__file__).parents[3] / "shared" / "data" / "sgd"
SPEC = PlanSpec(goals={1: 0.5, 2: 0.35, 3: 0.15})


def decided(domain: Domain, count: int, spec: PlanSpec = SPEC) -> Counter[str]:
    """How the committee decided on dialogues of a domain, the first reason for each rejection, and how
    many candidates were refused."""
    found: Counter[str] = Counter()
    for index in range(count):
        persona = person(index)
        plan = plan_blueprint(domain, persona, spec, 3, index)
        if not isinstance(plan, Blueprint):
            found[f"refused: {plan.message}"] += 1
            continue
        players = {
            USER: ScriptedUser(plan, domain, persona, seed=3, attempt=0),
            AGENT: ScriptedAgent(plan, domain, seed=3, attempt=0),
        }
        briefs = briefs_of(plan, domain, persona)
        told = asyncio.run(play(plan, domain, players, attempt=0, seed=3, briefs=briefs))
        decision = decide(evidence(told, plan, domain), Committee())
        found["accept" if decision.outcome == "accept" else decision.reasons[0]] += 1
    return found


@pytest.fixture(scope="module")
def lakes(tmp_path_factory: pytest.TempPathFactory) -> list[Domain]:
    folder = tmp_path_factory.mktemp("lakes")
    made = import_schema(*written(folder, services()), folder / "out")
    return [service_domain(Path(each.folder)) for each in made]


def test_dialogues_about_services_are_accepted(lakes: list[Domain]):
    for domain in lakes:
        assert decided(domain, 3) == {"accept": 3}, domain.name


def test_dialogues_about_several_services_are_accepted(lakes: list[Domain]):
    assert decided(joined(lakes), 4) == {"accept": 4}


@pytest.mark.slow
@pytest.mark.skipif(not SGD.is_dir(), reason="the schema and its rows are not here")
def test_over_95_in_100_dialogues_about_all_published_services_are_accepted(tmp_path: Path):
    found: Counter[str] = Counter()
    schema, rows = SGD / "schema.json", SGD / "entities.jsonl.gz"
    names = []
    for each in import_schema(schema, rows, tmp_path):
        assert each.problem == ""
        names.append(each.name)
        found += decided(service_domain(Path(each.folder)), 6)
    assert len(names) == 26
    assert found["accept"] > 0.95 * found.total(), found


def test_users_of_services_change_their_minds_too(lakes: list[Domain]):
    spec = replace(SPEC, changes=1.0)
    for domain in (*lakes, joined(lakes)):
        assert decided(domain, 4, spec) == {"accept": 4}, domain.name
