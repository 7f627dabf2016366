"""An examination finds what is weak or broken about a domain, and nothing about one that is sound."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from generators.domain_check.breaking import clause_figures, clause_remarks
from generators.domain_check.columns import data_remarks
from generators.domain_check.examination import examined
from generators.domain_check.remark import Remark
from generators.domain_check.solving import solving_remarks, tried
from generators.domain_check.steadiness import steadiness_remarks
from generators.domain_check.wording import description_remarks, tool_remarks
from generators.domains.domain import Clause, Domain, Intent
from generators.domains.plan import Plan
from generators.domains.registry import domain_named
from generators.domains.services.folders import copy_service
from generators.domains.services.loader import service_domain
from generators.domains.shelf import Shelf
from generators.domains.table import Base
from generators.domains.timeline import Breach, Timeline
from generators.domains.tool import read, toolbox
from tests.every_domain import EVERY_DOMAIN

CLOAKROOM = domain_named("cloakroom")


def with_intent(name: str, **changes: Any) -> Domain:
    intents: dict[str, Intent] = dict(CLOAKROOM.intents)
    intents[name] = replace(intents[name], **changes)
    return replace(CLOAKROOM, intents=intents)


def of_intents(domain: Domain) -> dict[str, Remark]:
    return {each.about: each for each in solving_remarks(tried(domain, 4, 2))}


@pytest.mark.slow
def test_a_sound_domain_has_nothing_to_look_at():
    found = examined(Shelf(), "cloakroom", tries=12, worlds=2)
    assert found.remarks == ()
    assert not found.broken
    assert {each.share for each in found.intents} == {1.0}
    assert all(each.kept and each.broken_by for each in found.clauses)


LEFT = {
    "clinic": {"C04", "patients.registered_on"},
    "datadesk": {"Q16"},
    "energy": {"E01", "E02", "outages.fuel"},
}
"""What is weak and stays so: clauses that no wish tests more than another, one that forbids queries
that no right plan comes near, and two columns that are there to be read by people."""


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_every_shipped_domain_is_sound(name: str):
    found = examined(Shelf(), name)
    assert not found.broken
    assert {each.about for each in found.remarks} == LEFT.get(name, set())


@pytest.mark.slow
def test_an_examination_is_the_same_every_time():
    first, second = (examined(Shelf(), "cloakroom", tries=4, worlds=2) for _ in range(2))
    assert first == second


def test_an_intent_that_nobody_has_is_broken():
    found = of_intents(with_intent("count", draw=lambda situation: None))
    assert found["count"].broken
    assert "none of 4 callers has a case" in found["count"].found


def _raises(plan: Plan) -> None:
    raise KeyError("shelf")


def _asks_too_much(plan: Plan) -> None:
    plan.ask("hat_size")


@pytest.mark.parametrize(
    ("oracle", "told"),
    [(_raises, "oracle_raised 4 (KeyError: 'shelf')"), (_asks_too_much, "oracle_broken 4")],
)
def test_an_oracle_that_cannot_solve_is_broken_and_costs_no_other_intent(
    oracle: Callable[[Plan], None], told: str
):
    found = of_intents(with_intent("count", oracle=oracle))
    assert set(found) == {"count"}
    assert found["count"].broken
    assert told in found["count"].found


@pytest.mark.slow
def test_a_clause_that_lets_everything_pass_is_weak():
    clauses = {**CLOAKROOM.clauses, "K02": Clause("K02", "calls", lambda timeline: ())}
    domain = replace(CLOAKROOM, clauses=clauses)
    figures, wrong = clause_figures(domain, tried(domain, 4, 2))
    assert wrong == []
    assert [(each.about, each.broken) for each in clause_remarks(figures)] == [("K02", False)]


def test_a_clause_that_a_right_dialogue_breaks_is_broken():
    silent = Clause("K01", "talk", _never_says_anything)
    clauses = {**CLOAKROOM.clauses, "K01": silent}
    domain = replace(CLOAKROOM, clauses=clauses)
    _, wrong = clause_figures(domain, tried(domain, 2, 1))
    assert [(each.about, each.broken) for each in wrong] == [("K01", True)]


def _never_says_anything(timeline: Timeline) -> list[Breach]:
    return [Breach(each.index, "it speaks") for each in timeline.says("agent")]


def test_a_clause_that_no_plan_tests_is_weak():
    intents = {name: replace(each, clauses=()) for name, each in CLOAKROOM.intents.items()}
    domain = replace(CLOAKROOM, intents=intents)
    figures, _ = clause_figures(domain, tried(domain, 2, 1))
    untested = [each.about for each in clause_remarks(figures) if "to the test" in each.found]
    assert untested == ["K01", "K02", "K03"]


def hang_up(db: Any) -> None:
    """End the call."""


def test_a_tool_that_no_oracle_calls_is_weak():
    tools = {**CLOAKROOM.agent_tools, **toolbox(read(hang_up))}
    domain = replace(CLOAKROOM, agent_tools=tools)
    found = {each.about: each for each in tool_remarks(domain, tried(domain, 2, 1))}
    assert not found["hang_up"].broken
    assert "find_guest" not in found


def test_what_lacks_words_is_broken():
    domain = replace(with_intent("count", title=" ", clauses=("K99",)), summary="")
    found = {(each.about, each.found): each.broken for each in description_remarks(domain)}
    assert found == {
        ("the domain's summary", "it is empty"): True,
        ("count", "the intent has no title"): True,
        ("count", "it tests clause K99, which the policy does not have"): True,
    }
    assert list(description_remarks(CLOAKROOM)) == []


def test_columns_and_tables_that_nothing_reads_are_weak(services: Path, tmp_path: Path):
    folder = tmp_path / "kayaks"
    copy_service(services / "kayaks_1", folder)
    spec = yaml.safe_load((folder / "service.yaml").read_text())
    table = spec["tools"]["find_kayak"]["table"]
    fields = spec["tables"][table]["fields"]
    for tool in spec["tools"].values():
        tool.setdefault("returns", [name for name in spec["tables"][tool["table"]]["fields"]])
    fields["colour"] = {"description": "What it is painted in"}
    spec["tables"]["paddles"] = {"key": "paddle", "fields": {"paddle": {}, "length": {}}}
    (folder / "service.yaml").write_text(yaml.safe_dump(spec))
    rows = folder / "rows" / f"{table}.jsonl"
    painted = [msgspec.json.decode(line) | {"colour": "red"} for line in rows.open()]
    rows.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in painted))
    paddles = msgspec.json.encode({"paddle": "P1", "length": "220"}) + b"\n"
    (folder / "rows" / "paddles.jsonl").write_bytes(paddles)
    domain = service_domain(folder)
    found = {each.about for each in data_remarks(domain, tried(domain, 12, 2))}
    assert {f"{table}.colour", "paddles"} <= found
    assert found.isdisjoint({f"{table}.town", f"{table}.price", table})


@pytest.mark.slow
def test_data_that_are_others_the_second_time_are_broken():
    made: list[int] = []

    def seed(number: int) -> Base:
        made.append(number)
        return CLOAKROOM.seed(number + len(made))

    shelf = Shelf()
    shelf._loaded["cloakroom"] = replace(CLOAKROOM, seed=seed)
    found = {each.found for each in steadiness_remarks(shelf, "cloakroom", 1)}
    assert found == {
        "the same seed gives other data the second time",
        "another process gives another state hash",
    }
