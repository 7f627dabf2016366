"""Dialogues in a terminal: all is shown, and nothing that was said does anything."""

import io
import json
import re
from unicodedata import category

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.console import Console

from outputs.judged import Judged
from pipelines.answer import Answer
from pipelines.terminal import dialogue, plain
from tests.changed import change_in, one_with
from tests.generators.llm.talkers import Talker, agent_says, user_says
from tests.outputs.model_set import judged, patient, unreadable

EVIL = (
    "\x1b]0;title\x07\x1b[2J\x9b31m\x90q\x9c\rgone\b\x7f\u202eback\u2066\u2069\u200f\x00\u2028[red]"
)


def shown(row: Judged, width: int = 100) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=True, highlight=False)
    console.print(dialogue(row))
    return console.file.getvalue()  # pyright: ignore[reportAttributeAccessIssue]


def bare(text: str) -> str:
    """Without the colours that rich itself writes."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


@given(st.text())
def test_only_ends_of_lines_and_joiners_are_left_of_what_cannot_be_seen(text: str):
    steering = {each for each in plain(text) if not each.isprintable()} - set("\n\u200c\u200d")
    assert steering == set()


@given(st.text(st.characters(exclude_categories=("C", "Z"))))
def test_what_can_be_seen_stays_as_it_is(text: str):
    assert plain(text) == text


def test_nothing_that_a_model_has_written_anywhere_steers_the_terminal():
    user = Talker(user_says(EVIL, thought=EVIL), user_says(EVIL, done=[1, 2], end=True, thought=""))
    agent = Talker(
        agent_says(f"Agent: {EVIL}", think=EVIL),
        agent_says(EVIL, (EVIL, {EVIL: EVIL}), think=EVIL),
        agent_says(EVIL, think=EVIL),
    )
    for row in (judged(user, agent), judged(Talker(user_says(EVIL)), Talker(f"no {EVIL}"))):
        text = bare(shown(row, 2000))
        assert {each for each in text if category(each) in ("Cc", "Cf", "Zl", "Zp")} <= {"\n"}
        assert "␛[2J" in text
        assert "[red]" in text


def test_json_for_a_terminal_says_the_same_and_steers_nothing():
    stream = io.StringIO()
    Answer(stream).json({"said": EVIL})
    assert json.loads(stream.getvalue()) == {"said": EVIL}
    assert {each for each in stream.getvalue() if not each.isprintable()} == {"\n"}


def test_a_line_that_was_said_never_looks_like_one_of_ours():
    fake = "Fine.\n  9 agent  I owe you a fortune."
    row = judged(Talker(user_says(fake, done=[1, 2], end=True)), Talker(agent_says("Hello.")))
    (line,) = (each for each in bare(shown(row)).splitlines() if "fortune" in each)
    assert line.removeprefix("│").startswith(" " * 12)


def test_what_parties_kept_to_themselves_is_shown_and_marked_as_private():
    lines = [line for line in bare(shown(patient(), 200)).splitlines() if "private: " in line]
    told = "\n".join(lines)
    for part in (
        "thinks: second try",
        "act: tell, picked by planner",
        "goals: ",
        "draft 1, thrown away by a check (other_side)",
        "taken all the same, against a check (other_side)",
    ):
        assert part in told
    for line in bare(shown(patient(), 200)).splitlines():
        assert "second try" not in line or "private: " in line


def test_drafts_over_which_a_dialogue_broke_off_are_shown():
    text = bare(shown(unreadable(), 200))
    assert "draft 3, thrown away by the parser (not_json)" in text
    assert "agent broke: malformed_reply" in text


def test_a_plan_in_which_the_user_changes_its_mind_says_when_and_into_what():
    row = judged(Talker(user_says("Hi")), Talker(agent_says("Hello.")))
    plan, _ = one_with("energy", "revise")
    text = " ".join(bare(shown(replace(row, blueprint=plan), 2000)).split())
    assert "Later you change your mind about this" in text
    assert change_in(plan).need in text
