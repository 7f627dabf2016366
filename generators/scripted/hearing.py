"""What an utterance amounts to, as far as a script can tell: by marks and cue words.

Scripted players listen with these, so they get along with any partner, a model too, though they miss
what was said in a roundabout way. Nothing here knows the phrases that a scripted partner uses.
"""

import re

from generators.blueprint import Fact

_SENTENCE = re.compile(r"(?<=[.?!…])\s+")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

_YES = re.compile(
    r"\b(yes|yep|yeah|yup|sure|okay|ok|go ahead|please do|do it|do that|fine|sounds good|correct"
    r"|that's right|that is right|quite right|that works|of course|absolutely|all right|alright"
    r"|perfect|exactly|go for it)\b",
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
_PUSHING = re.compile(
    r"\b(exception|nothing you can do|no way around|just this once|no other way|not even|really)\b",
    re.I,
)
_LOST = re.compile(
    r"\b(don't follow|do not follow|what (do )?you mean|don't get it|lost me|rephrase|don't understand"
    r"|say that again)\b",
    re.I,
)
_LETS_GO = re.compile(
    r"\b(?:leave (?:it|that|this|things)|rather not|let's not|against it|after all"
    r"|changed my mind|drop (?:it|that)|forget (?:it|that)|never ?mind"
    r"|(?:don't|do not) want (?:it|that|this)|no longer)\b",
    re.I,
)
_IF_RIGHT = re.compile(r"\b(?:correct|(?<!all )right)\?", re.I)
_WHY = re.compile(r"\b(why|what for|what do you need|(use|used|need) (it |that )?for)\b", re.I)
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
_AGAIN = re.compile(
    r"\b(?:say|repeat|tell me|run) (?:that|it|this)\b|\byou repeat\b|\bwhat was that\b"
    r"|\bcome again\b",
    re.I,
)
_NEXT = re.compile(
    r"\bwhat happens (?:next|now)\?|\bwhat's next\?|^anything (?:else )?i (?:need|have) to do\?"
    r"|\b(?:do i (?:need|have) to do|should i do|is there) (?:any|some)thing(?: else| more)?"
    r"(?: (?:i (?:still )?(?:need|have) to do|left for me to do|for me to do|to do))?"
    r"(?: (?:now|next|myself|on my side|about it))?\?",
    re.I,
)
_ENOUGH = re.compile(
    r"\bneed (?:anything|something) (?:else|more)\b|\banything else you need\b"
    r"|\bis that (?:all|everything|enough)\b|\bwill that do\b",
    re.I,
)
_CHECKS = re.compile(
    r"^(?:so|and|okay|ok|sorry|wait|right|just to be sure)?[,:]?\s*"
    r"(?:so )?(?:that's|that is|that'd be|it's|it is|was that|was it|is that)\b"
    r"|^so (?:on|by|until|from)\b"
    r"|\b(?:right|correct|yes|did i get that right|have i got that right|is that right"
    r"|is that correct|did you say)\s*\?+|\bdid you say\b|\bi heard\b|\bmay i confirm\b",
    re.I,
)
_WISHES = re.compile(
    r"\b(?:could you|can you|would you|will you|could i|can i|i'd like|i would like|i need|i want"
    r"|please)\b",
    re.I,
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


def asks_if_right(text: str) -> bool:
    """Whether its last question is whether something is right, rather than whether to go on."""
    return any(_IF_RIGHT.search(question) for question in questions(text)[-1:])


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


def lets_go(text: str) -> bool:
    """Whether it says that something is not wanted any more. To be asked only where that may be."""
    return bool(_LETS_GO.search(text))


def offers_more(text: str) -> bool:
    """Whether it asks for further wishes."""
    return any(_MORE.search(question) for question in questions(text))


def holds(text: str) -> bool:
    """Whether it ends in asking for patience."""
    return "?" not in text and any(_HOLD.search(last) for last in sentences(text)[-1:])


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


def asks_again(text: str) -> bool:
    """Whether it wants to hear the same once more."""
    return any(_AGAIN.search(question) for question in questions(text))


def asks_next(text: str) -> bool:
    """Whether it asks what there is left to do."""
    return any(_NEXT.search(question) for question in questions(text))


def asks_enough(text: str) -> bool:
    """Whether it asks if the other has all that is needed."""
    return any(_ENOUGH.search(question) for question in questions(text))


def checks(text: str) -> bool:
    """Whether it is a question that asks for something said to be confirmed, and no wish."""
    return any(_CHECKS.search(each) and not _WISHES.search(each) for each in questions(text))


def consents(text: str) -> bool:
    """Whether it says yes to a proposal: a question whether something is ``right`` does not."""
    return affirms(" ".join(each for each in sentences(text) if each not in questions(text))) or (
        affirms(text) and not checks(text)
    )
