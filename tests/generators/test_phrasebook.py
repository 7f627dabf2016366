import re
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.domains.registry import domain_named
from generators.scripted import hearing, mood
from generators.scripted.phrasebook import STYLES, PhraseError, manners, phrases_of
from generators.scripted.template import TemplateError, parse
from generators.scripted.voice import Voice
from generators.scripted.wording import and_then, article, joined, plain, sentence
from tests.every_domain import EVERY_DOMAIN

RENDERINGS = 60


def all_of(text: str, **slots: str) -> set[str]:
    template = parse(text)
    return {plain(template.render(Random(n), slots)) for n in range(RENDERINGS)}


def test_a_slot_is_replaced_by_its_value():
    assert all_of("Ticket {ticket}, please.", ticket="T104") == {"Ticket T104, please."}


def test_brackets_pick_one_part_and_may_be_nested_or_empty():
    assert all_of("[a|b [c|d]]") == {"a", "b c", "b d"}
    assert all_of("Things[, please|].") == {"Things.", "Things, please."}


def test_parts_whose_slots_are_missing_are_not_picked():
    assert all_of("See you[ on {day}| soon].") == {"See you soon."}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[a|b", "not closed"),
        ("a|b", "outside of brackets"),
        ("a]", "outside of brackets"),
        ("{two words}", "slot"),
        ("a {slot", "slot"),
        ("  ", "empty"),
    ],
)
def test_a_malformed_template_says_what_is_wrong(text: str, said: str):
    with pytest.raises(TemplateError, match=said):
        parse(text)


def test_a_template_knows_which_slots_are_said_whichever_way_it_goes():
    template = parse("{a} [and {b}|or {b} with {c}][ on {d}|]")
    assert template.slots == {"a", "b", "c", "d"}
    assert template.sure_slots == {"a", "b"}
    assert template.fits({"a", "b"})
    assert not template.fits({"a"})


_WORDS = st.text("abc ", min_size=1, max_size=6).filter(str.strip)
_TEMPLATES = st.recursive(
    _WORDS | st.sampled_from(["{x}", "{y}"]),
    lambda inner: st.lists(inner, min_size=1, max_size=3).map(
        lambda parts: "[" + "|".join(parts) + "]"
    ),
    max_leaves=6,
)


@given(st.lists(_TEMPLATES, min_size=1, max_size=4).map("".join), st.integers(0, 50))
def test_a_template_finds_its_own_renderings(text: str, seed: int):
    template = parse(text)
    made = plain(template.render(Random(seed), {"x": "X1", "y": "two words"}))
    if made.strip():
        assert template.pattern.search(made)


def test_a_template_finds_itself_in_other_case_and_spacing():
    template = parse("Which seat do you have[, please|]?")
    assert template.pattern.search("Thanks. And which  seat do you have?")
    assert not template.pattern.search("Which ticket do you have?")


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("umbrella", "an"),
        ("coat", "a"),
        ("hour", "an"),
        ("unit", "a"),
        ("European plan", "a"),
        ("84.20 fee", "an"),
        ("11 May", "an"),
        ("110", "a"),
        ("MRI", "an"),
        ("one-off", "a"),
        ("X-ray", "an"),
    ],
)
def test_the_article_goes_by_the_sound(value: str, right: str):
    assert article(value) == right
    assert plain(sentence(parse("this is a {x}").render(Random(1), {"x": value}))) == (
        f"This is {right} {value}."
    )


def test_a_sentence_gets_its_capital_its_mark_and_single_spaces():
    rendered = parse("  {when}  is  fine , thanks").render(Random(1), {"when": "tomorrow"})
    assert plain(sentence(rendered)) == "Tomorrow is fine, thanks."
    assert plain(sentence(parse("See {x}.").render(Random(1), {"x": "Dr. No Ltd."}))) == (
        "See Dr. No Ltd."
    )


@pytest.mark.parametrize("value", ["ines@example.org", "a1b2", "T104", "iPhone"])
def test_only_plain_words_get_a_capital(value: str):
    assert plain(sentence(parse("{x}.").render(Random(1), {"x": value}))) == f"{value}."


def test_two_statements_may_become_one():
    texts = {joined(["My seat is C4.", "My ticket is T1."], Random(n)) for n in range(20)}
    assert texts == {"My seat is C4. My ticket is T1.", "My seat is C4 and my ticket is T1."}
    assert joined(["My seat is C4.", "Dublin it is."], Random(1)) == "My seat is C4. Dublin it is."


def test_a_second_question_goes_on_with_and_once():
    assert and_then("What is your seat?") == "And what is your seat?"
    assert and_then("And what is your seat?") == "And what is your seat?"
    assert and_then("Dublin or Cork?") == "Dublin or Cork?"


