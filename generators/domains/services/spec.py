"""A service as data: its tables, tools and intents, as they stand in ``service.yaml``.

The records of this file are what importers write and what people edit. Nothing in them is code: a tool
is one of six kinds, an intent one of eight, and both say which table and which fields they are about.
"""

from typing import Any, Literal, dataclass_transform

import msgspec

FieldType = Literal["text", "integer", "number", "boolean", "date", "time", "datetime"]
"""``date`` is ``2019-03-01``, ``time`` is ``07:40``, ``datetime`` is ``2019-03-01T07:40:00``; all three
are held as text. ``integer`` and ``number`` are JSON numbers."""

ToolKind = Literal["search", "list", "get", "create", "update", "delete"]
IntentKind = Literal[
    "find", "find_none", "find_other", "look_up", "list", "create", "update", "delete"
]
Match = Literal["equal", "contains", "at_least", "at_most"]
Rule = Literal["caller_first", "confirmed", "only_found", "nothing_invented", "nothing_twice"]
"""What code can check of a policy (see ``rules``)."""


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a service file."""


class FieldSpec(_Part, omit_defaults=True):
    """One field of a table.

    ``choices`` are the only values that it may have, for fields of type text or integer. ``label`` is
    how people call it, without an article (``check-in date``; its name in words when empty), ``cues``
    are words of which a question for it has at least one (the label's when empty). ``unit`` is what a
    number counts, in the plural (``rooms``). A boolean is said as ``when_true`` or ``when_false``
    (``with wifi``). ``examples`` are values that callers may bring along where no table of the service
    has them; where several fields of a table have equally many, those at one place belong together.
    Where ``nullable``, a row may lack it.
    """

    type: FieldType = "text"
    description: str = ""
    choices: tuple[str | int, ...] = ()
    label: str = ""
    unit: str = ""
    cues: tuple[str, ...] = ()
    when_true: str = ""
    when_false: str = ""
    examples: tuple[str | int | float | bool, ...] = ()
    nullable: bool = False


class TableEntry(_Part, omit_defaults=True):
    """One table; its rows stand in ``rows/<name>.jsonl``, none when there is no such file.

    ``key`` is a field of type text or integer that no two rows share. ``owner`` is the field that holds
    the id of the caller to whom the row belongs, empty when rows belong to nobody; ``references`` are
    fields that hold keys of other tables (field -> table). ``wording`` are fields with free words, in
    which two right dialogues may differ.
    """

    key: str
    fields: dict[str, FieldSpec]
    owner: str = ""
    references: dict[str, str] = {}
    wording: tuple[str, ...] = ()


class ArgumentSpec(_Part, omit_defaults=True):
    """One argument of a tool. It has the type, choices and description of ``field``, a field of the
    tool's table (the one of the same name when empty), unless ``description`` says more.

    An optional argument without ``default`` may be left out. ``match`` says which rows a search finds.
    """

    field: str = ""
    required: bool = False
    default: str | int | float | bool | None = None
    match: Match = "equal"
    description: str = ""


class ToolSpec(_Part, omit_defaults=True):
    """One tool over one table, by its kind:

    * ``search`` and ``list`` give up to ``limit`` rows that match all arguments given. The result says
      what was ``searched``, how many there are in ``total``, and the ``results``.
    * ``get`` gives the one row whose key it is given.
    * ``create`` writes a row of its arguments and answers with it. Its key is an argument, or else
      made of ``prefix`` and of what was given. With ``found_in``, a row of that table must agree in the
      fields ``matches``; the fields ``copies`` are taken over from the first that does.
    * ``update`` changes the fields that it is given of the row with this key; ``delete`` removes it.

    ``names`` are the arguments by which people name what they search for: they are said when there is
    none. ``create`` and ``update`` also set the fields in ``sets``. Of each row, the fields in
    ``returns`` are given, all of them when that is empty. Where the table has an ``owner`` and an
    argument stands for that field, the tool sees rows of that caller only.
    """

    kind: ToolKind
    table: str
    description: str
    arguments: dict[str, ArgumentSpec] = {}
    returns: tuple[str, ...] = ()
    limit: int = 5
    names: tuple[str, ...] = ()
    prefix: str = ""
    found_in: str = ""
    matches: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    sets: dict[str, str | int | float | bool | None] = {}


class IntentSpec(_Part, omit_defaults=True):
    """One thing that callers want, by its kind:

    * ``find``, ``find_none``, ``find_other`` use a ``search``: there is something, there is nothing, or
      there is nothing until the caller takes another value for one criterion.
    * ``look_up`` uses a ``get``, ``list`` a ``list``.
    * ``create``, ``update``, ``delete`` use a tool of that kind, after the caller's yes to all values.
      With ``search``, a ``create`` finds first what it is about.

    ``want`` completes "You want to ..."; ``tells`` are fields of the result that the caller must hear,
    the one that names it first (for ``find_none`` there are none). ``clauses`` are those of the policy
    that it puts to the test.
    """

    kind: IntentKind
    tool: str
    title: str
    want: str
    tells: tuple[str, ...] = ()
    search: str = ""
    clauses: tuple[str, ...] = ()
    weight: float = 1.0


class ServiceSpec(_Part, omit_defaults=True):
    """What stands in ``service.yaml``. ``clock`` is the world's frozen time, ISO 8601 without zone.

    ``callers`` is how many people the service knows, each with an id, a name and a phone number; they
    are made from the world's seed. With none, everybody is served without being asked who they are.
    ``rules`` says which clause of ``policy.md`` is checked by which code. ``source`` is what the folder
    was made from, for people.
    """

    name: str
    title: str
    summary: str
    clock: str
    tables: dict[str, TableEntry]
    tools: dict[str, ToolSpec]
    intents: dict[str, IntentSpec]
    callers: int = 0
    rules: dict[str, Rule] = {}
    source: str = ""


class Note(_Part):
    """One thing that was left out, or guessed: ``where`` it is (``tools.search_hotel.limit``), what
    was found there, and what was done and why."""

    where: str
    found: str
    done: str


class ImportNotes(_Part, omit_defaults=True):
    """What stands in ``import.yaml``: what could not be imported, and what was guessed, for the user
    to confirm."""

    source: str
    left_out: tuple[Note, ...] = ()
    guessed: tuple[Note, ...] = ()


Value = str | int | float | bool | None
Rows = dict[str, list[dict[str, Any]]]
"""Rows by table, as they stand in ``rows/``."""
