"""What a check has to say about a domain."""

from personas.record import Record


class Remark(Record):
    """One thing about a domain that somebody should look at: the check that found it, what it is about,
    and what was found. ``broken`` is what no build should be made with; the rest is weak."""

    check: str
    about: str
    found: str
    broken: bool = False
