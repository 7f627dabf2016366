"""All figures over the judged dialogues of a build, in one pass.

``Statistics`` takes rows one at a time and can be merged with those of other shards; ``summary`` turns
the counts into a plain record, which the report draws, the card quotes, and later versions are compared
with. Memory does not grow with the rows, save for a few small things per blueprint and the ids of the
personas.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from generators.coverage import Targets
from generators.domains.domain import Domain
from generators.domains.shelf import Shelf
from outputs.figures.coverage import Coverage, CoverageSummary
from outputs.figures.decisions import Decisions, DecisionSummary, outcome_of
from outputs.figures.disclosure import Disclosure, DisclosureSummary
from outputs.figures.diversity import Diversity, Variety
from outputs.figures.environments import Environments, EnvironmentSummary
from outputs.figures.excerpts import Excerpts
from outputs.figures.faults import Faults, FaultSummary
from outputs.figures.groups import Groups, GroupSummary
from outputs.figures.models import Models, ModelSummary
from outputs.figures.one_factor import OneFactor, OneFactorSummary
from outputs.figures.people import FACETS, FacetFigure, People
from outputs.figures.plans import PlanFigure, Plans
from outputs.figures.policies import DomainPolicy, Policies, Weights
from outputs.figures.rates import Rates, RateSummary
from outputs.figures.shape import Shape, ShapeSummary
from outputs.figures.targets import TargetCounts, TargetFigure
from outputs.figures.votes import Votes, VoteSummary
from outputs.judged import Judged
from outputs.manifest import DamagedVersion
from outputs.store import Version
from personas.record import Record

STATISTICS = "statistics.json"
"""The figures' file in a version's folder."""


class Summary(Record):
    """Every figure of a set of judged dialogues.

    ``accepted`` and ``turned_away`` are the shapes of the released dialogues and of the others that
    did not break off; ``diversity`` is by role, over released dialogues only.
    """

    decisions: DecisionSummary
    faults: FaultSummary
    accepted: ShapeSummary
    turned_away: ShapeSummary
    coverage: CoverageSummary
    people: tuple[FacetFigure, ...]
    groups: GroupSummary
    diversity: dict[str, Variety]
    votes: VoteSummary
    models: ModelSummary = ModelSummary()
    plans: tuple[PlanFigure, ...] = ()
    disclosure: DisclosureSummary = DisclosureSummary()
    targets: tuple[TargetFigure, ...] = ()
    environments: EnvironmentSummary = EnvironmentSummary()
    one_factor: OneFactorSummary = OneFactorSummary()
    policies: tuple[DomainPolicy, ...] = ()
    rates: RateSummary = RateSummary()


class Statistics:
    """Accumulates every figure. ``facets`` are the persona facets to count besides the usual ones,
    ``targets`` what was asked of accepted dialogues, ``weights`` how heavy clauses are. ``shelf``
    has the rows' domains (the shipped ones unless it is given)."""

    def __init__(
        self,
        facets: Sequence[str] = (),
        targets: Targets | None = None,
        weights: Weights | None = None,
        shelf: Shelf | None = None,
    ) -> None:
        self.decisions = Decisions()
        self.faults = Faults()
        self.accepted = Shape()
        self.turned_away = Shape()
        self.coverage = Coverage()
        self.people = People((*facets, *FACETS))
        self.plans = Plans()
        self.targets = TargetCounts(targets or {})
        self.environments = Environments()
        self.one_factor = OneFactor()
        self.policies = Policies(weights)
        self.rates = Rates(shelf)
        self.groups = Groups()
        self.diversity = Diversity()
        self.votes = Votes()
        self.models = Models()
        self.disclosure = Disclosure()
        self.excerpts = Excerpts()

    def add(self, row: Judged) -> None:
        """Counts one judged dialogue."""
        self.decisions.add(row)
        self.faults.add(row)
        self.coverage.add(row)
        self.people.add(row)
        self.plans.add(row)
        self.targets.add(row)
        self.environments.add(row)
        self.one_factor.add(row)
        self.policies.add(row)
        self.rates.add(row)
        self.groups.add(row)
        self.diversity.add(row)
        self.votes.add(row)
        self.models.add(row)
        self.disclosure.add(row)
        self.excerpts.add(row)
        outcome = outcome_of(row)
        if outcome == "accepted":
            self.accepted.add(row.trajectory)
        elif outcome != "failed":
            self.turned_away.add(row.trajectory)

    def merge(self, other: "Statistics") -> None:
        """Adds the counts of another part of the same set."""
        self.decisions.merge(other.decisions)
        self.faults.merge(other.faults)
        self.accepted.merge(other.accepted)
        self.turned_away.merge(other.turned_away)
        self.coverage.merge(other.coverage)
        self.people.merge(other.people)
        self.plans.merge(other.plans)
        self.targets.merge(other.targets)
        self.environments.merge(other.environments)
        self.one_factor.merge(other.one_factor)
        self.policies.merge(other.policies)
        self.rates.merge(other.rates)
        self.groups.merge(other.groups)
        self.diversity.merge(other.diversity)
        self.votes.merge(other.votes)
        self.models.merge(other.models)
        self.disclosure.merge(other.disclosure)
        self.excerpts.merge(other.excerpts)

    def summary(
        self,
        asked: Mapping[str, Mapping[str, float]] | None = None,
        domains: Mapping[str, Domain] | None = None,
        plans_asked: Mapping[str, Mapping[str, float]] | None = None,
    ) -> Summary:
        """The figures. ``asked`` are the persona quotas, facet -> value -> share, and ``plans_asked``
        those of plans; ``domains`` default to the shipped ones."""
        known = self.known_domains(Shelf()) if domains is None else domains
        return Summary(
            decisions=self.decisions.summary(),
            faults=self.faults.summary(),
            accepted=self.accepted.summary(),
            turned_away=self.turned_away.summary(),
            coverage=self.coverage.summary(known),
            people=self.people.summary(asked),
            groups=self.groups.summary(),
            diversity=self.diversity.summary(),
            votes=self.votes.summary(),
            models=self.models.summary(),
            disclosure=self.disclosure.summary(),
            plans=self.plans.summary(plans_asked),
            targets=self.targets.summary(),
            environments=self.environments.summary(),
            one_factor=self.one_factor.summary(),
            policies=self.policies.summary(known),
            rates=self.rates.summary(),
        )

    def known_domains(self, shelf: Shelf) -> dict[str, Domain]:
        """Those domains of the rows so far that a shelf has."""
        return {name: shelf.named(name) for name in self.coverage.dialogues if shelf.knows(name)}


def statistics_of(rows: Iterable[Judged], facets: Sequence[str] = ()) -> Statistics:
    """The statistics of all rows, read once."""
    statistics = Statistics(facets)
    for row in rows:
        statistics.add(row)
    return statistics


def summary_of(version: Version) -> Summary:
    """The figures of a released version. Raises ``DamagedVersion`` when it has none, or none that this
    program can read."""
    path = version.folder / STATISTICS
    try:
        return msgspec.json.decode(path.read_bytes(), type=Summary)
    except (OSError, msgspec.DecodeError) as error:
        raise DamagedVersion(
            f"{path} cannot be read ({error}). Copy it again from where it came from, or read the "
            "figures with the program that made them."
        ) from None
