"""Other names for tools and arguments: synonyms, and another way to write several words as one.

Names follow from the seed and from the words alone, so one thing is called the same throughout an
environment. They are legal as names of OpenAI functions and arguments, differ from each other, and no
tool is called as any tool of the original is.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from generators.perturbed.words import DEEDS, PREFIXES, THINGS
from personas.record import seeded

LONGEST = 64
_LEGAL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_-]{0,63}")


def _camel(words: list[str]) -> str:
    return words[0] + "".join(word.capitalize() for word in words[1:])


def _pascal(words: list[str]) -> str:
    return "".join(word.capitalize() for word in words)


_TOOL_STYLES: dict[str, Callable[[list[str]], str]] = {
    "snake": "_".join,
    "camel": _camel,
    "pascal": _pascal,
    "kebab": "-".join,
}
_ARGUMENT_STYLES: dict[str, Callable[[list[str]], str]] = {"snake": "_".join, "camel": _camel}


class Namer:
    """Names things in one environment, which ``seed`` stands for."""

    def __init__(self, seed: int, environment: str) -> None:
        rng = seeded(seed, environment, "names")
        self._seed, self._environment = seed, environment
        self._tool = _TOOL_STYLES[rng.choice(sorted(_TOOL_STYLES))]
        self._argument = _ARGUMENT_STYLES[rng.choice(sorted(_ARGUMENT_STYLES))]
        self._prefix = rng.choice(PREFIXES) if rng.random() < 0.25 else ""

    def tools(self, names: Iterable[str]) -> dict[str, str]:
        """Original name -> new one, for all tools of an environment at once."""
        originals = sorted(names)
        taken = set(originals)
        found = {}
        for name in originals:
            words = [each for each in (self._prefix, *self._words(name, deed=True)) if each]
            found[name] = _first_free(self._tool, words, taken)
            taken.add(found[name])
        return found

    def arguments(self, names: Iterable[str]) -> dict[str, str]:
        """Original name -> new one, for all arguments of one tool."""
        taken: set[str] = set()
        found = {}
        for name in names:
            found[name] = _first_free(self._argument, self._words(name), taken)
            taken.add(found[name])
        return found

    def _words(self, name: str, deed: bool = False) -> list[str]:
        left, found = re.findall(r"[A-Za-z0-9]+", name), []
        if deed:
            count = 2 if "_".join(left[:2]) in DEEDS else 1
            found = [self._synonym("_".join(left[:count]), DEEDS)]
            left = left[count:]
        found += [self._synonym(word, THINGS) for word in left]
        return [part for word in found for part in word.split("_")]

    def _synonym(self, word: str, among: Mapping[str, tuple[str, ...]]) -> str:
        rng = seeded(self._seed, f"{self._environment}:{word}", "synonym")
        return rng.choice(among.get(word.lower(), (word,)))


def is_legal(name: str) -> bool:
    """Whether a function or an argument may be called so."""
    return _LEGAL.fullmatch(name) is not None


def _first_free(style: Callable[[list[str]], str], words: list[str], taken: set[str]) -> str:
    return next(name for name in _spellings(style, words) if name not in taken)


def _spellings(style: Callable[[list[str]], str], words: list[str]) -> Iterator[str]:
    """The words in this style, then with something added until it is another name."""
    plain = style(words or ["x"])[:LONGEST]
    if is_legal(plain):
        yield plain
    number = 2
    while True:
        yield f"{style(['the', *words])[: LONGEST - 6]}{number if number > 2 else ''}"
        number += 1
