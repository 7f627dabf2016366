"""How a language model plays a party, as plain data."""

from typing import Literal

from personas.record import Record


class TurnChecks(Record):
    """What a draft must pass: ``rules`` are names in ``TURN_RULES``. At most ``redrafts`` more drafts
    are asked for; after the last the turn is kept as it is, or ends the dialogue (``fail``)."""

    rules: tuple[str, ...] = ()
    redrafts: int = 2
    then: Literal["keep", "fail"] = "keep"


class Settings(Record):
    """``mode``: ``structured`` answers in one JSON object, ``tools`` speaks freely and calls tools by
    the server's parser. ``think`` asks for a private thought before each turn. ``prompt`` is the text
    of the template that the party's brief was filled from, empty for our own. ``acts`` are the dialogue
    acts that a planner chooses from, with their meanings; ``checks`` None accepts every draft."""

    mode: Literal["structured", "tools"] = "structured"
    think: bool = False
    prompt: str = ""
    checks: TurnChecks | None = None
    acts: dict[str, str] = {}
