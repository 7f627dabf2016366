"""A user's first words: greeting, wish, and some of the facts it tells unasked.

The openings of a blueprint's attempts are derived one after the other, each avoiding the phrases of
those before, so that no two are alike and each can be derived alone.

A plan may want its user to open vaguely: then the wish is held back until somebody asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from generators.blueprint import Blueprint, Fact
from generators.scripted import hearing, mood
from generators.scripted.habits import Habits
from generators.scripted.phrasebook import Phrasebook, PhraseError
from generators.scripted.telling import Telling, facts_by_goal
from generators.scripted.template import Template
from generators.scripted.values import facts_in
from generators.scripted.voice import Voice
from generators.scripted.wording import plain
from personas import quirks
from personas.persona import Persona, Style
from personas.record import seeded

_GREETS = {"terse": 0.1, "chatty": 0.4, "formal": 0.4, "impatient": 0.06}
_ASKS_FOR_HELP = {"terse": 0.03, "chatty": 0.16, "formal": 0.14, "impatient": 0.08}
_CHATS = {"terse": 0.03, "chatty": 0.25, "formal": 0.06, "impatient": 0.12}
_TELLS = {"terse": 0.35, "chatty": 0.45, "formal": 0.6, "impatient": 0.35}
"""The chance that a fact which may be told unasked is told in the first utterance."""
_MOST_FACTS = {"low": 1, "medium": 2, "high": 3}
_DRAWS = 40


@dataclass(frozen=True, slots=True)
class Opening:
    """The first utterance: its sentences with values marked, what they do, the phrases used, and what
    has been told with it. Where ``vaguely`` has sentences, those are said first and the others follow
    in the next utterance."""

    sentences: tuple[str, ...]
    acts: tuple[str, ...]
    templates: tuple[Template, ...]
    telling: Telling
    vaguely: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What makes openings alike: their words, whatever the marks and capitals."""
        return hearing.spaced_words(plain(" ".join((*self.vaguely, *self.sentences))))


def opening_of(
    blueprint: Blueprint, book: Phrasebook, persona: Persona, seed: int, attempt: int
) -> Opening:
    """The opening of this attempt, which is none of those of the attempts before."""
    taken: dict[str, Opening] = {}
    templates: list[Template] = []
    for number in range(attempt + 1):
        drawn = (
            _draw(blueprint, book, persona, seed, f"{number}:{draw}", templates)
            for draw in range(_DRAWS)
        )
        new = next((each for each in drawn if each.key not in taken), None)
        if new is None:
            raise PhraseError(f"{book.path}: too few openings for {attempt + 1} attempts")
        taken[new.key] = new
        templates += new.templates
    return list(taken.values())[-1]


def _draw(
    blueprint: Blueprint,
    book: Phrasebook,
    persona: Persona,
    seed: int,
    number: str,
    avoided: Sequence[Template],
) -> Opening:
    rng = seeded(seed, f"{blueprint.base_id}:{number}", "opening")
    style, habits = persona.style, Habits(persona)
    voice = Voice(book, rng, style.register, blueprint.clock)
    voice.avoid(avoided)
    telling = Telling(blueprint.facts, book, rng)
    goal = blueprint.goals[0]
    own = [fact for fact in blueprint.facts if not fact.goal]
    own += [fact for fact in facts_by_goal(blueprint)[goal.id] if fact not in own]
    free = [fact for fact in own if fact.reveal == "upfront"]

    sentences, acts, vaguely = [], [], []
    greets = 0.0 if habits.has(quirks.NO_GREETING) else _GREETS[style.register]
    if habits.has(quirks.SALUTATION) or voice.chance(greets):
        sentences.append(voice.manner("user_greeting"))
        acts.append("greet")
    if blueprint.opening == "vague":
        vaguely, sentences, acts = [*sentences, voice.manner("user_vague")], [], []
    telling.raise_facts(own)
    wish = voice.wish("openings", goal.intent, telling.slots(free))
    if voice.chance(_CHATS[style.register]) and not mood.is_alarming(plain(wish)):
        sentences.append(voice.manner("user_digression"))
        acts.append("digress")
    sentences.append(wish)
    acts.append("request")
    everything = blueprint.uncertainty is not None
    facts = told_unasked(free, sentences[-1], style, voice, everything)
    if facts:
        stated = habits.listed([telling.state(fact, voice, bare=False) for fact in facts], rng)
        # Only what says itself what it is about may come before the wish.
        first = stated.startswith("My ") and not acts[:-1] and voice.chance(0.4)
        sentences.insert(0 if first else len(sentences), stated)
    asks = any("?" in each for each in sentences)
    if not asks and voice.chance(_ASKS_FOR_HELP[style.register]):
        sentences.append(voice.manner("user_ask_help"))
    if telling.corrects_at_once(plain(" ".join(sentences))):
        sentences.append(telling.correction(voice))
        acts.append("correct")
    if telling.heard_myself(plain(" ".join(sentences))):
        acts.append("inform")
    if style.register == "impatient" and voice.chance(0.15):
        sentences.append(voice.manner("user_hurry"))
        acts.append("urge")
    used = voice.used()[len(set(avoided)) :]
    return Opening(tuple(sentences), tuple(acts), used, telling, tuple(vaguely))


def told_unasked(
    free: list[Fact], wish: str, style: Style, voice: Voice, everything: bool
) -> list[Fact]:
    """Which of the facts that the wish does not have are told along with it: ``everything``, or as
    many as suit the speaker."""
    share = _TELLS[style.register] + {"low": -0.12, "medium": 0.0, "high": 0.12}[style.verbosity]
    have = facts_in(plain(wish), free)
    left = [fact for fact in free if fact.key not in have]
    if everything:
        return left
    chosen = [fact for fact in left if voice.chance(share)]
    return chosen[: _MOST_FACTS[style.verbosity]]
