"""What a user says that it cannot know, and facts of its own that it gets wrong.

Both come down to values without a source. One that is a slip of the pen away from a fact that was told
or asked for is a wrong version of it, and so is one of its kind that is given instead of it when asked;
any other is a value that the user cannot know. Slips that are put right in the user's next turn are
left out.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec
from rapidfuzz.distance import OSA

from generators.blueprint import Blueprint, Fact
from generators.event import USER, Event, view_of
from verifiers.fact_talk import asks_for, distinctive, says_fact, says_slip, ways_to_say
from verifiers.mentions import Mention, mentions
from verifiers.seen import Seen
from verifiers.verdict import Evidence


@dataclass(frozen=True, slots=True)
class Misstatement:
    """One utterance with a wrong value: of ``fact``, or from nowhere when that is None."""

    event: Event
    said: str
    fact: Fact | None


def misstatements(case: Evidence) -> list[Misstatement]:
    """Every wrong value that the user does not take back, at most one per utterance and fact."""
    found: dict[tuple[int, str], Misstatement] = {}
    for each in _misstatements(case):
        found.setdefault((each.event.index, each.fact.key if each.fact else each.said), each)
    return list(found.values())


def _misstatements(case: Evidence) -> Iterator[Misstatement]:
    facts = [fact for fact in case.blueprint.facts if fact.reveal != "never"]
    unknown = dict(_without_source(case))
    turns = _turns(case)
    before, question = "", ""
    for event in case.trajectory.events:
        if event.kind != "say":
            continue
        if event.party != USER:
            question = event.text
            continue
        after = next((text for place, text in turns if place > (event.session, event.turn)), "")
        asked = [fact for fact in facts if fact.cues and asks_for(question, fact)]
        for fact in facts:
            if _has_slip(event.text, fact, facts) and (fact in asked or distinctive(fact.slip)):
                if not says_fact(event.text, fact) and not says_fact(after, fact):
                    yield Misstatement(event, fact.slip, fact)
        told = [fact for fact in facts if says_fact(before, fact)]
        for mention in unknown.get(event.index, ()):
            slip_of = _first(told + asked, mention, _slip_away)
            instead_of = _first(asked, mention, _alike)
            if slip_of:
                if not says_fact(event.text, slip_of) and not says_fact(after, slip_of):
                    yield Misstatement(event, mention.text, slip_of)
            elif instead_of and not says_fact(f"{event.text} {after}", instead_of):
                yield Misstatement(event, mention.text, instead_of)
            else:
                yield Misstatement(event, mention.text, None)
        before += "\n" + event.text


def _turns(case: Evidence) -> list[tuple[tuple[int, int], str]]:
    """All that the user says in each of its turns, in order."""
    turns: dict[tuple[int, int], str] = {}
    for event in case.trajectory.events:
        if event.kind == "say" and event.party == USER:
            place = (event.session, event.turn)
            turns[place] = f"{turns.get(place, '')} {event.text}"
    return list(turns.items())


def _has_slip(text: str, fact: Fact, facts: list[Fact]) -> bool:
    """Whether the text has the fact's wrong version, and that is no right version of another fact."""
    return says_slip(text, fact) and not any(
        says_fact(text, other) and says_slip(other.saying, fact) for other in facts
    )


def _first(
    facts: list[Fact], mention: Mention, test: Callable[[Mention, Mention], bool]
) -> Fact | None:
    """The first fact for one of whose forms the test holds."""
    return next((f for f in facts if any(test(mention, each) for each in _values(f))), None)


def _values(fact: Fact) -> Iterator[Mention]:
    for form in ways_to_say(fact.value, fact.spoken):
        yield from mentions(form)


def _alike(one: Mention, other: Mention) -> bool:
    if one.kind != other.kind:
        return False
    return one.kind == "date" or _shape(one.text) == _shape(other.text)


def _shape(text: str) -> str:
    return re.sub(r"[a-z]", "a", re.sub(r"\d", "9", text.lower()))


def _slip_away(one: Mention, other: Mention) -> bool:
    """Whether one letter or digit is another, or two have changed places."""
    if one.kind != other.kind or len(other.shows[0]) < 5:
        return False
    return OSA.distance(one.shows[0], other.shows[0], score_cutoff=1) == 1


def _without_source(case: Evidence) -> Iterator[tuple[int, list[Mention]]]:
    """Event index -> the values in it that the user was neither given nor has come across."""
    seen = _given(case.blueprint)
    for event in view_of(case.trajectory.events, USER):
        if event.kind == "result" and event.result:
            seen.read(event.result.content)
        elif event.party != USER:
            seen.hear(event.text)
        elif event.kind == "say":
            found = [
                each
                for each in mentions(event.text)
                if not seen.knows(each) and not _everybodys(each, event.text)
            ]
            if found:
                yield event.index, found


def _given(blueprint: Blueprint) -> Seen:
    """What the user knows from the start: its facts and wishes, and its persona as far as the
    blueprint writes that into the world."""
    seen = Seen()
    seen.live_at(blueprint.clock)
    for fact in blueprint.facts:
        # As it is known, with its year: other forms would let a date of any year pass.
        for form in (fact.value, fact.spoken, fact.slip):
            seen.hear(form)
    for each in (*blueprint.goals, *blueprint.changes):
        seen.hear(each.need)
    for patch in blueprint.setup:
        seen.read(msgspec.json.encode(patch.fields).decode())
    return seen


def _everybodys(mention: Mention, text: str) -> bool:
    """Numbers below a hundred, years, and times of day that belong to no date need no source."""
    if mention.kind == "number":
        key = mention.text
        return key.isdigit() and (int(key) < 100 or 1900 <= int(key) < 2100)
    if mention.kind == "time":
        dates = "|".join(re.escape(each.text) for each in mentions(text) if each.kind == "date")
        time = re.escape(mention.text)
        return not dates or not re.search(rf"(?:{dates}),? (?:at )?{time}", text)
    return False
