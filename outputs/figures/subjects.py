"""What dialogues are about: their services, and what is wanted of them."""

from collections import Counter
from collections.abc import Iterable

from outputs.talk import Talk


class Subjects:
    """Counts dialogues by service and by intent (``SERVICE/INTENT``), each once per dialogue."""

    def __init__(self) -> None:
        self.talks = 0
        self.several = 0
        self.services: Counter[str] = Counter()
        self.intents: Counter[str] = Counter()

    def add(self, talk: Talk) -> None:
        """Counts one dialogue."""
        self.talks += 1
        self.several += len(talk.services) > 1
        self.services.update(talk.services)
        self.intents.update(talk.intents)

    def merge(self, other: "Subjects") -> None:
        """Adds the counts of another part."""
        self.talks += other.talks
        self.several += other.several
        self.services.update(other.services)
        self.intents.update(other.intents)

    def shares(self) -> dict[str, float]:
        """The share of dialogues about each service, the most frequent first."""
        ordered = sorted(self.services.items(), key=lambda item: (-item[1], item[0]))
        return {name: times / self.talks for name, times in ordered}


def covered(wanted: Iterable[str], there: Iterable[str]) -> set[str]:
    """Those of the wanted intents that are there, be it as a kind of them: ``find_bus_in_vain`` is a
    kind of ``find_bus``."""
    names = list(there)
    return {
        each
        for each in wanted
        if any(name == each or name.startswith(f"{each}_") for name in names)
    }
