"""Values in running text: which numbers, dates, times and ids an utterance mentions.

One value is written in many ways (``84.20``, ``€84.2``; ``14 May 2025``, ``May 14th``; ``T-104``,
``t104``), so mentions are compared by keys and not by spelling. Words for numbers and names are no
mentions; ``states`` finds those by their letters. Nothing here knows what a dialogue is.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

Kind = Literal["number", "date", "time", "id"]


class Mention(NamedTuple):
    """One value in a text. ``shows`` are the keys that it makes known to a listener; it counts as
    known itself when a listener knows any of ``fits``. A date without a year shows less than it
    fits, hence two sets. ``small`` marks what people say without having looked it up."""

    kind: Kind
    text: str
    shows: tuple[str, ...]
    fits: tuple[str, ...]
    small: bool = False


_MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)
_MONTHS = {name[:length]: at for at, name in enumerate(_MONTH_NAMES, 1) for length in (3, 9)}
_MONTHS["sept"] = 9
_SHORT_MONTHS = sorted(set(_MONTHS) - set(_MONTH_NAMES), key=len, reverse=True)
# A full stop belongs to a month that is shortened; after ``may`` it ends the sentence.
_MONTH = f"(?:(?:{'|'.join(_MONTH_NAMES)})\\b|(?:{'|'.join(_SHORT_MONTHS)})\\b\\.?)"
_UNIT = (
    r"(?:kwh|mwh|kw|kva|watt|volts?|amps?|min|mins|sec|secs|hrs?|days?|kg|km|cm|mm|ml|mg|gb|mb"
    r"|eur|gbp|usd|euros?|[hdwmxsvgpckl])"
)
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+[.,]\d+|\d+)"
_SUFFIX = r"(?:\s?[ap]\.?m\b\.?)"
_VALUE = re.compile(
    rf"""(?<![A-Za-z0-9])(?:
      (?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)
    | (?P<iso>(?P<isodate>\d{{4}}-\d\d-\d\d)(?:[T ](?P<isotime>\d\d:\d\d)(?::\d\d)?)?(?![A-Za-z0-9]))
    | (?P<isomonth>(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?![A-Za-z0-9]|[-/]\w))
    | (?P<dm>\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+{_MONTH}(?:,?\s+\d{{4}}\b)?)
    | (?P<md>{_MONTH}\s+(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?\b(?![:.,]\d|\s+{_MONTH})(?:,?\s+\d{{4}}\b)?)
    | (?P<month>{_MONTH}\s+(?:of\s+)?\d{{4}}\b)
    | (?P<slashed>\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{4}}(?![A-Za-z0-9]))
    | (?P<time>(?:\d{{1,2}}:\d\d(?::\d\d)?{_SUFFIX}?|\d{{1,2}}(?:{_SUFFIX}|\s?o'clock))(?![A-Za-z0-9]))
    | (?P<phone>\+?\(?\d{{2,5}}\)?(?:[ -]\(?\d{{2,5}}\)?){{2,}}(?![A-Za-z0-9]|[-/.,]\d))
    | (?P<ordinal>\d+(?:st|nd|rd|th)\b)
    | (?P<number>{_NUMBER}(?:{_UNIT})?(?![A-Za-z0-9])(?![-/_]\d))
    | (?P<id>(?=[A-Za-z_/#-]*\d)[A-Za-z0-9]+(?:[-_/#][A-Za-z0-9]+)*)
    )""",
    re.I | re.X,
)
_MAY_HAVE_VALUES = re.compile(r"[\d@]")
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")


@lru_cache(maxsize=8192)
def mentions(text: str) -> tuple[Mention, ...]:
    """The values in a text, in order. Ordinals (``2nd``) are left out."""
    if not _MAY_HAVE_VALUES.search(text):
        return ()
    found: list[Mention] = []
    for match in _VALUE.finditer(text):
        found.extend(_read(match))
    return tuple(found)


def _read(match: re.Match[str]) -> Iterator[Mention]:
    raw = match.group()
    if match["iso"]:
        yield _date(match["isodate"], *map(int, match["isodate"].split("-")))
        if match["isotime"]:
            yield _time(match["isotime"], match["isotime"])
    elif match["dm"] or match["md"]:
        yield _worded_date(raw)
    elif match["isomonth"] or match["month"]:
        yield _month(raw)
    elif match["slashed"]:
        first, second, year = map(int, re.split(r"[/.]", raw))
        one, two = _date(raw, year, second, first), _date(raw, year, first, second)
        yield Mention("date", raw, one.shows + two.shows, one.fits + two.fits)
    elif match["time"]:
        yield _time(raw, raw.lower())
    elif match["phone"] or match["id"] or match["mail"]:
        yield _id(raw)
    elif match["number"]:
        yield _number(raw)


def _number(raw: str) -> Mention:
    digits = raw.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    plain = digits.replace(",", "") if _GROUPED.fullmatch(digits) else digits.replace(",", ".")
    keys = (number_key(Decimal(plain)),)
    if plain.isdigit() and len(plain) >= 5:
        keys += (f"i:{plain}",)
    small = plain.isdigit() and len(plain) == 1
    return Mention("number", raw, keys, keys, small)


def number_key(value: Decimal) -> str:
    """The key of a number: its shortest decimal form, without sign."""
    plain = f"{abs(value):f}"
    return "n:" + (plain.rstrip("0").rstrip(".") if "." in plain else plain)


def _id(raw: str) -> Mention:
    keys = ("i:" + _bare(raw),)
    return Mention("id", raw, keys, keys)


def _worded_date(raw: str) -> Mention:
    words = re.findall(r"\d+|[a-z]+", raw.lower())
    month = next(_MONTHS[word[:3]] for word in words if word[:3] in _MONTHS)
    day, *year = (int(word) for word in words if word.isdigit())
    return _date(raw, year[0] if year else 0, month, day)


def _date(raw: str, year: int, month: int, day: int) -> Mention:
    short = f"{month:02}-{day:02}"
    if not year:
        return Mention("date", raw, (f"d:{short}", f"d?{short}"), (f"d:{short}",))
    full = f"d:{year:04}-{short}"
    shows = (full, f"d:{short}", f"m:{year:04}-{month:02}")
    return Mention("date", raw, shows, (full, f"d?{short}"))


def _month(raw: str) -> Mention:
    words = re.findall(r"\d+|[a-z]+", raw.lower())
    year = next(int(word) for word in words if len(word) == 4 and word.isdigit())
    named = [_MONTHS[word[:3]] for word in words if word[:3] in _MONTHS]
    keys = (f"m:{year:04}-{named[0] if named else int(words[-1]):02}",)
    return Mention("date", raw, keys, keys)


def _time(raw: str, text: str) -> Mention:
    numbers = [int(part) for part in re.findall(r"\d+", text)]
    hour, minute = numbers[0], numbers[1] if len(numbers) > 1 else 0
    half = re.search(r"([ap])\.?m", text)
    if half:
        hour = hour % 12 + (12 if half[1] == "p" else 0)
    shows = (f"t:{hour:02}:{minute:02}",)
    if half:
        return Mention("time", raw, shows, (*shows, f"t:{hour % 12:02}:{minute:02}"))
    return Mention("time", raw, shows, (*shows, f"t:{(hour + 12) % 24:02}:{minute:02}"))


def _bare(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum() or letter == "@")


_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve"),
)
_ONE = (
    r"(?<!this )(?<!that )(?<!which )(?<!the )(?<!no )(?<!other )(?<!any )(?<!each )(?<!every )"
    r"\bone (?!moment|second|minute|more|thing|another|last|way|(?:of|is|that|which|who|can|with|for"
    r"|at|on|in|from|and|or|to|as|by|if)\b)[a-z]"
)
"""``One`` as a number (``one coat``), and not as in ``one moment`` or ``this one is``."""
_FILLING = re.compile(r"\b(?:at|on|by|of|the|about|euros?|eur|pounds?|gbp)\b|[\s,.;:()€$£%#'\"-]+")


def states(text: str, form: str) -> bool:
    """Whether the text says this form of a value.

    Values are compared by keys, a small number also by its word; anything else must occur letter
    by letter, at word boundaries, whatever the case and white space. An empty form is never said.
    """
    wanted = _only_values(form)
    if wanted:
        return all(_mentioned(text, each) for each in wanted)
    return _worded(form).search(_plain(text)) is not None if form.strip() else False


def states_any(text: str, forms: tuple[str, ...]) -> bool:
    """Whether the text says a value in any of its forms. Where a form has a year, one without does not
    let a date of another year pass."""
    return any(states(text, form) for form in sharp(forms))


@lru_cache(maxsize=8192)
def sharp(forms: tuple[str, ...]) -> tuple[str, ...]:
    """The forms without those that a fuller one makes needless: ``14 May`` beside ``14 May 2025``,
    which a text that leaves out the year says too."""
    dates = {form: _only_values(form) for form in forms}
    full = {key for found in dates.values() for each in found for key in each.shows}
    return tuple(
        form
        for form, found in dates.items()
        if not (
            len(found) == 1
            and found[0].kind == "date"
            and any(key.startswith("d?") for key in found[0].shows)
            and any(key.endswith(found[0].shows[0][1:].replace(":", "-")) for key in full)
        )
    )


@lru_cache(maxsize=8192)
def _only_values(form: str) -> tuple[Mention, ...]:
    """The values that a form is made of; none when it has words beside them."""
    found = mentions(form)
    return found if found and not _FILLING.sub("", _without(form, found)) else ()


def _mentioned(text: str, wanted: Mention) -> bool:
    if any(not set(each.fits).isdisjoint(wanted.shows) for each in mentions(text)):
        return True
    if wanted.kind != "number":
        return False
    digits = wanted.shows[0][2:]
    if not digits.isdigit() or int(digits) >= len(_WORDS):
        return False
    word = _WORDS[int(digits)]
    pattern = _ONE if word == "one" else rf"\b{word}\b"
    return re.search(pattern, text, re.I) is not None


def _without(form: str, found: tuple[Mention, ...]) -> str:
    rest = form
    for each in found:
        rest = rest.replace(each.text, " ", 1)
    return rest.casefold()


@lru_cache(maxsize=4096)
def _worded(form: str) -> re.Pattern[str]:
    words = r"\s+".join(re.escape(word) for word in _plain(form).split())
    return re.compile(rf"(?<!\w){words}(?!\w)")


def _plain(text: str) -> str:
    return text.casefold().replace("’", "'")
