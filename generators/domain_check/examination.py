"""A whole examination of one domain, and what came out of it."""

from collections.abc import Callable

from generators.domain_check.breaking import ClauseFigure, clause_figures, clause_remarks
from generators.domain_check.columns import data_remarks
from generators.domain_check.remark import Remark
from generators.domain_check.solving import Solved, solving_remarks, tried
from generators.domain_check.steadiness import steadiness_remarks
from generators.domain_check.wording import description_remarks, tool_remarks
from generators.domains.shelf import Shelf
from personas.record import Record

TRIES, WORLDS = 40, 6


class Examination(Record):
    """How the intents and clauses of a domain fared, and everything that is weak or broken."""

    domain: str
    hash: str
    intents: tuple[Solved, ...]
    clauses: tuple[ClauseFigure, ...]
    remarks: tuple[Remark, ...]

    @property
    def broken(self) -> bool:
        """Whether no build should be made with it."""
        return any(each.broken for each in self.remarks)


def examined(
    shelf: Shelf,
    name: str,
    tries: int = TRIES,
    worlds: int = WORLDS,
    tell: Callable[[str], None] = lambda text: None,
) -> Examination:
    """Plans every intent ``tries`` times over ``worlds`` worlds, plays and spoils what came of it.
    ``tell`` hears what is being done. The same for the same arguments."""
    domain = shelf.named(name)
    tell("intents")
    trials = tried(domain, tries, worlds)
    tell("clauses")
    figures, wrong = clause_figures(domain, trials)
    tell("data")
    dead = list(data_remarks(domain, trials))
    tell("state")
    remarks = (
        *description_remarks(domain),
        *solving_remarks(trials),
        *tool_remarks(domain, trials),
        *wrong,
        *clause_remarks(figures),
        *dead,
        *steadiness_remarks(shelf, name, worlds),
    )
    return Examination(
        domain=name,
        hash=domain.hash,
        intents=tuple(trials.solved),
        clauses=tuple(figures),
        remarks=remarks,
    )
