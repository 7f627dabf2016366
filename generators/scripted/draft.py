"""An utterance in the making: its sentences, what they do, and the notes that go with it."""

import re
from typing import Any

import msgspec

from generators.event import Annotation
from generators.faults import Fault, mark
from generators.player import Act
from generators.scripted import mood
from generators.scripted.template import OPEN
from generators.scripted.wording import plain

_SHORT = 4
_INTERJECTION = re.compile(
    r"(?:thanks|thank you|good|done|okay|ok|right|all right|perfect|great|sure|well done|yes|no|sorry"
    r"|apologies|of course|certainly)\b[,.! ]",
    re.I,
)


class Draft:
    """Collects what a party says in one move. ``acts`` name what the sentences do, in order.

    ``opener`` is a word to start with, which is dropped when the first sentence begins alike.
    """

    def __init__(self, party: str) -> None:
        self.opener = ""
        self.parts: list[str] = []
        self.acts: list[str] = []
        self._party = party
        self._marks: list[Annotation] = []

    def add(self, sentence: str, *acts: str) -> None:
        """Says this next."""
        self.parts.append(sentence)
        self.acts.extend(act for act in acts if act not in self.acts)

    def mark(self, fault: Fault | None) -> None:
        """The next act shows this planned fault."""
        if fault:
            self._marks.append(mark(fault))

    def marks(self) -> tuple[Annotation, ...]:
        """The marks of faults shown since last asked."""
        marks, self._marks = tuple(self._marks), []
        return marks

    def sentences(self) -> list[str]:
        """All that is to be said, the opener first. One interjection is enough, and one thanks."""
        found = list(self.parts)
        if self.opener and not (found and _interjects(found[0])):
            found.insert(0, self.opener)
        pairs = zip(found, [*found[1:], ""], strict=True)
        found = [each for each, after in pairs if not _only_leads_in(each, after)]
        thanking = [each for each in found if mood.thanks(plain(each))]
        spare = [each for each in thanking if mood.only_thanks(plain(each))]
        if len(thanking) > 1 and spare:
            found = [each for each in found if each not in spare[: len(thanking) - 1]]
        elif len(thanking) > 1 and self.opener in thanking:
            found.remove(self.opener)
        return found

    def said(self, text: str, **notes: Any) -> Act:
        """The act that says ``text``, with the notes that only the speaker sees; empties the draft."""
        private = {"act": self.acts, **notes}
        annotations = tuple(
            Annotation(
                name=name, value=msgspec.json.encode(value).decode(), visible_to=(self._party,)
            )
            for name, value in private.items()
        )
        self.opener, self.parts, self.acts = "", [], []
        return Act(kind="say", text=plain(text), annotations=annotations + self.marks())


def _interjects(sentence: str) -> bool:
    """Whether it begins with a word of reaction itself."""
    return _INTERJECTION.match(plain(sentence)) is not None


def _only_leads_in(one: str, after: str) -> bool:
    """Whether a sentence is a short word of reaction, and the one after it begins as it does."""
    if not after or OPEN in one or len(one.split()) > _SHORT:
        return False
    first, second = (plain(each).lower().split()[0].strip(".,!") for each in (one, after))
    return first.rstrip("s") == second.rstrip("s")
