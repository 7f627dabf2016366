"""What a simulated user owes the dialogue, turn by turn: to know only what it can know, to tell what it
was to tell when it was to, to stay in its role, and to stay until its goals are settled.

In published runs a good share of failed dialogues is the simulated user's fault; an agent must not be
rejected, or trained, for those. Secrets are for ``leakage``. What the user knows of its persona counts
as known as far as the blueprint writes it into the world.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

import msgspec

from generators.blueprint import Fact
from generators.event import USER, Event, view_of
from verifiers.fact_talk import asks_for, distinctive, says_fact, says_slip, ways_to_say
from verifiers.goal_progress import left_open, settled_at
from verifiers.mentions import Mention, mentions, states
from verifiers.seen import Seen
from verifiers.verdict import Evidence, Finding, Verdict, verdict_from


class UserContract:
    """See ``user.*`` in the code catalogue."""

    name = "user"

    def judge(self, case: Evidence) -> Verdict:
        """Fails on any breach; the user is always to blame."""
        return verdict_from(
            self.name,
            [
                *_role(case),
                *_telling(case),
                *_contradictions(case),
                *_unknown_values(case),
                *_ending(case),
            ],
        )


def spoiled_by_user(case: Evidence) -> bool:
    """Whether the user misled the agent or left it, so that a wrong outcome is the user's doing."""
    return any(True for check in (_contradictions, _ending) for _ in check(case))


_AGENT_TALK = re.compile(
    r"\bhow (?:can|may|could) I (?:help|assist)\b|\bwhat can I do for you\b"
    r"|\b(?:can|may|could) I (?:help|assist) you\b|\belse I (?:can|may|could) (?:help|assist|do)\b"
    r"|\bthank(?:s| you) for (?:contacting|calling|reaching out|getting in touch|choosing|your patience)"
    r"|\b(?:in|on|from|into) our (?:system|records?|side|database|files?)\b"
    r"|\blet me (?:just )?(?:pull up|look up|check|find|open|get) (?:your|you)\b"
    r"|\bI(?:'ve| have)(?: now| just)? (?:looked|checked|found|booked|cancelled|updated|processed|issued"
    r"|transferred|scheduled|registered|refunded|arranged|charged|credited|sent|located|reset)"
    r" (?:\w+ ){0,4}?(?:for you|you|your)\b"
    r"|\byour (?:\w+ ){1,3}?(?:has|have) been (?:\w+ )?\w+ed\b",
    re.I,
)


def _role(case: Evidence) -> Iterator[Finding]:
    for event in _says(case, USER):
        slip = _AGENT_TALK.search(event.text)
        if slip:
            yield _finding("user.answered_for_agent", f"{slip.group()!r} is agents' talk", event)


def _telling(case: Evidence) -> Iterator[Finding]:
    """Facts told before their time. What the other side has said already is no longer the user's to
    keep, and of facts with the same value either may be meant."""
    waiting = [
        fact
        for fact in case.blueprint.facts
        if fact.reveal in ("when_asked", "after") and distinctive(fact.value)
    ]
    open_facts = [fact for fact in case.blueprint.facts if fact not in waiting]
    for event in case.trajectory.events:
        if not waiting:
            return
        if event.kind == "result" and event.result and USER in event.visible_to:
            waiting = [f for f in waiting if not says_fact(event.result.content, f)]
        if event.kind != "say" or USER not in event.visible_to:
            continue
        if event.party != USER:
            freed = [fact for fact in waiting if _freed_by(case, event, fact)]
            waiting = [fact for fact in waiting if fact not in freed]
            open_facts += freed
            continue
        told = [fact for fact in waiting if says_fact(event.text, fact)]
        waiting = [fact for fact in waiting if fact not in told]
        early = [fact for fact in told if not _meant_by(fact, open_facts, event)]
        if early:
            names = ", ".join(fact.key for fact in early)
            code = "user.told_all_at_once" if len(early) > 1 else "user.volunteered"
            yield _finding(code, f"{names} told before it was time", event)


def _freed_by(case: Evidence, event: Event, fact: Fact) -> bool:
    """Whether this utterance of another party allows the user to tell the fact from now on."""
    if says_fact(event.text, fact):
        return True
    if fact.reveal == "after":
        goal = next((each for each in case.blueprint.goals if each.id == fact.after), None)
        at = settled_at(case, goal) if goal else -1
        return at is not None and at <= event.index
    return asks_for(event.text, fact)


def _meant_by(fact: Fact, others: list[Fact], event: Event) -> bool:
    return any(
        says_fact(event.text, other) and states(other.saying, form)
        for other in others
        for form in ways_to_say(fact.value, fact.spoken)
    )


