"""What a simulated user owes the dialogue, turn by turn: to know only what it can know, to tell what it
was to tell when it was to, to stay in its role, and to stay until its goals are settled.

In published runs a good share of failed dialogues is the simulated user's fault; an agent must not be
rejected, or trained, for those. Secrets are for ``leakage``.
"""

import re
from collections.abc import Iterator

import msgspec

from generators.blueprint import Blueprint, Change, Fact
from generators.event import AGENT, USER, Event
from generators.scripted import hearing
from generators.scripted.values import facts_in, hints_in
from verifiers.asking import asking_in
from verifiers.changes import changed_at
from verifiers.fact_talk import asks_for, distinctive, gives_away, says_fact
from verifiers.goal_progress import left_open, settled_at
from verifiers.rules.repetition import Repetition
from verifiers.user_values import misstatements
from verifiers.verdict import Evidence, Finding, Verdict, verdict_from
from verifiers.whole_turns import whole_turns


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
                *_showing(case),
                *_values(case),
                *_unchanged(case),
                *_ending(case),
            ],
        )


def spoiled_by_user(case: Evidence) -> bool:
    """Whether the user misled the agent or left it, so that a wrong outcome is the user's doing."""
    return any(each.fact for each in misstatements(case)) or any(
        True for found in (_unchanged(case), _ending(case)) for _ in found
    )


_AGENT_TALK = re.compile(
    r"\bhow (?:can|may|could) I (?:help|assist)\b|\bwhat can I do for you\b"
    r"|\b(?:can|may|could) I (?:help|assist) you\b|\belse I (?:can|may|could) (?:help|assist|do)\b"
    r"|\bthank(?:s| you) for (?:contacting|calling|reaching out|getting in touch|your patience)"
    r"|\b(?:in|from|into) our (?:system|records?|database)\b"
    r"|\blet me (?:just )?(?:pull up|look up|open|access) your (?:account|records?|file|booking|details)"
    r"|\blet me (?:just )?look you up\b"
    r"|\bI(?:'ve| have)(?: now| just)? (?:looked|checked|booked|cancelled|updated|processed|issued"
    r"|transferred|scheduled|registered|refunded|arranged|charged|credited|reset)"
    r" (?:\w+ ){0,4}?for you\b"
    r"|\bI(?:'ve| have)(?: now| just)? (?:booked|updated|processed|refunded|credited|scheduled) your\b"
    r"|\byour (?:account|booking|appointment|request|order|refund|application|reservation)"
    r" (?:has been|is now) (?:booked|cancelled|processed|confirmed|updated|approved|scheduled)\b",
    re.I,
)
"""Things that only somebody behind the desk says; what a customer might say too is left out."""


def _role(case: Evidence) -> Iterator[Finding]:
    for event in _says(case, USER):
        slip = _AGENT_TALK.search(event.text)
        if slip:
            yield _finding("user.answered_for_agent", f"{slip.group()!r} is agents' talk", event)


def _telling(case: Evidence) -> Iterator[Finding]:
    """Facts told before their time. What the other side has said already is no longer the user's to
    keep, and of facts with the same value either may be meant."""
    waiting = [fact for fact in case.blueprint.facts if fact.reveal in ("when_asked", "after")]
    open_facts = [fact for fact in case.blueprint.facts if fact not in waiting]
    for event in whole_turns(case.trajectory.events):
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
        told = [fact for fact in waiting if gives_away(event.text, fact)]
        waiting = [fact for fact in waiting if fact not in told]
        early = [fact for fact in told if not _meant_by(fact, open_facts, event)]
        # A plain word proves nothing by itself, and two may meet by chance (``electricity and gas``).
        if any(distinctive(fact.value) or (early[1:] and " " in fact.saying) for fact in early):
            names = ", ".join(fact.key for fact in early)
            code = "user.told_all_at_once" if len(early) > 1 else "user.volunteered"
            yield _finding(code, f"{names} told before it was time", event)


