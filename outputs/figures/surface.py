"""The surface of talk: lengths, openings, small habits. What any two corpora can be compared by."""

from collections import Counter
from math import sqrt

from generators.event import USER
from outputs.figures.histogram import Distribution, Histogram
from outputs.figures.sample import Sample
from outputs.figures.shape import ROLES
from outputs.figures.subjects import Subjects
from outputs.figures.words import (
    has_contraction,
    is_greeting,
    is_question,
    is_thanks,
    word_count,
)
from outputs.talk import Talk

SAMPLE_TALKS = 1_000
LAST_PLACE = 12

HABITS = ("question", "greeting", "thanks", "contraction", "lower case", "no final mark")
"""What an utterance may show: asks, greets first, thanks, contracts, starts in lower case, ends without
a mark."""


class Surface:
    """Counts the surface of talks and keeps a sample of fixed size for figures that depend on size.

    ``words`` and ``turns`` are by role; ``places`` sums words and utterances by the position of a user's
    utterance among its utterances, up to the twelfth.
    """

    def __init__(self) -> None:
        self.talks = 0
        self.exchanges = Histogram()
        self.subjects = Subjects()
        self.turns = {role: Histogram() for role in ROLES}
        self.words = {role: Histogram() for role in ROLES}
        self.habits: Counter[tuple[str, str]] = Counter()
        self.first_habits: Counter[str] = Counter()
        self.acts: Counter[tuple[str, str]] = Counter()
        self.places: Counter[tuple[str, int]] = Counter()
        self.sample: Sample[Talk] = Sample(SAMPLE_TALKS, "surface")

    def add(self, talk: Talk) -> None:
        """Counts one dialogue."""
        self.talks += 1
        self.exchanges.add(len(talk.said))
        self.subjects.add(talk)
        turns: Counter[str] = Counter()
        for each in talk.said:
            turns[each.role] += 1
            length = word_count(each.text)
            self.words[each.role].add(length)
            shown = habits_of(each.text)
            self.habits.update((each.role, habit) for habit in shown)
            self.acts.update((each.role, act) for act in each.acts)
            if each.role == USER:
                if turns[USER] == 1:
                    self.first_habits.update(shown)
                if turns[USER] <= LAST_PLACE:
                    self.places["words", turns[USER]] += length
                    self.places["utterances", turns[USER]] += 1
        for role in ROLES:
            self.turns[role].add(turns[role])
        self.sample.add(talk.id, talk)

    def merge(self, other: "Surface") -> None:
        """Adds the counts of another part."""
        self.talks += other.talks
        self.exchanges.merge(other.exchanges)
        self.subjects.merge(other.subjects)
        for role in ROLES:
            self.turns[role].merge(other.turns[role])
            self.words[role].merge(other.words[role])
        self.habits.update(other.habits)
        self.first_habits.update(other.first_habits)
        self.acts.update(other.acts)
        self.places.update(other.places)
        self.sample.merge(other.sample)

    def words_by_place(self) -> dict[int, float]:
        """The mean number of words in the user's first, second, ... utterance."""
        return {
            place: self.places["words", place] / times
            for (kind, place), times in sorted(self.places.items())
            if kind == "utterances"
        }

    def act_shares(self, role: str) -> dict[str, float]:
        """The share of each act among all acts of a role, most frequent first; empty without acts."""
        counts = {act: times for (who, act), times in self.acts.items() if who == role}
        total = sum(counts.values())
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return {act: times / total for act, times in ordered}


def habits_of(text: str) -> list[str]:
    """Which of ``HABITS`` an utterance shows."""
    bare = text.strip()
    shown = {
        "question": is_question(bare),
        "greeting": is_greeting(bare),
        "thanks": is_thanks(bare),
        "contraction": has_contraction(bare),
        "lower case": bare[:1].islower(),
        "no final mark": bool(bare) and bare[-1] not in ".?!…\"'”’)",
    }
    return [habit for habit in HABITS if shown[habit]]


def deviation(distribution: Distribution) -> float:
    """The standard deviation of a distribution."""
    if not distribution.count:
        return 0.0
    squares = sum(
        times * (value - distribution.mean) ** 2 for value, times in distribution.counts.items()
    )
    return sqrt(squares / distribution.count)