def _contradictions(case: Evidence) -> Iterator[Finding]:
    """Wrong versions of facts that the user's next utterance does not put right: the planned slip, or
    a value of the fact's shape that the user has from nowhere."""
    said = _says(case, USER)
    following = {event.index: after.text for event, after in pairwise(said)}
    facts = [fact for fact in case.blueprint.facts if fact.reveal != "never"]
    unknown = {event.index: found for event, found in _unknown_in(case)}
    question, told = "", ""
    for event in case.trajectory.events:
        if event.kind != "say":
            continue
        if event.party != USER:
            question = event.text
            continue
        told += "\n" + event.text
        after = following.get(event.index, "")
        for fact in facts:
            asked = bool(fact.cues) and asks_for(question, fact)
            wrong = _says_slip(event.text, fact, facts) and (asked or distinctive(fact.slip))
            strange = [m for m in unknown.get(event.index, ()) if _same_shape(m, fact)]
            wrong = wrong or bool(strange and (asked or says_fact(told, fact)))
            if wrong and not says_fact(event.text, fact) and not says_fact(after, fact):
                message = f"another {fact.key} than {fact.saying!r}, never put right"
                yield _finding("user.contradicted_fact", message, event)
                break


def _says_slip(text: str, fact: Fact, facts: list[Fact]) -> bool:
    """Whether the text has the fact's wrong version, and that is no right version of another fact."""
    return says_slip(text, fact) and not any(
        says_fact(text, other) and says_slip(other.saying, fact) for other in facts
    )


def _same_shape(mention: Mention, fact: Fact) -> bool:
    return any(
        mention.kind == each.kind
        and (mention.kind == "date" or _shape(mention.text) == _shape(each.text))
        for form in ways_to_say(fact.value, fact.spoken)
        for each in mentions(form)
    )


def _shape(text: str) -> str:
    return re.sub(r"[a-z]", "a", re.sub(r"\d", "9", text.lower()))


def _unknown_values(case: Evidence) -> Iterator[Finding]:
    contradicted = {finding.event for finding in _contradictions(case)}
    for event, found in _unknown_in(case):
        if event.index not in contradicted and not _put_right(case, event):
            values = ", ".join(repr(each.text) for each in found)
            yield _finding("user.unknown_value", f"the user cannot know {values}", event)


def _put_right(case: Evidence, event: Event) -> bool:
    """Whether the user corrects itself in its next utterance, by repeating the value as the wrong one
    beside a right one."""
    after = next((e.text for e in _says(case, USER) if e.index > event.index), "")
    facts = [fact for fact in case.blueprint.facts if fact.reveal != "never"]
    return any(
        says_fact(after, fact) and any(_same_shape(m, fact) for m in mentions(event.text))
        for fact in facts
    )


def _unknown_in(case: Evidence) -> Iterator[tuple[Event, list[Mention]]]:
    """The user's utterances with values that it has neither been given nor come across. Numbers below
    a hundred, years and times of day are everybody's own."""
    seen = Seen()
    seen.live_at(case.blueprint.clock)
    for fact in case.blueprint.facts:
        for form in (*ways_to_say(fact.value, fact.spoken), *ways_to_say(fact.slip)):
            seen.hear(form)
    for goal in case.blueprint.goals:
        seen.hear(goal.need)
        for value in goal.slots.values():
            seen.hear(value)
    for patch in case.blueprint.setup:
        seen.read(msgspec.json.encode(patch.fields).decode())
    for event in view_of(case.trajectory.events, USER):
        if event.kind == "result" and event.result:
            seen.read(event.result.content)
        elif event.party != USER:
            seen.hear(event.text)
        elif event.kind == "say":
            found = [
                each
                for each in mentions(event.text)
                if not _ordinary(each) and not seen.knows(each)
            ]
            if found:
                yield event, found


def _ordinary(mention: Mention) -> bool:
    if mention.kind == "number":
        key = mention.shows[0][2:]
        return key.isdigit() and (int(key) < 100 or 1900 <= int(key) < 2100)
    return mention.kind == "time"


def _ending(case: Evidence) -> Iterator[Finding]:
    """The user stops although a goal is open, or says so itself."""
    stops = [e for e in case.trajectory.events if e.kind == "stop" and e.party == USER]
    if not stops:
        return
    names = [goal.id for goal in left_open(case)] or _own_open_goals(case)
    if names:
        intents = {goal.id: goal.intent for goal in case.blueprint.goals}
        listed = ", ".join(intents.get(name, name) for name in names)
        yield _finding("user.ended_early", f"still open: {listed}", stops[-1])


def _own_open_goals(case: Evidence) -> list[str]:
    """The goals that are open by the user's own last note on them."""
    notes = [
        note.value
        for event in case.trajectory.events
        if event.party == USER
        for note in event.annotations
        if note.name == "goal_status"
    ]
    status = msgspec.json.decode(notes[-1]) if notes else None
    if not isinstance(status, dict):
        return []
    return sorted(name for name, value in status.items() if value in ("open", False))


def _says(case: Evidence, party: str) -> list[Event]:
    return [e for e in case.trajectory.events if e.kind == "say" and e.party == party]


def _finding(code: str, message: str, event: Event) -> Finding:
    return Finding(code=code, message=message, event=event.index, party=USER)
