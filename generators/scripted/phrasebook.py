"""The words of scripted speakers: a domain's ``phrases.yaml`` and our own ``manners.yaml``.

Read once per file, checked whole: a mistake is named by file, section and key. It picks words and
fills them in; who says what and when is the players' business.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any, get_args

import yaml

from generators.domains.domain import Domain, Part
from generators.scripted.template import Template, TemplateError, parse
from generators.topics import topic_of
from personas.persona import Register

STYLES: tuple[str, ...] = get_args(Register)

_FLAT = ("openings", "followups", "confirms", "tells", "refusals", "looks")
_PAIRED = {"facts": ("state", "ask"), "acts": ("request", "report")}
_OWN_STYLE_WEIGHT = 3
"""How much likelier a phrase of one's own register is than one for everybody."""

GENERAL = "general"
"""The key of words that say what no domain has words for (``general.yaml``)."""
Key = tuple[str, str]
"""A section and a key in it: ``("openings", "fetch")``, ``("ask", "ticket")``."""


class PhraseError(ValueError):
    """A phrase is missing or malformed; the message says in which file and where."""


class Phrasebook:
    """Templates by section and key. Made by ``book_of``, ``general``, ``phrases_of`` and ``manners``.
    Facts that it has no words for get those of ``general`` facts, where it has such."""

    def __init__(self, path: Path, entries: Mapping[Key, tuple[Template, ...]]) -> None:
        self.path = path
        self._entries = entries

    def with_others(self, entries: Iterable[tuple[Key, tuple[Template, ...]]]) -> "Phrasebook":
        """This book, and others' words for what it has none for."""
        return Phrasebook(self.path, {**dict(entries), **self._entries})

    def has(self, section: str, key: str) -> bool:
        """Whether there are words for it."""
        return (section, key) in self._entries or (section, topic_of(key)) in self._entries

    def keys(self, section: str) -> list[str]:
        """The keys of a section, sorted."""
        return sorted(key for name, key in self._entries if name == section)

    def entries(self) -> Iterator[tuple[Key, tuple[Template, ...]]]:
        """Every section and key with its templates."""
        yield from self._entries.items()

    def all(self, section: str, key: str) -> tuple[Template, ...]:
        """Every template for it, or for the topic of a fact. Raises ``PhraseError`` when there is
        none."""
        found = self._entries.get((section, key)) or self._entries.get((section, topic_of(key)))
        if not found and section in _PAIRED["facts"]:
            found = self._entries.get((section, GENERAL))
        if not found:
            raise PhraseError(f"{self.path}: no phrases for {section}.{key}")
        return found

    def candidates(
        self, section: str, key: str, slots: Collection[str], style: str = ""
    ) -> list[Template]:
        """The templates that fit the register and need no other slots than these."""
        fitting = [
            template
            for template in self.all(section, key)
            if template.style in ("", style) and template.fits(slots)
        ]
        if not fitting:
            have = ", ".join(sorted(slots)) or "none"
            raise PhraseError(f"{self.path}: {section}.{key}: no phrase fits the slots: {have}")
        return fitting

    def render(
        self, section: str, key: str, rng: Random, slots: Mapping[str, str], style: str = ""
    ) -> str:
        """One phrase for it, filled in, values marked (see ``template``). Those of the speaker's own
        register come up more often."""
        return choose(self.candidates(section, key, slots, style), rng).render(rng, slots)

    def says(self, section: str, key: str, text: str) -> bool:
        """Whether the text holds a phrase of this key."""
        return self.place(section, key, text) >= 0

    def place(self, section: str, key: str, text: str) -> int:
        """Where the first phrase of this key stands in the text, or -1."""
        if not self.has(section, key):
            return -1
        found = (template.pattern.search(text) for template in self.all(section, key))
        return min((match.start() for match in found if match), default=-1)


def choose(templates: list[Template], rng: Random) -> Template:
    """One of the templates, those of one register being likelier."""
    weights = [_OWN_STYLE_WEIGHT if template.style else 1 for template in templates]
    return rng.choices(templates, weights)[0]


