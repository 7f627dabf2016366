"""What an utterance amounts to, as far as a script can tell: by marks, cue words and values.

Scripted players listen with these, so they get along with any partner, a model too, though they miss
what was said in a roundabout way. Nothing here knows the phrases that a scripted partner uses.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from generators.blueprint import Fact
from generators.spoken import forms

_SENTENCE = re.compile(r"(?<=[.?!…])\s+")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_GREETING = re.compile(r"\bgood (morning|afternoon|evening|day)\b", re.I)

_YES = re.compile(
    r"\b(yes|yep|yeah|yup|sure|okay|ok|go ahead|please do|do it|do that|fine|sounds good|correct"
    r"|that's right|that works|of course|absolutely|all right|alright|perfect|exactly|go for it)\b",
    re.I,
)
_NO = re.compile(r"\b(no|nope|don't|do not|not now|rather not|leave it|wait)\b", re.I)
_DONE = re.compile(
    r"\b(that's all|that is all|that's it|that was it|that was all|that's everything|nothing else"
    r"|that would be all|that will be all|that'll be all|all i needed|all set|all sorted"
    r"|i'm done|i am done|we're done|no,? thanks|no,? thank you|nothing more|nothing further|no more)\b",
    re.I,
)
_LEAVING = re.compile(
    r"\b(bye|goodbye|never ?mind|have to go|gotta go|need to run|forget it|have to run)\b", re.I
)
_MORE = re.compile(
    r"\b(anything else|something else|any other|anything more|what else|anything further"
    r"|else i can|else you)\b",
    re.I,
)
_HOLD = re.compile(
    r"\b(one moment|one second|just a (moment|second|minute)|hold on|bear with me|let me"
    r"|give me a (moment|second|minute)|hang on|i'll (check|look|have a look))\b",
    re.I,
)
_REFUSING = re.compile(
    r"\b(sorry|can't|cannot|can not|unable|afraid|not able|not allowed|may not|unfortunately"
    r"|isn't possible|not possible|won't be able|have to decline)\b",
    re.I,
)
_PUSHING = re.compile(
    r"\b(exception|nothing you can do|no way around|just this once|no other way|not even|really)\b",
    re.I,
)
_LOST = re.compile(
    r"\b(don't follow|do not follow|what (do )?you mean|don't get it|lost me|rephrase|don't understand"
    r"|say that again)\b",
    re.I,
)
_WHY = re.compile(r"\b(why|what for|what do you need|use it for|used for)\b", re.I)
_WHAT_IF = re.compile(r"\b(what (happens )?if|what would happen|if i say no|if i don't)\b", re.I)
_ASKS_FOR_WORDS = re.compile(
    r"\b(what|which|who|whose|when|where|how|tell me|give me|have the|have your|get your|know your"
    r"|read (me|out)|share"
    r"|confirm your|spell|provide|let me (know|have))\b",
    re.I,
)
_YES_OR_NO = re.compile(
    r"\b(shall|should|may|can|could|would|will|is (that|this|it)|are you|do you|does (that|this|it)"
    r"|okay|ok|all right|alright|right|correct|agree|happy|proceed|go ahead|want me)\b",
    re.I,
)
_MEANT = re.compile(
    r"\bi meant\b|\bi mean .{1,60}\bnot\b|\bno wait\b|\bcorrection:|\bmixed (that|it) up\b"
    r"|\bmisread it\b",
    re.I,
)
_HURRY = re.compile(
    r"\b(hurry|quick|quickly|faster|already told|how long|in a rush|waiting)\b", re.I
)
_THANKS_ONLY = re.compile(
    r"( (thanks|thank|you|okay|ok|great|good|perfect|alright|all|right|got|it|i|see|cool|fine|super"
    r"|understood|that's|helpful|lovely|wonderful|so|much|very|a|lot|many|cheers|nice|noted))+ "
)


def sentences(text: str) -> list[str]:
    """The text cut after sentence marks."""
    return [part for part in _SENTENCE.split(text.strip()) if part]


def questions(text: str) -> list[str]:
    """Its sentences that end with a question mark."""
    return [each for each in sentences(text) if each.rstrip(")\"' ").endswith("?")]


def spaced_words(text: str) -> str:
    """The words in lower case with one space around each, for whole-word look-ups."""
    return f" {' '.join(_WORD.findall(text.lower().replace('’', chr(39))))} "


def cues_in(text: str, fact: Fact) -> int:
    """How many of the fact's cues the text has, as whole words."""
    words = spaced_words(text)
    return sum(spaced_words(cue) in words for cue in fact.cues)


