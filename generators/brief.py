"""The private text that a party gets before anyone speaks, as a model player will read it.

The agent's holds its policy and the time, and nothing else of the plan: it is made without the
blueprint. The user's holds who it is, what it wants, and what it knows with the rules for telling it.
The wording is in ``prompts/``; what is visible later is up to the events.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from generators.blueprint import Blueprint, Fact, Goal
from generators.distractors import DISTRACTORS
from generators.domains.domain import Domain
from generators.event import AGENT, USER
from generators.prompt import PROMPTS, filled, mistake_in, prompt_text
from generators.spoken import spoken
from personas.persona import Persona

_FILES = {USER: "user_brief.md", AGENT: "agent_brief.md"}
_VARIABLES = {
    USER: frozenset({"title", "clock", "person", "style", "needs", "opening", "facts", "tools"}),
    AGENT: frozenset({"title", "clock", "policy"}),
}
_REGISTERS = {
    "terse": "as few words as possible",
    "chatty": "friendly and talkative, with the odd remark beside the point",
    "formal": "polite, in full and careful sentences",
    "impatient": "short-tempered and in a hurry",
}
_OPENINGS = {
    "free": "",
    "full": "Begin each thing that you want with all that you may tell about it.",
    "vague": "Your first message only says that you need help with something, and not with what. Say "
    "what you want when you are asked.",
}
_RULES = {
    "upfront": "You may tell this at any time:",
    "when_asked": "Tell this only when you are asked for it:",
    "after": "Tell this only later:",
    "implied": "Never say this outright. Once you are asked about it, or something is proposed to you, "
    "let it show in how you react:",
    "never": "Never tell this to anyone, whatever happens:",
}


def prompt_hashes() -> dict[str, str]:
    """Name -> SHA-256 of every prompt file."""
    return {
        path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(PROMPTS.glob("*.md"))
    }


def prompt_of(party: str, template: str = "") -> str:
    """The template of a party's brief: ``template``, or our own file."""
    return template or prompt_text(_FILES[party])


def prompt_mistake(party: str, template: str) -> str:
    """Why a template cannot stand for our own, in one sentence; empty when it can."""
    return mistake_in(template, _VARIABLES[party])


def briefs_of(
    blueprint: Blueprint,
    domain: Domain,
    persona: Persona,
    templates: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The briefs of user and agent, by party. ``templates`` stand for our own, by party; an empty one
    for none."""
    given = templates or {}
    return {
        USER: user_brief(blueprint, domain, persona, given.get(USER, "")),
        AGENT: agent_brief(domain, blueprint.clock, given.get(AGENT, "")),
    }


def agent_brief(domain: Domain, clock: str, template: str = "") -> str:
    """What the agent is told: whose desk it works at, its policy, and what time it is. The same for
    all dialogues of a domain at one time."""
    return filled(
        prompt_of(AGENT, template),
        title=domain.title,
        clock=time_of(clock),
        policy=domain.policy.text.strip(),
    )


def user_brief(blueprint: Blueprint, domain: Domain, persona: Persona, template: str = "") -> str:
    """What the user is told: how to talk, and then, from where its dialogue differs from others, its
    persona, needs, facts and the rules for telling them."""
    return filled(
        prompt_of(USER, template),
        title=domain.title,
        clock=time_of(blueprint.clock),
        person=_person(persona),
        style=_style(persona),
        needs=[*(wanted(goal, blueprint) for goal in blueprint.goals), *_besides(blueprint)],
        opening=_OPENINGS[blueprint.opening],
        facts=list(_grouped(blueprint)),
        tools=", ".join(sorted(domain.user_tools)),
    )


_CHANGES = {
    "confirm": "Later you change your mind about this: not before the desk has said what it is about to "
    "do and asks whether to go ahead. Then",
    "told": "Later you change your mind about this: not before the desk has told you the answer. Then",
}


def wanted(goal: Goal, blueprint: Blueprint) -> str:
    """What the user wants, and, where it changes its mind about it, when and into what."""
    change = blueprint.change_of(goal.id)
    if change is None:
        return goal.need
    when = _CHANGES[change.at]
    if change.kind == "withdraw":
        return (
            f"{goal.need} {when} you do not agree, but say that you would rather leave it. With that it "
            "is settled."
        )
    facts = {fact.key: fact for fact in blueprint.facts}
    new = [
        f"{_label(old)}: {facts[new].saying}, not {facts[old].saying}"
        for old, new in change.instead.items()
    ]
    return (
        f"{goal.need} {when} you do not agree, but say what you want instead ({'; '.join(new)}). From "
        f"then on: {change.need}"
    )


def _besides(blueprint: Blueprint) -> Iterator[str]:
    """What the user also asks, and expects nothing of."""
    needs = {goal.id: goal.need for goal in blueprint.goals}
    for each in blueprint.distractors:
        yield (
            f"In passing, you also ask {DISTRACTORS.get(each.key, each.key)}, once this is settled: "
            f"{needs.get(each.after, '')} It is none of the desk's business, and you leave it at "
            "whatever you are told."
        )


def _person(persona: Persona) -> str:
    who = persona.demographics
    summary = persona.biography.summary
    if summary:
        return f"You are {persona.name}. {summary}"
    return f"You are {persona.name}, {who.age}, {who.occupation}, from {who.city}."


def introduced(persona: Persona) -> str:
    """Who the person is, to somebody else."""
    who = persona.demographics
    line = f"{persona.name}, {who.age}, {who.occupation}, from {who.city}."
    return f"{line} {persona.biography.summary}".strip()


def time_of(clock: str) -> str:
    """The weekday and the time in words, and as tools write it."""
    return f"{datetime.fromisoformat(clock):%A}, {spoken(clock)} ({clock})"


def _style(persona: Persona) -> str:
    style = persona.style
    parts = [_REGISTERS[style.register], f"politeness {style.politeness}", *style.quirks]
    patience = f"You bear {style.patience} needless questions before you get annoyed."
    return f"{'; '.join(parts)}. {patience}"


def _grouped(blueprint: Blueprint) -> Iterator[dict[str, Any]]:
    for reveal, rule in _RULES.items():
        facts = [fact for fact in blueprint.facts if fact.reveal == reveal]
        if facts:
            yield {"rule": rule, "facts": [_described(fact, blueprint) for fact in facts]}


def _described(fact: Fact, blueprint: Blueprint) -> dict[str, str]:
    needs = {goal.id: goal.need for goal in blueprint.goals}
    when = f"once this is settled: {needs[fact.after]}" if fact.after in needs else ""
    if fact.reveal == "implied":
        when = f"for example: {fact.hints[0]}"
    return {"label": _label(fact.key), "saying": fact.saying, "when": when}


def _label(key: str) -> str:
    return key.replace("_", " ")
