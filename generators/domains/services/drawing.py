"""Cases for a service's intents: what there is, what there is not, what can be done.

Every draw looks at the state that the goals before have left, and at what the caller has said already:
one caller has one date, one city and one party in mind.
"""

from collections.abc import Callable, Iterator
from typing import Any

from generators.blueprint import Fact
from generators.domains.domain import Draw
from generators.domains.services.cases import (
    OTHER,
    SEARCHED_BY,
    Given,
    Moment,
    distinct,
    facts_of,
    found_by,
    free_key,
    known_values,
    liked_values,
    need_of,
    searched_before,
    tellable,
)
from generators.domains.services.sampling import sampler
from generators.domains.services.scope import (
    Scope,
    field_of,
    key_argument,
    owner_argument,
)
from generators.domains.services.spec import IntentSpec, ToolSpec
from generators.domains.services.tools import agreeing
from generators.domains.services.values import as_text, saying
from generators.domains.services.words import label_of
from generators.domains.table import Row

TRIES = 16
_WISHES = 0.4
"""The chance that a caller has a wish about a criterion that a search can do without."""
_NARROWS = 5
"""How many criteria with something to find are looked at for one with a single thing."""
_DEFAULTS = 0.5
_CONTINUES = 0.5
"""The chance that a further wish is about the same city, date or party as the ones before."""
_OTHER_CUES = ("other", "another", "different", "instead", "else", "alternative")


def draw_find(scope: Scope, intent: IntentSpec, moment: Moment) -> Draw | None:
    """Criteria that something meets; where it is easy, one thing only."""
    tool = scope.spec.tools[intent.tool]
    known = known_values(moment)
    best: tuple[int, Given] | None = None
    tries = 0
    for row in _candidates(scope, tool, moment):
        given = _criteria(scope, tool, row, moment)
        if given is None:
            continue
        found = found_by(scope, tool, moment, given)
        if not found or not tellable(found[0], intent.tells):
            continue
        if searched_before(moment, tool, scope.tool(intent.tool), given):
            continue
        if best is None or len(found) < best[0]:
            best = (len(found), given)
        tries += 1
        if best[0] == 1 or tries == _NARROWS:
            break
    if best is None:
        return None
    facts = facts_of(scope, tool, best[1], known)
    return Draw(need=need_of(intent, facts), slots=best[1], facts=facts)


def draw_none(scope: Scope, intent: IntentSpec, moment: Moment) -> Draw | None:
    """Criteria that each occur in the data, and that nothing meets together."""
    tool = scope.spec.tools[intent.tool]
    for given, _, _ in _unmet(scope, intent.tool, moment):
        facts = facts_of(scope, tool, given, known_values(moment))
        return Draw(need=need_of(intent, facts), slots=given, facts=facts)
    return None


def draw_other(scope: Scope, intent: IntentSpec, moment: Moment) -> Draw | None:
    """Criteria that nothing meets, and another value for one of them with which something does."""
    tool = scope.spec.tools[intent.tool]
    for given, name, value in _unmet(scope, intent.tool, moment):
        found = found_by(scope, tool, moment, {**given, name: value})
        if not found or not tellable(found[0], intent.tells):
            continue
        known = known_values(moment)
        if not distinct({**given, OTHER: value}) or as_text(value) in map(as_text, known.values()):
            continue
        field = field_of(scope.spec, tool, name)
        other = Fact(
            key=free_key(scope.fact(f"{OTHER}{name}"), known),
            value=as_text(value),
            spoken=saying(field, value),
            reveal="when_asked",
            cues=_OTHER_CUES,
        )
        facts = facts_of(scope, tool, given, known)
        more = f" Should there be none, another {label_of(name, field)} would do."
        return Draw(
            need=need_of(intent, facts, more),
            slots={**given, f"{OTHER}{name}": value},
            facts=(*facts, other),
        )
    return None


def draw_row(scope: Scope, intent: IntentSpec, moment: Moment) -> Draw | None:
    """One row that the caller knows by its key: to be looked up or removed."""
    tool = scope.spec.tools[intent.tool]
    key = key_argument(scope.spec, tool)
    known = known_values(moment)
    for row in _candidates(scope, tool, moment):
        given = {key: getattr(row, tool.arguments[key].field or key)}
        if tellable(row, intent.tells):
            facts = facts_of(scope, tool, given, known)
            return Draw(need=need_of(intent, facts), slots=given, facts=facts)
    return None


