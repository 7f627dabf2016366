import gzip
import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from generators.event import AGENT, USER, Annotation
from outputs.compare import (
    Comparison,
    NothingToCompare,
    compared,
    surface_of,
)
from outputs.reference import BadReference, read_reference
from outputs.report.comparison import compare_report
from outputs.talk import Said, Talk, talk_of
from tests.outputs.faulty_set import faulty_set, row

HUMAN = Path(__file__).parents[3] / "shared" / "data" / "sgd" / "dialogues.jsonl.gz"

TURNS = [
    {"speaker": "user", "utterance": "I want a train.", "acts": [{"act": "INFORM", "slot": "x"}]},
    {"speaker": "system", "utterance": "Where to?", "acts": [{"act": "REQUEST"}]},
    {"speaker": "user", "utterance": "Leeds, thanks"},
]


def corpus(path: Path, *dialogues: object, packed: bool = False) -> Path:
    text = "\n".join(
        each if isinstance(each, str) else json.dumps(each) for each in dialogues
    ).encode()
    path.write_bytes(gzip.compress(text) if packed else text)
    return path


def dialogue(number: int = 0, turns: list = TURNS) -> dict:
    return {"dialogue_id": f"d{number}", "services": ["Trains"], "turns": turns}


def found(comparison: Comparison, group: str, figure: str) -> tuple[float, float]:
    for each in comparison.rows:
        if each.group.startswith(group) and each.figure == figure:
            return each.ours, each.theirs
    raise AssertionError(f"no row {group}: {figure}")


def talk(name: str, *texts: str) -> Talk:
    said = [Said(role=(USER, AGENT)[n % 2], text=text) for n, text in enumerate(texts)]
    return Talk(id=name, said=tuple(said))


@pytest.mark.parametrize("packed", [True, False])
def test_a_corpus_is_read_plain_or_packed(tmp_path: Path, packed: bool):
    path = corpus(tmp_path / "c.jsonl", dialogue(), "", dialogue(1), packed=packed)
    first, second = read_reference(path)
    assert (first.id, second.id) == ("d0", "d1")
    assert first.said[0] == Said(role=USER, text="I want a train.", acts=("inform",))
    assert first.said[1].role == AGENT


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ({"dialogue_id": "a"}, "missing required field `turns`"),
        (dialogue(turns=[*TURNS, {"speaker": "bot", "utterance": ""}]), "field turns[3].speaker"),
        (dialogue(turns=[{"speaker": "user"}]), "field turns[0]: "),
        (dialogue(turns=[{"speaker": "user", "utterance": 3}]), "field turns[0].utterance"),
        (dialogue(turns=[*TURNS, {**TURNS[0], "acts": [{}]}]), "field turns[3].acts"),
        ({"dialogue_id": 4, "turns": []}, "field dialogue_id"),
        ("{oops", "no JSON object"),
        ("[1]", "Expected `object`, got `array`"),
    ],
)
def test_a_wrong_line_is_named_with_its_field(tmp_path: Path, line: object, told: str):
    path = corpus(tmp_path / "c.jsonl", dialogue(), line)
    with pytest.raises(BadReference) as caught:
        list(read_reference(path))
    assert f"{path}, line 2: " in str(caught.value)
    assert told in str(caught.value)
    assert "Right is one object per line" in str(caught.value)


def test_a_file_that_is_missing_empty_or_cut_short_is_refused(tmp_path: Path):
    with pytest.raises(BadReference, match="No such file"):
        list(read_reference(tmp_path / "none.jsonl"))
    with pytest.raises(BadReference, match="no dialogue"):
        list(read_reference(corpus(tmp_path / "empty.jsonl")))
    whole = corpus(tmp_path / "c.gz", *(dialogue(n) for n in range(50)), packed=True)
    whole.write_bytes(whole.read_bytes()[:-20])
    with pytest.raises(BadReference, match="damaged"):
        list(read_reference(whole))
    with pytest.raises(BadReference, match="cannot be read"):
        list(read_reference(tmp_path))


def test_the_figures_of_both_sides_are_those_counted_by_hand():
    ours = surface_of([talk("a", "Hi, I'm Ann", "Which seat?", "C4")])
    theirs = surface_of(
        [talk("b", "I want a seat.", "Yes?", "Thanks!", "Bye"), talk("c", "Is it open", "No.")]
    )
    both = compared(ours, theirs, "ours", "theirs")
    assert found(both, "turns per dialogue", "both, mean") == (3, 3)
    assert found(both, "turns per dialogue", "user, mean") == (2, 1.5)
    assert found(both, "words per user turn", "mean") == (2, pytest.approx(8 / 3))
    assert found(both, "words per agent turn", "mean") == (2, 1)
    assert found(both, "share of user turns", "contraction") == (1 / 2, 0)
    assert found(both, "share of user turns", "thanks") == (0, 1 / 3)
    assert found(both, "share of user turns", "no final mark") == (1, 1 / 3)
    assert found(both, "share of agent turns", "question") == (1, 1 / 3)
    assert found(both, "share of first user turns", "greeting") == (1, 0)


