"""Every intent, tried with many callers in many worlds: how often is there a case, and is it solved?"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from generators.blueprint import Blueprint
from generators.domain_check.remark import Remark
from generators.domains.domain import Domain, Intent
from generators.planning import Refusal, plan_blueprint
from generators.sources.request import PlanSpec
from personas.persona import Persona
from personas.record import Record
from personas.sampler import sample_personas

CHECK = "intents"
SEED = 1
_RAISED, _CHECK_RAISED = "oracle_raised", "check_raised"
_MOST_STEPS = 4
"""How many goals a plan may have: that of an intent and those that it needs before it."""
_FEW = 0.02
_SHAKY = 0.8


@dataclass(frozen=True, slots=True)
class Case:
    """A plan of an intent: the ``index``-th candidate, and whose it is."""

    intent: str
    index: int
    plan: Blueprint
    persona: Persona


class Solved(Record):
    """How one intent fared. Of the callers ``tried``, ``cases`` had a case of it, and ``solved`` became
    checked plans; ``refused`` counts why the others did not."""

    intent: str
    tried: int
    cases: int
    solved: int
    refused: dict[str, int] = {}

    @property
    def share(self) -> float:
        """The share of the cases that were solved, 0 where there is none."""
        return self.solved / self.cases if self.cases else 0.0


@dataclass
class Trials:
    """What came of trying every intent: how each fared, the plans by intent, and an example of each
    reason."""

    solved: list[Solved] = field(default_factory=list)
    plans: dict[str, list[Case]] = field(default_factory=dict)
    examples: dict[tuple[str, str], str] = field(default_factory=dict)

    def spread(self, each: int) -> list[Case]:
        """The first plans of every intent, at most so many of each."""
        return [case for cases in self.plans.values() for case in cases[:each]]


def tried(domain: Domain, tries: int, worlds: int) -> Trials:
    """Every intent, ``tries`` times over ``worlds`` worlds."""
    trials = Trials()
    people = sample_personas(min(tries, 50), SEED).personas
    for intent in domain.intents.values():
        spec = spec_of(domain, intent, worlds)
        refused, plans = Counter[str](), list[Case]()
        for index in range(tries):
            persona = people[index % len(people)]
            try:
                planned = plan_blueprint(domain, persona, spec, SEED, index)
            except Exception as bug:
                # A clause's bug, or a tool's: it must cost this case only, and be told.
                planned = Refusal(
                    domain=domain.name,
                    index=index,
                    code=_CHECK_RAISED,
                    message=f"{type(bug).__name__}: {bug}",
                )
            if isinstance(planned, Refusal):
                refused[planned.code] += 1
                trials.examples.setdefault((intent.name, planned.code), planned.message)
            elif intent.name in planned.intents:
                plans.append(Case(intent.name, index, planned, persona))
            else:
                refused["no_case"] += 1
        trials.plans[intent.name] = plans
        trials.solved.append(
            Solved(
                intent=intent.name,
                tried=tries,
                cases=tries - refused["no_case"],
                solved=len(plans),
                refused=dict(sorted(refused.items())),
            )
        )
    return trials


def spec_of(domain: Domain, intent: Intent, worlds: int) -> PlanSpec:
    """Plans of this intent and of what has to come before it."""
    chain, wanted = [intent.name], set[str]()
    for name in chain:
        before = [each for each in domain.intents[name].after if each not in chain]
        wanted.update(before)
        chain += before
    steps = min(_MOST_STEPS, _depth(domain, intent.name, frozenset()))
    weights = {
        name: (100.0 if name == intent.name else 1.0) if name in chain else 0.0
        for name in domain.intents
    }
    return PlanSpec(goals={steps: 1.0}, intents=weights, worlds=worlds)


def _depth(domain: Domain, name: str, seen: frozenset[str]) -> int:
    """How many goals the intent takes at least, with those that must come before."""
    before = [each for each in domain.intents[name].after if each not in seen]
    return 1 + min((_depth(domain, each, seen | {name}) for each in before), default=0)


def solving_remarks(trials: Trials) -> Iterator[Remark]:
    """Intents that nobody has, that are never or seldom solved, or whose code raises."""
    for each in trials.solved:
        reasons = {code: n for code, n in each.refused.items() if code != "no_case"}
        told = ", ".join(
            f"{code} {n} ({trials.examples[each.intent, code]})" for code, n in reasons.items()
        )
        if not each.cases:
            found = f"none of {each.tried} callers has a case of it"
            yield Remark(check=CHECK, about=each.intent, found=found, broken=True)
        elif not each.solved or reasons.keys() & {_RAISED, _CHECK_RAISED}:
            found = f"solved {each.solved} of {each.cases} times: {told}"
            yield Remark(check=CHECK, about=each.intent, found=found, broken=True)
        elif each.share < _SHAKY:
            found = f"solved {each.solved} of {each.cases} times only: {told}"
            yield Remark(check=CHECK, about=each.intent, found=found)
        elif each.cases < each.tried * _FEW:
            found = f"only {each.cases} of {each.tried} callers have a case of it"
            yield Remark(check=CHECK, about=each.intent, found=found)
