import re
from html.parser import HTMLParser

import pytest
from msgspec.structs import replace

from generators.event import AGENT, USER
from outputs.manifest import Manifest
from outputs.report.page import report_html
from outputs.statistics import Statistics, statistics_of
from tests.outputs.faulty_set import faulty_set, row

MANIFEST = Manifest(
    name="tiny",
    version="0.1.0",
    recipe={"seed": 3, "personas": {"quotas": {"style.register": {"terse": 0.4, "formal": 0.6}}}},
    funnel=(("personas", 18), ("blueprints", 18)),
    refusals={"no_case": 2},
    content_hash="5e" * 32,
)
SCRIPT = "<script>alert('boo')</script>"


def report(*rows, manifest: Manifest = MANIFEST) -> str:
    quotas = manifest.recipe.get("personas", {}).get("quotas", {})
    return report_html(statistics_of(rows or faulty_set(), tuple(quotas)), manifest)


class Tags(HTMLParser):
    """Every tag with its attributes, the ids, and whether all that is opened is closed."""

    VOID = frozenset({"meta", "br", "use", "path", "hr", "img", "link", "input"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        if tag in self.VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data):
        self.words.append(data)


def test_the_report_loads_nothing_from_anywhere():
    html = report()
    tags = Tags(html).tags
    assert not {tag for tag, _ in tags} & {"script", "link", "img", "iframe", "object", "base"}
    for tag, attributes in tags:
        for name in ("src", "href", "xlink:href", "action", "data", "poster"):
            assert attributes.get(name, "#").startswith("#"), (tag, attributes)
        assert not [name for name in attributes if name.startswith("on")]
    assert "@import" not in html
    assert re.findall(r"url\((?!#)", html) == []


def test_what_speakers_said_is_shown_as_text_and_never_as_markup():
    lines = ((USER, SCRIPT), (AGENT, "</div><img src=x onerror=alert(1)>"))
    tags = Tags(report(row(0, lines=lines), row(1, "policy.K01", lines=lines)))
    assert "script" not in {tag for tag, _ in tags.tags}
    assert "img" not in {tag for tag, _ in tags.tags}
    assert SCRIPT in tags.words


@pytest.mark.slow
def test_no_text_from_outside_gets_into_the_charts_as_markup():
    judged = row(0)
    style = replace(judged.persona.style, quirks=())
    speaker = replace(judged.persona.demographics, locale="<i>$x^2$</i>")
    persona = replace(judged.persona, demographics=speaker, style=style, id="other")
    html = report(row(1), replace(judged, persona=persona))
    assert "i" not in {tag for tag, attrs in Tags(html).tags if not attrs}
    assert "&lt;i&gt;$x^2$&lt;/i&gt;" in html


def test_every_tag_is_closed_and_every_id_is_there_once():
    tags = Tags(report())
    assert (tags.open, tags.unbalanced) == ([], [])
    ids = [attributes["id"] for _, attributes in tags.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {attributes["href"] for tag, attributes in tags.tags if tag == "a"}
    assert {link.removeprefix("#") for link in links} <= set(ids)


@pytest.mark.slow
def test_equal_rows_give_equal_bytes_in_any_order():
    assert report(*faulty_set()) == report(*reversed(faulty_set()))


@pytest.mark.slow
def test_the_contents_lead_to_every_section():
    tags = Tags(report()).tags
    sections = [attributes["id"] for tag, attributes in tags if tag == "section"]
    linked = [attributes["href"][1:] for tag, attributes in tags if tag == "a"][: len(sections)]
    assert linked == sections


@pytest.mark.slow
def test_the_headline_figures_are_those_of_the_statistics():
    html = " ".join(report().split())
    assert "<b>21</b><span>dialogues released</span><small>58.3% of 36 attempts</small>" in html
    assert "<b>66.7%</b><span>of faulty dialogues caught</span>" in html
    assert "<b>12.5%</b><span>of sound dialogues turned away</span>" in html


@pytest.mark.slow
def test_what_was_never_exercised_is_named():
    html = report(row(0))
    assert "<b>never</b>" in html
    assert re.search(r"<code title=\"The attendant stays polite[^>]*>K05</code>", html)


def test_findings_stand_at_the_event_that_they_point_to():
    html = report(row(0, "policy.K02"))
    talk = html[html.index('<div class="talk">') :]
    assert "It has policy.K02." in talk
    assert "An item is handed back only after its fee has been paid." in html


@pytest.mark.slow
def test_planned_faults_are_told_to_the_reader():
    assert "drop_last_write (came up)" in report()


@pytest.mark.slow
def test_charts_tell_their_figures_in_words():
    images = [attributes for tag, attributes in Tags(report()).tags if tag == "svg"]
    assert len(images) >= 6
    assert all(image["role"] == "img" and len(image["aria-label"]) > 20 for image in images)


def test_a_build_without_any_row_has_a_report():
    html = report_html(Statistics(), Manifest(name="empty", version="0.1.0"))
    assert Tags(html).unbalanced == []
    assert "No blueprint was attempted." in html