def written(tmp_path: Path, text: str) -> Path:
    (tmp_path / "phrases.yaml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("openings: {fetch: ['[a']}", r"openings\.fetch\[0\]: a '\[' is not closed"),
        ("openings: {fetch: []}", r"openings\.fetch: a list"),
        ("openings: {fetch: [1]}", r"openings\.fetch\[0\]: found 1"),
        ("openings: {fetch: [{style: posh, text: a}]}", r"openings\.fetch\[0\]: right would be"),
        ("greetings: {a: [b]}", "unknown section 'greetings'"),
        ("facts: {seat: {state: [a]}}", r"facts\.seat: it must have state and ask"),
        ("facts: {seat: [a]}", r"facts\.seat: found list"),
        ("acts: {scan: {request: [a], report: ['{']}}", r"acts\.scan\.report\[0\]"),
        ("- a", "the file: found list"),
        ("a: [", "this is not YAML"),
    ],
)
def test_a_mistake_is_named_by_file_section_and_key(tmp_path: Path, text: str, said: str):
    with pytest.raises(PhraseError, match=rf"phrases\.yaml: {said}"):
        phrases_of(written(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(PhraseError, match=r"phrases\.yaml: there is no such file"):
        phrases_of(tmp_path)


def test_only_phrases_whose_slots_are_there_and_of_ones_register_are_used(tmp_path: Path):
    book = phrases_of(
        written(
            tmp_path,
            "openings: {go: ['plain', '{x}', {style: terse, text: short}, "
            "{style: formal, text: long}]}",
        )
    )
    said = {plain(book.render("openings", "go", Random(n), {}, "terse")) for n in range(40)}
    assert said == {"plain", "short"}
    with_slot = {plain(book.render("openings", "go", Random(n), {"x": "X"})) for n in range(40)}
    assert with_slot == {"plain", "X"}


def test_a_phrase_that_nobody_wrote_is_an_error_that_names_it(tmp_path: Path):
    book = phrases_of(written(tmp_path, "tells: {due: ['It is {amount}.']}"))
    with pytest.raises(PhraseError, match=r"no phrases for tells\.gone"):
        book.render("tells", "gone", Random(1), {})
    with pytest.raises(PhraseError, match=r"tells\.due: no phrase fits the slots: none"):
        book.render("tells", "due", Random(1), {})


def test_a_voice_uses_every_phrase_before_it_repeats_one(tmp_path: Path):
    book = phrases_of(written(tmp_path, "looks: {find: ['one', 'two', 'three']}"))
    voice = Voice(book, Random(1), "", "2025-03-14T21:40:00")
    assert sorted(plain(voice.phrase("looks", "find")) for _ in range(3)) == [
        "One.",
        "Three.",
        "Two.",
    ]


def test_what_must_be_told_is_told_by_phrases_that_surely_say_it(tmp_path: Path):
    book = phrases_of(
        written(tmp_path, "tells: {due: ['Soon.', '[On {day}|Soon].', 'It is on {day}.']}")
    )
    for seed in range(20):
        voice = Voice(book, Random(seed), "", "2025-03-14T21:40:00")
        assert plain(voice.telling("tells", "due", {"day": "Monday"})) == "It is on Monday."


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_every_domain_has_readable_words(name: str):
    book = phrases_of(domain_named(name).folder)
    assert set(domain_named(name).intents) <= set(book.keys("openings"))


def _everybodys_words() -> list[tuple[str, str]]:
    book = manners()
    found = []
    for key in book.keys("manners"):
        for template in book.all("manners", key):
            slots = {slot: "evening" for slot in template.slots} | {"value": "on Monday"}
            found += [(key, plain(sentence(template.render(Random(n), slots)))) for n in range(4)]
    return found


def test_everybodys_words_state_nothing_that_could_be_checked():
    for key, text in _everybodys_words():
        assert not any(letter.isdigit() for letter in text), (key, text)


def test_everybodys_words_are_clean_sentences():
    for key, text in _everybodys_words():
        assert text[0].isupper() or text[0] in "(¿", (key, text)
        assert re.search(r"[.?!)]$", text), (key, text)
        assert "  " not in text, (key, text)
        assert not re.search(r"[.?!]{2}| [,.?!](?!\s*J)", text.replace(" ?", "?")), (key, text)


def _is_no_wish(text: str) -> bool:
    return not hearing.questions(text) and not hearing.is_done(text)


def test_listeners_make_the_right_sense_of_everybodys_words():
    sense = {
        "user_yes": hearing.consents,
        "user_correct": hearing.consents,
        "user_check_day": hearing.checks,
        "user_check_amount": hearing.checks,
        "user_check_reference": hearing.checks,
        "user_again": hearing.asks_again,
        "user_next": hearing.asks_next,
        "user_enough": hearing.asks_enough,
        "user_done_asked_glad": hearing.is_done,
        "user_done_glad": hearing.is_done,
        "user_hurry": mood.urges,
        "user_already_told": mood.told_before,
        "user_ack_glad": _is_no_wish,
        "user_ack": _is_no_wish,
        "user_done_asked": hearing.is_done,
        "user_done": hearing.is_done,
        "user_done_refused": hearing.is_done,
        "user_correction": hearing.corrects,
        "user_why": hearing.asks_why,
        "user_what_if": hearing.asks_what_if,
        "user_pushback": hearing.pushes_back,
        "user_unclear": hearing.is_lost,
        "agent_offer": hearing.offers_more,
        "fault_leaving": hearing.is_leaving,
    }
    for key, text in _everybodys_words():
        if key in sense:
            assert sense[key](text), (key, text)
        if key == "agent_hold":
            assert hearing.holds(text), (key, text)


def test_every_register_can_say_everything():
    book = manners()
    for key in book.keys("manners"):
        slots = {slot for template in book.all("manners", key) for slot in template.slots}
        for style in ("", *STYLES):
            if style or key.startswith(("agent", "fault")):
                assert book.candidates("manners", key, slots, style), (key, style)
