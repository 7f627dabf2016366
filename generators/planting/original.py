"""A sound blueprint that a flaw is put into, and what a planter may look up about it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

import msgspec
from msgspec.structs import replace

from generators.blueprint import Action, Blueprint
from generators.domains.domain import Domain
from generators.domains.table import Base
from generators.domains.world import world_of
from generators.event import AGENT
from generators.spoken import forms
from personas.persona import Persona


@dataclass(frozen=True, slots=True)
class Original:
    """A sound plan, whose it is, and another persona who could have called; ``rng`` is the flaw's."""

    blueprint: Blueprint
    domain: Domain
    persona: Persona
    other: Persona
    rng: Random

    @property
    def base(self) -> Base:
        """The data of the plan's world."""
        return world_of(self.blueprint, self.domain).db.base

    def is_write(self, action: Action) -> bool:
        """Whether the action is a write of the agent."""
        tool = self.domain.agent_tools.get(action.tool)
        return action.party == AGENT and bool(tool and tool.writes)

    def writes(self) -> list[Action]:
        """The writes of the agent, in order."""
        return [action for action in self.blueprint.actions if self.is_write(action)]


@dataclass(frozen=True, slots=True)
class Flawed:
    """A plan with a flaw. ``settle``: whether what execution shows of it is recorded anew, as it would
    be for a plan that was made like this. ``shown``: whether execution and the text of the plan show
    the flaw; where not, somebody has to read it. ``persona`` is whose it is now, if another's."""

    blueprint: Blueprint
    settle: bool = True
    shown: bool = True
    persona: Persona | None = None


Flaw = Callable[[Original], Flawed | None]
"""Puts one flaw into a plan; None where this plan has no place for it."""


def without_actions(blueprint: Blueprint, dropped: Iterable[str]) -> Blueprint:
    """The plan without these actions and their steps."""
    gone = set(dropped)
    return replace(
        blueprint,
        actions=tuple(each for each in blueprint.actions if each.id not in gone),
        steps=tuple(each for each in blueprint.steps if each.action not in gone),
    )


def reworded(blueprint: Blueprint, old: str, new: str) -> Blueprint:
    """The plan with another value everywhere, in every form in which it is said."""
    pairs = dict(zip(forms(old), forms(new), strict=False)) | {old: new}
    return msgspec.convert(_mapped(msgspec.to_builtins(blueprint), pairs), Blueprint)


def _mapped(value: Any, pairs: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _mapped(each, pairs) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_mapped(each, pairs) for each in value]
    if isinstance(value, str):
        for old, new in sorted(pairs.items(), key=lambda pair: -len(pair[0])):
            if old and old in value:
                return value.replace(old, new)
    return value
