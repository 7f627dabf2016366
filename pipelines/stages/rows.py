"""A dialogue together with its plan, its speaker and its decision, read from the stages' shards."""

from collections.abc import Iterator

from generators.blueprint import Blueprint
from generators.trajectory import Trajectory
from outputs.judged import Judged, Split
from personas.persona import Persona
from personas.record import Record
from pipelines.shards import Shards
from pipelines.stages.judge import ACCEPTED, decisions_of
from pipelines.stages.plan import blueprint_receipts, candidates_of
from pipelines.stages.play import dialogues_of
from pipelines.stages.sample import personas_of
from pipelines.workspace import Workspace


class Placement(Record):
    """Where curation put an accepted dialogue: a split, or out of the set for a reason."""

    split: Split = ""
    dropped: str = ""
    duplicate_of: str = ""


def placements_of(work: Workspace) -> Shards[Placement]:
    """The placements of accepted dialogues, by the keys of the dialogues. The note is (split, drop)."""
    return work.shards("placements", Placement)


class Rows:
    """Reads whole rows, one at a time. Holds ids and places only."""

    def __init__(self, work: Workspace) -> None:
        self._personas = personas_of(work)
        self._candidates = candidates_of(work)
        self._dialogues = dialogues_of(work)
        self._decisions = decisions_of(work)
        self._placements = placements_of(work)
        self._plans = {
            blueprint_id: receipt.key for blueprint_id, receipt in blueprint_receipts(work).items()
        }
        self._people = {
            str(receipt.note[0]): key for key, receipt in self._personas.receipts.items()
        }

    def accepted(self) -> list[str]:
        """The keys of the dialogues that the committee accepted, sorted."""
        receipts = self._decisions.receipts
        return [key for key in self._decisions.ordered() if receipts[key].note[0] == ACCEPTED]

    def trajectory_id(self, key: str) -> str:
        """The id of a judged dialogue."""
        return str(self._decisions.receipts[key].note[2])

    def whole(self, key: str) -> Judged:
        """One judged dialogue with all that belongs to it."""
        blueprint = self.blueprint(key)
        place = self._placements.read(key) if key in self._placements else Placement()
        return Judged(
            trajectory=self.trajectory(key),
            blueprint=blueprint,
            persona=self.persona(blueprint),
            decision=self._decisions.read(key),
            split=place.split,
            dropped=place.dropped,
            duplicate_of=place.duplicate_of,
        )

    def __iter__(self) -> Iterator[Judged]:
        """Every judged dialogue, in the order of trajectory ids."""
        for key in sorted(self._decisions.receipts, key=self.trajectory_id):
            yield self.whole(key)

    def blueprints(self) -> Iterator[Blueprint]:
        """Every plan, in the order of ids."""
        for blueprint_id in sorted(self._plans):
            yield self._planned(blueprint_id)

    def personas(self) -> Iterator[Persona]:
        """Every persona, in the order of sampling."""
        return iter(self._personas)

    def trajectory(self, key: str) -> Trajectory:
        """The dialogue."""
        return self._dialogues.read(key)

    def blueprint(self, key: str) -> Blueprint:
        """The plan of a dialogue."""
        return self._planned(key.partition(":")[0])

    def persona(self, blueprint: Blueprint) -> Persona:
        """Who speaks in a plan's dialogues."""
        return self._personas.read(self._people[blueprint.persona_id])

    def _planned(self, blueprint_id: str) -> Blueprint:
        blueprint = self._candidates.read(self._plans[blueprint_id]).blueprint
        assert blueprint is not None, f"{blueprint_id} is listed as a plan"
        return blueprint