def _showing(case: Evidence) -> Iterator[Finding]:
    """Preferences that are never to be stated: one that shows before the agent has asked about it or
    proposed anything, and one that is stated all the same. Once it has shown it is no secret."""
    hidden = [fact for fact in case.blueprint.facts if fact.reveal == "implied"]
    triggered: set[str] = set()
    for event in whole_turns(case.trajectory.events):
        if not hidden or event.kind != "say":
            continue
        if event.party != USER:
            proposes = any(hearing.wants_yes_or_no(each) for each in asking_in(event.text))
            triggered |= {f.key for f in hidden if proposes or asks_for(event.text, f)}
            continue
        for fact in [*hidden]:
            stated = gives_away(event.text, fact)
            if not stated and fact.key not in hints_in(event.text, (fact,)):
                continue
            hidden.remove(fact)
            if fact.key not in triggered:
                message = f"{fact.key} shows before anything was asked or proposed"
                yield _finding("user.preference_early", message, event)
            elif stated:
                yield _finding("user.preference_stated", f"{fact.key} is stated", event)


def _freed_by(case: Evidence, event: Event, fact: Fact) -> bool:
    """Whether this utterance of another party allows the user to tell the fact from now on."""
    if says_fact(event.text, fact):
        return True
    if fact.reveal == "after":
        goal = next((each for each in case.blueprint.goals if each.id == fact.after), None)
        at = settled_at(case.blueprint, case.trajectory.events, goal) if goal else -1
        return at is not None and at <= event.index
    return asks_for(event.text, fact)


def _meant_by(fact: Fact, others: list[Fact], event: Event) -> bool:
    """Whether what sounds like the fact is another one, which may be told."""
    return any(says_fact(event.text, other) and gives_away(other.saying, fact) for other in others)


def _values(case: Evidence) -> Iterator[Finding]:
    for each in misstatements(case):
        if each.fact:
            message = f"{each.said!r} for {each.fact.key} {each.fact.saying!r}, never put right"
            yield _finding("user.contradicted_fact", message, each.event)
        else:
            message = f"the user cannot know {each.said!r}"
            yield _finding("user.unknown_value", message, each.event)


def _unchanged(case: Evidence) -> Iterator[Finding]:
    """The user ends the dialogue, has told what it wanted first, and has never changed its mind."""
    plan, events = case.blueprint, case.trajectory.events
    stops = [event for event in events if event.kind == "stop" and event.party == USER]
    at = changed_at(plan, events)
    for change in plan.changes if stops else ():
        said = " ".join(event.text for event in _says(case, USER))
        facts = [fact for fact in plan.facts if fact.key in _first_told(plan, change)]
        told = facts_in(said, facts) | {fact.key for fact in facts if says_fact(said, fact)}
        if change.goal not in at and len(told) == len(facts):
            message = f"{change.goal} was to be changed ({change.kind})"
            yield _finding("user.kept_its_mind", message, stops[-1])


def _first_told(plan: Blueprint, change: Change) -> set[str]:
    """The keys of the facts that the user has told before it changes its mind."""
    if change.kind == "revise":
        return set(change.instead)
    steps = [step for step in plan.steps if step.goal == change.goal]
    at = next(n for n, step in enumerate(steps) if step.kind == "change")
    return {key for step in steps[:at] for key in step.facts}


def _ending(case: Evidence) -> Iterator[Finding]:
    """The user stops although a goal is open, or says so itself. Nobody has to stay with an agent
    that goes round in circles."""
    stops = [e for e in case.trajectory.events if e.kind == "stop" and e.party == USER]
    if not stops:
        return
    names = [goal.id for goal in left_open(case)] or _own_open_goals(case)
    if names and not any(each.party == AGENT for each in Repetition().judge(case).findings):
        intents = {goal.id: goal.intent for goal in case.blueprint.goals}
        listed = ", ".join(intents.get(name, name) for name in names)
        yield _finding("user.ended_early", f"still open: {listed}", stops[-1])


def _own_open_goals(case: Evidence) -> list[str]:
    """The goals that are open, or still wait to be raised, by the user's own last note on them."""
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
    return sorted(name for name, value in status.items() if value in ("open", "waiting", False))


def _says(case: Evidence, party: str) -> list[Event]:
    return [e for e in case.trajectory.events if e.kind == "say" and e.party == party]


def _finding(code: str, message: str, event: Event) -> Finding:
    return Finding(code=code, message=message, event=event.index, party=USER)
