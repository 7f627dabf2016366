"""Data that nothing looks at: tables and columns whose values could be any.

Each column is put to the test by spoiling it, in every row at once, and doing again what was done: where
no tool gives another result, and no intent draws or solves another case, nothing reads it. Keys and
references hold tables together and are not looked at; nor are columns that plans write, which count when
a dialogue's end state is compared.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace as with_fields
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import fields, replace

from generators.blueprint import Blueprint
from generators.domain_check.remark import Remark
from generators.domain_check.solving import SEED, Case, Trials, spec_of
from generators.domains.domain import Domain
from generators.domains.table import Base, Row, TableSpec
from generators.domains.world import World, world_of
from generators.planning import plan_blueprint

CHECK = "data"
_PLANS = 6
"""How many plans of each intent are done again."""
_OTHER = "\u00a4"
"""What no data holds."""


class Column(NamedTuple):
    """A field of a table."""

    table: TableSpec
    field: str

    def spoiled(self, row: Row) -> Row:
        """The row with another value in this column."""
        value = getattr(row, self.field)
        return replace(row, **{self.field: not value if isinstance(value, bool) else _OTHER})


def data_remarks(domain: Domain, trials: Trials) -> Iterator[Remark]:
    """Tables and columns that no tool or intent reads or returns."""
    base = domain.seed(0)
    filled = [spec for spec in base.specs if base.tables[spec.row].rows]
    written = {
        (change.table, field)
        for case in trials.spread(len(trials.plans))
        for change in case.plan.end_diff
        for field in change.after
    }
    changed = {table for table, _ in written}
    for spec in base.specs:
        if spec not in filled and spec.name not in changed:
            yield Remark(
                check=CHECK, about=spec.name, found="no row is in it, and no plan adds one"
            )
    cases = trials.spread(_PLANS)
    columns = [
        each
        for spec in filled
        for each in _columns(spec)
        if (spec.name, each.field) not in written and not _catalogued(base, each)
    ]
    dead = list(_not_drawn(domain, base, _not_returned(domain, columns, cases), cases))
    for spec in filled:
        unread = [column.field for column in _columns(spec) if column in dead]
        if unread and len(unread) == len(_columns(spec)):
            found = f"no tool and no intent reads its values: {', '.join(unread)}"
            yield Remark(check=CHECK, about=spec.name, found=found)
        else:
            for field in unread:
                found = "no tool and no intent reads it"
                yield Remark(check=CHECK, about=f"{spec.name}.{field}", found=found)


def _catalogued(base: Base, column: Column) -> bool:
    """Whether some table has the column as an entry: what a catalogue names may be queried."""
    name = f"{column.table.name}.{column.field}"
    return any(name in table.rows for table in base.tables.values())


def _columns(spec: TableSpec) -> list[Column]:
    structural = {spec.key, *spec.references}
    return [Column(spec, each.name) for each in fields(spec.row) if each.name not in structural]


def _not_returned(domain: Domain, columns: list[Column], cases: Iterable[Case]) -> list[Column]:
    """Those of the columns that make no difference to any result of a call."""
    left = columns
    for case in cases:
        if not left:
            break
        right = _results(world_of(case.plan, domain), case.plan)
        left = [each for each in left if _results_without(domain, case.plan, each) == right]
    return left


def _results_without(domain: Domain, plan: Blueprint, column: Column) -> list[str]:
    world = world_of(plan, domain)
    table = world.db[column.table.row]
    table.own = {str(getattr(row, column.table.key)): column.spoiled(row) for row in table}
    return _results(world, plan)


def _results(world: World, plan: Blueprint) -> list[str]:
    calls = ((each.party, each.tool, each.arguments) for each in plan.actions)
    return [
        world.call(party, tool, msgspec.json.encode(arguments).decode()).content
        for party, tool, arguments in calls
    ]


def _not_drawn(
    domain: Domain, base: Base, columns: list[Column], cases: Iterable[Case]
) -> Iterator[Column]:
    """Those of the columns that make no difference to what is planned in one world."""
    cases = list(cases)
    known: Mapping[type[Row], list[Row]] = {
        row: list(table.rows.values()) for row, table in base.tables.items()
    }
    right = [_planned(domain, case) for case in cases] if columns else []
    for column in columns:
        kind = column.table.row
        rows = {**known, kind: [column.spoiled(row) for row in known[kind]]}
        other = Base(base.specs, rows)
        spoiled = with_fields(domain, seed=lambda number, other=other: other)
        pairs = zip(cases, right, strict=True)
        if all(_planned(spoiled, case) == expected for case, expected in pairs):
            yield column


def _planned(domain: Domain, case: Case) -> Any:
    """What a candidate becomes in the first world, without what its hashes are of."""
    spec = spec_of(domain, domain.intents[case.intent], worlds=1)
    try:
        plan = plan_blueprint(domain, case.persona, spec, SEED, case.index)
    except Exception as bug:
        # With data that mean nothing anything may happen: that it does is the answer.
        return str(bug)
    if not isinstance(plan, Blueprint):
        return plan
    return (plan.goals, plan.facts, plan.actions, plan.steps, plan.must_say, plan.must_not_say)
