"""Domains that were imported can be perturbed like those that were written here."""

from collections import Counter
from pathlib import Path

import pytest

from generators.blueprint import Blueprint
from generators.domains.shelf import JOINT, Shelf, shelf_of
from generators.event import AGENT
from generators.perturbation import KINDS, PerturbSpec
from generators.perturbed.view import domain_of
from generators.planning import plan_blueprint
from generators.replay import rehearse
from generators.sources.request import PlanSpec
from tests.generators.domains.recorded.test_recorded_world import folder_of
from tests.generators.domains.services.test_openapi import imported
from tests.people import person
from tests.played import scripted
from verifiers.rules import RULES
from verifiers.verdict import evidence

SGD = Path(__file__).parents[4] / "shared" / "data" / "sgd"
REFUSED = {"not_perturbable", "policy_broken", "missing_argument"}
"""Why there may be no plan: no right way is left, the policy forbids the one that there is, or a later
goal needs what was found out for one that is passed on."""
pytestmark = pytest.mark.slow


def played(shelf: Shelf, name: str, *kinds: str, count: int = 12) -> Counter[str]:
    """What became of candidates in perturbed environments: the codes of refusals, and of findings."""
    spec = PlanSpec(goals={1: 0.5, 2: 0.5}, perturb=PerturbSpec(chances=dict.fromkeys(kinds, 1.0)))
    found: Counter[str] = Counter()
    for number in range(count):
        plan = plan_blueprint(shelf.named(name), person(number), spec, 3, number)
        if not isinstance(plan, Blueprint):
            found[plan.code] += 1
            continue
        told = scripted(plan, person(number), shelf=shelf)
        domain = domain_of(plan, shelf)
        case = evidence(told, plan, domain)
        findings = [each for rule in RULES.values() for each in rule.judge(case).findings]
        errors = [each.code for each in findings if each.severity == "error"]
        found.update(errors or ["right"])
        called = {each.call.name for each in told.events if each.call and each.party == AGENT}
        assert called <= set(domain.agent_tools)
    return found


@pytest.mark.parametrize("kinds", [("renamed", "paraphrased", "timeouts"), tuple(KINDS)])
def test_a_service_from_a_document(tmp_path: Path, kinds: tuple[str, ...]):
    (made,) = imported(tmp_path)
    shelf = shelf_of([Path(made.folder)])
    (name,) = shelf.folders
    found = played(shelf, name, *kinds)
    assert found["right"] >= 8
    assert set(found) <= {"right", *REFUSED}


def test_a_recorded_server(tmp_path: Path):
    shelf = shelf_of([folder_of(tmp_path / "lamps")])
    for kinds, failing in ((("renamed", "timeouts", "stale"), False), (tuple(KINDS), True)):
        chances = dict.fromkeys(kinds, 1.0)
        spec = PlanSpec(goals={1: 0.5, 2: 0.5}, worlds=1, perturb=PerturbSpec(chances=chances))
        found = [
            plan_blueprint(shelf.named("lamps"), person(number), spec, 3, number)
            for number in range(12)
        ]
        plans = [each for each in found if isinstance(each, Blueprint)]
        assert plans if failing else len(plans) == 12
        for plan in plans:
            run = rehearse(plan, domain_of(plan, shelf), plan.actions)
            assert run.end_hash == plan.end_hash


@pytest.mark.skipif(not SGD.exists(), reason="needs the schema-guided services")
def test_services_that_are_joined(tmp_path: Path):
    from generators.domains.services.importing.sgd import import_schema

    made = list(import_schema(SGD / "schema.json", SGD / "entities.jsonl.gz", tmp_path))
    folders = sorted(Path(each.folder) for each in made if each.folder)
    shelf = shelf_of(folders)
    one, other = sorted(shelf.folders)[:2]
    for name in (one, JOINT.join((one, other))):
        found = played(shelf, name, *KINDS)
        assert found["right"] >= 6
        assert set(found) <= {"right", *REFUSED}
