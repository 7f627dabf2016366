"""How one speaker of one dialogue puts things: its register, its chance, and what it has said already.

A voice prefers phrases that it has not used in this dialogue, so that nobody sounds like a machine.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from random import Random

from generators.scripted.phrasebook import Phrasebook, choose, manners
from generators.scripted.template import Template
from generators.scripted.wording import and_then, plain, sentence

_WISHES_ASKED = {"terse": 0.18, "chatty": 0.36, "formal": 0.36, "impatient": 0.24}
"""The share of wishes that are put as questions, where there are words for both."""


class Voice:
    """Speaks for one party. ``style`` is its register; equal ``rng`` states give equal words.

    ``clock`` is the world's time: greetings go by it.
    """

    def __init__(self, phrases: Phrasebook, rng: Random, style: str, clock: str) -> None:
        self.rng = rng
        self.style = style
        self._phrases = phrases
        self._manners = manners()
        self._used: dict[Template, int] = {}
        self._always = {"daytime": daytime(clock)}

    def chance(self, share: float) -> bool:
        """True with this probability."""
        return self.rng.random() < share

    def phrase(
        self,
        section: str,
        key: str,
        slots: Mapping[str, str] | None = None,
        among: Iterable[Template] = (),
    ) -> str:
        """A sentence of the domain's, its values marked. ``among`` narrows the choice where it can.
        Raises ``PhraseError`` when the domain has no words for it."""
        slots = {"label": key.replace("_", " "), **(slots or {})}
        found = self._phrases.candidates(section, key, slots, self.style)
        narrowed = [template for template in found if template in among]
        return self._render(narrowed or found, slots)

    def telling(self, section: str, key: str, slots: Mapping[str, str]) -> str:
        """As ``phrase``, but every slot's value is said when any phrase does that. What may be told in
        every domain is among the manners."""
        if not self._phrases.has(section, key) and self._manners.has("manners", f"agent_{key}"):
            return self.manner(f"agent_{key}", **slots)
        found = self._phrases.candidates(section, key, slots, self.style)
        whole = [template for template in found if template.sure_slots >= slots.keys()]
        return self._render(whole or found, slots)

    def wish(self, section: str, intent: str, slots: Mapping[str, str]) -> str:
        """A sentence that raises a wish: a question as often as the register has it."""
        asks = self.chance(_WISHES_ASKED[self.style])
        every = self._phrases.all(section, intent)
        among = [each for each in every if ("?" in each.source) == asks]
        return self.phrase(section, intent, slots, among=among)

    def questions(self, keys: Sequence[str]) -> str:
        """Asks for facts, one question after the other, none beginning as the one before."""
        asked: list[str] = []
        for key in keys:
            begun = [plain(each).lower().split()[:2] for each in asked]
            polite = any("please" in each for each in asked)
            among = [
                each
                for each in self._phrases.all("ask", key)
                if list(each.words[:2]) not in begun and not (polite and "please" in each.words)
            ]
            question = self.phrase("ask", key, among=among)
            asked.append(and_then(question) if asked else question)
        return " ".join(asked)

    def filler(self, tool: str, writes: bool) -> str:
        """Something to say before a call of this tool."""
        if self._phrases.has("looks", tool) and self.chance(0.7):
            return self.phrase("looks", tool)
        return self.manner("agent_doing" if writes else "agent_hold")

    def manner(self, key: str, **slots: str) -> str:
        """A sentence of everybody's, its values marked."""
        slots |= self._always
        found = self._manners.candidates("manners", key, slots, self.style)
        return self._render(found, slots)

    def avoid(self, templates: Iterable[Template]) -> None:
        """Counts these as used."""
        for template in templates:
            self._used[template] = self._used.get(template, 0) + 1

    def used(self) -> tuple[Template, ...]:
        """What has been said so far, in order of first use."""
        return tuple(self._used)

    def _render(self, templates: list[Template], slots: Mapping[str, str]) -> str:
        fewest = min(self._used.get(template, 0) for template in templates)
        fresh = [template for template in templates if self._used.get(template, 0) == fewest]
        template = choose(fresh, self.rng)
        self.avoid((template,))
        return sentence(template.render(self.rng, slots))


def daytime(clock: str) -> str:
    """``morning``, ``afternoon`` or ``evening`` at an ISO 8601 time."""
    hour = datetime.fromisoformat(clock).hour
    return "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"
