"""A plan read aloud: its steps as plain utterances and calls, so that clauses about talk can be checked
before anybody has spoken."""

from dataclasses import replace

from generators.blueprint import Blueprint, Step
from generators.domains.domain import Domain, breaches
from generators.domains.timeline import Breach, Entry, Timeline
from generators.event import AGENT, USER
from generators.replay import rehearse


def recited(draft: Blueprint, domain: Domain) -> Timeline:
    """The dialogue that a right agent and a plain user would have along the plan's steps. Wording
    apart, it says what scripted speakers say: facts when they are asked for, the slots of every other
    step."""
    run = rehearse(draft, domain, draft.actions)
    calls = {
        action.id: entry for action, entry in zip(draft.actions, run.timeline.entries, strict=True)
    }
    facts = {fact.key: fact.saying for fact in draft.facts}
    needs = {goal.id: goal.need for goal in draft.goals}
    entries: list[Entry] = []

    def add(entry: Entry) -> None:
        index = len(entries)
        entries.append(replace(entry, index=index, batch=index))

    def say(party: str, text: str) -> None:
        add(Entry(0, 0, party, "say", text=text))

    goal = ""
    say(USER, "Hello.")
    for step in draft.steps:
        if step.goal != goal:
            goal = step.goal
            say(USER, needs.get(goal, ""))
        if step.kind == "ask":
            say(AGENT, "What is it?")
            say(USER, ". ".join(facts.get(key, "") for key in step.facts))
        elif step.kind in ("call", "act"):
            add(calls[step.action])
            if step.kind == "act":
                say(USER, _said(step))
        elif step.kind == "confirm":
            say(AGENT, f"{_said(step)}: shall I go ahead?")
            say(USER, "Yes.")
        else:
            say(AGENT, f"{_said(step)}.")
    return Timeline(tuple(entries), run.timeline.start, has_talk=True)


def spoken_breaches(draft: Blueprint, domain: Domain) -> list[tuple[str, Breach]]:
    """The clauses that the plan breaks when it is read aloud."""
    return breaches(domain, recited(draft, domain))


def _said(step: Step) -> str:
    return ", ".join(step.slots.values())
