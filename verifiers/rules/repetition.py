"""Dialogues that go round in circles.

Saying the same again is mostly bad where nothing has happened in between: ``Is there anything else?``
after each of three errands is no loop. What counts as something happening is a successful call that is
new, or that the plan makes again, and a fact that the user tells on being asked.
"""

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from generators.event import USER, Event
from verifiers.call_key import CallKey, action_key, call_key
from verifiers.fact_talk import asks_for, says_fact
from verifiers.mentions import mentions
from verifiers.verdict import Evidence, Finding, Verdict, verdict_from

_SAME = 95
"""From this similarity on, two utterances are one."""
_TYPO = 2
_POLITE = frozenset(("please", "sorry", "again", "just", "so", "ok", "okay", "and", "then"))
_TIMES = 3
_SPARE_CALLS = 2

_SHORT = 3
_LONG = 5
_VERY_LONG = 12
"""Utterances of up to ``_SHORT`` words make no loop, of up to ``_LONG`` no echo; those of at least
``_VERY_LONG`` are one even when something has happened."""


class Repetition:
    """See ``repetition.*`` in the code catalogue."""

    name = "repetition"

    def judge(self, case: Evidence) -> Verdict:
        """Fails on loops, on near-identical utterances running, and on calls made over and over."""
        worked = _steps_at(case)
        findings = [*_loops(case, worked), *_echoes(case, worked), *_calls(case)]
        return verdict_from(self.name, findings)


def _says(case: Evidence) -> list[Event]:
    return [event for event in case.trajectory.events if event.kind == "say"]


def _steps_at(case: Evidence) -> list[int]:
    """Where a successful call is made that is new, or that the plan makes again."""
    events = case.trajectory.events
    failed = {e.result.call_id for e in events if e.result and e.result.error}
    planned, made = _planned(case), Counter[CallKey]()
    found = []
    for event in events:
        if event.kind == "call" and event.call and event.call.id not in failed:
            call = call_key(event)
            made[call] += 1
            if made[call] <= max(1, planned[call]):
                found.append(event.index)
    return found


def _answers_at(case: Evidence) -> list[int]:
    """Where the user tells a fact for the first time, having just been asked for it."""
    untold = [fact for fact in case.blueprint.facts if fact.reveal != "never"]
    found, question = [], ""
    for event in _says(case):
        if event.party != USER:
            question = event.text
            continue
        told = [fact for fact in untold if says_fact(event.text, fact)]
        untold = [fact for fact in untold if fact not in told]
        if any(asks_for(question, fact) for fact in told):
            found.append(event.index)
    return found


def _loops(case: Evidence, worked: list[int]) -> Iterator[Finding]:
    """The same words of one party for the third time, or A-B-A-B, while nothing is done. Short answers
    (``Yes, please``) are only counted in a cycle: they answer different questions."""
    stretches: dict[int, list[Event]] = {}
    for event in _says(case):
        stretches.setdefault(bisect(worked, event.index), []).append(event)
    for stretch in stretches.values():
        yield from _loop(stretch)


def _loop(stretch: list[Event]) -> Iterator[Finding]:
    words = [(event.party, _words(event.text)) for event in stretch]
    counts: Counter[tuple[str, str]] = Counter()
    for position, (event, said) in enumerate(zip(stretch, words, strict=True)):
        counts[said] += 1
        often = counts[said] == _TIMES and len(said[1].split()) > _SHORT
        last = words[max(0, position - 3) : position + 1]
        cycle = len(last) == 4 and last[0] == last[2] != last[1] == last[3]
        if often or cycle:
            # The one who opened the cycle keeps it going.
            party = event.party if often else last[0][0]
            message = f"{event.text[:80]!r} again, with nothing done in between"
            yield Finding(code="repetition.loop", message=message, event=event.index, party=party)
            return


def _echoes(case: Evidence, worked: list[int]) -> Iterator[Finding]:
    """Almost the same utterance as the party's last. Where something has happened in between, but no
    work of its own, a very long one, or one of the user's with values in it, is still one too many."""
    happened = sorted([*worked, *_answers_at(case)])
    own_work = [(e.party, e.index) for e in case.trajectory.events if e.kind == "call"]
    before: dict[str, Event] = {}
    for event in _says(case):
        last = before.get(event.party)
        before[event.party] = event
        words = len(event.text.split())
        if last is None or words <= _LONG or not _alike(last.text, event.text):
            continue
        nothing = bisect(happened, event.index) == bisect(happened, last.index)
        worked_itself = any(
            party == event.party and last.index < at < event.index for party, at in own_work
        )
        telling = words >= _VERY_LONG or (event.party == USER and bool(mentions(event.text)))
        if nothing or (telling and not worked_itself):
            message = f"{event.text[:80]!r} repeats the utterance before"
            yield Finding(
                code="repetition.self", message=message, event=event.index, party=event.party
            )


def _alike(one: str, two: str) -> bool:
    """Nearly the same letters, and the same words and values but for typing mistakes and polite words:
    another date, or ``with`` for ``without``, makes another sentence."""
    first, second = _words(one), _words(two)
    if not fuzz.ratio(first, second, score_cutoff=_SAME) or _values(one) != _values(two):
        return False
    here, there = Counter(first.split()), Counter(second.split())
    only_here, only_there = list((here - there).elements()), list((there - here).elements())
    return all(
        word in _POLITE or any(OSA.distance(word, other) <= _TYPO for other in others)
        for words, others in ((only_here, only_there), (only_there, only_here))
        for word in words
    )


def _values(text: str) -> set[tuple[str, ...]]:
    return {each.shows for each in mentions(text)}


def _planned(case: Evidence) -> Counter[CallKey]:
    return Counter(action_key(action) for action in case.blueprint.actions)


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
