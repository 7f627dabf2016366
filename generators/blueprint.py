"""The plan of one dialogue, checked before anyone speaks.

A blueprint says who calls, what they want and know, what a right agent does, how the world must look
afterwards, and what must and must not be said. Only the user's player sees goals and facts; only
verifiers see the rest.
"""

from typing import Any, Literal

from generators.perturbation import Perturbation, environment_of
from generators.reviewing.round import Round
from personas.record import Record

Reveal = Literal["upfront", "when_asked", "after", "implied", "instead", "never"]
Outcome = Literal["fulfilled", "partial", "refused", "informed", "handed_over"]
StepKind = Literal["ask", "call", "act", "confirm", "tell", "refuse", "change"]
ChangeKind = Literal["revise", "withdraw"]
TurnType = Literal["answerable", "ambiguous", "unanswerable", "improper"]
"""What a wish is, and so what a right agent does: answers or acts; asks; says that it cannot be known or
done; declines."""
Manner = Literal["free", "full", "vague"]
"""How a user opens. ``free``: with the wish, and as much of what may be told as it likes. ``full``: with
the wish and all that may be told. ``vague``: with hardly anything, the wish follows when it is asked."""


class Fact(Record):
    """A piece of what the user knows.

    ``value`` is how tools take it; ``spoken`` how a person says it (the value itself when empty).
    ``cues`` are words of which an agent's question for this fact has at least one. ``slip`` is a wrong
    version that the user may say first and then put right. ``reveal="never"`` marks a secret: its
    value is a canary that no one but the user may ever see. ``after`` names a goal for that rule.
    ``reveal="implied"`` is a preference that the user has and never states: once it is asked about it,
    or something is proposed to it, it says one of the ``hints`` or something like them.
    ``reveal="instead"`` is what counts once the user has changed its mind (``Change.instead``).
    """

    key: str
    value: str
    reveal: Reveal
    spoken: str = ""
    goal: str = ""
    after: str = ""
    cues: tuple[str, ...] = ()
    slip: str = ""
    hints: tuple[str, ...] = ()

    @property
    def saying(self) -> str:
        """The fact as a person says it."""
        return self.spoken or self.value


class Missing(Record):
    """A detail that a wish is raised without, because the user tells it only later: the fact's key, and
    what it is needed for: a ``write``, a ``read``, or ``nothing`` that has to be done."""

    fact: str
    needed_for: Literal["write", "read", "nothing"]


class Goal(Record):
    """One thing that the user wants of this dialogue.

    ``need`` says it in one plain sentence, second person, for a user player ("You want to ...").
    ``after`` lists the goals whose results this one needs. ``turn`` is what the wish is once all that
    it needs is told; while a needed one of the ``missing`` details is not, it is ambiguous. Who the
    caller is, is a detail of the first goal.
    """

    id: str
    intent: str
    need: str
    outcome: Outcome
    slots: dict[str, str] = {}
    after: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    turn: TurnType = "answerable"
    missing: tuple[Missing, ...] = ()


class Distractor(Record):
    """Something that the user also asks, once ``after`` a goal, and that is none of the desk's business:
    a key of ``distractors``. It must change nothing."""

    key: str
    after: str


class Action(Record):
    """A call that a right dialogue contains, by ``agent`` or by ``user``, with exact arguments.

    Reads are how a right agent finds things out; another path to the same end state is right too.
    ``error`` is the code that the call answers where its tool is planned to fail: a right agent then
    tries again or gives up, as the following steps say.
    """

    id: str
    party: str
    tool: str
    arguments: dict[str, Any]
    goal: str
    writes: bool = False
    error: str = ""


class Statement(Record):
    """Something that the agent must say, or must not: any one of the ``forms`` counts.

    ``source`` is the value as tools give it, to check that what is said was found out first.
    """

    key: str
    goal: str
    forms: tuple[str, ...]
    source: str = ""


class Step(Record):
    """One step of a right agent, in order, as the intent's oracle took it.

    ``key`` picks the phrases to say it with; ``slots`` fill them. An ``ask`` names fact keys, a
    ``call`` (agent) or ``act`` (user) names an action. At a ``change`` the user
    changes its mind, as its goal's ``Change`` says. Consecutive calls with the same non-zero ``batch``
    do not depend on each other and may be made at once.
    """

    kind: StepKind
    goal: str
    key: str = ""
    facts: tuple[str, ...] = ()
    action: str = ""
    slots: dict[str, str] = {}
    batch: int = 0