def asks_for_words(question: str) -> bool:
    """Whether a question wants more than yes or no."""
    return bool(_ASKS_FOR_WORDS.search(question))


def wants_yes_or_no(question: str) -> bool:
    """Whether a question can be answered by yes."""
    return bool(_YES_OR_NO.search(question))


def facts_in(text: str, facts: Iterable[Fact]) -> set[str]:
    """The keys of the facts whose values the text states, in any form.

    Longer values are found first and taken out of the text, so that the ``2`` in ``2 May 2025`` is
    not taken for a number of people; greetings never count as a time of day.
    """
    rest = _GREETING.sub(" ", text).casefold()
    found: set[str] = set()
    for form, keys in _forms_of(tuple(facts)):
        if form not in rest:
            continue
        position = _whole(rest, form)
        if position >= 0:
            found |= keys
            while position >= 0:
                rest = f"{rest[:position]} \n {rest[position + len(form) :]}"
                position = _whole(rest, form)
    return found


@lru_cache(maxsize=4096)
def _forms_of(facts: tuple[Fact, ...]) -> list[tuple[str, frozenset[str]]]:
    by_form: dict[str, set[str]] = {}
    for fact in facts:
        for form in (fact.saying, fact.value, *forms(fact.value)):
            by_form.setdefault(form.casefold(), set()).add(fact.key)
    return sorted(
        ((form, frozenset(keys)) for form, keys in by_form.items() if form),
        key=lambda each: (-len(each[0]), each[0]),
    )


def says(text: str, value: str) -> bool:
    """Whether the text has this value, as a whole word or several."""
    return bool(value) and _whole(text.casefold(), value.casefold()) >= 0


def _whole(text: str, form: str) -> int:
    """Where ``form`` stands in ``text`` between word boundaries, or -1."""
    start = text.find(form)
    while start >= 0:
        end = start + len(form)
        before = text[start - 1] if start else " "
        after = text[end] if end < len(text) else " "
        if not (before.isalnum() and form[0].isalnum()):
            if not (after.isalnum() and form[-1].isalnum()):
                return start
        start = text.find(form, start + 1)
    return -1


def affirms(text: str) -> bool:
    """Whether it says yes, and not no first."""
    yes, no = _YES.search(text), _NO.search(text)
    return yes is not None and (no is None or yes.start() < no.start())


def denies(text: str) -> bool:
    """Whether it says no, and not yes first."""
    return _NO.search(text) is not None and not affirms(text)


def is_done(text: str) -> bool:
    """Whether the speaker needs nothing more. To be asked only where that may be."""
    return bool(_DONE.search(text) or _LEAVING.search(text))


def is_leaving(text: str) -> bool:
    """Whether the speaker breaks off."""
    return bool(_LEAVING.search(text))


def offers_more(text: str) -> bool:
    """Whether it asks for further wishes."""
    return any(_MORE.search(question) for question in questions(text))


def holds(text: str) -> bool:
    """Whether it ends in asking for patience."""
    return "?" not in text and any(_HOLD.search(last) for last in sentences(text)[-1:])


def declines(text: str) -> bool:
    """Whether it sounds like a refusal."""
    return bool(_REFUSING.search(text))


def pushes_back(text: str) -> bool:
    """Whether it asks for an exception."""
    return any(_PUSHING.search(question) for question in questions(text))


def is_lost(text: str) -> bool:
    """Whether the speaker has not understood."""
    return bool(_LOST.search(text))


def asks_why(text: str) -> bool:
    """Whether it asks for a reason."""
    return any(_WHY.search(question) for question in questions(text))


def asks_what_if(text: str) -> bool:
    """Whether it asks what would happen otherwise."""
    return any(_WHAT_IF.search(question) for question in questions(text))


def corrects(text: str) -> bool:
    """Whether it puts something right."""
    return bool(_MEANT.search(text))


def urges(text: str) -> bool:
    """Whether it is out of patience."""
    return bool(_HURRY.search(text))


def only_thanks(text: str) -> bool:
    """Whether it says nothing but thanks and the like."""
    return bool(_THANKS_ONLY.fullmatch(spaced_words(text)))
