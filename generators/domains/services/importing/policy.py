"""The manual of an imported service: the few rules that any service of its shape needs."""

from collections.abc import Mapping
from dataclasses import dataclass

from generators.domains.services.scope import owner_argument
from generators.domains.services.spec import IntentKind, Rule, ServiceSpec


@dataclass(frozen=True, slots=True)
class _Clause:
    heading: str
    text: str
    rule: Rule | None
    kinds: tuple[IntentKind, ...]


_FINDING = ("find", "find_none", "find_other", "list")
_WRITING = ("create", "update", "delete")
_CLAUSES = (
    _Clause(
        "Who is calling",
        "Before anything is done for a caller, or told about one, the agent asks for the phone number "
        "of the caller's account and looks the caller up with find_caller. For anything else nobody is "
        "asked who they are.",
        "caller_first",
        (),
    ),
    _Clause(
        "Searching",
        "Before a search the agent asks for everything that the search requires. It asks whether the "
        "caller has a wish about what the search can take besides, and searches with all that the "
        "caller has said.",
        None,
        _FINDING,
    ),
    _Clause(
        "Searching",
        "Where nothing is found the agent says so, and says what was searched for. It never offers "
        "anything that no search has returned; it may ask whether another criterion would do.",
        None,
        ("find_none", "find_other"),
    ),
    _Clause(
        "Doing things",
        "The agent acts only on what a search of this conversation has returned.",
        "only_found",
        ("create",),
    ),
    _Clause(
        "Doing things",
        "The agent makes up no value: what it writes was said by the caller or returned by a tool.",
        "nothing_invented",
        _WRITING,
    ),
    _Clause(
        "Doing things",
        "Before it writes anything the agent says all the values that it is going to write, and waits "
        "for the caller's yes.",
        "confirmed",
        _WRITING,
    ),
    _Clause(
        "Doing things",
        "The agent does what was asked for, once, and nothing else.",
        "nothing_twice",
        _WRITING,
    ),
    _Clause(
        "Doing things",
        "After a write the agent tells the caller what came of it, with the number or name by which it "
        "can be found again.",
        None,
        _WRITING,
    ),
)


@dataclass(frozen=True, slots=True)
class Manual:
    """``policy.md`` as text, which clause is checked by which rule, and the clauses that an intent of a
    kind puts to the test. ``about_callers`` is the clause on who is calling, if there is one."""

    text: str
    rules: dict[str, Rule]
    by_kind: Mapping[str, tuple[str, ...]]
    about_callers: str = ""


def manual_for(spec: ServiceSpec) -> Manual:
    """The manual of a service whose tools and intents are known."""
    kinds: set[IntentKind] = {intent.kind for intent in spec.intents.values()}
    rules: dict[str, Rule] = {}
    by_kind: dict[str, tuple[str, ...]] = {}
    lines = [f"# {spec.title}", "", spec.summary.rstrip(".") + "."]
    heading = about_callers = ""
    number = 0
    for clause in _CLAUSES:
        if not _needed(spec, clause, kinds):
            continue
        number += 1
        name = f"S{number:02d}"
        if clause.heading != heading:
            heading = clause.heading
            lines += ["", f"## {heading}", ""]
        lines.append(f"- **{name}** {clause.text}")
        if clause.rule:
            rules[name] = clause.rule
        if clause.rule == "caller_first":
            about_callers = name
        for kind in clause.kinds:
            by_kind[kind] = (*by_kind.get(kind, ()), name)
    return Manual("\n".join(lines) + "\n", rules, by_kind, about_callers)


def _needed(spec: ServiceSpec, clause: _Clause, kinds: set[IntentKind]) -> bool:
    if clause.rule == "caller_first":
        return any(owner_argument(spec, tool) for tool in spec.tools.values())
    if clause.rule == "only_found":
        return any(intent.search for intent in spec.intents.values())
    return bool(kinds.intersection(clause.kinds))
