import pickle
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personas.allocation import whole_numbers
from personas.manners import REGISTERS
from personas.persona import Persona, facet
from personas.quota import (
    UNIQUE_FACETS,
    QuotaError,
    QuotaReport,
    allowed_values,
    checked_quotas,
    facet_tables,
    unmet,
)
from personas.sampler import sample_personas

FACETS = sorted(path for table in facet_tables() for path in table.facets)


def single_valued_paths(persona: Persona) -> set[str]:
    sections = ("demographics", "biography", "personality", "style", "preferences", "expertise")
    fields = {
        f"{section}.{name}"
        for section in sections
        for name in type(getattr(persona, section)).__struct_fields__
    }
    found = {"languages", "demographics.age_band"}
    for path in fields:
        try:
            facet(persona, path)
        except KeyError:
            continue
        found.add(path)
    return found


def test_every_facet_can_have_a_quota_unless_it_differs_for_everybody(crowd):
    assert single_valued_paths(crowd.personas[0]) == {*FACETS, *UNIQUE_FACETS}


@pytest.mark.parametrize("path", FACETS)
def test_a_quota_over_any_facet_is_met(path: str):
    values = random.Random(path).sample(allowed_values(path), k=2)
    asked = {values[0]: 0.7, values[1]: 0.3}
    sample = sample_personas(41, seed=3, quotas={path: asked})
    assert {line.value: line.count for line in sample.report} == whole_numbers(asked, 41)
    assert unmet(sample.report) == ()


@settings(derandomize=True, max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=4, max_size=4).filter(any), st.integers(1, 40))
def test_any_shares_are_met_up_to_rounding(weights: list[int], count: int):
    total = sum(weights)
    asked = {name: each / total for name, each in zip(REGISTERS, weights, strict=True)}
    report = sample_personas(count, seed=1, quotas={"style.register": asked}).report
    assert all(abs(line.count - line.asked * count) < 1 for line in report)
    assert sum(line.count for line in report) == count


def test_several_quotas_are_met_at_once():
    quotas = {
        "style.register": {"terse": 0.4, "impatient": 0.6},
        "demographics.locale": {"en_US": 0.5, "de_DE": 0.25, "fr_FR": 0.25},
        "demographics.gender": {"female": 0.5, "male": 0.3, "nonbinary": 0.2},
        "demographics.age_band": {"20-29": 0.3, "40-49": 0.3, "70-79": 0.4},
        "expertise.technology": {"low": 0.5, "high": 0.5},
        "style.politeness": {"low": 0.5, "medium": 0.4, "high": 0.1},
    }
    sample = sample_personas(200, seed=8, quotas=quotas)
    assert unmet(sample.report) == ()
    assert len({each.id for each in sample.personas}) == 200


@pytest.mark.parametrize("start", [0, 60, 120])
def test_what_plausible_people_show_can_be_asked_for_again(crowd, start: int):
    shown = crowd.personas[start : start + 60]
    paths = (
        "demographics.occupation",
        "demographics.age_band",
        "demographics.education",
        "demographics.household",
        "expertise.technology",
        "demographics.locale",
        "languages",
        "demographics.gender",
        "style.patience",
        "style.register",
    )
    quotas = {
        path: {value: n / 60 for value, n in Counter(facet(p, path) for p in shown).items()}
        for path in paths
    }
    assert unmet(sample_personas(60, seed=start, quotas=quotas).report) == ()


def test_facets_with_quotas_are_not_tied_to_each_other():
    quotas = {
        "style.register": {"terse": 0.5, "chatty": 0.5},
        "demographics.gender": {"female": 0.5, "male": 0.5},
    }
    people = sample_personas(400, seed=8, quotas=quotas).personas
    terse_women = sum(
        each.style.register == "terse" and each.demographics.gender == "female" for each in people
    )
    assert 70 < terse_women < 130


def test_a_quota_brings_with_it_what_depends_on_it():
    asked = {"demographics.occupation": {"retired": 0.5, "surgeon": 0.5}}
    for each in sample_personas(60, seed=2, quotas=asked).personas:
        facts = each.demographics
        assert facts.age >= 55 or facts.education in ("master", "doctorate")


