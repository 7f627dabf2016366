"""Dialogues at any desk for tests: written by hand, or spoken from a blueprint's steps."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any, Self

import msgspec

from generators.blueprint import Blueprint
from generators.domains.domain import Domain, Draw, Situation, breaches
from generators.domains.registry import domain_named
from generators.domains.table import Database
from generators.domains.timeline import Entry, Timeline
from generators.domains.world import World, world_of
from generators.event import AGENT, USER
from generators.replay import rehearse
from generators.scripted.phrasebook import phrases_of
from generators.scripted.wording import plain
from tests.people import person

_WORLDS = 9


class Desk:
    """A dialogue that is written down as it happens."""

    domain: Domain
    subject = ""
    draw: Draw

    def __init__(self, world_seed: int = 0) -> None:
        self.world = World(self.domain, world_seed, self.domain.clock)
        self.start = Database(self.world.db.base, self.world.db.now)
        self.entries: list[Entry] = []

    @classmethod
    def case(cls, intent: str, where: Callable[[Self], bool] = lambda desk: True) -> Self:
        """A desk with the first caller, over several worlds, who has a case of this intent."""
        for world_seed in range(_WORLDS):
            for subject in cls.domain.subjects(cls(world_seed).db):
                desk = cls(world_seed)
                situation = Situation(desk.db, subject, person(), Random(4), {})
                draw = cls.domain.intents[intent].draw(situation)
                if draw is not None:
                    desk.subject, desk.draw = subject, draw
                    if where(desk):
                        return desk
        raise LookupError(f"nobody has a case of {intent}")

    @property
    def db(self) -> Database:
        """The live database."""
        return self.world.db

    def fact(self, key: str) -> str:
        """A fact that the caller knows."""
        return next(fact.value for fact in self.draw.facts if fact.key == key)

    def say(self, party: str, text: str) -> None:
        """Somebody says something."""
        index = len(self.entries)
        self.entries.append(Entry(index, index, party, "say", text=text))

    def agree(self, question: str) -> None:
        """The agent asks and the caller says yes."""
        self.say(AGENT, question)
        self.say(USER, "Yes, please.")

    def call(self, tool: str, party: str = AGENT, **arguments: Any) -> Any:
        """Somebody calls a tool; returns its result, or an error's."""
        index, before = len(self.entries), self.db.snapshot()
        raw = msgspec.json.encode(msgspec.to_builtins(arguments)).decode()
        outcome = self.world.call(party, tool, raw)
        entry = Entry(
            index,
            index,
            party,
            "call",
            tool=tool,
            arguments=msgspec.json.decode(raw),
            value=msgspec.json.decode(outcome.content),
            error=outcome.error,
            writes=self.world.tool(party, tool).writes,
            before=before,
        )
        self.entries.append(entry)
        return entry.value

    def breaches(self) -> list[tuple[str, str]]:
        """The clauses that were broken, with what was wrong."""
        timeline = Timeline(tuple(self.entries), self.start, has_talk=True)
        return [(name, breach.message) for name, breach in breaches(self.domain, timeline)]


def spoken_timeline(blueprint: Blueprint, rng: Random) -> Timeline:
    """The blueprint's right dialogue, said with the domain's own phrases."""
    domain = domain_named(blueprint.domain)
    book = phrases_of(domain.folder)
    calls = iter(rehearse(blueprint, domain, blueprint.actions).timeline.entries)
    facts = {fact.key: fact for fact in blueprint.facts}
    intents = {goal.id: goal.intent for goal in blueprint.goals}
    entries: list[Entry] = []
    batches: dict[int, int] = {}
    goal = ""

    def said(party: str, section: str, key: str, slots: dict[str, str]) -> None:
        text = plain(book.render(section, key, rng, slots))
        entries.append(Entry(len(entries), len(entries), party, "say", text=text))

    for step in blueprint.steps:
        if step.goal and step.goal != goal:
            section = "followups" if goal else "openings"
            goal = step.goal
            said(USER, section, intents[goal], {})
        match step.kind:
            case "ask":
                for key in step.facts:
                    said(AGENT, "ask", key, {})
                    said(USER, "state", key, {"value": facts[key].saying})
            case "confirm":
                said(AGENT, "confirms", step.key, step.slots)
                entries.append(Entry(len(entries), len(entries), USER, "say", text="Yes."))
            case "tell" | "refuse":
                said(AGENT, "tells" if step.kind == "tell" else "refusals", step.key, step.slots)
            case "act" | "call":
                if step.kind == "act":
                    said(AGENT, "request", step.key, {})
                index = len(entries)
                batch = batches.setdefault(step.batch, index) if step.batch else index
                entries.append(replace(next(calls), index=index, batch=batch))
                if step.kind == "act":
                    said(USER, "report", step.key, step.slots)
    return Timeline(tuple(entries), world_of(blueprint, domain).db, has_talk=True)
