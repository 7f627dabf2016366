"""What is written on a dialogue about what the user knew: the ledger, the labels of turns, the rewards.

Dialogues that were stored before such notes were made have none, and say so by being empty.
"""

import msgspec

from generators.trajectory import Trajectory
from personas.record import Record
from verifiers.disclosure import Ledger
from verifiers.rewards import LEDGER, SOURCE, TURN
from verifiers.turn_labels import UserTurn


class Told(Record):
    """Of one dialogue: its ledger, its labelled turns, how many useful and needless questions it has,
    and the parts of its reward by name."""

    ledger: Ledger
    turns: tuple[UserTurn, ...]
    useful: int
    needless: int
    rewards: dict[str, float]

    @property
    def in_words(self) -> str:
        """All of it in a line: ``seat elicited at 2; 1 of 1 withheld facts came out; ...``."""
        facts = [f"{each.fact} {each.how} at {each.event}" for each in self.ledger.revealed]
        withheld = len(self.ledger.withheld)
        parts = [
            ", ".join(facts) or "nothing came out",
            f"{self.ledger.covered()} of {withheld} withheld "
            f"{'fact' if withheld == 1 else 'facts'} came out",
            f"questions: {self.useful} useful, {self.needless} needless",
            f"reward {self.rewards.get('total', 0.0):.2f}",
        ]
        return "; ".join(parts)


def told_in(trajectory: Trajectory) -> Told | None:
    """What is written on the dialogue; None when nothing is."""
    ledger = next((n.value for n in trajectory.annotations if n.name == LEDGER), "")
    if not ledger:
        return None
    notes = [note.value for e in trajectory.events for note in e.annotations if note.name == TURN]
    given = [each.name for e in trajectory.events for each in e.rewards if each.source == SOURCE]
    return Told(
        ledger=msgspec.json.decode(ledger, type=Ledger),
        turns=tuple(msgspec.json.decode(each, type=UserTurn) for each in notes),
        useful=given.count("useful_questions"),
        needless=given.count("needless_questions"),
        rewards={each.name: each.value for each in trajectory.rewards if each.source == SOURCE},
    )
