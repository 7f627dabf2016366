"""Dialogues that go round in circles.

Saying the same again is only bad where nothing has happened in between: ``Is there anything else?``
after each of three errands is no loop. What counts as something happening is a successful call that is
new, or that the plan makes again, and a fact that the user tells for the first time.
"""

import re
from collections import Counter
from collections.abc import Iterator

from rapidfuzz import fuzz

from generators.event import USER, Event
from verifiers.call_key import CallKey, action_key, call_key
from verifiers.fact_talk import says_fact
from verifiers.mentions import mentions
from verifiers.verdict import Evidence, Finding, Verdict, verdict_from

_SAME = 95
_LONG = 5
_TIMES = 3
_SPARE_CALLS = 2


class Repetition:
    """See ``repetition.*`` in the code catalogue."""

    name = "repetition"

    def judge(self, case: Evidence) -> Verdict:
        """Fails on loops, on near-identical utterances running, and on calls made over and over."""
        stretches = list(_stretches(case))
        findings = [
            *(each for stretch in stretches for each in _loops(stretch)),
            *(each for stretch in stretches for each in _echoes(stretch)),
            *_calls(case),
        ]
        return verdict_from(self.name, findings)


def _stretches(case: Evidence) -> Iterator[list[Event]]:
    """The utterances between one thing that happens and the next."""
    events = case.trajectory.events
    failed = {e.result.call_id for e in events if e.result and e.result.error}
    planned, made = _planned(case), Counter[CallKey]()
    untold = [fact for fact in case.blueprint.facts if fact.reveal != "never"]
    stretch: list[Event] = []
    for event in events:
        happens = False
        if event.kind == "say" and event.party == USER:
            told = [fact for fact in untold if says_fact(event.text, fact)]
            untold = [fact for fact in untold if fact not in told]
            happens = bool(told)
        elif event.kind == "call" and event.call and event.call.id not in failed:
            call = call_key(event)
            made[call] += 1
            happens = made[call] <= max(1, planned[call])
        if happens:
            yield stretch
            stretch = []
        if event.kind == "say":
            stretch.append(event)
    yield stretch


def _planned(case: Evidence) -> Counter[CallKey]:
    return Counter(action_key(action) for action in case.blueprint.actions)


def _loops(stretch: list[Event]) -> Iterator[Finding]:
    """The same words of one party for the third time, or A-B-A-B. Short answers (``Yes, please``) are
    only counted in a cycle: they answer different questions."""
    words = [(event.party, _words(event.text)) for event in stretch]
    counts: Counter[tuple[str, str]] = Counter()
    for position, (event, said) in enumerate(zip(stretch, words, strict=True)):
        counts[said] += 1
        often = counts[said] == _TIMES and len(said[1].split()) > 3
        first, second, third, fourth = [None] * 4
        if position >= 3:
            first, second, third, fourth = words[position - 3 : position + 1]
        cycle = first is not None and first == third and second == fourth and first != second
        if often or cycle:
            # The one who opened the cycle keeps it going.
            party = event.party if often or first is None else first[0]
            message = f"{event.text[:80]!r} again, with nothing new in between"
            yield Finding(code="repetition.loop", message=message, event=event.index, party=party)
            return


def _echoes(stretch: list[Event]) -> Iterator[Finding]:
    before: dict[str, Event] = {}
    for event in stretch:
        last = before.get(event.party)
        if last and len(event.text.split()) > _LONG and _alike(last.text, event.text):
            message = f"{event.text[:80]!r} repeats the utterance before"
            yield Finding(
                code="repetition.self", message=message, event=event.index, party=event.party
            )
        before[event.party] = event


def _alike(one: str, two: str) -> bool:
    """Nearly the same letters, and the same values: another date makes another sentence."""
    if not fuzz.ratio(_words(one), _words(two), score_cutoff=_SAME):
        return False
    return _values(one) == _values(two)


def _values(text: str) -> set[tuple[str, ...]]:
    return {each.shows for each in mentions(text)}


def _calls(case: Evidence) -> Iterator[Finding]:
    """More often than the plan makes the same call, by a margin: looking twice is human."""
    planned, made = _planned(case), Counter[CallKey]()
    for event in case.trajectory.events:
        if event.kind == "call" and event.call:
            call = call_key(event)
            made[call] += 1
            if made[call] == max(_TIMES, planned[call] + _SPARE_CALLS):
                message = f"{event.call.name} with the same arguments for the {made[call]}th time"
                yield Finding(
                    code="repetition.calls",
                    message=message,
                    event=event.index,
                    party=event.party,
                )


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
