"""Dialogues for tests: written act by act against a real world, or whole from a blueprint's steps."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from generators.blueprint import Blueprint, Fact, Step
from generators.domains.domain import Domain
from generators.domains.registry import domain_named
from generators.domains.world import world_of
from generators.event import AGENT, USER, WORLD, Annotation, Event, ToolCall, ToolResult
from generators.perturbed.view import domain_of
from generators.planning import plan_blueprint
from generators.sources.request import PlanSpec
from generators.trajectory import Failure, Member, StopReason, Trajectory, named
from tests.people import person
from verifiers.verdict import Evidence, evidence


def planned(domain_name: str, *intents: str, number: int = 0, withheld: float = 1.0) -> Blueprint:
    """A checked blueprint of exactly these intents, the ``number``-th that chance brings up."""
    domain = domain_named(domain_name)
    weights = {name: 1.0 if name in intents else 0.0 for name in domain.intents}
    spec = PlanSpec(goals={len(intents): 1.0}, intents=weights, withheld=withheld)
    left = number
    for index in range(500):
        found = plan_blueprint(domain, person(number), spec, seed=7, index=index)
        if isinstance(found, Blueprint) and sorted(found.intents) == sorted(intents):
            if left == 0:
                return found
            left -= 1
    raise LookupError(f"no blueprint of {intents}")


class Dialogue:
    """Writes events against a live world. Every method returns the dialogue, so that acts chain."""

    def __init__(self, blueprint: Blueprint) -> None:
        self.blueprint = blueprint
        self.domain: Domain = domain_of(blueprint)
        self.world = world_of(blueprint, self.domain)
        self.start_hash = self.world.state_hash()
        self.events: list[Event] = []
        self.turn = -1
        self.calls = 0

    def say(
        self,
        party: str,
        text: str,
        *notes: Annotation,
        language: str = "en",
        same_move: bool = False,
    ) -> Dialogue:
        """One utterance, heard by both."""
        self._next(same_move)
        return self.add(
            party, "say", (USER, AGENT), text=text, language=language, annotations=notes
        )

    def user(self, text: str, *notes: Annotation) -> Dialogue:
        """The user says something."""
        return self.say(USER, text, *notes)

    def agent(self, text: str) -> Dialogue:
        """The agent says something."""
        return self.say(AGENT, text)

    def call(self, tool: str, party: str = AGENT, **arguments: Any) -> Dialogue:
        """A call and its result."""
        return self.raw_call(tool, msgspec.json.encode(arguments).decode(), party)

    def raw_call(self, tool: str, arguments: str, party: str = AGENT) -> Dialogue:
        """A call with arguments as they stand, and its result."""
        self._next(False)
        call = ToolCall(id=f"c{self.calls}", name=tool, arguments=arguments)
        self.calls += 1
        outcome = self.world.call(party, tool, arguments)
        self.add(party, "call", (party,), call=call)
        result = ToolResult(call_id=call.id, content=outcome.content, error=outcome.error)
        return self.add(WORLD, "result", (party,), result=result)

    def stop(self, party: str = USER, *notes: Annotation) -> Dialogue:
        """The explicit end."""
        return self.add(party, "stop", (USER, AGENT), annotations=notes)

    def trajectory(
        self, stop_reason: StopReason = StopReason.USER_STOP, failure: Failure | None = None
    ) -> Trajectory:
        """What was written, as a record."""
        return named(
            Trajectory(
                blueprint_id=self.blueprint.id,
                group_id=self.blueprint.id,
                attempt=0,
                seed=0,
                domain=self.blueprint.domain,
                members=(
                    Member(party=USER, role=USER, player="test"),
                    Member(party=AGENT, role=AGENT, player="test"),
                ),
                events=tuple(self.events),
                stop_reason=stop_reason,
                failure=failure,
                start_hash=self.start_hash,
                end_hash=self.world.state_hash(),
            )
        )

    def case(self, **changes: Any) -> Evidence:
        """The evidence of it, with fields of the trajectory changed."""
        return evidence(replace(self.trajectory(), **changes), self.blueprint, self.domain)

    def _next(self, same_move: bool) -> None:
        self.turn += 0 if same_move else 1

    def add(self, party: str, kind: Any, visible_to: tuple[str, ...], **content: Any) -> Dialogue:
        """An event of any kind, in the turn that is going on."""
        self.events.append(
            Event(
                index=len(self.events),
                turn=max(self.turn, 0),
                party=party,
                kind=kind,
                visible_to=visible_to,
                **content,
            )
        )
        return self


def right_dialogue(blueprint: Blueprint) -> Dialogue:
    """The blueprint played as its steps say, in plain words, to its end."""
    talk = Dialogue(blueprint)
    known: set[str] = set()
    opening = ["Good evening, I could use some help here."]
    for fact in blueprint.facts:
        if fact.reveal == "upfront":
            opening.append(f"About my {fact.key.replace('_', ' ')}: {fact.saying}.")
            known.add(fact.key)
    talk.user(" ".join(opening))
    for number, step in enumerate(blueprint.steps):
        _take(talk, blueprint, step, known, number)
    return talk.agent("Is there anything else?").user("No, that was all. Goodbye!").stop()


def _take(talk: Dialogue, blueprint: Blueprint, step: Step, known: set[str], number: int) -> None:
    actions = {action.id: action for action in blueprint.actions}
    facts = {fact.key: fact for fact in blueprint.facts}
    said = ", ".join(f"{name} {value}" for name, value in step.slots.items())
    if step.kind == "ask":
        for fact in [facts[key] for key in step.facts if key not in known]:
            talk.agent(f"Could you please tell me the {_cue(fact)}?").user(f"Sure: {fact.saying}.")
            known.add(fact.key)
    elif step.kind == "call":
        action = actions[step.action]
        talk.call(action.tool, **action.arguments)
    elif step.kind == "act":
        action = actions[step.action]
        talk.agent(f"Please do this, {step.key}, for me now, and read it out.")
        talk.call(action.tool, USER, **action.arguments).user(f"Done. It shows {said}.")
    elif step.kind == "confirm":
        talk.agent(f"Next I would now do this, {step.key}: {said}. All right?")
        talk.user(f"Yes, please do that, {['sure', 'thanks', 'good'][number % 3]}.")
    else:
        talk.agent(f"About {step.key}, {said}. That is all there is.").user("I see.")


def _cue(fact: Fact) -> str:
    return fact.cues[0] if fact.cues else fact.key