def draw_update(scope: Scope, intent: IntentSpec, moment: Moment) -> Draw | None:
    """One row that the caller knows by its key, and one new value in it; the tool may set more."""
    tool, rng = scope.spec.tools[intent.tool], moment.rng
    key = key_argument(scope.spec, tool)
    changing = [
        name for name in tool.arguments if name not in (key, owner_argument(scope.spec, tool))
    ]
    known = known_values(moment)
    for row in _candidates(scope, tool, moment):
        given: Given = {key: getattr(row, tool.arguments[key].field or key)}
        wanted = [name for name in changing if tool.arguments[name].required]
        wanted = wanted or ([rng.choice(changing)] if changing else [])
        sample = sampler(scope, tool, moment)
        for name in wanted:
            given[name] = sample(name)
        values = {tool.arguments[name].field or name: given[name] for name in wanted} | tool.sets
        if None in given.values() or not distinct(given):
            continue
        if all(getattr(row, name) == value for name, value in values.items()):
            continue
        facts = facts_of(scope, tool, given, known)
        return Draw(need=need_of(intent, facts), slots=given, facts=facts)
    return None


def draw_create(scope: Scope, intent: IntentSpec, moment: Moment) -> Draw | None:
    """All that a write needs. What it is about is in the data; where a search comes first, it finds
    it, and what is found alone need not be named by the caller."""
    tool = scope.spec.tools[intent.tool]
    known = known_values(moment)
    about = scope.spec.tools[intent.search] if intent.search else tool
    for row in _things(scope, intent, moment):
        given: Given = {}
        derived: set[str] = set()
        values = _values_of(scope, tool, row)
        if intent.search and row is not None:
            found_with = _leading_to(scope, intent.search, tool, row, moment)
            if found_with is None:
                continue
            given, alone = found_with
            derived = {name for name in values if alone and name not in given}
        if (
            row is not None
            and next(iter(agreeing(scope, moment.db, tool, _by_field(tool, values))), None) != row
        ):
            continue
        sample = sampler(scope, tool, moment)
        owner = owner_argument(scope.spec, tool)
        for name, argument in tool.arguments.items():
            if name in values or name == owner:
                continue
            value = given.get(name)
            if value is None and intent.search and name in about.arguments:
                value = getattr(row, about.arguments[name].field or name)
            if value is None and moment.rng.random() < _CONTINUES:
                value = liked_values(moment).get(scope.fact(name))
            if value is None and argument.default is not None and moment.rng.random() < _DEFAULTS:
                value = argument.default
            values[name] = sample(name) if value is None else value
        every = {**given, **values}
        told = {name: value for name, value in every.items() if name not in derived}
        told = {k: v for k, v in told.items() if not _is_default(tool, k, v) or k in given}
        if None in every.values() or not distinct(told):
            continue
        facts = {each.key: each for each in facts_of(scope, about, given, known)}
        own = {k: v for k, v in told.items() if k in tool.arguments and k not in given}
        facts |= {each.key: each for each in facts_of(scope, tool, own, known)}
        more = " You take what is offered first." if derived else ""
        return Draw(
            need=need_of(intent, facts.values(), more),
            slots={**every, SEARCHED_BY: ", ".join(given)},
            facts=tuple(facts.values()),
        )
    return None


def _things(scope: Scope, intent: IntentSpec, moment: Moment) -> Iterator[Row | None]:
    """What a ``create`` may be about: what was found before first, then any. None, several times,
    where it is about nothing that the service has."""
    tool = scope.spec.tools[intent.tool]
    if not tool.found_in:
        yield from [None] * TRIES
        return
    table = moment.db[scope.row(tool.found_in)]
    for outputs in moment.earlier.values():
        key = outputs.get("found", {}).get(scope.named(tool.found_in))
        row = table.find(key) if key else None
        if row is not None:
            yield row
    about = scope.spec.tools[intent.search] if intent.search else tool
    yield from _candidates(scope, about, moment, tool.found_in)


def _leading_to(
    scope: Scope, search_name: str, tool: ToolSpec, row: Row, moment: Moment
) -> tuple[Given, bool] | None:
    """Arguments with which the search shows the row, and whether it shows nothing else: those of a
    search before that has shown it already, if there was one."""
    search = scope.spec.tools[search_name]
    before = [
        dict(given)
        for outputs in moment.earlier.values()
        for name, given in outputs.get("searched", ())
        if name == scope.tool(search_name)
    ]
    before = [
        each for each in before if row in found_by(scope, search, moment, each)[: search.limit]
    ]
    given = before[-1] if before else _criteria(scope, search, row, moment)
    if given is None:
        return None
    found = found_by(scope, search, moment, given)
    if len(found) > 1 and not before:
        for name in tool.matches:
            if name in search.arguments and getattr(row, name) is not None:
                given[name] = getattr(row, name)
        found = found_by(scope, search, moment, given)
    if row not in found[: search.limit]:
        return None
    return given, len(found) == 1


