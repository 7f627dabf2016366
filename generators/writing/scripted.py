"""A writer without a model: it proposes plans that an intent's code has made, with flaws at given rates,
and mends what it is told to.

With it the whole loop runs without a model, and its rates can be measured: how often a flaw is
noticed, by whom, and after how many rounds it is gone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace as with_fields

from msgspec.structs import replace

from generators.domains.domain import Situation
from generators.domains.plan import PlanBroken
from generators.reviewing.round import Round, taken
from generators.sources.composed import Composed
from generators.sources.composing import compose
from generators.writing.assignment import Assignment
from generators.writing.flaws import FLAWS
from generators.writing.proposal import proposal_of, written_out
from generators.writing.writer import Attempt
from personas.record import Record, seeded


class ScriptedWriter(Record):
    """``flaws`` maps kinds to the share of plans that have them at first. Of the flaws that a comment
    names it mends the share ``mends``; what nobody names stays. What it writes follows from the seed,
    the candidate, the comments and the take: the takes of a round are one plan with unlike flaws."""

    flaws: Mapping[str, float]
    mends: float = 1.0
    seed: int = 0

    @property
    def name(self) -> str:
        """See ``Writer``."""
        return "scripted_writer"

    async def write(
        self, assignment: Assignment, rounds: Sequence[Round], take: int = 0
    ) -> Attempt | None:
        """See ``Writer``. Raises ``PlanBroken`` when an intent's code fails."""
        request = assignment.request
        rng = seeded(self.seed, assignment.key, "write")
        chooser = _ForCaller(assignment)
        # What is proposed has no words for a change of mind.
        request = with_fields(request, rng=rng, spec=replace(request.spec, changes=0.0))
        try:
            plan = compose(request, "written", chooser, assignment.world_seed)
        except PlanBroken:
            raise
        except Exception as bug:
            # An intent's bug must cost this candidate, not the build.
            raise PlanBroken(f"{type(bug).__name__}: {bug}") from bug
        if plan is None or len(plan.goals) < assignment.goals:
            return None
        spoiled = proposal_of(plan, assignment.known)
        left = []
        for name in self._flaws(assignment, rounds, take):
            chance = seeded(self.seed, assignment.key, f"flaw:{name}")
            found = FLAWS[name].spoil(spoiled, assignment, chance)
            if isinstance(found, str):
                return Attempt(text=found, planned=(*left, name))
            if found is not None:
                spoiled = found
                left.append(name)
        return Attempt(text=written_out(spoiled), planned=tuple(left))

    def _flaws(self, assignment: Assignment, rounds: Sequence[Round], take: int) -> list[str]:
        """Those that are in the plan now: of those in the last round, the ones that nobody has named,
        or that were not mended."""
        if not rounds:
            return [
                name
                for name in FLAWS
                if seeded(self.seed, assignment.key, taken(f"plans:{name}", take)).random()
                < self.flaws.get(name, 0.0)
            ]
        codes = {comment.code for comment in rounds[-1].comments}
        number = len(rounds) + 1
        return [
            name
            for name in rounds[-1].planned
            if codes.isdisjoint((name, *FLAWS[name].codes))
            or seeded(self.seed, assignment.key, taken(f"mends:{name}:{number}", take)).random()
            >= self.mends
        ]


class _ForCaller(Composed):
    """As many goals as were asked for, for the caller who was drawn already."""

    def __init__(self, assignment: Assignment) -> None:
        given = assignment.request.spec.intents
        offered = {
            name: given.get(name, 1.0) if name in assignment.intents else 0.0
            for name in assignment.domain.intents
        }
        super().__init__(assignment.domain, {assignment.goals: 1.0}, offered)
        self._subject = assignment.subject

    def caller(self, strangers: Iterator[Situation]) -> str:
        """See ``Chooser``."""
        return self._subject
