from functools import cache

import pytest
from msgspec.structs import replace

from generators.domains.registry import domain_named
from generators.event import AGENT
from generators.faults import Fault, places
from outputs.figures.faults import faults_of
from outputs.figures.policies import DomainPolicy, Policies
from outputs.judged import Judged
from outputs.manifest import Manifest
from outputs.report.notices import notices
from outputs.report.page import report_html
from outputs.statistics import statistics_of
from tests.outputs.cloakroom_set import CLOAKROOM
from tests.outputs.faulty_set import broken_row
from tests.played import cases, scripted
from verifiers.committee import Committee, decide
from verifiers.verdict import evidence


@cache
def played(name: str, kind: str, count: int = 24) -> tuple[Judged, ...]:
    """Judged dialogues of a domain whose agent has this fault wherever it can."""
    rows = []
    for plan, persona in cases(name, count):
        faults = [Fault(kind=kind, party=AGENT, at=at) for at in places(AGENT, kind, plan)[:1]]
        trajectory = scripted(plan, persona, faults=faults)
        decision = decide(evidence(trajectory, plan, domain_named(name)), Committee())
        rows.append(
            Judged(trajectory=trajectory, blueprint=plan, persona=persona, decision=decision)
        )
    return tuple(rows)


def policy(*rows: Judged, weights: dict[str, float] | None = None) -> DomainPolicy:
    domain = rows[0].blueprint.domain
    policies = Policies({domain: weights or {}})
    for row in rows:
        policies.add(row)
    (found,) = policies.summary({domain: domain_named(domain)})
    return found


def fired(row: Judged) -> bool:
    return any(fault["fired"] for fault in faults_of(row.trajectory))


@pytest.mark.parametrize(
    ("name", "kind", "clause"),
    [
        ("cloakroom", "skips_confirmation", "K03"),
        pytest.param("datadesk", "skips_confirmation", "Q39", marks=pytest.mark.slow),
        pytest.param("insurance", "skips_identification", "T01", marks=pytest.mark.slow),
        pytest.param("permits", "skips_identification", "M01", marks=pytest.mark.slow),
    ],
)
def test_an_agent_that_breaks_one_clause_fails_on_that_clause_only(
    name: str, kind: str, clause: str
):
    rows = played(name, kind)
    guilty = sum(map(fired, rows))
    found = policy(*rows)
    assert guilty > 3
    assert {each.clause: each.broken + each.elsewhere for each in found.clauses} == {
        each.clause: guilty if each.clause == clause else 0 for each in found.clauses
    }
    assert found.kept.whole - found.kept.part == guilty


def test_a_clause_counts_in_the_plans_that_put_it_to_the_test():
    rows = played("cloakroom", "skips_confirmation")
    (asked,) = (each for each in policy(*rows).clauses if each.clause == "K03")
    tested = [row for row in rows if any("K03" in goal.clauses for goal in row.blueprint.goals)]
    assert asked.plans == asked.passed.whole == len(tested) < len(rows)
    assert asked.broken == sum(map(fired, rows))
    assert not asked.elsewhere
    again = policy(*rows, *rows)
    assert [each.plans for each in again.clauses] == [each.plans for each in policy(*rows).clauses]


def test_a_clause_broken_where_no_plan_tests_it_is_counted_apart():
    rows = [
        row
        for row in played("cloakroom", "skips_confirmation")
        if fired(row) or row.blueprint.intents == ("count",)
    ]
    untested = next(row for row in rows if not fired(row))
    guilty = next(row for row in rows if fired(row))
    (asked,) = (
        each
        for each in policy(replace(untested, decision=guilty.decision)).clauses
        if each.clause == "K03"
    )
    assert (asked.plans, asked.passed.whole, asked.elsewhere) == (0, 0, 1)


def test_a_clause_that_only_people_can_judge_has_no_rate():
    found = {
        each.clause: each for each in policy(*played("cloakroom", "omits_information")).clauses
    }
    assert found["K04"].plans > 0
    assert not found["K04"].checked
    assert found["K04"].passed.whole == 0
    assert found["K05"].plans == 0


@pytest.mark.slow
def test_a_clause_that_holds_throughout_is_tested_by_every_plan():
    rows = played("energy", "skips_identification")
    found = {each.clause: each for each in policy(*rows).clauses}
    assert found["E01"].plans == found["E01"].broken == len(rows)


def test_a_plan_is_as_complex_as_its_clauses_are_heavy():
    rows = played("cloakroom", "skips_confirmation")
    plain, heavy = policy(*rows), policy(*rows, weights={"K01": 0.5, "K03": 2.0})
    sums = [
        len({clause for goal in row.blueprint.goals for clause in goal.clauses}) for row in rows
    ]
    assert {each.level: each.plans for each in plain.levels} == {
        level: sums.count(level) for level in sorted(set(sums))
    }
    # A fetch tests K01, K02 and K03: 3 in all, and 3.5 by those weights; a count K01 alone.
    assert {1, 3} <= {each.level for each in plain.levels}
    assert {0, 3} <= {each.level for each in heavy.levels}
    assert sum(each.kept.whole for each in heavy.levels) == len(rows)


def test_rates_by_complexity_add_up_to_the_clauses_own():
    for each in policy(*played("cloakroom", "skips_confirmation")).clauses:
        assert sum(share.whole for share in each.levels.values()) == each.passed.whole
        assert sum(share.part for share in each.levels.values()) == each.passed.part


def test_dialogues_that_broke_off_or_whose_policy_nobody_checked_are_left_out():
    (row, *_) = played("cloakroom", "skips_confirmation")
    unseen = decide(
        evidence(row.trajectory, row.blueprint, CLOAKROOM), Committee(vetoes=("structure",))
    )
    policies = Policies()
    policies.add(broken_row(0))
    policies.add(replace(row, decision=unseen))
    assert policies.summary({"cloakroom": CLOAKROOM}) == ()


def test_a_clause_that_is_often_broken_is_worth_a_remark():
    rows = played("cloakroom", "skips_confirmation")
    few, many = (
        [
            each.text
            for each in notices(statistics_of(rows * n).summary())
            if each.section == "policy"
        ]
        for n in (1, 9)
    )
    assert not few
    assert len(many) == 1
    assert "the clause K03 of cloakroom" in many[0]


@pytest.mark.slow
def test_the_report_shows_failures_on_the_broken_clause_only():
    rows = played("cloakroom", "skips_confirmation")
    html = report_html(statistics_of(rows), Manifest(name="one", version="0.1.0"))
    section = html.partition('<section id="policy">')[2].partition("</section>")[0]
    lines = [line for line in section.split("<tr>") if 'class="n far"' in line]
    assert len(lines) == 1
    assert ">K03<" in lines[0]
