"""The report of builds with language models: who spoke, what was thrown away, and nothing released."""

from functools import cache
from typing import Any

import pytest
from msgspec.structs import replace

from outputs.judged import Judged
from outputs.manifest import Manifest
from outputs.report.notices import notices
from outputs.report.page import report_html
from outputs.report.wording import short
from outputs.statistics import statistics_of
from tests.generators.llm.talkers import Talker, agent_says, user_says
from tests.outputs.faulty_set import row
from tests.outputs.model_set import broken_engine, judged, patient, unreadable
from tests.outputs.report.test_report import Tags

pytestmark = pytest.mark.slow

CREDIT: dict[str, Any] = {
    "slot": "agent",
    "for": "agent",
    "player": "llm",
    "model": "big-model",
    "revision": "r9",
    "mode": "structured",
    "think": True,
    "sampling": {"temperature": 0.4, "top_p": 1.0, "max_tokens": 300, "extra": {"top_k": 7}},
    "served_by": {"vllm": {"max-model-len": 4096}},
    "system_fingerprints": ["fp-1"],
}
CALLS = {
    "calls": 1234,
    "journalled": 11,
    "retries": 3,
    "prefix_cache_hit_rate": 0.625,
    "latency_seconds": {"mean": 0.5, "p50": 0.4, "p95": 1.25},
    "tokens": {"prompt": 80000, "cached": 50000, "completion": 9000},
    "errors": {"timeout": 2},
    "repairs": {"wrapped": 4},
    "rejects": {"other_side": 5},
}
MANIFEST = Manifest(
    name="spoken",
    version="0.1.0",
    models=({"slot": "user", "for": "user", "player": "scripted"}, CREDIT),
    notes={
        "model_calls": {"agent": CALLS},
        "prefix_hits": {"agent": 0.71},
        "cost": {"agent": 2.5},
        "stopped": "the budget of 1,200 model calls is used up (1,234 model calls)",
    },
)


@cache
def rows() -> tuple[Judged, ...]:
    return (*map(patient, range(4)), unreadable(), broken_engine(1))


def html(*given: Judged, manifest: Manifest = MANIFEST) -> str:
    return report_html(statistics_of(given or rows()), manifest)


def words(text: str) -> str:
    return " ".join(" ".join(Tags(text).words).split())


def section(text: str, name: str) -> str:
    start = text.index(f'<section id="{name}"')
    return words(text[start : text.index("</section>", start)])


def remarks(*given: Judged, stopped: str = "") -> list[tuple[str, str]]:
    found = notices(statistics_of(given or rows()).summary(), stopped)
    return [(each.section, each.text) for each in found]


def test_the_models_section_says_who_spoke_how_and_what_it_took():
    told = section(html(), "models")
    for part in (
        "big-model",
        "revision r9, known as fp-1",
        "structured, with thoughts, temperature 0.4, top k 7, at most 300 tokens",
        "vLLM (max-model-len 4096)",
        "1 234",
        "11 more answers came from the journal",
        "80 000",
        "62.5%",
        "server: 71.0%",
        "9 000",
        "2.5000",
        "1.25",
        "timeout 2",
        "wrapped 4",
    ):
        assert part in told


def test_drafts_acts_and_failures_are_told_with_their_codes():
    told = section(html(), "models")
    for part in (
        "other_side",
        "not_json",
        "tell 8",
        "agent.malformed_reply 1",
        "engine.bad_reply 1",
    ):
        assert part in told


def test_a_version_without_models_has_no_such_section():
    plain = html(row(0), row(1, "policy.K01"), manifest=Manifest(name="plain", version="0.1.0"))
    assert 'id="models"' not in plain
    assert "#models" not in plain


def test_a_version_that_does_not_say_what_calls_took_still_tells_of_its_drafts():
    told = section(html(manifest=Manifest(name="bare", version="0.1.0")), "models")
    assert "other_side" in told


