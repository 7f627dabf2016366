"""How many worlds a core sets up, and how many dialogues it grades by replay, per second.

A reset makes a fresh world of a seed. A graded replay is all that the rule ``replay`` does for one
dialogue: a fresh world, every call again, all comparisons. Each domain is measured as it is and
perturbed in every way. Run: ``python -m benchmarks.worlds``.
"""

from time import perf_counter
from typing import Any

import msgspec

from generators.blueprint import Blueprint
from generators.domains.domain import Domain
from generators.domains.registry import DOMAINS, domain_named
from generators.domains.world import World, world_of
from generators.event import WORLD, Event, ToolCall, ToolResult
from generators.perturbation import KINDS, PerturbSpec
from generators.perturbed.view import domain_of
from generators.planning import plan_blueprint
from generators.sources.request import PlanSpec
from generators.trajectory import StopReason, Trajectory
from personas.sampler import sample_personas
from verifiers.rules.replay import ReplayedState
from verifiers.verdict import evidence

_BLUEPRINTS = 40
_SECONDS = 2.0


def resets_per_second(domain: Domain, blueprint: Blueprint) -> float:
    """Resets of one blueprint's world, the caller's own rows among them, the seed data being loaded."""
    world = World(domain, blueprint.world_seed, blueprint.clock, blueprint.setup)
    done, start = 0, perf_counter()
    while perf_counter() - start < _SECONDS:
        for _ in range(100):
            world.reset(blueprint.world_seed)
        done += 100
    return done / (perf_counter() - start)


def replays_per_second(domain: Domain, plans: list[Blueprint]) -> tuple[float, float]:
    """Graded replays per second, and the mean number of calls in each."""
    cases = [(played(each, domain), each) for each in plans]
    calls = sum(len(trajectory.events) for trajectory, _ in cases) / 2 / len(cases)
    rule = ReplayedState()
    done, start = 0, perf_counter()
    while perf_counter() - start < _SECONDS:
        for trajectory, blueprint in cases:
            if rule.judge(evidence(trajectory, blueprint, domain)).outcome != "pass":
                raise AssertionError(f"{blueprint.id} does not replay")
        done += len(cases)
    return done / (perf_counter() - start), calls


def blueprints(domain: Domain, perturb: PerturbSpec) -> list[Blueprint]:
    """Composed blueprints of one to four goals."""
    spec = PlanSpec(goals={1: 0.4, 2: 0.3, 3: 0.2, 4: 0.1}, perturb=perturb)
    people = sample_personas(_BLUEPRINTS, seed=1).personas
    found = (plan_blueprint(domain, each, spec, 1, number) for number, each in enumerate(people))
    return [each for each in found if isinstance(each, Blueprint)]


def played(blueprint: Blueprint, domain: Domain) -> Trajectory:
    """The blueprint's actions as they happened, without a word."""
    world = world_of(blueprint, domain)
    events: list[Event] = []
    place: dict[str, Any]
    for number, action in enumerate(blueprint.actions):
        arguments = msgspec.json.encode(action.arguments).decode()
        call = ToolCall(id=f"c{number}", name=action.tool, arguments=arguments)
        outcome = world.call(action.party, action.tool, arguments)
        result = ToolResult(call_id=call.id, content=outcome.content, error=outcome.error)
        place = {"turn": number, "visible_to": (action.party,)}
        made = Event(index=2 * number, party=action.party, kind="call", call=call, **place)
        answer = Event(index=2 * number + 1, party=WORLD, kind="result", result=result, **place)
        events += [made, answer]
    return Trajectory(
        blueprint_id=blueprint.id,
        attempt=0,
        seed=0,
        domain=domain.name,
        members=(),
        events=tuple(events),
        stop_reason=StopReason.USER_STOP,
        start_hash=blueprint.start_hash,
        end_hash=world.state_hash(),
    )


def main() -> None:
    print(f"{'domain':22} {'resets/s':>10} {'graded replays/s':>17} {'calls each':>11}")
    every = PerturbSpec(chances=dict.fromkeys(KINDS, 1.0), variants=1)
    for name in sorted(DOMAINS):
        for label, perturb in ((name, PerturbSpec()), (f"{name}, perturbed", every)):
            plans = blueprints(domain_named(name), perturb)
            domain = domain_of(plans[0])
            resets = resets_per_second(domain, plans[0])
            replays, calls = replays_per_second(domain, plans)
            print(f"{label:22} {resets:10,.0f} {replays:17,.0f} {calls:11.1f}")


if __name__ == "__main__":
    main()
