"""A query counts by what it gives: written differently it is as right, and wrong results show."""

from collections.abc import Callable
from datetime import date

import pytest
from msgspec.structs import replace

from generators.blueprint import Blueprint
from generators.domains.datadesk import DOMAIN
from generators.domains.datadesk.intents.drawing import MONTHS
from generators.domains.datadesk.warehouse import answer
from generators.spoken import spoken
from tests.generators.domains.datadesk.cases import case
from tests.generators.domains.spoiled import fact, start
from tests.people import person
from tests.played import scripted
from verifiers.rules import RULES
from verifiers.verdict import evidence

pytestmark = pytest.mark.slow


def _month(blueprint: Blueprint) -> str:
    return f"{date(2025, MONTHS[fact(blueprint, 'month')], 1):%Y-%m}"


def _trips(blueprint: Blueprint) -> str:
    return (
        f"WITH here AS (SELECT id AS station FROM stations WHERE town = '{fact(blueprint, 'town')}')\n"
        "SELECT SUM(CASE WHEN started_at IS NULL THEN 0 ELSE 1 END) AS how_many FROM trips\n"
        "WHERE from_station IN (SELECT station FROM here)\n"
        f"  AND strftime('%Y-%m', started_at) = '{_month(blueprint)}' -- the whole month"
    )


def _station(blueprint: Blueprint) -> str:
    return (
        "SELECT name, trips FROM (SELECT s.name, COUNT(*) AS trips, RANK() OVER (ORDER BY COUNT(*) "
        "DESC) AS place FROM stations s, trips t WHERE t.from_station = s.id "
        f"AND s.town = '{fact(blueprint, 'town')}' AND t.started_at LIKE '{_month(blueprint)}-%' "
        "GROUP BY s.id, s.name) WHERE place = 1"
    )


def _riders(blueprint: Blueprint) -> str:
    if fact(blueprint, "meaning") == "riders with a trip":
        when = f"substr(started_at, 1, 7) = '{_month(blueprint)}'"
        return f"SELECT COUNT(*) FROM (SELECT rider FROM trips WHERE {when} GROUP BY rider)"
    month = f"'{_month(blueprint)}-01'"
    return (
        f"SELECT COUNT(DISTINCT rider) FROM passes WHERE started_on < date({month}, '+1 month') "
        f"AND coalesce(ended_on, '9999-12-31') >= date({month}, '+1 month')"
    )


def _docks(blueprint: Blueprint) -> str:
    return (
        "SELECT docks AS how_many, name AS place FROM stations WHERE closed_on IS NULL "
        f"AND town IN ('{fact(blueprint, 'town')}') ORDER BY docks DESC, name"
    )


def _holds_docks(blueprint: Blueprint) -> bool:
    return fact(blueprint, "content") == "docks by station"


_CASES: dict[str, tuple[Callable[[Blueprint], str], Callable[[Blueprint], bool]]] = {
    "figure_trips": (_trips, lambda _: True),
    "figure_station": (_station, lambda _: True),
    "ambiguous_riders": (_riders, lambda _: True),
    "save_report": (_docks, _holds_docks),
}
"""Intent -> its query in other words."""


def _rewritten(blueprint: Blueprint, sql: str) -> Blueprint:
    """The blueprint with another query in all calls that take one."""
    actions = tuple(
        replace(action, arguments={**action.arguments, "sql": sql})
        if "sql" in action.arguments
        else action
        for action in blueprint.actions
    )
    return replace(blueprint, actions=actions)


def _codes(played: Blueprint, planned: Blueprint) -> set[str]:
    """What the rules find in a dialogue along one blueprint, judged by another."""
    trajectory = scripted(played, person())
    judged = evidence(trajectory, planned, DOMAIN)
    return {found.code for rule in RULES.values() for found in rule.judge(judged).findings}


def _planned_sql(blueprint: Blueprint) -> str:
    return next(a.arguments["sql"] for a in blueprint.actions if a.tool == "run_query")


@pytest.mark.parametrize("intent", sorted(_CASES))
def test_a_query_in_other_words_passes_every_rule(intent: str):
    written, fits = _CASES[intent]
    blueprint = case(intent, fits)
    sql, db = written(blueprint), start(blueprint)
    assert sql != _planned_sql(blueprint)
    assert answer(db, sql).fingerprint == answer(db, _planned_sql(blueprint)).fingerprint
    assert _codes(_rewritten(blueprint, sql), blueprint) == set()


def _off(blueprint: Blueprint) -> str:
    """The planned query for another town."""
    town = fact(blueprint, "town")
    other = next(each for each in ("ashby", "corrim") if each != town)
    return _planned_sql(blueprint).replace(f"'{town}'", f"'{other}'")


def test_a_wrong_result_fails_when_it_is_told():
    blueprint = case("figure_trips")
    found = answer(start(blueprint), _off(blueprint)).rows[0][0]
    steps = tuple(
        replace(step, slots={"trips": spoken(found)}) if step.key == "figure_trips" else step
        for step in blueprint.steps
    )
    wrong = replace(_rewritten(blueprint, _off(blueprint)), steps=steps)
    assert _codes(wrong, blueprint) == {"information.missing"}


def test_a_right_figure_that_no_query_gave_is_made_up():
    blueprint = case("figure_trips")
    wrong = _rewritten(blueprint, _off(blueprint))
    assert _codes(wrong, blueprint) == {"information.ungrounded"}


def test_a_report_with_another_result_is_a_wrong_end():
    blueprint = case("save_report", _holds_docks)
    wrong = _rewritten(blueprint, _off(blueprint))
    assert "replay.end_state" in _codes(wrong, blueprint)


def test_an_ambiguous_question_that_is_answered_by_a_query_fails():
    blueprint = case("ambiguous_riders")
    hasty = replace(
        blueprint,
        steps=tuple(
            step
            for step in blueprint.steps
            if step.key != "meanings" and "meaning" not in step.facts
        ),
    )
    assert "policy.Q11" in _codes(hasty, blueprint)


def test_a_meaning_that_was_told_unasked_need_not_be_asked_for():
    blueprint = case("ambiguous_riders")
    open_facts = tuple(
        replace(each, reveal="upfront") if each.reveal == "when_asked" else each
        for each in blueprint.facts
    )
    told = replace(blueprint, facts=open_facts, uncertainty=0.0, opening="full")
    assert _codes(told, told) == set()
