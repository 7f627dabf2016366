"""Faults that scripted players show on purpose, so that verifiers can be measured against them.

A recipe says which fault, of which party, where and how likely (``FaultRule``); ``planned_faults``
draws those of one attempt. Players apply them and mark the event where they did; a fault for which
the dialogue offered no occasion stays planned but not fired. How each looks is the players' business.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

import msgspec

from generators.blueprint import Blueprint
from generators.event import AGENT, USER, Annotation, Event
from personas.record import Record, seeded

NOTE = "planned_faults"
"""The name of the annotations that nobody sees: on a trajectory the list of planned faults, on an
event the fault that was applied there."""

Needs = Literal[
    "goal",
    "question",
    "call",
    "write",
    "any",
    "confirm",
    "ask",
    "tell",
    "identify",
    "forbidden",
    "secret",
    "withheld",
    "renamed",
    "guess",
    "change",
]
"""What a blueprint must have for a fault to apply, and so at which places it can."""


class FaultKind(NamedTuple):
    """What a fault does, which finding it should provoke (a code or the start of one), and what it
    needs of a blueprint. A ``slip`` is put right at once, in full view: the dialogue may be kept, with
    the slip as something not to be learnt."""

    party: str
    does: str
    code: str
    needs: Needs
    slip: bool = False


def _of(party: str, *kinds: tuple[str, str, str, Needs]) -> dict[tuple[str, str], FaultKind]:
    return {(party, kind): FaultKind(party, does, code, needs) for kind, does, code, needs in kinds}


FAULTS: dict[tuple[str, str], FaultKind] = {
    **_of(
        AGENT,
        ("does_nothing", "claims politely that a goal is done", "information.missing", "goal"),
        ("drop_last_write", "leaves out the last write", "replay.end_state", "write"),
        ("drop_all_writes", "leaves out every write", "replay.end_state", "write"),
        ("wrong_argument", "writes with a valid but wrong value", "replay.end_state", "write"),
        ("extra_write", "writes something that nobody asked for", "replay.end_state", "write"),
        ("unknown_tool", "calls a tool that does not exist", "tool_calls.unknown_tool", "call"),
        (
            "invalid_arguments",
            "calls with broken JSON or a wrong type",
            "tool_calls.invalid_arguments",
            "call",
        ),
        (
            "repeats_failing_call",
            "makes the same failing call three times",
            "tool_calls.repeated_failure",
            "call",
        ),
        ("skips_confirmation", "goes ahead without asking", "policy.", "confirm"),
        ("skips_identification", "does not find out who is calling", "policy.", "identify"),
        ("omits_information", "leaves out something it has to tell", "information.missing", "tell"),
        ("says_wrong_value", "tells a wrong value", "information.", "tell"),
        ("says_forbidden", "says what it must not", "information.forbidden", "forbidden"),
        (
            "uses_unrevealed_fact",
            "acts on what only the user knows so far",
            "leakage.unrevealed_fact",
            "ask",
        ),
        (
            "guesses",
            "takes a guess instead of asking for what it needs",
            "turns.acted_on_ambiguous",
            "guess",
        ),
        (
            "ignores_change",
            "does what the user no longer wants",
            "turns.ignored_change",
            "change",
        ),
        (
            "asks_needlessly",
            "asks again for what it was told",
            "turns.asked_needlessly",
            "ask",
        ),
        (
            "answers_generically",
            "answers with something that suits anybody",
            "information.missing",
            "goal",
        ),
        ("repeats_itself", "says the same again and again", "repetition.", "question"),
        ("wrong_language", "says something in another language", "language.wrong", "goal"),
        ("ungrounded_claim", "makes up an amount", "information.ungrounded", "goal"),
    ),
    (AGENT, "uses_old_name"): FaultKind(
        AGENT,
        "calls a tool by its name elsewhere, then by its name here",
        "tool_calls.refined",
        "renamed",
        slip=True,
    ),
    **_of(
        USER,
        (
            "tells_all_at_once",
            "tells everything before anybody asks",
            "user.told_all_at_once",
            "withheld",
        ),
        ("knows_too_much", "mentions a value it cannot know", "user.unknown_value", "tell"),
        ("ends_early", "leaves before its goal is settled", "user.ended_early", "goal"),
        ("answers_for_agent", "speaks as if it were the agent", "user.answered_for_agent", "goal"),
        ("reveals_secret", "tells its secret", "leakage.secret", "secret"),
        ("repeats_itself", "says the same again and again", "repetition.", "goal"),
        ("wrong_language", "says something in another language", "language.wrong", "goal"),
        (
            "changes_fact",
            "states another value later, without putting it right",
            "user.contradicted_fact",
            "ask",
        ),
    ),
}
"""Party and kind -> what it is. Faults of one name differ by party."""

_PLACE = re.compile(r"any|opening|end|goal:[1-9]\d*|write:([1-9]\d*|last)")


class FaultRule(Record):
    """Shows a fault with this probability per dialogue.

    ``at`` says where: ``any`` (drawn among the places where it can apply), ``opening``, ``goal:N``
    (while the N-th goal is worked on), ``write:N``, ``write:last``, ``end``. Raises ``ValueError``
    when a field is wrong.
    """

    kind: str
    party: str
    probability: float
    at: str = "any"

    def __post_init__(self) -> None:
        if (self.party, self.kind) not in FAULTS:
            known = ", ".join(sorted(kind for party, kind in FAULTS if party == self.party))
            known = f"the {self.party} has {known}" if known else f"{AGENT} and {USER} have faults"
            raise ValueError(f"no fault {self.kind!r} of the {self.party}; {known}")
        if not 0.0 <= self.probability <= 1.0:
            raise ValueError(f"{self.kind}: probability {self.probability} is not between 0 and 1")
        if not _PLACE.fullmatch(self.at):
            raise ValueError(
                f"{self.kind}: at={self.at!r}; right would be any, opening, goal:N, write:N, "
                "write:last or end"
            )


class Fault(Record):
    """A fault planned for one dialogue, at one place."""

    kind: str
    party: str
    at: str = "any"


def planned_faults(
    rules: Iterable[FaultRule], seed: int, blueprint: Blueprint, attempt: int
) -> tuple[Fault, ...]:
    """The faults of one attempt. Each rule has its own chance, so that another rule never shifts it."""
    planned: dict[tuple[str, str], Fault] = {}
    for rule in rules:
        purpose = f"fault:{rule.party}:{rule.kind}:{rule.at}"
        rng = seeded(seed, f"{blueprint.base_id}:{attempt}", purpose)
        if rng.random() >= rule.probability or (rule.party, rule.kind) in planned:
            continue
        at = rule.at
        if at == "any":
            at = rng.choice(places(rule.party, rule.kind, blueprint) or ("any",))
        planned[rule.party, rule.kind] = Fault(kind=rule.kind, party=rule.party, at=at)
    return tuple(planned.values())


def places(party: str, kind: str, blueprint: Blueprint) -> tuple[str, ...]:
    """Where in a dialogue of this blueprint the fault can apply; nowhere when empty."""
    goals = {goal.id: f"goal:{number}" for number, goal in enumerate(blueprint.goals, 1)}
    writes = sum(1 for action in blueprint.actions if action.writes and action.party == AGENT)

    def with_steps(*kinds: str) -> tuple[str, ...]:
        found = (goals.get(step.goal, "opening") for step in blueprint.steps if step.kind in kinds)
        return tuple(dict.fromkeys(found))

    everywhere = tuple(goals.values())
    match FAULTS[party, kind].needs:
        case "goal":
            return everywhere
        case "question":
            return with_steps("ask", "confirm", "act")
        case "call":
            return with_steps("call")
        case "confirm":
            return with_steps("confirm")
        case "ask":
            return with_steps("ask")
        case "guess":
            hides = ("when_asked", "implied")
            untold = {fact.key for fact in blueprint.facts if fact.reveal in hides}
            guessed = (
                goals.get(step.goal, "opening")
                for step in blueprint.steps
                if not untold.isdisjoint(step.facts)
            )
            return tuple(dict.fromkeys(guessed))
        case "change":
            return tuple(
                goals[change.goal]
                for change in blueprint.changes
                if any(action.writes and action.party == AGENT for action in change.actions)
            )
        case "tell":
            return with_steps("tell", "refuse")
        case "identify":
            opens = any(step.goal not in goals for step in blueprint.steps)
            return ("opening",) if opens else ()
        case "forbidden":
            return everywhere if blueprint.must_not_say else ()
        case "secret":
            secret = any(fact.reveal == "never" for fact in blueprint.facts)
            return ("opening", *everywhere) if secret else ()
        case "withheld":
            hidden = sum(fact.reveal == "when_asked" for fact in blueprint.facts)
            return ("opening",) if hidden > 1 else ()
        case "write" if kind == "wrong_argument":
            return tuple(f"write:{number}" for number in range(1, writes + 1))
        case "write" if kind == "extra_write":
            return everywhere
        case "write":
            return ("write:last",) if writes else ()
        case "renamed":
            perturbation = blueprint.perturbation
            renamed = perturbation is not None and "renamed" in perturbation.kinds
            return with_steps("call") if renamed else ()
        case "any":
            return ("any",)


def mark(fault: Fault) -> Annotation:
    """The note for the event at which a player applies the fault. Nobody sees it."""
    return Annotation(name=NOTE, value=msgspec.json.encode(fault).decode())


def faults_note(planned: Sequence[Fault], events: Iterable[Event]) -> Annotation:
    """The trajectory's note: every planned fault as kind, party, at, and whether it was fired."""
    fired = {
        (event.party, msgspec.json.decode(note.value)["kind"])
        for event in events
        for note in event.annotations
        if note.name == NOTE
    }
    listed = [
        {
            "kind": fault.kind,
            "party": fault.party,
            "at": fault.at,
            "fired": (fault.party, fault.kind) in fired,
        }
        for fault in planned
    ]
    return Annotation(name=NOTE, value=msgspec.json.encode(listed).decode())
