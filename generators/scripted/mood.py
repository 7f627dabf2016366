"""The tone of an utterance: thanks, impatience, alarm, good news or bad, by cue words.

What it wants is for ``hearing``; this is about which word of courtesy fits afterwards.
"""

import re

from generators.scripted.hearing import spaced_words

_REFUSING = re.compile(
    r"\b(sorry(?! (?:for|to|about|if))|can't|cannot|can not|unable|afraid|not able|not allowed"
    r"|may not|unfortunately|isn't possible|not possible|won't be able|have to decline)\b",
    re.I,
)
_DONE_FOR_YOU = re.compile(
    r"\b(?<!be )(?<!hardly )(?<!still )(?:done|booked|arranged|set up|sent|on (?:its|the) way"
    r"|changed|saved|ordered|registered"
    r"|moved|entered|refunded|waived|renewed|ready|switched|confirmed|passed (?:it )?on"
    r"|paid out|put you|on file|in the book|back on|on again|taken care of|sorted|worked"
    r"|it's fixed(?! until)|is now|are now|you're now|will be ready|free of charge)\b",
    re.I,
)
_ALARM = re.compile(
    r"\bsmell(?:s|ing)? (?:of )?gas\b|\bgas smell\b|\bemergency (?:team|service)\b|\bring 112\b"
    r"|\b(?:not|don't) (?:\w+ )?(?:feel(?:ing)? )?well\b|\bbadly wrong\b|\breally ill\b"
    r"|\bfrightened\b|\bscare[sd]\b|\bdreadful\b|\bchest pain\b|\bbreathing\b|\bbleeding\b"
    r"|\bsudden weakness\b|\ballergic reaction\b|\bneed (?:help|somebody right now)\b",
    re.I,
)
_HURRY = re.compile(
    r"\b(hurry|(?:be|this|it) quick(?:ly)?\b|faster|speed (this|it) up|in a rush|all day"
    r"|how (much )?long(er)?\b.*\b(take|wait))",
    re.I,
)
_TOLD_BEFORE = re.compile(r"\b(already (told|said|gave)|didn't i (say|tell))\b", re.I)
_GREETING = re.compile(
    r"\W*(?:yes, |oh, )?(?:hi|hello|hey|good (?:morning|afternoon|evening|day))\b", re.I
)
_SORRY = re.compile(r"\b(sorry|apologies|apologise)\b", re.I)
_THANKS = re.compile(r"\b(thanks|thank you|thx|cheers)\b", re.I)
_THANKS_ONLY = re.compile(
    r"( (thanks|thank|you|okay|ok|great|good|perfect|alright|all|right|got|it|i|see|cool|fine|super"
    r"|understood|that's|helpful|lovely|wonderful|so|much|very|a|lot|many|cheers|nice|noted))+ "
)


def declines(text: str) -> bool:
    """Whether it sounds like a refusal."""
    return bool(_REFUSING.search(text))


def is_good_news(text: str) -> bool:
    """Whether it sounds as if something had been done as wished."""
    return bool(_DONE_FOR_YOU.search(text)) and not declines(text)


def is_alarming(text: str) -> bool:
    """Whether somebody is in danger, so that nobody is in the mood for small talk."""
    return bool(_ALARM.search(text))


def urges(text: str) -> bool:
    """Whether it is out of patience about the time."""
    return bool(_HURRY.search(text))


def told_before(text: str) -> bool:
    """Whether the speaker minds being asked again."""
    return bool(_TOLD_BEFORE.search(text))


def greets(text: str) -> bool:
    """Whether it opens with a greeting."""
    return bool(_GREETING.match(text))


def sorry(text: str) -> bool:
    """Whether it apologises."""
    return bool(_SORRY.search(text))


def thanks(text: str) -> bool:
    """Whether it thanks."""
    return bool(_THANKS.search(text))


def only_thanks(text: str) -> bool:
    """Whether it says nothing but thanks and the like."""
    return bool(_THANKS_ONLY.fullmatch(spaced_words(text)))
