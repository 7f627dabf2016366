"""A service folder written by hand, with a tool and an intent of every kind: a shed that lends tools."""

from pathlib import Path

import yaml

from generators.domains.services.importing.phrases import phrases_for
from generators.domains.services.mistakes import record_of, yaml_in
from generators.domains.services.spec import ServiceSpec

SERVICE = """\
name: shed
title: Tool shed
summary: Lends tools to neighbours.
clock: "2031-05-01T09:00:00"
callers: 6
tables:
  things:
    key: thing_id
    fields:
      thing_id: {label: number, description: "The number on the tool, such as T1."}
      name: {label: name of the tool}
      kind: {choices: [saw, drill, ladder]}
      weight: {type: number}
      electric: {type: boolean, when_true: with a plug, when_false: without a plug}
      wing: {choices: [north, south], label: wing of the shed}
  loans:
    key: loan_id
    owner: caller_id
    references: {thing_id: things}
    fields:
      loan_id: {label: loan number}
      caller_id: {}
      thing_id: {label: number}
      until: {type: date, label: last day, examples: [2031-05-04, 2031-05-09, 2031-05-11]}
      kind: {nullable: true}
      state: {choices: [out, back]}
tools:
  find_things:
    kind: search
    table: things
    description: Find tools.
    arguments:
      kind: {required: true}
      wing: {}
      electric: {}
      weight: {match: at_most}
    returns: [thing_id, name, kind, weight]
    limit: 2
    names: [kind, wing]
  get_thing:
    kind: get
    table: things
    description: Look one tool up.
    arguments: {thing_id: {required: true}}
  list_loans:
    kind: list
    table: loans
    description: List a caller's loans.
    arguments: {caller_id: {required: true, description: Whose loans.}}
  lend:
    kind: create
    table: loans
    description: Lend a tool.
    arguments:
      caller_id: {required: true, description: Who gets it.}
      thing_id: {required: true}
      until: {required: true}
    prefix: L
    found_in: things
    matches: [thing_id]
    copies: [kind]
    sets: {state: out}
  extend:
    kind: update
    table: loans
    description: Lend a tool for longer.
    arguments:
      caller_id: {required: true, description: Who has it.}
      loan_id: {required: true}
      until: {}
  forget:
    kind: delete
    table: loans
    description: Strike a loan out.
    arguments:
      caller_id: {required: true, description: Whose loan.}
      loan_id: {required: true}
intents:
  find: {kind: find, tool: find_things, title: Find, want: find a tool, tells: [name, weight]}
  find_in_vain: {kind: find_none, tool: find_things, title: Find none, want: find a tool}
  find_at_last: {kind: find_other, tool: find_things, title: Other, want: find a tool, tells: [name]}
  look: {kind: look_up, tool: get_thing, title: Look up, want: hear about a tool, tells: [name, weight]}
  loans: {kind: list, tool: list_loans, title: Loans, want: hear what you have, tells: [thing_id, until]}
  borrow:
    kind: create
    tool: lend
    search: find_things
    title: Borrow
    want: borrow a tool
    tells: [loan_id]
    clauses: [S01, S02]
  keep: {kind: update, tool: extend, title: Keep, want: keep a tool for longer, tells: [until]}
  strike: {kind: delete, tool: forget, title: Strike, want: have a loan struck out, tells: [thing_id]}
rules: {S01: caller_first, S02: confirmed, S03: only_found}
"""

POLICY = """\
# Tool shed

- **S01** Look the caller up first.
- **S02** Say everything that is going to be written, and wait for a yes.
- **S03** Lend only what a search has shown.
- **S04** Be kind.
"""

_THINGS = [
    f'{{"thing_id": "T{n}", "name": "{kind} {n}", "kind": "{kind}", "weight": {n + 0.5},'
    f' "electric": {str(n % 2 == 0).lower()}, "wing": "{wing}"}}'
    for n, (kind, wing) in enumerate(
        [
            ("saw", "north"),
            ("saw", "south"),
            ("drill", "north"),
            ("drill", "north"),
            ("ladder", "south"),
        ]
    )
]
_LOANS = [
    f'{{"loan_id": "L-{n}", "caller_id": "C000{n + 1}", "thing_id": "T{n % 5}",'
    f' "until": "2031-05-0{n + 2}", "kind": null, "state": "out"}}'
    for n in range(6)
]


def shed(folder: Path) -> Path:
    """The folder, written under ``folder``."""
    place = folder / "shed"
    (place / "rows").mkdir(parents=True)
    (place / "service.yaml").write_text(SERVICE)
    (place / "policy.md").write_text(POLICY)
    (place / "rows" / "things.jsonl").write_text("\n".join(_THINGS) + "\n")
    (place / "rows" / "loans.jsonl").write_text("\n".join(_LOANS) + "\n")
    spec = record_of(yaml_in(place / "service.yaml"), ServiceSpec, "service.yaml", [])
    assert spec is not None
    (place / "phrases.yaml").write_text(yaml.safe_dump(phrases_for(spec)))
    return place


def change(folder: Path, old: str, new: str, file: str = "service.yaml") -> Path:
    """The same folder with one piece of a file replaced."""
    text = (folder / file).read_text()
    assert text.count(old) >= 1, old
    (folder / file).write_text(text.replace(old, new, 1))
    return folder
