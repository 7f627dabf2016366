"""Blueprints: candidates are composed and checked until as many as wanted have been accepted.

Which candidates count follows from their numbers alone: per domain the first that are accepted, up to
the wanted number, and those refused before them. However many workers there are, and wherever a build
was killed, they are the same.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from generators.blueprint import Blueprint
from generators.blueprint_check import FACTORS
from generators.coverage import Kind, clauses_of, intents_of, persona_facets
from generators.domains.shelf import Shelf
from generators.plan_quota import FACETS, Shortlist
from generators.planning import Refusal, plan_blueprint
from generators.signature import signature
from generators.sources.request import PlanSpec
from personas.allocation import whole_numbers
from personas.persona import Persona, facet
from personas.record import Record
from pipelines.dispatch import Lost, Outcome
from pipelines.executor import Executor
from pipelines.mishap import MachineError, RequestError
from pipelines.recipe import Recipe
from pipelines.shards import Line, Location, Receipt, Shards, line_of, read_at
from pipelines.stages.sample import persona_key, personas_of
from pipelines.steering import Pace, Round, Wanting
from pipelines.workbench import Job, Station
from pipelines.workspace import StageReport, Workspace

STAGE = "plan"
_FOLDER = "blueprints"
_PER_ITEM = 8
_COMMIT = 64


class Candidate(Record):
    """What became of one candidate: a blueprint, or the reason why there is none."""

    blueprint: Blueprint | None = None
    refusal: Refusal | None = None


class PlanItem(Record):
    """A few candidates of one domain: their numbers, and where their personas lie. ``intents`` are
    multipliers beside the recipe's."""

    domain: str
    candidates: tuple[tuple[int, Location], ...]
    intents: dict[str, float] = {}


@dataclass
class Selection:
    """The candidates that count. ``chosen`` maps blueprint ids to keys, domain by domain, in the order
    of their numbers; ``refused`` counts reasons; ``missing`` is what each domain still lacks of the
    first planning, ``owed`` what it lacks of the last round, and ``upto`` the number of candidates that
    it has; ``short`` names the kinds of plan of which a domain has too few."""

    chosen: dict[str, str] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    missing: dict[str, int] = field(default_factory=dict)
    owed: dict[str, int] = field(default_factory=dict)
    upto: dict[str, int] = field(default_factory=dict)
    short: dict[str, list[str]] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing any more."""
        return not (any(self.missing.values()) or any(self.owed.values()))


def candidates_of(work: Workspace) -> Shards[Candidate]:
    """All candidates by domain and number. The note is (blueprint id, number of steps, persona id,
    signature, intents, clauses, difficulty, factors in the order of ``FACTORS``), or ("", refusal
    code)."""
    return work.shards(_FOLDER, Candidate)


def rounds_of(work: Workspace) -> Shards[Round]:
    """The rounds of steered planning so far, by ``round_key``."""
    return work.shards("rounds", Round)


def round_key(number: int) -> str:
    """The key of a round; the first is 0."""
    return f"{number:03d}"


def candidate_key(domain: str, number: int) -> str:
    """The key of a domain's candidate."""
    return f"{domain}:{number:08d}"


def station(recipe: Recipe, shelf: Shelf, folder: Path) -> Station:
    """How workers plan."""
    return Station(
        make=partial(make_job, recipe, shelf, folder / "personas"),
        folder=folder / _FOLDER,
        in_flight=1,
        commit_size=_COMMIT,
        commit_seconds=recipe.play.commit.seconds,
        width=1 + _COMMIT // _PER_ITEM,
    )


def make_job(recipe: Recipe, shelf: Shelf, personas: Path) -> Job:
    """Plans the candidates of an item."""

    async def job(item: PlanItem) -> list[Line]:
        domain = shelf.named(item.domain)
        spec = plan_spec(recipe, item.domain)
        spec = replace(spec, intents=_multiplied(spec.intents, item.intents))
        lines = []
        for number, location in item.candidates:
            persona = read_at(personas, location, Persona)
            planned = plan_blueprint(domain, persona, spec, recipe.seed, number)
            lines.append(_line(candidate_key(item.domain, number), planned))
        return lines

    return job


def _multiplied(weights: Mapping[str, float], by: Mapping[str, float]) -> dict[str, float]:
    return {**weights, **{name: weights.get(name, 1.0) * factor for name, factor in by.items()}}


