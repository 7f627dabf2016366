"""Where the arguments of a plan come from: what the user is told must suffice to reach the goal.

A right agent takes a value from what the user knows, from earlier results, from the policy or from the
clock. A choice that a tool's schema offers needs no source, and neither do wording of the agent's own
and a number of one figure, which can be counted. Days may be counted from a day that is known, by a
number that the policy names or twice that.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from generators.blueprint import Action, Blueprint
from generators.domains.domain import Domain
from generators.domains.table import Base
from generators.replay import Replay
from generators.spoken import forms

_SENTENCE = 5
"""Text of so many words is the agent's own."""
_LONGEST = 400
"""Larger numbers in a policy count no days and no things."""


def missing_arguments(
    blueprint: Blueprint, domain: Domain, run: Replay
) -> Iterator[tuple[Action, str]]:
    """A sentence for every argument that comes from nowhere, with the action that it is of. ``run`` is
    that of the plan's actions."""
    told = _Told(blueprint, domain)
    worded = _worded(run.timeline.start.base)
    for action, entry in zip(blueprint.actions, run.timeline.entries, strict=True):
        tool = domain.tools_of(action.party).get(action.tool)
        properties = tool.schema["function"]["parameters"]["properties"] if tool else {}
        for name, value in action.arguments.items():
            schema = properties.get(name, {})
            named = domain.naming.argument(action.party, action.tool, name)
            if named in worded or ("default" in schema and schema["default"] == value):
                continue
            for leaf in leaves(value):
                if not _chosen(leaf, schema) and not told.knows(leaf):
                    yield action, f"{action.tool} needs {name}={leaf!r}, which nothing gives"
        if not entry.error:
            told.read(entry.value)


def leaves(value: Any) -> Iterator[Any]:
    """All scalars in a JSON value."""
    if isinstance(value, dict):
        for each in value.values():
            yield from leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each)
    else:
        yield value


def _gather(value: Any, seen: set[Any]) -> None:
    """Adds all scalars in a JSON value."""
    if isinstance(value, dict):
        for each in value.values():
            _gather(each, seen)
    elif isinstance(value, list):
        for each in value:
            _gather(each, seen)
    else:
        seen.add(value)


def says(text: str, form: str) -> bool:
    """Whether a text has this form of a value, between word boundaries. Both in lower case."""
    at = text.find(form)
    while at >= 0:
        end = at + len(form)
        before = at == 0 or not (text[at - 1].isalnum() or _inside(text, at - 1, -1))
        after = end == len(text) or not (text[end].isalnum() or _inside(text, end, 1))
        if before and after:
            return True
        at = text.find(form, at + 1)
    return False


def _inside(text: str, at: int, step: int) -> bool:
    """Whether this is a mark within a number or an id: ``4.5`` is not ``4``."""
    beyond = at + step
    return text[at] in ".-/:" and 0 <= beyond < len(text) and text[beyond].isdigit()


class _Told:
    """What an agent can have come across so far."""

    def __init__(self, blueprint: Blueprint, domain: Domain) -> None:
        facts = [fact for fact in blueprint.facts if fact.reveal != "never"]
        said = [each.need for each in (*blueprint.goals, *blueprint.changes)]
        said += [form for fact in facts for form in (fact.value, fact.spoken)]
        self._text = "\n".join(said).casefold()
        self._policy = domain.policy.text.casefold()
        self._numbers = _numbers_in(domain.policy.text)
        self._seen: set[Any] = {fact.value for fact in facts}
        self._seen.add(blueprint.clock[:10])

    def read(self, value: Any) -> None:
        """Takes in a result."""
        _gather(value, self._seen)

    def knows(self, leaf: Any) -> bool:
        """Whether the value has been seen, said or written, or is a day that can be counted."""
        if leaf in self._seen or str(leaf) in self._seen:
            return True
        if isinstance(leaf, int) and (abs(leaf) < 10 or self._left(leaf)):
            return True
        if isinstance(leaf, str):
            if len(leaf.split()) >= _SENTENCE or not leaf:
                return True
            if len(leaf) == 10 and (day := _day(leaf)) and self._counted(day):
                return True
        kinds = [form.casefold() for form in forms(leaf)]
        if kinds[0].replace(" ", "").isalpha() and kinds[0] in self._text:
            return True  # Words may be told in the plural.
        if any(says(self._text, form) or says(self._policy, form) for form in kinds):
            return True
        return any(
            isinstance(each, str) and says(each.casefold(), form)
            for form in kinds
            for each in self._seen
        )

    def _left(self, number: int) -> bool:
        """Whether a number below a hundred is what is left of one that the policy names."""
        return number < 100 and any(n - number in self._seen for n in self._numbers)

    def _counted(self, day: date) -> bool:
        days = {_day(each) for each in self._seen if isinstance(each, str)}
        return any(
            day - timedelta(days=n) in days or day + timedelta(days=n) in days
            for n in (0, 1, 7, *self._numbers, *(2 * n for n in self._numbers))
        )


def _chosen(leaf: Any, schema: dict[str, Any]) -> bool:
    if leaf is None or isinstance(leaf, bool):
        return True
    options = (schema, schema.get("items", {}), *schema.get("anyOf", ()))
    return any(leaf in each.get("enum", ()) for each in options)


def _day(text: str) -> date | None:
    if len(text) < 10 or text[4] != "-" or text[7] != "-":
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _numbers_in(policy: str) -> tuple[int, ...]:
    """The numbers that a policy names, of days or of things."""
    found = {int(each) for each in re.findall(r"\b\d{1,3}\b", policy)}
    return tuple(sorted(n for n in found if 0 < n <= _LONGEST))


def _worded(base: Base) -> frozenset[str]:
    """The names of fields that hold somebody's free words."""
    return frozenset(name for spec in base.specs for name in spec.wording)
