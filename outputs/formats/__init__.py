"""One file per trainer's format. A new one is a file here and one line below."""

from outputs.formats.format import Format, UnknownOption
from outputs.formats.openai import OPENAI
from outputs.formats.trl import TRL
from outputs.formats.verl import VERL

FORMATS: dict[str, Format] = {each.name: each for each in (OPENAI, TRL, VERL)}


def format_named(name: str) -> Format:
    """The format. Raises ``UnknownOption``, which lists those there are."""
    if name not in FORMATS:
        raise UnknownOption(f"unknown format {name!r}; there are: {', '.join(sorted(FORMATS))}")
    return FORMATS[name]