def _line(key: str, planned: Blueprint | Refusal) -> Line:
    if isinstance(planned, Refusal):
        return line_of(key, Candidate(refusal=planned), note=("", planned.code))
    note = (
        planned.id,
        len(planned.steps),
        planned.persona_id,
        signature(planned),
        " ".join(intents_of(planned)),
        " ".join(clauses_of(planned)),
        planned.difficulty,
        *(planned.factors[name] for name in FACTORS),
    )
    return line_of(key, Candidate(blueprint=planned), note=note)


def plan_spec(recipe: Recipe, domain: str) -> PlanSpec:
    """What the recipe wants of one domain's blueprints."""
    plans = recipe.blueprints
    return PlanSpec(
        goals=dict(sorted(plans.goals.items())),
        sources=plans.sources,
        complexity=dict(sorted(plans.complexity.items())),
        clauses=plans.clauses.get(domain, {}),
        withheld=plans.withheld,
        uncertainty=dict(sorted(plans.uncertainty.items())),
        vague=plans.vague,
        implied=plans.implied,
        worlds=plans.worlds,
        intents=plans.intents.get(domain, {}),
        turn_limit=recipe.limits.turns,
        call_limit=recipe.limits.calls,
    )


def wanted(recipe: Recipe) -> dict[str, int]:
    """How many blueprints each domain is to have."""
    return whole_numbers(dict(sorted(recipe.blueprints.domains.items())), recipe.blueprints.count)


def persona_of(recipe: Recipe, domain: str, number: int) -> int:
    """The position of a candidate's persona: domains take turns through all of them, so that every
    persona is used before one is used twice as far as refusals allow."""
    before = 0
    for name, count in wanted(recipe).items():
        if name == domain:
            break
        before += count
    return (before + number) % recipe.personas.count


def select(
    recipe: Recipe,
    notes: Mapping[str, Receipt],
    rounds: Sequence[Round] = (),
    people: Mapping[str, Mapping[str, str]] | None = None,
) -> Selection:
    """The candidates that count, among those that there are: of the first planning, then of each round.
    ``people`` are the facets of personas that have a target, by id."""
    selection, taker = Selection(), _Taker(notes)
    for domain, count in wanted(recipe).items():
        number, names = 0, dict[int, str]()
        shortlist = Shortlist(recipe.blueprints.quotas, count)
        while not shortlist.full and (receipt := notes.get(candidate_key(domain, number))):
            if code := taker.refuses(receipt):
                selection.refused[code] += 1
            else:
                names[number] = str(receipt.note[0])
                shortlist.offer(number, _facets(receipt))
            number += 1
        chosen = shortlist.chosen
        selection.chosen |= {names[each]: candidate_key(domain, each) for each in chosen}
        selection.refused.update({"unwanted": len(names) - len(chosen)})
        selection.missing[domain] = count - len(chosen)
        selection.upto[domain] = number
        selection.short[domain] = shortlist.short()
    for each in rounds:
        for domain in each.first:
            _select_more(selection, taker, domain, each, people or {})
    selection.refused = +selection.refused
    return selection


class _Taker:
    """Tells which candidates are none, and which repeat another."""

    def __init__(self, notes: Mapping[str, Receipt]) -> None:
        self.notes = notes
        self._seen = set[str]()

    def refuses(self, receipt: Receipt) -> str:
        """Why the candidate is no plan of its own; empty when it is one."""
        if not receipt.note[0]:
            return str(receipt.note[1])
        if (signed := str(receipt.note[3])) in self._seen:
            return "repeated"
        self._seen.add(signed)
        return ""


def _select_more(
    selection: Selection,
    taker: _Taker,
    domain: str,
    further: Round,
    people: Mapping[str, Mapping[str, str]],
) -> None:
    wanting, number = Wanting(further.gaps[domain]), further.first[domain]
    while wanting.missing and number < further.last[domain]:
        key = candidate_key(domain, number)
        if (receipt := taker.notes.get(key)) is None:
            break
        if code := taker.refuses(receipt):
            selection.refused[code] += 1
        elif wanting.takes(_kind(receipt, further.pace, people)):
            selection.chosen[str(receipt.note[0])] = key
        else:
            selection.refused["unwanted"] += 1
        number += 1
    selection.upto[domain] = number
    left = further.last[domain] - number
    selection.owed[domain] = min(wanting.missing, left)


def _facets(receipt: Receipt) -> dict[str, str | int]:
    return dict(zip(FACETS, receipt.note[6:], strict=True))