def test_what_depends_on_size_is_taken_over_equal_amounts():
    ours = surface_of(talk(f"o{n}", "one two three four", "yes") for n in range(3))
    theirs = surface_of(talk(f"t{n}", "one two three four five six", "yes") for n in range(40))
    both = compared(ours, theirs, "ours", "theirs")
    variety = next(each for each in both.rows if each.group.startswith("variety of the user"))
    assert variety.group == "variety of the user, 3 dialogues, 12 words"
    assert (variety.ours, variety.theirs) == (4 / 12, 6 / 12)


def test_a_corpus_beside_itself_has_ratios_of_one():
    surface = surface_of(
        talk(f"d{n}", f"Hello number {n}", "Yes?", f"I want {n} of these!") for n in range(9)
    )
    both = compared(surface, surface, "one", "two")
    assert {each.ratio for each in both.rows} <= {1.0, None}


def test_acts_are_compared_only_where_both_sides_have_them():
    plain = surface_of([talk("a", "Hello", "Yes?")])
    said = (Said(role=USER, text="A", acts=("inform",)), Said(role=USER, text="B", acts=("bye",)))
    acting = surface_of([Talk(id="b", said=said)])
    assert not [r for r in compared(plain, acting, "a", "b").rows if r.group.startswith("acts")]
    assert found(compared(acting, acting, "a", "b"), "acts of the user", "bye") == (0.5, 0.5)


def test_both_sides_name_acts_alike(tmp_path: Path):
    path = corpus(tmp_path / "c.jsonl", dialogue())
    (human,) = read_reference(path)
    assert [each.acts for each in human.said] == [("inform",), ("ask",), ()]
    judged = row(0, lines=((USER, "I want my coat."), (AGENT, "Which one?")))
    wish = Annotation(name="act", value='["greet","request"]')
    asks = Annotation(name="act", value='"request"')
    events = [
        replace(event, annotations=(note,))
        for event, note in zip(judged.trajectory.events, (wish, asks), strict=True)
    ]
    noted = replace(judged, trajectory=replace(judged.trajectory, events=tuple(events)))
    assert [each.acts for each in talk_of(noted).said] == [("greet", "state a wish"), ("ask",)]


def test_the_table_has_a_row_per_figure_and_a_dash_where_there_is_no_ratio():
    both = compared(surface_of([talk("a", "Hi")]), surface_of([talk("b", "No")]), "x@1", "human")
    table = both.table()
    assert len(table) == len(both.rows)
    assert ("share of user turns", "greeting", "1.000", "0.000", "–") in table
    assert both.markdown().splitlines()[0] == "| | | x@1 | human | ratio |"


def test_only_released_dialogues_are_compared(tmp_path: Path):
    path = corpus(tmp_path / "c.jsonl", dialogue())
    rows = faulty_set()
    comparison = compare_report(rows, path, tmp_path / "deep" / "out.html", name="tiny@0.1.0")
    assert comparison.our_dialogues == sum(each.accepted for each in rows)
    assert comparison.their_dialogues == 1
    with pytest.raises(NothingToCompare, match="this version has no released dialogue"):
        compare_report([row(0, "policy.K01")], path, tmp_path / "none.html")


def test_the_page_has_the_table_and_overlaid_charts(tmp_path: Path):
    path = corpus(tmp_path / "people.jsonl", dialogue())
    out = tmp_path / "out.html"
    comparison = compare_report(faulty_set(), path, out, name="<tiny>")
    html = out.read_text()
    assert html.count("<svg") == 4
    assert "&lt;tiny&gt; (mean" in html
    assert "<tiny>" not in html
    assert html.count("<tr><th>") >= len(comparison.rows)
    assert compare_report(faulty_set(), path, out, name="<tiny>") == comparison
    assert out.read_text() == html


@pytest.mark.slow
@pytest.mark.skipif(not HUMAN.exists(), reason="the human dialogues are not on this machine")
def test_the_human_dialogues_can_be_read_and_compared(tmp_path: Path):
    comparison = compare_report(faulty_set(), HUMAN, tmp_path / "out.html")
    assert comparison.their_dialogues == 3000
    assert found(comparison, "turns per dialogue", "user, mean")[1] == pytest.approx(9.25, abs=0.01)
    assert found(comparison, "words per user turn", "mean")[1] == pytest.approx(8.14, abs=0.01)
