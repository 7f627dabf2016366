"""Names of services, tables, tools, intents and fields: which are allowed, and how one is made."""

import re

LONGEST_NAME = 64
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def why_no_name(name: str) -> str:
    """Why this can be no name; empty where it can. Names become files, arguments and slots of
    phrases, so they are lower-case letters, digits and underscores."""
    if not _NAME.fullmatch(name):
        return "a name with other signs than lower-case letters, digits and underscores"
    return "a name that is too long" if len(name) > LONGEST_NAME else ""


def name_of(text: str) -> str:
    """The name that a foreign one becomes: ``FindBus`` is ``find_bus``, ``Hotels_2`` is ``hotels_2``.
    Empty where nothing is left of it."""
    made = "_".join(_WORD.findall(text)).lower()
    if made[:1].isdigit():
        made = f"n_{made}"
    return made[:LONGEST_NAME].rstrip("_")
