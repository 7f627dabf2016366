"""Which of the candidates count: per domain the first that are accepted, or whole sets of them.

It follows from the candidates' numbers and from what is noted of each, never from who came first.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from generators.coverage import Kind
from generators.plan_quota import FACETS, Shortlist
from personas.allocation import whole_numbers
from pipelines.recipe import Recipe
from pipelines.shards import Receipt
from pipelines.stages.candidate import candidate_key
from pipelines.steering import Pace, Round, Wanting


@dataclass
class Selection:
    """The candidates that count. ``chosen`` maps blueprint ids to keys, domain by domain, in the order
    of their numbers; ``refused`` counts reasons, ``defects`` the candidates that had each defect, the
    first or not, as ``stage.code``; ``missing`` is what each domain still lacks of the first planning
    (sets, where plans come in sets), ``owed`` what it lacks of the last round, and ``upto`` the number
    of candidates that it has;
    ``short`` names the kinds of plan of which a domain has too few. Of ``sets``, where there are any,
    it counts for each variation the members that are refused, by code, and the others under no code."""

    chosen: dict[str, str] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    defects: Counter[str] = field(default_factory=Counter)
    missing: dict[str, int] = field(default_factory=dict)
    owed: dict[str, int] = field(default_factory=dict)
    upto: dict[str, int] = field(default_factory=dict)
    short: dict[str, list[str]] = field(default_factory=dict)
    sets: dict[str, Counter[str]] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing any more."""
        return not (any(self.missing.values()) or any(self.owed.values()))

    def refuse(self, code: str, receipt: Receipt) -> None:
        """Counts a candidate that is none."""
        self.refused[code] += 1
        if not receipt.note[0]:
            self.defects.update(map(str, receipt.note[2:]))


def wanted(recipe: Recipe) -> dict[str, int]:
    """How many blueprints each domain is to have."""
    return whole_numbers(dict(sorted(recipe.blueprints.domains.items())), recipe.blueprints.count)


def select(
    recipe: Recipe,
    notes: Mapping[str, Receipt],
    rounds: Sequence[Round] = (),
    people: Mapping[str, Mapping[str, str]] | None = None,
) -> Selection:
    """The candidates that count, among those that there are: of the first planning, then of each round.
    ``people`` are the facets of personas that have a target, by id."""
    selection, taker = Selection(), _Taker(notes)
    if recipe.blueprints.one_factor:
        for domain, count in wanted(recipe).items():
            _select_sets(selection, taker, domain, count, recipe)
        return selection
    for domain, count in wanted(recipe).items():
        number, names = 0, dict[int, str]()
        shortlist = Shortlist(recipe.blueprints.quotas, count)
        while not shortlist.full and (receipt := notes.get(candidate_key(domain, number))):
            if code := taker.refuses(receipt):
                selection.refuse(code, receipt)
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
        self._seen = dict[str, str]()

    def refuses(self, receipt: Receipt, of: str = "") -> str:
        """Why the candidate is no plan of its own; empty when it is one. Members ``of`` one set do not
        repeat each other."""
        if not receipt.note[0]:
            return str(receipt.note[1])
        of = of or receipt.key
        return "" if self._seen.setdefault(str(receipt.note[3]), of) == of else "repeated"


def _select_sets(
    selection: Selection, taker: _Taker, domain: str, count: int, recipe: Recipe
) -> None:
    """So many sets: bases, each with those of its members that there are, one at least."""
    variations, size = recipe.blueprints.variations, recipe.blueprints.set_size
    number = sets = 0
    while sets < count:
        keys = [candidate_key(domain, number + place) for place in range(size)]
        receipts = [taker.notes[key] for key in keys if key in taker.notes]
        if len(receipts) < size:
            break
        number += size
        base, *members = receipts
        codes = [taker.refuses(base, base.key)]
        if codes[0]:
            codes += ["no_base"] * len(members)
        else:
            codes += [taker.refuses(each, base.key) for each in members]
            if all(codes[1:]):
                codes[0] = "no_members"
        for receipt, code in zip(receipts, codes, strict=True):
            if code:
                selection.refuse(code, receipt)
            else:
                selection.chosen[str(receipt.note[0])] = receipt.key
        if not codes[0]:
            sets += 1
            for variation, code in zip(variations, codes[1:], strict=True):
                selection.sets.setdefault(variation.name, Counter())[code] += 1
    selection.missing[domain] = count - sets
    selection.upto[domain] = number
    selection.short[domain] = []


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
            selection.refuse(code, receipt)
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
