"""Wishes that were granted before, and those among them whose caller looked most like the one at hand.

An example is a span of a kept plan's steps, the instruction that it fulfils, and what the desk could see
of the caller when it began. Choosing by what is observed is Learn-by-interact's (Su et al., 2025).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from generators.blueprint import Action, Blueprint
from generators.domains.domain import Domain
from generators.domains.tool_words import WALKED
from generators.domains.world import World
from generators.event import AGENT
from generators.sources.instruction import disagreements
from generators.writing.looking import Shown, looked_up
from personas.record import Record

_ENCODE = msgspec.json.Encoder().encode
_WORD = re.compile(r"\w+(?:[-.:]\w+)*")


class Example(Record):
    """One goal of a kept plan. Its steps are the plan's actions from ``start`` up to ``stop``; ``said``
    is what had to be told; ``observation`` is what tools showed of the caller before (``observed``)."""

    plan: str
    start: int
    stop: int
    intent: str
    need: str
    steps: tuple[Action, ...]
    said: tuple[str, ...]
    observation: tuple[str, ...]


ByDomain = Mapping[str, tuple[Example, ...]]
"""Domain -> its examples."""


def observed(shown: Iterable[Shown]) -> tuple[str, ...]:
    """What calls have shown, to be compared: the words in it, tools, fields and values, each once and
    in order."""
    return tuple(
        sorted({word for each in shown for word in (each.tool, *_WORD.findall(each.result))})
    )


def examples_of(plan: Blueprint, domain: Domain) -> Iterator[Example]:
    """The pairs of a plan of this domain, as it is now: one for each goal whose instruction agrees with
    its steps, as far as reading shows that. Nothing of what only the user may know is in them."""
    world = World(domain, plan.world_seed, plan.clock, plan.setup)
    known: dict[str, Any] = {
        fact.key: fact.value for fact in plan.facts if not fact.goal and fact.reveal != "never"
    }
    opening: list[Shown] = []
    goals = {goal.id: goal for goal in plan.goals}
    done = set[str]()
    for at, action in enumerate(plan.actions):
        goal = goals.get(action.goal)
        if goal and goal.id not in done:
            done.add(goal.id)
            steps = [each for each in plan.actions if each.goal == goal.id]
            untrue = goal.intent.startswith(WALKED) and any(
                disagreements(goal, plan.facts, plan.actions, domain)
            )
            if plan.actions[at : at + len(steps)] == tuple(steps) and not untrue:
                yield Example(
                    plan=plan.id,
                    start=at,
                    stop=at + len(steps),
                    intent=goal.intent,
                    need=goal.need,
                    steps=tuple(steps),
                    said=tuple(each.source for each in plan.must_say if each.goal == goal.id),
                    observation=observed(looked_up(world, known, tuple(opening))),
                )
        raw = _ENCODE(action.arguments).decode()
        outcome = world.call(action.party, action.tool, raw)
        if not action.goal and action.party == AGENT and not action.writes:
            opening.append(Shown(tool=action.tool, arguments=raw, result=outcome.content))


def nearest(examples: Sequence[Example], observation: tuple[str, ...], count: int) -> list[Example]:
    """The examples whose observation has the most words in common with this one (Dice's coefficient),
    best first, no two of one plan; of equals the earlier one. Two thousand take some 30 ms."""
    words = frozenset(observation)
    likeness = [
        2 * len(words.intersection(each.observation)) / (len(words) + len(each.observation) or 1)
        for each in examples
    ]
    found: dict[str, Example] = {}
    for at in sorted(range(len(examples)), key=lambda each: (-likeness[each], each)):
        if len(found) == count:
            break
        found.setdefault(examples[at].plan, examples[at])
    return list(found.values())