def test_conflicting_quotas_meet_the_first_and_report_the_second_honestly():
    ages = {"10-19": 0.5, "60-69": 0.5}
    sample = sample_personas(
        40,
        seed=4,
        quotas={
            "demographics.age_band": ages,
            "demographics.occupation": {"retired": 0.9, "student": 0.1},
        },
    )
    report = {(line.facet, line.value): line for line in sample.report}
    assert [report["demographics.age_band", each].count for each in ages] == [20, 20]
    assert report["demographics.occupation", "retired"].count == 20
    assert report["demographics.occupation", "retired"].asked == 0.9
    assert report["demographics.occupation", "student"].count == 20
    assert {line.facet for line in unmet(sample.report)} == {"demographics.occupation"}


def test_values_nobody_asked_for_are_reported_with_a_share_of_nothing():
    sample = sample_personas(
        30,
        seed=4,
        quotas={
            "demographics.age_band": {"10-19": 1.0},
            "demographics.occupation": {"retired": 1.0},
        },
    )
    jobs = [line for line in sample.report if line.facet == "demographics.occupation"]
    assert jobs[0] == QuotaReport(
        facet="demographics.occupation", value="retired", asked=1.0, achieved=0.0, count=0
    )
    assert all(line.asked == 0 and line.count > 0 for line in jobs[1:])
    assert sum(line.count for line in jobs) == 30


def test_the_report_counts_the_personas_that_there_are():
    asked = {"demographics.household": {"alone": 0.5, "with partner": 0.5}}
    sample = sample_personas(25, seed=4, quotas=asked)
    for line in sample.report:
        count = sum(each.demographics.household == line.value for each in sample.personas)
        assert (line.count, line.achieved) == (count, count / 25)


def test_keys_that_yaml_reads_as_numbers_name_values_too():
    checked = checked_quotas({"style.patience": {0: 0.5, 5: 0.5}})  # type: ignore[dict-item]
    assert checked == {"style.patience": {"0": 0.5, "5": 0.5}}


def test_shares_that_do_not_sum_name_the_facet_and_the_sum():
    with pytest.raises(QuotaError, match=r"style\.register: found shares that sum to 0\.9;"):
        checked_quotas({"style.register": {"terse": 0.5, "chatty": 0.4}})


def test_an_unknown_facet_lists_the_facets():
    with pytest.raises(QuotaError, match=r"style\.rigester.*one of .*style\.register"):
        checked_quotas({"style.rigester": {"terse": 1}})


def test_a_facet_that_differs_for_everybody_is_refused():
    with pytest.raises(QuotaError, match="different for every person"):
        checked_quotas({"demographics.email": {"x@example.org": 1}})


def test_an_unknown_value_lists_the_allowed_ones():
    with pytest.raises(QuotaError, match="terse, chatty, formal, impatient") as caught:
        checked_quotas({"style.register": {"rude": 1}})
    assert caught.value.field == "style.register.rude"


def test_where_there_are_too_many_values_the_nearest_are_named():
    with pytest.raises(QuotaError, match=r"one of \d+ values such as Berlin"):
        checked_quotas({"demographics.city": {"Berlinn": 1}})


@pytest.mark.parametrize("share", [-0.5, 1.5, float("nan"), float("inf"), "half", True, None])
def test_a_share_that_is_no_share_is_refused(share: object):
    with pytest.raises(QuotaError, match="a number from 0 to 1"):
        checked_quotas({"style.register": {"terse": share}})  # type: ignore[dict-item]


@pytest.mark.parametrize("shares", [{}, None, 0.5, ["terse"]])
def test_a_quota_without_shares_is_refused(shares: object):
    with pytest.raises(QuotaError, match="a share for each value"):
        checked_quotas({"style.register": shares})  # type: ignore[dict-item]


def test_a_quota_error_is_a_value_error_that_travels_between_processes():
    error = QuotaError("style.register", "nothing", "something")
    copy = pickle.loads(pickle.dumps(error))
    assert isinstance(copy, ValueError)
    assert str(copy) == "quota style.register: found nothing; right is something"