def _kind(receipt: Receipt, pace: Pace, people: Mapping[str, Mapping[str, str]]) -> Kind:
    _, steps, persona_id, _, intents, clauses, *_ = receipt.note
    return Kind(
        facets=_facets(receipt),
        intents=tuple(str(intents).split()),
        clauses=tuple(str(clauses).split()),
        turns=pace.turns(int(steps)),
        persona=people.get(str(persona_id), {}),
    )


def selected(work: Workspace, upto: int | None = None) -> Selection:
    """The candidates that count in this build, as far as it has come, or after ``upto`` rounds."""
    rounds = rounds_of(work)
    people = people_of(work) if len(rounds) else {}
    given = [rounds.read(key) for key in rounds.ordered()[:upto]]
    return select(work.recipe, candidates_of(work).receipts, given, people)


def people_of(work: Workspace) -> dict[str, dict[str, str]]:
    """The facets of personas that have a target, by the persona's id."""
    paths = persona_facets(work.recipe.coverage.targets)
    if not paths:
        return {}
    return {each.id: {path: facet(each, path) for path in paths} for each in personas_of(work)}


async def plan(work: Workspace, executor: Executor) -> StageReport:
    """Plans until there are enough. Raises ``RequestError`` when a domain does not yield them."""
    shards, recipe = candidates_of(work), work.recipe
    before = len(shards)
    selection = selected(work)
    if not selection.complete:
        await executor.ready()
    done = len(selection.chosen)
    total = max(recipe.blueprints.count, done + sum(selection.owed.values()))
    work.progress.begin(STAGE, total, done)

    def take(outcome: Outcome) -> None:
        if isinstance(outcome, Lost):
            raise MachineError(
                f"a worker dies of planning {outcome.item.domain} candidates "
                f"{[number for number, _ in outcome.item.candidates]}: {outcome.reason}",
                "Look for the kernel's reason (memory?), or build with --workers 0 to see the error.",
            )
        shards.learn(outcome.receipts)
        good = sum(1 for receipt in outcome.receipts if receipt.note[0])
        work.progress.step(len(outcome.receipts), good)

    while not selection.complete:
        _give_up_on_barren_domains(recipe, selection)
        await executor.run(STAGE, list(_items(work, selection)), take)
        selection = selected(work)
    work.progress.end()
    tried = sum(selection.upto.values())
    return StageReport(
        stage=STAGE,
        total=tried,
        kept=len(selection.chosen),
        done_now=len(shards) - before,
        details={"refused": dict(sorted(selection.refused.items()))},
    )


def _items(work: Workspace, selection: Selection) -> Iterator[PlanItem]:
    """As many new candidates as there are blueprints missing."""
    recipe, personas, there = work.recipe, personas_of(work), candidates_of(work)
    rounds = rounds_of(work)
    last = rounds.read(rounds.ordered()[-1]) if len(rounds) else None
    for domain, missing in (selection.owed if last else selection.missing).items():
        first = selection.upto[domain]
        numbers = [
            number
            for number in range(first, first + missing)
            if candidate_key(domain, number) not in there
        ]
        for start in range(0, len(numbers), _PER_ITEM):
            yield PlanItem(
                domain=domain,
                candidates=tuple(
                    (number, personas.receipts[persona_key(at)].location)
                    for number in numbers[start : start + _PER_ITEM]
                    for at in [
                        last.persona_at(domain, number)
                        if last
                        else persona_of(recipe, domain, number)
                    ]
                ),
                intents=last.intents.get(domain, {}) if last else {},
            )


def _give_up_on_barren_domains(recipe: Recipe, selection: Selection) -> None:
    for domain, missing in selection.missing.items():
        count = wanted(recipe)[domain]
        if missing and selection.upto[domain] >= count * recipe.blueprints.candidates:
            refused = ", ".join(f"{code} {n}" for code, n in selection.refused.most_common(5))
            short = selection.short[domain]
            lacking = f"; too few with {', '.join(short)}" if short else ""
            raise RequestError(
                f"{domain} gave {count - missing} of {count} blueprints in "
                f"{selection.upto[domain]} candidates; refused: {refused or 'none'}{lacking}",
                "Ask for fewer, allow more with blueprints.candidates, or change quotas, goals, "
                "intents or the domain.",
            )


def blueprint_receipts(work: Workspace) -> dict[str, Receipt]:
    """Blueprint id -> the receipt of its candidate, for those that count, in their order."""
    shards = candidates_of(work)
    return {
        blueprint_id: shards.receipts[key] for blueprint_id, key in selected(work).chosen.items()
    }
