"""A kind of world: its data, tools, policy, intents, and the words its scripted speakers use."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any, Literal

from generators.blueprint import Fact, Outcome, RowPatch, TurnType
from generators.domains.naming import Naming
from generators.domains.plan import Plan
from generators.domains.policy import Policy
from generators.domains.table import Database, SeedFunction, TableSpec
from generators.domains.timeline import Breach, Timeline
from generators.domains.tool import Tool
from generators.domains.trouble import Trouble
from generators.event import AGENT, USER
from personas.persona import Persona


@dataclass(frozen=True, slots=True)
class Situation:
    """What an intent draws from: the state after the goals before it, the caller, and chance.

    ``subject`` is the key of the row that stands for the caller. ``earlier`` holds the outputs of the
    goals before this one, by intent name.
    """

    db: Database
    subject: str
    persona: Persona
    rng: Random
    earlier: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Draw:
    """One concrete wish: what the user wants, in one second-person sentence; the slots that the oracle
    needs; and the facts that the user knows. Facts with reveal ``upfront`` may be withheld by the
    composer; all other rules are kept as drawn."""

    need: str
    slots: dict[str, Any] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing a user may want.

    ``draw`` finds a case in the data that meets the intent's preconditions, or None when this caller
    has none. ``oracle`` then solves it, the way the policy says, in a live world. ``after`` names
    intents one of which must have come before; ``clauses`` are the ids of those it puts to the test.
    ``turn`` says what the wish is where its outcome does not (see ``hiding``).
    """

    name: str
    title: str
    outcome: Outcome
    draw: Callable[[Situation], Draw | None]
    oracle: Callable[[Plan], None]
    clauses: tuple[str, ...]
    after: tuple[str, ...] = ()
    weight: float = 1.0
    turn: TurnType | None = None


@dataclass(frozen=True, slots=True)
class FaultAtom:
    """Something that can go wrong in a world, and what a right agent then does about it.

    ``breaks`` gives the changes that break it for this caller, all that the fault relies on included,
    or None where the caller has nothing of the kind, or where it is broken already. The other two are
    assertions about the caller of that key: ``broken``, that the fault is really there, and ``fixed``,
    that it is gone; where nobody at the desk can put it right (the intent's outcome is then
    ``handed_over``), that it still is and that people who can have been told.
    """

    intent: Intent
    breaks: Callable[[Situation], tuple[RowPatch, ...] | None]
    broken: Callable[[Database, str], bool]
    fixed: Callable[[Database, str], bool]


@dataclass(frozen=True, slots=True)
class Clause:
    """A policy clause as code. One that looks at ``talk`` needs a dialogue; one that looks at ``calls``
    can be checked on a bare plan too."""

    id: str
    looks_at: Literal["calls", "talk"]
    check: Callable[[Timeline], Iterable[Breach]]


@dataclass(frozen=True, slots=True)
class Part:
    """A domain inside another that joins several: where its words are, and by what names they go there.
    ``prefix`` stands before the keys of its phrases and facts, but for the facts in ``shared``;
    ``tools`` are old name -> new name of those that are called something else."""

    folder: Path
    prefix: str
    shared: tuple[str, ...] = ()
    tools: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Domain:
    """A kind of world. ``subjects`` lists the keys of rows that can be the caller; ``settle`` writes
    the persona into the caller's rows; ``identity`` gives the facts by which the caller is known, and
    ``identify`` is how an agent opens every dialogue. ``folder`` holds ``phrases.yaml``, unless the
    domain has ``parts``: then their folders do. ``faults``, by name, are what can be broken in it before
    a dialogue begins.

    The last fields are those of a perturbed domain: the ``origin`` that it comes from, whose names its
    oracles and clauses go by; the ``naming`` that leads back to it; the agent's tools that give
    trouble; tables that the origin has not; and files that made it beside those in the folder."""

    name: str
    title: str
    summary: str
    folder: Path
    policy: Policy
    agent_tools: dict[str, Tool]
    user_tools: dict[str, Tool]
    intents: dict[str, Intent]
    clauses: dict[str, Clause]
    seed: SeedFunction
    clock: str
    subjects: Callable[[Database], Sequence[str]]
    settle: Callable[[Database, str, Persona], tuple[RowPatch, ...]]
    identity: Callable[[Database, str], tuple[Fact, ...]]
    identify: Callable[[Plan], None]
    parts: tuple[Part, ...] = ()
    faults: Mapping[str, FaultAtom] = field(default_factory=dict[str, FaultAtom])
    origin: "Domain | None" = None
    naming: Naming = field(default_factory=Naming)
    troubles: Mapping[str, Trouble] = field(default_factory=dict)
    more_tables: tuple[TableSpec, ...] = ()
    made_by: tuple[Path, ...] = ()

    def tools_of(self, party: str) -> dict[str, Tool]:
        """The tools of a party; none for parties other than agent and user."""
        return {AGENT: self.agent_tools, USER: self.user_tools}.get(party, {})

    def schemas_of(self, party: str) -> list[dict[str, Any]]:
        """The OpenAI function schemas of a party's tools, in name order."""
        return [tool.schema for _, tool in sorted(self.tools_of(party).items())]

    @cached_property
    def hash(self) -> str:
        """A hash over the domain's files: a blueprint made for other files is stale."""
        digest = sha256()
        for folder in [part.folder for part in self.parts] or [self.folder]:
            for path in sorted(folder.rglob("*")):
                if path.suffix in (".py", ".md", ".yaml", ".jsonl"):
                    digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        for path in self.made_by:
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()[:16]


def breaches(domain: Domain, timeline: Timeline) -> list[tuple[str, Breach]]:
    """Every breach of a checkable clause, as (clause id, breach), in clause order. Clauses that look
    at talk are left out where there is none. In a perturbed domain they see the original's names."""
    if domain.origin is not None:
        timeline = domain.naming.original(timeline)
    return [
        (name, breach)
        for name, clause in sorted(domain.clauses.items())
        if timeline.has_talk or clause.looks_at == "calls"
        for breach in clause.check(timeline)
    ]
