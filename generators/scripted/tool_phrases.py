"""What scripted speakers say about a tool for which nobody wrote any words.

The wording comes from the tool's description and the names of its arguments: plain, and always there.
Keys are those of goals that were derived from calls (``walk:set_advance``), and of what the caller must
know for one (``amount_for_set_advance``).
"""

from collections.abc import Iterator
from functools import lru_cache

from generators.domains.domain import Domain
from generators.domains.tool import Tool
from generators.domains.tool_words import WALKED, deed, label
from generators.event import AGENT, USER
from generators.scripted.phrasebook import Key, Phrasebook, book_of
from generators.scripted.template import Template, parse

_OPENINGS = (
    ("", "Could you {d}?"),
    ("", "I'd like you to {d}."),
    ("", "Can you {d}[, please|]?"),
    ("", "I need you to {d}."),
    ("", "Would you {d} for a start?"),
    ("", "I'm writing because I'd like you to {d}."),
    ("terse", "Please {d}."),
    ("terse", "[Hi, please|Please just] {d}."),
    ("chatty", "I was hoping that you could {d}."),
    ("chatty", "You can surely help me with this: I'd like you to {d}."),
    ("formal", "I would like to ask you to {d}."),
    ("formal", "Could you please {d}?"),
    ("impatient", "I need you to {d}, and soon."),
    ("impatient", "Can somebody finally {d}?"),
)
_FOLLOWUPS = (
    ("", "Could you also {d}?"),
    ("", "And I'd like you to {d}."),
    ("", "Then I also need you to {d}."),
    ("", "Can you {d} as well?"),
    ("", "There's another thing: could you {d}?"),
    ("formal", "I would also like you to {d}."),
)
_CONFIRMS = (
    ("", "I'm about to {d}, with {details}. Is that all right?"),
    ("", "I would now {d}, with {details}. Shall I go ahead?"),
    ("", "Shall I {d}, with {details}?"),
    ("", "With {details}, I would {d}. May I go ahead?"),
    ("", "I'm about to {d}. Is that all right?"),
    ("", "Shall I {d} now?"),
)
_TELLS = (
    ("", "Here is what I have: {details}."),
    ("", "This is what it says: {details}."),
    ("", "I see {details}."),
    ("", "The answer is {details}."),
)
_DONE = (
    ("", "That's done: {details}."),
    ("", "That went through: {details}."),
    ("", "It's all in, with {details}."),
    ("", "I've seen to it: {details}."),
)
_REQUESTS = (
    ("", "Could you {d}, and tell me what you see?"),
    ("", "Please {d}. What comes of it?"),
    ("", "Would you {d} and read it out to me?"),
    ("", "I need you to {d}. What does it say?"),
)
_REPORTS = (
    ("", "It says {details}."),
    ("", "I see {details}."),
    ("", "There it is: {details}."),
    ("", "I have {details}."),
    ("", "I've done that."),
)
_STATES = (
    ("", "The {l} is {value}."),
    ("", "{value}."),
    ("", "It's {value}."),
    ("", "For the {l}: {value}."),
    ("", "I have {value} as the {l}."),
)
_ASKS = (
    ("", "What is the {l}?"),
    ("", "Which {l} do you mean?"),
    ("", "Could you tell me the {l}?"),
    ("", "What {l} should I take?"),
)


@lru_cache(maxsize=64)
def words_of(domain: Domain) -> Phrasebook:
    """The domain's own words, and plain ones for every tool. In a perturbed domain plans go by the names
    of the one that it comes from. Raises ``PhraseError``."""
    return book_of(domain).with_others(
        entry
        for named in (domain, *([domain.origin] if domain.origin else []))
        for party in (AGENT, USER)
        for tool in named.tools_of(party).values()
        for entry in _entries(tool, party)
    )


def _entries(tool: Tool, party: str) -> Iterator[tuple[Key, tuple[Template, ...]]]:
    key = f"{WALKED}{tool.name}"
    mine, yours = deed(tool, "caller"), deed(tool, "other")
    if party == USER:
        yield ("request", key), _filled(_REQUESTS, d=yours)
        yield ("report", key), _filled(_REPORTS)
    else:
        yield ("openings", key), _filled(_OPENINGS, d=mine)
        yield ("followups", key), _filled(_FOLLOWUPS, d=mine)
        yield ("confirms", key), _filled(_CONFIRMS, d=yours)
        yield ("tells", key), _filled(_DONE if tool.writes else _TELLS)
    for name in tool.schema["function"]["parameters"]["properties"]:
        fact = f"{name}_for_{tool.name}"
        yield ("state", fact), _filled(_STATES, l=label(name))
        yield ("ask", fact), _filled(_ASKS, l=label(name))


def _filled(phrases: tuple[tuple[str, str], ...], **words: str) -> tuple[Template, ...]:
    found = []
    for style, text in phrases:
        for name, word in words.items():
            text = text.replace(f"{{{name}}}", word)
        found.append(parse(text, style))
    return tuple(found)