def test_tags_and_ids_are_right_and_links_lead_somewhere():
    tags = Tags(html())
    assert (tags.open, tags.unbalanced) == ([], [])
    ids = [attributes["id"] for _, attributes in tags.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {attributes["href"][1:] for tag, attributes in tags.tags if tag == "a"}
    assert links <= set(ids)


def test_what_parties_kept_to_themselves_is_folded_away_and_marked():
    text = html(patient())
    talk = text[text.index('<div class="talk">') :]
    assert "<summary>private to the agent: a thought, planned as tell, 1 draft thrown away" in talk
    assert '<details class="aside">' in talk
    assert 'class="aside" open' not in talk
    for private in ("second try", "My coat, please.", "Agent: one moment."):
        before = talk[: talk.index(private)]
        assert before.count("<details") == before.count("</details>") + 1
        assert before[before.rindex("<details") :].startswith('<details class="aside">')


def test_nothing_that_a_model_wrote_becomes_markup():
    evil = "<script>alert(1)</script></details><img src=x onerror=y>"
    talk = judged(
        Talker(user_says(evil, thought=evil), user_says("Bye.", done=[1, 2], end=True, thought="")),
        Talker(agent_says(f"Agent: {evil}", think=evil), agent_says(evil, (evil, {evil: evil}))),
    )
    broken = judged(Talker(user_says(evil)), Talker(evil))
    tags = Tags(html(talk, broken))
    assert not {"script", "img"} & {tag for tag, _ in tags.tags}
    assert (tags.open, tags.unbalanced) == ([], [])
    assert evil in tags.words


def test_a_report_of_nothing_released_counts_nothing_as_if_it_were():
    text = html(*map(patient, range(3)), manifest=Manifest(name="none", version="0.1.0"))
    assert "turned away" in section(text, "shape")
    assert "nothing to show" not in text
    assert "Nothing was released, so nothing is covered." in section(text, "coverage")
    assert "no wording to measure" in section(text, "diversity")
    assert "was accepted, so every pass" in section(text, "passes")
    figures = section(text, "figures")
    assert "sound dialogues" not in figures
    assert "turns of language models 6 drafts thrown away" in figures
    assert "nobody knows beforehand" in section(text, "filter")


def test_nothing_released_is_the_first_thing_worth_a_look():
    (first, *_) = remarks(*map(patient, range(3)))
    assert first[0] == "decisions"
    assert first[1].startswith("Not one of 3 dialogues was released; the commonest reason is ")


def test_a_budget_that_ended_playing_is_worth_a_look():
    told = [text for place, text in remarks(stopped="the money is gone") if place == "funnel"]
    assert told == ["Playing ended early: the money is gone."]
    assert "Playing ended early: the budget of 1,200 model calls" in words(html())
    assert not [each for each in remarks() if each[0] == "funnel"]


def test_an_engine_that_cost_more_than_one_in_twenty_is_worth_a_look():
    told = "1 of 6 dialogues (16.7%) broke off because of the engine, most by engine.bad_reply."
    assert ("models", told) in remarks()
    many = (broken_engine(), *(patient(0),) * 19)
    assert not [text for _, text in remarks(*many) if "because of the engine" in text]


def test_many_drafts_thrown_away_are_worth_a_look():
    many = [text for _, text in remarks(*(patient(0),) * 10) if "drafts" in text]
    assert many == ["50.0% of the agent's drafts were thrown away, most for other_side."]
    assert not [text for _, text in remarks(patient()) if "drafts" in text]


def test_replies_that_could_not_be_understood_are_worth_a_look():
    told = "3 replies of the agent's model could not be understood (not_json)."
    assert ("models", told) in remarks(unreadable())
    assert not [text for _, text in remarks(patient()) if "understood" in text]


def test_what_was_never_exercised_is_not_told_where_nothing_is_released():
    assert not [each for each in remarks(*map(patient, range(3))) if each[0] == "coverage"]
    assert [each for each in remarks(row(0)) if each[0] == "coverage"]


def test_many_domains_are_remarked_on_together():
    summary = statistics_of([row(0)]).summary()
    (one,) = summary.coverage.domains
    many = tuple(replace(one, domain=f"shop_{number}") for number in range(9))
    found = notices(replace(summary, coverage=replace(summary.coverage, domains=many)))
    lacking = len(one.intents.never)
    (told,) = [each.text for each in found if each.section == "coverage"]
    assert told.startswith("In 9 of 9 domains never exercised: ")
    assert f"{9 * lacking} intents" in told


def test_a_model_that_played_well_is_shown_beside_released_dialogues():
    told = patient()
    good = replace(
        told, decision=replace(told.decision, outcome="accept", reasons=(), votes=()), split="train"
    )
    text = html(good, unreadable())
    assert "Released dialogues" in section(text, "shape")
    assert "1 dialogues released" in section(text, "figures")


def test_large_numbers_are_short():
    assert [short(each) for each in (0, 999, 8_250, 12_600_000)] == ["0", "999", "8.2k", "12.6M"]
