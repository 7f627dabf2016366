"""Dialogues of the scripted players, with and without planned faults, for judging the judges."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from functools import cache

import msgspec

from generators.blueprint import Blueprint
from generators.domains.registry import domain_named
from generators.faults import FAULTS, NOTE, Fault, FaultRule, places, planned_faults
from generators.planning import plan_blueprint
from generators.scripted.agent import ScriptedAgent
from generators.scripted.user import ScriptedUser
from generators.self_play import play
from generators.sources.request import PlanSpec
from generators.trajectory import Trajectory
from personas.persona import Persona
from personas.record import Record
from personas.sampler import sample_personas
from tests.verifiers.cloakroom_talk import findings
from verifiers.verdict import Evidence, evidence

SEED = 3


@cache
def blueprints(domain_name: str, count: int) -> tuple[tuple[Blueprint, Persona], ...]:
    """That many candidates' blueprints of one to four goals, with their personas."""
    domain = domain_named(domain_name)
    spec = PlanSpec(goals={1: 0.4, 2: 0.3, 3: 0.2, 4: 0.1})
    found = []
    for index, persona in enumerate(sample_personas(count, seed=SEED).personas):
        blueprint = plan_blueprint(domain, persona, spec, SEED, index)
        if isinstance(blueprint, Blueprint):
            found.append((blueprint, persona))
    return tuple(found)


def dialogue(
    blueprint: Blueprint, persona: Persona, attempt: int = 0, faults: tuple[Fault, ...] = ()
) -> Trajectory:
    """One attempt by the scripted players."""
    domain = domain_named(blueprint.domain)
    players = {
        "user": ScriptedUser(blueprint, domain, persona, seed=SEED, attempt=attempt, faults=faults),
        "agent": ScriptedAgent(blueprint, domain, seed=SEED, attempt=attempt, faults=faults),
    }
    return asyncio.run(
        play(
            blueprint,
            domain,
            players,
            attempt=attempt,
            seed=SEED,
            briefs={},
            faults=faults,
        )
    )


def case_of(trajectory: Trajectory, blueprint: Blueprint) -> Evidence:
    return evidence(trajectory, blueprint, domain_named(blueprint.domain))


def faulty(
    domain_name: str, count: int, party: str, kind: str
) -> Iterator[tuple[Trajectory, Blueprint]]:
    """Dialogues in which this one fault was planned and found its occasion."""
    rule = FaultRule(kind=kind, party=party, probability=1.0)
    for blueprint, persona in blueprints(domain_name, count):
        if not places(party, kind, blueprint):
            continue
        faults = planned_faults([rule], SEED, blueprint, 0)
        trajectory = dialogue(blueprint, persona, faults=faults)
        notes = [note for note in trajectory.annotations if note.name == NOTE]
        if any(each["fired"] for note in notes for each in msgspec.json.decode(note.value)):
            yield trajectory, blueprint


class Catch(Record):
    """How one kind of fault fared: dialogues that show it, those with the expected code, those
    rejected at all, and those whose first finding blames the party at fault."""

    fired: int
    expected: int
    rejected: int
    blamed: int
    codes: dict[str, int]


def caught(domain_name: str, count: int, party: str, kind: str) -> Catch:
    """Judges dialogues with this fault by all rules."""
    expected_code = FAULTS[party, kind].code
    fired = expected = rejected = blamed = 0
    codes: Counter[str] = Counter()
    for trajectory, blueprint in faulty(domain_name, count, party, kind):
        found = findings(case_of(trajectory, blueprint))
        fired += 1
        expected += any(each.code.startswith(expected_code) for each in found)
        rejected += bool(found)
        blamed += bool(found) and found[0].party == party
        codes.update({each.code for each in found})
    return Catch(
        fired=fired, expected=expected, rejected=rejected, blamed=blamed, codes=dict(codes)
    )