@lru_cache(maxsize=64)
def phrases_of(folder: Path) -> Phrasebook:
    """The words of the domain in this folder. Raises ``PhraseError``."""
    path = folder / "phrases.yaml"
    return Phrasebook(path, dict(_domain_entries(path, _read(path))))


def book_of(domain: Domain) -> Phrasebook:
    """The words of a domain: its own, or those of its parts. Raises ``PhraseError``."""
    return _joined(domain.parts) if domain.parts else phrases_of(domain.folder)


@lru_cache(maxsize=64)
def _joined(parts: tuple[Part, ...]) -> Phrasebook:
    entries: dict[Key, tuple[Template, ...]] = {}
    for part in parts:
        tools = dict(part.tools)

        def named(key: str, part: Part = part) -> str:
            return key if key in part.shared else f"{part.prefix}{key}"

        for (section, key), templates in phrases_of(part.folder).entries():
            if section in ("openings", "followups"):
                # Their slots are the keys of facts; those of other sections belong to the key.
                templates = tuple(each.with_slots(named) for each in templates)
            new = tools.get(key, key) if section == "looks" else named(key)
            entries[section, new] = templates
    return Phrasebook(parts[0].folder, entries)


@lru_cache(maxsize=1)
def general() -> Phrasebook:
    """Words that fit any domain, for plans that no intent's code has made: keys are ``GENERAL``."""
    path = Path(__file__).with_name("general.yaml")
    return Phrasebook(path, dict(_domain_entries(path, _read(path))))


@lru_cache(maxsize=1)
def manners() -> Phrasebook:
    """The words that belong to no domain: section ``manners``."""
    path = Path(__file__).with_name("manners.yaml")
    entries = {("manners", key): _templates(path, key, value) for key, value in _read(path).items()}
    return Phrasebook(path, entries)


def _read(path: Path) -> dict[str, Any]:
    try:
        found = yaml.load(
            path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        )
    except FileNotFoundError:
        raise PhraseError(f"{path}: there is no such file") from None
    except yaml.YAMLError as error:
        raise PhraseError(f"{path}: this is not YAML: {error}") from None
    return _mapping(path, "the file", found)


def _domain_entries(path: Path, book: dict[str, Any]) -> Iterator[tuple[Key, tuple[Template, ...]]]:
    for section, content in book.items():
        keys = _mapping(path, section, content)
        if section in _FLAT:
            for key, value in keys.items():
                yield (section, key), _templates(path, f"{section}.{key}", value)
        elif section in _PAIRED:
            for key, value in keys.items():
                halves = _mapping(path, f"{section}.{key}", value)
                if set(halves) != set(_PAIRED[section]):
                    right = " and ".join(_PAIRED[section])
                    raise PhraseError(f"{path}: {section}.{key}: it must have {right}")
                for half, phrases in halves.items():
                    yield (half, key), _templates(path, f"{section}.{key}.{half}", phrases)
        else:
            known = ", ".join((*_FLAT, *_PAIRED))
            raise PhraseError(f"{path}: unknown section {section!r}; there are: {known}")


def _mapping(path: Path, place: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise PhraseError(
            f"{path}: {place}: found {type(value).__name__}, a mapping would be right"
        )
    return {str(key): each for key, each in value.items()}


def _templates(path: Path, place: str, value: Any) -> tuple[Template, ...]:
    if not isinstance(value, list) or not value:
        raise PhraseError(f"{path}: {place}: a list of phrases would be right, not empty")
    found = []
    for number, entry in enumerate(value):
        where = f"{path}: {place}[{number}]"
        text, style = entry, ""
        if isinstance(entry, dict):
            text, style = entry.get("text"), entry.get("style")
            if set(entry) != {"style", "text"} or style not in STYLES:
                raise PhraseError(
                    f"{where}: right would be {{style: {'|'.join(STYLES)}, text: ...}}"
                )
        if not isinstance(text, str):
            raise PhraseError(f"{where}: found {text!r}, text would be right (use quotes)")
        try:
            found.append(parse(text, str(style)))
        except TemplateError as error:
            raise PhraseError(f"{where}: {error}: {text!r}") from None
    return tuple(found)
