"""Which dialogue sits at which replica of a model slot, so that it finds its prefix in the cache."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from generators.models.endpoint import Endpoint
from personas.record import Record

OVERLOAD = 1.5
SLACK = 4
"""A dialogue moves away from a replica that has more than ``OVERLOAD`` times the mean load and ``SLACK``
calls on top."""


class Standing(Record):
    """How a replica stands: its circuit, calls in flight, dialogues that stay with it."""

    url: str
    circuit: str
    load: int
    dialogues: int


@dataclass(eq=False, slots=True)
class Replica:
    """A replica in use. ``load`` are calls in flight, ``dialogues`` those that sit here; ``gone`` says
    that it has been taken off the list."""

    endpoint: Endpoint
    load: int = 0
    dialogues: int = 0
    gone: bool = False


@dataclass(eq=False, slots=True)
class Seat:
    """Where a dialogue sits, and the headers of its calls there."""

    session_id: str
    replica: Replica
    headers: dict[str, str]


class Seating:
    """The replicas of one slot and the dialogues that sit at them.

    A new dialogue gets the replica with the fewest calls in flight, then the fewest dialogues, and keeps
    it as long as that is reasonable.
    """

    def __init__(self, slot: str) -> None:
        self.replicas: dict[str, Replica] = {}
        self._slot = slot
        self._seats: dict[str, Seat] = {}

    def healthy(self) -> list[Replica]:
        """Those whose circuit is closed."""
        return [each for each in self.replicas.values() if each.endpoint.circuit.closed]

    def seat(self, dialogue: str, healthy: Sequence[Replica], avoid: Replica | None = None) -> Seat:
        """The dialogue's seat at one of the ``healthy`` replicas (at least one), at ``avoid`` only if
        there is no other."""
        seat = self._seats.get(dialogue)
        if seat is not None and seat.replica is not avoid and _reasonable(seat.replica, healthy):
            return seat
        others = [each for each in healthy if each is not avoid] or healthy
        replica = min(others, key=lambda each: (each.load, each.dialogues))
        if seat is None:
            session_id = hashlib.sha256(f"{self._slot}\n{dialogue}".encode()).hexdigest()
        elif seat.replica is replica:
            return seat
        else:
            session_id = seat.session_id
            seat.replica.dialogues -= 1
        replica.dialogues += 1
        seat = Seat(session_id, replica, replica.endpoint.headers_for(session_id))
        self._seats[dialogue] = seat
        return seat

    def forget(self, dialogue: str) -> None:
        """The dialogue has ended. Forgetting one that is not known changes nothing."""
        seat = self._seats.pop(dialogue, None)
        if seat is not None:
            seat.replica.dialogues -= 1

    def standings(self) -> list[Standing]:
        """How every replica stands."""
        return [
            Standing(
                url=url,
                circuit=each.endpoint.circuit.state,
                load=each.load,
                dialogues=each.dialogues,
            )
            for url, each in self.replicas.items()
        ]


def _reasonable(replica: Replica, healthy: Sequence[Replica]) -> bool:
    """Whether a dialogue that sits at the replica should stay."""
    if replica.gone or not replica.endpoint.circuit.closed:
        return False
    if len(healthy) == 1:
        return True
    mean = sum(each.load for each in healthy) / len(healthy)
    return replica.load <= OVERLOAD * mean + SLACK