class Change(Record):
    """The user changes its mind about a goal that the agent has worked on, once at most for each.

    ``revise``: it wants something else of the kind. ``instead`` has keys of facts, that which is told
    first -> that which counts then; ``need`` is the wish as it is then, with its ``slots``.
    ``withdraw``: it wants nothing of it any more, so nothing may be changed for this goal.

    ``at`` says when: once it is asked whether to go ahead (``confirm``), or has heard the answer
    (``told``). ``steps`` with their ``actions`` are how an agent goes on that takes no notice.
    """

    goal: str
    kind: ChangeKind
    at: Literal["confirm", "told"]
    need: str = ""
    instead: dict[str, str] = {}
    slots: dict[str, str] = {}
    steps: tuple[Step, ...] = ()
    actions: tuple[Action, ...] = ()


class RowPatch(Record):
    """A change to the world's seed data before the dialogue starts: this caller's own row, say. Where
    there is no row of that key, ``fields`` is a whole new one. Values are JSON-able."""

    table: str
    key: str
    fields: dict[str, Any]


class RowChange(Record):
    """One row that differs from the start of the dialogue. Values are JSON-able."""

    table: str
    key: str
    kind: Literal["added", "changed", "removed"]
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}


class Probe(Record):
    """What spoiled agents of one kind achieve on this blueprint: ``passes`` must equal ``should_pass``.
    Of the ``tried`` agents ``wrong`` ones came out otherwise; one is enough to decide."""

    name: str
    should_pass: bool
    passes: bool
    tried: int = 1
    wrong: int = 0


ONE_FACTOR = "one_factor"
"""The source of plans that differ from their parent in one factor, which their note names."""


class Provenance(Record):
    """Where the plan comes from: ``composed``, ``written``, ..., its seed and its parents, and by how
    many steps it descends from a plan that had none (``generation``). ``rounds`` are those in which it
    was proposed and reviewed, the last of which accepted it."""

    source: str
    seed: int = 0
    parents: tuple[str, ...] = ()
    note: str = ""
    rounds: tuple[Round, ...] = ()
    generation: int = 0


class Blueprint(Record):
    """The plan of one dialogue. ``id`` is the content hash of everything else.

    ``clock`` is the world's frozen time, ISO 8601 without zone. ``start_hash`` and ``end_hash`` are
    canonical state hashes; ``end_diff`` is the difference between them, to be read by people.
    ``uncertainty`` is the share of what the agent needs that was to be withheld, None when the plan has
    no level.
    ``discrimination`` is the share of the probes' agents that came out as they should: 1 when the plan
    tells right from wrong. With a ``perturbation`` all tools and arguments are named as they are called
    in that environment.
    """

    domain: str
    domain_hash: str
    persona_id: str
    world_seed: int
    clock: str
    goals: tuple[Goal, ...]
    facts: tuple[Fact, ...]
    steps: tuple[Step, ...]
    actions: tuple[Action, ...]
    provenance: Provenance
    id: str = ""
    language: str = "en"
    locale: str = "en"
    setup: tuple[RowPatch, ...] = ()
    opening: Manner = "free"
    uncertainty: float | None = None
    distractors: tuple[Distractor, ...] = ()
    changes: tuple[Change, ...] = ()
    must_say: tuple[Statement, ...] = ()
    must_not_say: tuple[Statement, ...] = ()
    start_hash: str = ""
    end_hash: str = ""
    end_diff: tuple[RowChange, ...] = ()
    difficulty: Literal["easy", "medium", "hard"] = "easy"
    factors: dict[str, int] = {}
    probes: tuple[Probe, ...] = ()
    discrimination: float = 0.0
    turn_limit: int = 40
    call_limit: int = 60
    perturbation: Perturbation | None = None

    @property
    def environment(self) -> str:
        """The id of the environment in which it plays."""
        return environment_of(self.domain, self.domain_hash, self.perturbation)

    def change_of(self, goal: str) -> Change | None:
        """How the user changes its mind about this goal."""
        return next((each for each in self.changes if each.goal == goal), None)

    def withdrawn(self, goal: str) -> bool:
        """Whether the user lets go of this goal."""
        change = self.change_of(goal)
        return change is not None and change.kind == "withdraw"

    @property
    def variation(self) -> str:
        """The factor in which it differs from its base, and the level, such as ``uncertainty=0.6``;
        empty unless it is a member of a set."""
        return self.provenance.note if self.provenance.source == ONE_FACTOR else ""

    @property
    def base_id(self) -> str:
        """The id of the plan that its set is made from: its own unless it is a member. Players draw
        their chances by it, so that these are the same throughout a set."""
        return self.provenance.parents[0] if self.variation else self.id

    @property
    def intents(self) -> tuple[str, ...]:
        """The intents of the goals, in order."""
        return tuple(goal.intent for goal in self.goals)
