"""Calls that a server's parser did not see and left in the text.

A model that was trained on another way of writing calls, or a parser with a bug, turns a call into
words. What can be read as calls of known tools, with clean words around them, is taken as that;
anything else that looks like a call makes the reply malformed. Ordinary words are never touched.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from generators.event import ToolCall
from generators.llm.draft import Malformed

_MARKS = re.compile(
    r"</?\|?tool[ _▁]?(?:calls?|use|outputs?)\b|<\|?/?function[=_ ]?(?:calls?)?\b|</?parameter\b"
    r"|\[/?TOOL_CALLS?\]|\[ARGS\]|<\|python_tag\|>|functools\s*\[|</?\w+:(?:tool_call|function_calls?|invoke)"
    r"|</?invoke\b|<｜tool|<\|tool"
    r"|\"(?:name|function|tool)\"\s*:.*\"(?:arguments|parameters|args)\"\s*:"
    r"|\"(?:arguments|parameters|args)\"\s*:.*\"(?:name|function|tool)\"\s*:",
    re.I | re.S,
)
_WRAPPING = (
    r"(?:</?\|?tool[ _]?calls?\|?>|</?function_calls?>|\[/?TOOL_CALLS?\]|<\|python_tag\|>|functools"
    r"|<\|?(?:eom_id|eot_id|im_end)\|?>|```(?:json|tool_calls?|tool_code)?)"
)
_BEFORE = re.compile(rf"(?:{_WRAPPING}\s*)+\Z", re.I)
_AFTER = re.compile(rf"\A(?:\s*{_WRAPPING})+", re.I)
"""What belongs to a call that it stands next to; anywhere else it is half a call."""
_FUNCTION = re.compile(r"<function=(?P<name>[\w.-]+)>(?P<body>.*?)</function>", re.S | re.I)
_PARAMETER = re.compile(r"<parameter=(?P<key>[\w.-]+)>(?P<value>.*?)</parameter>", re.S | re.I)
_NAMED = re.compile(r"\[TOOL_CALLS?\]\s*(?P<name>[\w.-]+)\s*(?:\[ARGS\])?\s*(?=\{)", re.I)
_READ = json.JSONDecoder().raw_decode
_MOST_VALUES = 32
"""So many JSON values are looked at in one text; no honest reply has more."""

Schemas = Mapping[str, Mapping[str, Any]]
"""Tool name -> the JSON schema of its arguments."""


class _Written(msgspec.Struct):
    name: str = ""
    tool: str = ""
    function: msgspec.Raw = msgspec.Raw()
    arguments: msgspec.Raw = msgspec.Raw()
    parameters: msgspec.Raw = msgspec.Raw()
    args: msgspec.Raw = msgspec.Raw()


def rescued(
    text: str, tools: Schemas, others: tuple[str, ...] = ()
) -> tuple[str, tuple[ToolCall, ...]]:
    """The words in the text, and the calls that were left in it, arguments as they were written.
    ``others`` are names of tools that are not the speaker's.

    Raises ``Malformed`` when something in it looks like a call and cannot be read as one of ``tools``
    with clean words around it.
    """
    calling = _calling((*tools, *others))
    if not _suspicious(text, calling):
        return text, ()
    calls: list[ToolCall] = []
    rest: list[str] = []
    at = 0
    for start, end, found in _places(text, tools):
        rest.append(_BEFORE.sub("", _between(text[at:start], bool(calls))))
        calls += found
        at = end
    rest.append(_between(text[at:], bool(calls)))
    words = "".join(rest).strip()
    if calls and not words.strip(" \n\t,;[]"):
        words = ""
    if not calls or _suspicious(words, calling):
        raise Malformed(
            "residue",
            "There is a tool call in the text of your message. Make calls in the way you were told to,"
            " and write none into the message.",
        )
    return words, tuple(calls)


def _between(text: str, after_call: bool) -> str:
    return _AFTER.sub("", text) if after_call else text


def _suspicious(text: str, calling: re.Pattern[str]) -> bool:
    return bool(_MARKS.search(text) or calling.search(text))


@lru_cache(maxsize=256)
def _calling(names: tuple[str, ...]) -> re.Pattern[str]:
    """Finds a tool called as a function, or named in a block of JSON."""
    if not names:
        return re.compile(r"(?!)")
    ordered = sorted(names, key=len, reverse=True)
    either = "|".join(map(re.escape, ordered))
    # A tool of one plain word may stand before a bracket in any sentence.
    called = "|".join(
        rf"{re.escape(name)}\s*\(" if "_" in name else rf"\b{re.escape(name)}\(" for name in ordered
    )
    return re.compile(rf"(?:{called})|```[^`]*\"(?:{either})\"|\{{\s*\"(?:{either})\"\s*:\s*\{{")


def _places(text: str, tools: Schemas) -> Iterator[tuple[int, int, list[ToolCall]]]:
    """Where calls stand in the text, in order, without overlap."""
    at = 0
    for match in _FUNCTION.finditer(text):
        call = _function(match["name"], match["body"], tools)
        if call:
            yield from _values(text, at, match.start(), tools)
            yield match.start(), match.end(), [call]
            at = match.end()
    yield from _values(text, at, len(text), tools)


def _values(
    text: str, at: int, end: int, tools: Schemas
) -> Iterator[tuple[int, int, list[ToolCall]]]:
    for _ in range(_MOST_VALUES):
        start = min(
            (p for p in (text.find("{", at, end), text.find("[", at, end)) if p >= 0), default=-1
        )
        if start < 0:
            return
        named = _NAMED.match(text, start, end)
        begin = named.end() if named else start
        try:
            _, stop = _READ(text, begin)
        except (ValueError, RecursionError):
            stop = -1
        if stop < 0 or stop > end:
            at = start + 1
            continue
        raw = text[begin:stop]
        found = _named(named["name"], raw, tools) if named else _calls_in(raw, tools)
        if found:
            yield start, stop, found
        at = stop if found else start + 1


def _named(name: str, raw: str, tools: Schemas) -> list[ToolCall]:
    return [ToolCall(id="", name=name, arguments=raw)] if name in tools else []


def _calls_in(raw: str, tools: Schemas) -> list[ToolCall]:
    """The calls in one JSON value: an object, or a list of nothing but calls."""
    try:
        if raw.startswith("["):
            written = msgspec.json.decode(raw, type=list[_Written])
        else:
            written = [msgspec.json.decode(raw, type=_Written)]
    except (msgspec.DecodeError, RecursionError):
        return []
    calls = [_call(each, tools) for each in written]
    return [each for each in calls if each] if all(calls) else []


def _call(written: _Written, tools: Schemas) -> ToolCall | None:
    name, given = written.name or written.tool, written
    function = bytes(written.function).decode()
    try:
        if function.startswith('"'):
            name = name or msgspec.json.decode(function, type=str)
        elif function:
            given = msgspec.json.decode(function, type=_Written)
            name = given.name
    except (msgspec.DecodeError, RecursionError):
        return None
    raw = bytes(given.arguments) or bytes(given.parameters) or bytes(given.args)
    arguments = unwrapped(raw.decode())
    if name not in tools or not arguments.startswith("{"):
        return None
    return ToolCall(id="", name=name, arguments=arguments)


def unwrapped(arguments: str) -> str:
    """Arguments that were encoded twice, as the object that they are; others as they are."""
    if not arguments.startswith('"'):
        return arguments
    try:
        inner = msgspec.json.decode(arguments, type=str)
        msgspec.json.decode(inner, type=dict)
    except (msgspec.DecodeError, RecursionError):
        return arguments
    return inner.strip()


def _function(name: str, body: str, tools: Schemas) -> ToolCall | None:
    """A call as ``<function=name>``, its body an object or one element per argument."""
    if name not in tools:
        return None
    parameters = list(_PARAMETER.finditer(body))
    if not parameters:
        body = body.strip() or "{}"
        try:
            msgspec.json.decode(body, type=dict)
        except (msgspec.DecodeError, RecursionError):
            return None
        return ToolCall(id="", name=name, arguments=body)
    if _PARAMETER.sub("", body).strip():
        return None
    known = tools[name].get("properties", {})
    values = {
        each["key"]: _typed(each["value"].strip("\n"), known.get(each["key"], {}))
        for each in parameters
    }
    return ToolCall(id="", name=name, arguments=msgspec.json.encode(values).decode())


def _typed(text: str, schema: Mapping[str, Any]) -> Any:
    """An argument that was written without quotes, as the schema has it."""
    if schema.get("type") == "string":
        return text
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text
