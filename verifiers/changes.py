"""When a user changes its mind about a goal, as its plan has it.

A scripted user notes it; anybody else is taken at their words: it tells what counts from then on, or
lets go of the wish, in answer to the agent.
"""

from collections.abc import Iterable, Mapping

import msgspec

from generators.blueprint import Blueprint, Change, Fact
from generators.event import AGENT, USER, Event
from generators.scripted import hearing
from generators.scripted.values import facts_in
from verifiers.fact_talk import says_fact
from verifiers.whole_turns import whole_turns

_ACT = "change"


def changed_at(blueprint: Blueprint, events: Iterable[Event]) -> dict[str, int]:
    """Goal -> the index of the utterance with which the user changes its mind about it."""
    if not blueprint.changes:
        return {}
    facts = {fact.key: fact for fact in blueprint.facts}
    found: dict[str, int] = {}
    said = ""
    for event in whole_turns(events):
        if event.kind == "say" and event.party == AGENT:
            said = event.text
        if event.kind != "say" or event.party != USER:
            continue
        noted = _acts(event)
        for change in blueprint.changes:
            if change.goal in found:
                continue
            heard = _ACT in noted if noted is not None else _says(event, change, facts, said)
            if heard:
                found[change.goal] = event.index
                break
    return found


def _says(event: Event, change: Change, facts: Mapping[str, Fact], before: str) -> bool:
    """Whether the user changes its mind with these words, in answer to those of the agent ``before``."""
    if change.kind == "withdraw":
        asked = [each for each in hearing.questions(before) if not hearing.offers_more(each)]
        return bool(asked) and hearing.lets_go(event.text)
    if not before:
        return False
    new = [facts[key] for key in change.instead.values() if key in facts]
    return bool(facts_in(event.text, new)) or any(says_fact(event.text, each) for each in new)


def _acts(event: Event) -> list[str] | None:
    """What a scripted user notes that its words do."""
    for note in event.annotations:
        if note.name == "act":
            value = msgspec.json.decode(note.value)
            return [str(each) for each in value] if isinstance(value, list) else []
    return None
