"""What the agent's faults work with: the lines, the places in them, and what the plan knows."""

from random import Random

from generators.blueprint import Blueprint
from generators.domains.domain import Domain
from generators.domains.world import World, world_of
from generators.faults import Fault
from generators.scripted.agent_script import Line
from generators.scripted.voice import Voice


class Spoiler:
    """What all faults may look at."""

    def __init__(self, blueprint: Blueprint, domain: Domain, voice: Voice, rng: Random) -> None:
        self.blueprint = blueprint
        self.domain = domain
        self.voice = voice
        self.rng = rng

    def world(self) -> World:
        """A fresh world of this dialogue, to try calls in."""
        return world_of(self.blueprint, self.domain)

    def goal_at(self, fault: Fault) -> str | None:
        """The goal that the fault's place means; None when there is no such goal. The opening is the
        empty goal, the end is the last one."""
        goals = self.blueprint.goals
        if fault.at == "opening":
            return ""
        if fault.at == "end" or not fault.at.startswith("goal:"):
            return goals[-1].id if goals else None
        number = int(fault.at.removeprefix("goal:"))
        return goals[number - 1].id if number <= len(goals) else None


def writes_in(lines: list[Line]) -> list[int]:
    """Where the writes are."""
    return [i for i, line in enumerate(lines) if line.kind == "call" and line.writes]


def calls_in(lines: list[Line], goal: str | None) -> list[int]:
    """Where the calls of a goal are."""
    return [i for i, line in enumerate(lines) if line.kind == "call" and line.goal == goal]


def without(lines: list[Line], dropped: list[int], fault: Fault) -> list[Line]:
    """The lines without these; where each was, the fault is marked."""
    gone = set(dropped)
    return [
        Line("pass", line.goal, fault=fault) if index in gone else line
        for index, line in enumerate(lines)
    ]
