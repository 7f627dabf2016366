"""Who is speaking: several facets of one invented person.

The facets are kept apart because consumers differ: a blueprint writes demographics into the world,
a user player speaks in the style, a report counts quotas over any of them.
"""

from typing import Literal

from personas.record import Record

Gender = Literal["female", "male", "nonbinary"]
Register = Literal["terse", "chatty", "formal", "impatient"]
Level = Literal["low", "medium", "high"]
Fluency = Literal["native", "fluent", "basic"]


class Demographics(Record):
    """The facts of a life that a form would ask for. ``birth_date`` is ISO 8601."""

    given_name: str
    family_name: str
    gender: Gender
    age: int
    birth_date: str
    locale: str
    country: str
    city: str
    postcode: str
    street: str
    phone: str
    email: str
    education: str
    occupation: str
    household: str


class Biography(Record):
    """A short life in words, and the dated events in it (year, what happened)."""

    summary: str
    events: tuple[tuple[int, str], ...] = ()


class Personality(Record):
    """The five-factor model, each a level, and the words a friend would use."""

    openness: Level
    conscientiousness: Level
    extraversion: Level
    agreeableness: Level
    neuroticism: Level
    traits: tuple[str, ...] = ()


class Style(Record):
    """How the person writes. ``patience`` is the number of needless questions borne in good mood."""

    register: Register
    verbosity: Level
    politeness: Level
    patience: int
    quirks: tuple[str, ...] = ()


class Preferences(Record):
    """What the person likes, by topic."""

    contact_channel: str
    contact_time: str
    price_sensitivity: Level
    likes: tuple[str, ...] = ()
    dislikes: tuple[str, ...] = ()


class Expertise(Record):
    """What the person knows about technology and about the kind of service they call."""

    technology: Level
    service: Level
    fields: tuple[str, ...] = ()


class Language(Record):
    """One language the person has, as an ISO 639-1 code."""

    code: str
    fluency: Fluency


class Persona(Record):
    """One invented person. Frozen; ``id`` is the content hash of all facets."""

    demographics: Demographics
    biography: Biography
    personality: Personality
    style: Style
    preferences: Preferences
    expertise: Expertise
    languages: tuple[Language, ...]
    id: str = ""

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.demographics.given_name} {self.demographics.family_name}"


def facet(persona: Persona, path: str) -> str:
    """The value at a dotted facet path such as ``style.register``, as a quota counts it.

    ``languages`` counts the native language. Ages count in bands of ten years (``30-39``).
    Raises ``KeyError`` for a path that names no single-valued facet.
    """
    if path == "languages":
        return next((each.code for each in persona.languages if each.fluency == "native"), "")
    section, _, name = path.partition(".")
    if section == "demographics" and name == "age_band":
        low = persona.demographics.age // 10 * 10
        return f"{low}-{low + 9}"
    holder = getattr(persona, section, None)
    value = getattr(holder, name, None)
    if isinstance(value, (str, int)):
        return str(value)
    raise KeyError(path)
