"""The private text that a party gets before anyone speaks, as a model player will read it.

The agent's holds its policy and the time, and nothing else of the plan: it is made without the
blueprint. The user's holds who it is, what it wants, and what it knows with the rules for telling it.
The wording is in ``prompts/``; what is visible later is up to the events.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import jinja2

from generators.blueprint import Blueprint, Fact
from generators.domains.domain import Domain
from generators.event import AGENT, USER
from generators.spoken import spoken
from personas.persona import Persona

_PROMPTS = Path(__file__).parent / "prompts"

_REGISTERS = {
    "terse": "as few words as possible",
    "chatty": "friendly and talkative, with the odd remark beside the point",
    "formal": "polite, in full and careful sentences",
    "impatient": "short-tempered and in a hurry",
}
_RULES = {
    "upfront": "You may tell this at any time:",
    "when_asked": "Tell this only when you are asked for it:",
    "after": "Tell this only later:",
    "never": "Never tell this to anyone, whatever happens:",
}


def prompt_hashes() -> dict[str, str]:
    """Name -> SHA-256 of every prompt file."""
    return {
        path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(_PROMPTS.glob("*.md"))
    }


def briefs_of(blueprint: Blueprint, domain: Domain, persona: Persona) -> dict[str, str]:
    """The briefs of user and agent, by party."""
    return {
        USER: user_brief(blueprint, domain, persona),
        AGENT: agent_brief(domain, blueprint.clock),
    }


def agent_brief(domain: Domain, clock: str) -> str:
    """What the agent is told: whose desk it works at, what time it is, and its policy."""
    return _rendered(
        "agent_brief.md", title=domain.title, clock=_time(clock), policy=domain.policy.text.strip()
    )


def user_brief(blueprint: Blueprint, domain: Domain, persona: Persona) -> str:
    """What the user is told: persona, needs, facts and the rules for telling them."""
    return _rendered(
        "user_brief.md",
        title=domain.title,
        clock=_time(blueprint.clock),
        person=_person(persona),
        style=_style(persona),
        needs=[goal.need for goal in blueprint.goals],
        facts=list(_grouped(blueprint)),
        tools=", ".join(sorted(domain.user_tools)),
    )


def _person(persona: Persona) -> str:
    who = persona.demographics
    summary = persona.biography.summary
    if summary:
        return f"You are {persona.name}. {summary}"
    return f"You are {persona.name}, {who.age}, {who.occupation}, from {who.city}."


def _time(clock: str) -> str:
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
    return {"label": fact.key.replace("_", " "), "saying": fact.saying, "when": when}


def _rendered(name: str, **values: Any) -> str:
    return _template(name).render(values).strip() + "\n"


@cache
def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=False,
        undefined=jinja2.StrictUndefined,
        trim_blocks=False,
        keep_trailing_newline=True,
    )
    return environment.from_string((_PROMPTS / name).read_text(encoding="utf-8"))
