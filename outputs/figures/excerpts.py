"""Which dialogues a report shows: few, the same ones every time, and spread over all that happened.

Dialogues are filed under domain and either first intent (accepted) or leading reason (turned away).
A few of each file are kept, as bytes, so that memory stays small however many rows there are.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator

import msgspec

from outputs.figures.decisions import outcome_of, reasons_of
from outputs.figures.sample import Sample
from outputs.judged import Judged

PER_FILE = 4

File = tuple[str, str, str]
"""Outcome group (``accepted`` or ``turned away``), domain, intent or reason."""


class Excerpts:
    """Keeps a few rows of every file."""

    def __init__(self) -> None:
        self.files: dict[File, Sample[bytes]] = {}
        self.sizes: Counter[File] = Counter()

    def add(self, row: Judged) -> None:
        """Offers one judged dialogue."""
        file = _file(row)
        self.sizes[file] += 1
        sample = self._sample(file)
        if sample.wants(row.id):
            sample.add(row.id, msgspec.json.encode(row))

    def merge(self, other: "Excerpts") -> None:
        """Offers what another part kept."""
        self.sizes.update(other.sizes)
        for file, sample in other.files.items():
            self._sample(file).merge(sample)

    def _sample(self, file: File) -> Sample[bytes]:
        if file not in self.files:
            self.files[file] = Sample(PER_FILE, "excerpts")
        return self.files[file]

    def chosen(self, number: int = 20) -> list[Judged]:
        """At most ``number`` rows, half of them accepted as far as there are enough.

        Domains take turns, and within a domain its files do, largest first.
        """
        accepted, refused = list(self._turns("accepted")), list(self._turns("turned away"))
        half = max(number // 2, number - len(refused))
        first = accepted[:half]
        return [
            msgspec.json.decode(row, type=Judged) for row in first + refused[: number - len(first)]
        ]

    def _turns(self, group: str) -> Iterator[bytes]:
        by_domain: defaultdict[str, list[list[bytes]]] = defaultdict(list)
        for file in sorted(self.files, key=lambda file: (-self.sizes[file], file)):
            if file[0] == group:
                by_domain[file[1]].append(self.files[file].items())
        queues = [list(_interleaved(files)) for _, files in sorted(by_domain.items())]
        return _interleaved(queues)


def _file(row: Judged) -> File:
    domain = row.trajectory.domain
    if outcome_of(row) == "accepted":
        return ("accepted", domain, next(iter(row.blueprint.intents), ""))
    return ("turned away", domain, reasons_of(row)[0])


def _interleaved(queues: list[list[bytes]]) -> Iterator[bytes]:
    for place in range(max(map(len, queues), default=0)):
        yield from (queue[place] for queue in queues if place < len(queue))
