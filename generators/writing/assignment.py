"""What a writer is given: a caller in a world, what tools show of it, some tools, how many wishes."""

from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec

from generators.blueprint import Fact, RowPatch
from generators.domains.domain import Domain
from generators.domains.plan import Plan
from generators.domains.world import World
from generators.event import AGENT, USER
from generators.sources.chooser import shuffled
from generators.sources.request import PlanRequest
from generators.sources.scene import canary, withheld
from generators.writing.looking import Shown, looked_up
from personas.record import seeded

_KINDS = 12
"""So many kinds of wishes are offered at most: enough to choose, and not the same few every time."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One plan that is to be written. ``key`` names the candidate: it is the same for all rounds and for
    nothing else. ``facts`` are those by which the caller is known; ``intents`` the kinds of wishes to
    choose from; ``tools`` the OpenAI schemas that the plan may use, by party; ``shown`` what the desk
    can see of the caller."""

    request: PlanRequest
    key: str
    world_seed: int
    subject: str
    setup: tuple[RowPatch, ...]
    facts: tuple[Fact, ...]
    private: Fact
    goals: int
    intents: tuple[str, ...]
    tools: dict[str, list[dict[str, Any]]]
    shown: tuple[Shown, ...]

    @property
    def domain(self) -> Domain:
        """The kind of world."""
        return self.request.domain

    @property
    def known(self) -> tuple[str, ...]:
        """The keys of what the user knows anyway."""
        return (*(fact.key for fact in self.facts), self.private.key)

    def plan(self) -> Plan:
        """A fresh world in which nothing has happened but that the agent has identified the caller."""
        world = World(self.domain, self.world_seed, self.domain.clock, self.setup)
        plan = Plan(world, self.subject, {fact.key: fact for fact in self.facts})
        self.domain.identify(plan)
        return plan


def assignment_of(request: PlanRequest, tools: int) -> Assignment:
    """A caller drawn from the data, kinds of wishes drawn by their weights, and ``tools`` of the agent's
    tools, those that identify the caller among them. Raises ``PlanBroken`` when the caller cannot be
    identified."""
    domain, spec = request.domain, request.spec
    key = f"{domain.name}:{request.index:08d}"
    rng = seeded(request.seed, f"{key}:{request.persona.id}", "assign")
    world_seed = rng.randrange(spec.worlds)
    base = World(domain, world_seed, domain.clock)
    subject = rng.choice(domain.subjects(base.db))
    setup = domain.settle(base.db, subject, request.persona)
    world = World(domain, world_seed, domain.clock, setup)
    facts = tuple(withheld(fact, spec, rng) for fact in domain.identity(world.db, subject))
    plan = Plan(world, subject, {fact.key: fact for fact in facts})
    results: list[Shown] = []
    domain.identify(plan)
    for action in plan.actions:
        if action.party == AGENT and not action.writes:
            raw = msgspec.json.encode(action.arguments).decode()
            found = world.call(AGENT, action.tool, raw)
            results.append(Shown(tool=action.tool, arguments=raw, result=found.content))
    shown = looked_up(world, {fact.key: fact.value for fact in facts}, tuple(results))
    names = [action.tool for action in plan.actions if action.party == AGENT]
    others = sorted(domain.agent_tools.keys() - {*names})
    wanted = {*names, *rng.sample(others, max(0, min(tools - len({*names}), len(others))))}
    goals = rng.choices(list(spec.goals), list(spec.goals.values()))[0]
    likely = {
        name: intent.weight * spec.intents.get(name, 1.0) for name, intent in domain.intents.items()
    }
    intents = tuple(islice(shuffled(likely, rng), _KINDS))
    return Assignment(
        request=request,
        key=key,
        world_seed=world_seed,
        subject=subject,
        setup=setup,
        facts=facts,
        private=canary(rng),
        goals=min(goals, len(intents)),
        intents=intents,
        tools={
            AGENT: [domain.agent_tools[name].schema for name in sorted(wanted)],
            USER: domain.schemas_of(USER),
        },
        shown=tuple(each for each in shown if each.tool in wanted),
    )