def _values_of(scope: Scope, tool: ToolSpec, row: Row | None) -> Given:
    """The arguments of a ``create`` that the row which it is about decides."""
    if row is None:
        return {}
    return {
        name: getattr(row, each.field or name)
        for name, each in tool.arguments.items()
        if (each.field or name) in tool.matches
    }


def _by_field(tool: ToolSpec, values: Given) -> Given:
    return {tool.arguments[name].field or name: value for name, value in values.items()}


def _is_default(tool: ToolSpec, name: str, value: Any) -> bool:
    return name in tool.arguments and tool.arguments[name].default == value


def _candidates(scope: Scope, tool: ToolSpec, moment: Moment, table: str = "") -> Iterator[Row]:
    """Rows that the caller may mean, at random: those that go with what was said before."""
    name = table or tool.table
    owner = "" if table else scope.spec.tables[name].owner
    if owner and owner_argument(scope.spec, tool):
        rows = list(moment.db[scope.row(name)].where(**{owner: moment.subject}))
    else:
        rows = list(moment.db[scope.row(name)])
    liked = liked_values(moment)
    bound = [
        (each.field or argument, liked[scope.fact(argument)])
        for argument, each in tool.arguments.items()
        if scope.fact(argument) in liked
    ]
    if bound and moment.rng.random() < _CONTINUES:
        rows = [r for r in rows if all(getattr(r, k, v) == v for k, v in bound)]
    for _ in range(TRIES if rows else 0):
        yield moment.rng.choice(rows)


def _criteria(
    scope: Scope, tool: ToolSpec, row: Row, moment: Moment, exact: bool = False
) -> Given | None:
    """Arguments with which a search finds the row; None when the row lacks one that is needed. With
    ``exact`` they are those that must be said when there is nothing, and no wish besides."""
    given: Given = {}
    liked = {} if exact else liked_values(moment)
    owner = owner_argument(scope.spec, tool)
    for name, argument in tool.arguments.items():
        value = getattr(row, argument.field or name)
        if name == owner:
            continue
        needed = argument.required or (exact and name in tool.names)
        if needed and (value is None or (value is False and not argument.required)):
            return None
        if value is None:
            continue
        wished = not exact and value is not False and moment.rng.random() < _WISHES
        if argument.default is not None:
            wished = value != argument.default
        if needed or wished or liked.get(scope.fact(name)) == value:
            given[name] = value
    if not given and tool.names:
        value = getattr(row, tool.arguments[tool.names[0]].field or tool.names[0])
        given = {} if value is None else {tool.names[0]: value}
    return given if distinct(given) else None


def _unmet(scope: Scope, tool_name: str, moment: Moment) -> Iterator[tuple[Given, str, Any]]:
    """Criteria that nothing meets, the one that was put wrong, and its value that was right."""
    tool, rng = scope.spec.tools[tool_name], moment.rng
    values: dict[str, list[Any]] = {}
    for row in _candidates(scope, tool, moment):
        given = _criteria(scope, tool, row, moment, exact=True)
        names = [n for n in tool.names if given and not isinstance(given.get(n), bool | None)]
        if not given or not names:
            continue
        name = rng.choice(names)
        if name not in values:
            field = tool.arguments[name].field or name
            seen = {getattr(each, field) for each in moment.db[scope.row(tool.table)]}
            values[name] = sorted(seen - {None}, key=as_text)
        right = given[name]
        others = [value for value in values[name] if value != right]
        if not others:
            continue
        wrong = {**given, name: rng.choice(others)}
        if not distinct(wrong):
            continue
        if found_by(scope, tool, moment, wrong):
            continue
        if not searched_before(moment, tool, scope.tool(tool_name), wrong):
            yield wrong, name, right


DRAWS: dict[str, Callable[[Scope, IntentSpec, Moment], Draw | None]] = {
    "find": draw_find,
    "list": draw_find,
    "find_none": draw_none,
    "find_other": draw_other,
    "look_up": draw_row,
    "delete": draw_row,
    "update": draw_update,
    "create": draw_create,
}
"""How a case is drawn, by the kind of the intent."""
