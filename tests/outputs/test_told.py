"""The ledger as it is stored, shown and checked again."""

from msgspec.structs import replace
from rich.console import Console

from generators.domains.registry import domain_named
from outputs.judged import Judged
from outputs.recheck import row_problems
from outputs.report.dialogue import excerpt_of
from outputs.row import from_row, to_row
from outputs.told import told_in
from pipelines.terminal import dialogue as shown
from tests.outputs.figures.test_disclosure import swept
from verifiers.rewards import LEDGER

WRONG = "what stands in its ledger of facts is not what its events come to"


def problems(row: Judged) -> list[str]:
    stored = to_row(row, domain_named(row.blueprint.domain), "0.1.0")
    return list(row_problems(stored, from_row(stored), "0.1.0", domain=None))


def test_ledger_labels_and_rewards_survive_storage():
    row = swept()[-1]
    stored = from_row(to_row(row, domain_named(row.blueprint.domain), "0.1.0"))
    assert told_in(stored.trajectory) == told_in(row.trajectory)
    assert problems(row) == []


def test_a_ledger_that_the_events_do_not_bear_out_is_found():
    row = swept()[-1]
    notes = tuple(
        replace(note, value=note.value.replace("elicited", "volunteered", 1))
        if note.name == LEDGER
        else note
        for note in row.trajectory.annotations
    )
    changed = replace(row, trajectory=replace(row.trajectory, annotations=notes))
    assert WRONG in problems(changed)


def test_it_is_shown_in_the_terminal_and_in_the_report():
    row = swept()[-1]
    told = told_in(row.trajectory)
    assert told
    console = Console(width=400, record=True, file=None, quiet=False)
    with console.capture() as capture:
        console.print(shown(row))
    assert told.in_words in capture.get()
    excerpt = excerpt_of(row)
    assert excerpt.told == told.in_words
    assert excerpt.came_out == {e.fact: f"{e.how} at {e.event}" for e in told.ledger.revealed}
