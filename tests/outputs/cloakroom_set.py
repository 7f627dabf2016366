"""Judged dialogues of the cloakroom for tests: planned, acted out in a real world, decided by hand."""

from functools import cache
from typing import Any

import msgspec

from generators.blueprint import Action, Blueprint
from generators.domains.registry import domain_named
from generators.domains.world import World, world_of
from generators.event import (
    AGENT,
    USER,
    Annotation,
    Event,
    EventKind,
    ToolCall,
    ToolResult,
    Usage,
)
from generators.planning import plan_blueprint
from generators.sources.request import PlanSpec
from generators.trajectory import Failure, Member, StopReason, Trajectory, named
from outputs.judged import Judged, Split
from personas.record import canonical_json, content_id
from tests.people import person
from verifiers.committee import Committee, decide
from verifiers.decision import Decision, Vote
from verifiers.verdict import Finding, Verdict, evidence

CLOAKROOM = domain_named("cloakroom")
SPEC = PlanSpec(goals={1: 0.5, 2: 0.5}, withheld=0.5)
BOTH = (USER, AGENT)


@cache
def blueprints(count: int) -> tuple[Blueprint, ...]:
    """The first plans that come out right, one persona each."""
    found: list[Blueprint] = []
    number = 0
    while len(found) < count:
        plan = plan_blueprint(CLOAKROOM, person(number), SPEC, 5, number)
        if isinstance(plan, Blueprint):
            found.append(plan)
        number += 1
    return tuple(found)


def persona_of(blueprint: Blueprint):
    """The persona that a blueprint of ``blueprints`` was made for."""
    return next(each for n in range(400) if (each := person(n)).id == blueprint.persona_id)


class Stage:
    """Writes down what the parties do while a world answers their calls."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.events: list[Event] = []
        self.turn = -1

    def say(self, party: str, text: str, **more: object) -> None:
        self.turn += 1
        self.add(party, "say", BOTH, text=text, **more)

    def call(self, party: str, *actions: tuple[str, str], words: str = "") -> None:
        """Calls made at once, as (tool, raw arguments), with words in the same move if any."""
        self.turn += 1
        if words:
            self.add(party, "say", BOTH, text=words)
        calls = [
            ToolCall(id=f"c{len(self.events) + n}", name=tool, arguments=raw)
            for n, (tool, raw) in enumerate(actions)
        ]
        for call in calls:
            self.add(party, "call", (party,), call=call)
        for call in calls:
            outcome = self.world.call(party, call.name, call.arguments)
            result = ToolResult(call_id=call.id, content=outcome.content, error=outcome.error)
            self.add("world", "result", (party,), result=result)

    def add(self, party: str, kind: EventKind, seen: tuple[str, ...], **more: object) -> None:
        fields = {"index": len(self.events), "turn": self.turn, "party": party, "kind": kind}
        self.events.append(Event(**fields, visible_to=seen, **more))  # pyright: ignore


def raw(action: Action) -> tuple[str, str]:
    return action.tool, msgspec.json.encode(action.arguments).decode()


def played(
    blueprint: Blueprint, attempt: int = 0, stumble: bool = False, latency: float = 12.5
) -> Trajectory:
    """The plan acted out to the letter; with ``stumble`` the agent insists on a call that fails."""
    stage = Stage(world_of(blueprint, CLOAKROOM))
    actions = {each.id: each for each in blueprint.actions}
    facts = {each.key: each for each in blueprint.facts}
    told = {each.key for each in blueprint.facts if each.reveal == "upfront"}
    known = "; ".join(f"my {key} is {facts[key].saying}" for key in sorted(told))
    stage.say(
        USER,
        f"Hello, I need help, try {attempt}. {known}",
        annotations=(
            Annotation(name="inner_state", value='"secretly annoyed"', visible_to=(USER,)),
        ),
    )
    if stumble:
        stage.call(AGENT, ("find_guest", '{"seat":"Z9"}'))
        stage.call(AGENT, ("find_guest", '{"seat": "Z9"}'))
    batch: list[Action] = []
    words: list[str] = []
    usage = Usage(prompt_tokens=100, completion_tokens=9, latency_ms=latency)

    def speak(*question: str) -> None:
        stage.say(AGENT, " ".join((*words, *question)), usage=usage)
        words.clear()

    for step, following in zip(blueprint.steps, [*blueprint.steps[1:], None], strict=True):
        slots = ", ".join(f"{key} {value}" for key, value in sorted(step.slots.items()))
        if step.kind == "call":
            batch.append(actions[step.action])
            if step.batch and following and following.batch == step.batch:
                continue
            stage.call(AGENT, *(raw(each) for each in batch), words=" ".join(words))
            words.clear()
            batch.clear()
        elif step.kind == "ask" and not told.issuperset(step.facts):
            wanted = [key for key in step.facts if key not in told]
            speak(f"What is your {' and your '.join(wanted)}?")
            stage.say(USER, "; ".join(f"my {key} is {facts[key].saying}" for key in wanted))
            told.update(wanted)
        elif step.kind == "act":
            speak("Please hold the tag to the scanner. What does it show?")
            stage.call(USER, raw(actions[step.action]))
            stage.say(USER, f"It shows {slots}.")
        elif step.kind == "confirm":
            speak(f"Before I go on with {slots}: may I?")
            stage.say(USER, "Yes, please.")
        elif step.kind in ("tell", "refuse"):
            words.append(f"For you to know: {slots}.")
    speak()
    stage.say(USER, "Thank you, goodbye.")
    stage.add(USER, "stop", BOTH)
    return named(
        Trajectory(
            blueprint_id=blueprint.id,
            attempt=attempt,
            seed=7,
            domain="cloakroom",
            members=(
                Member(party=USER, role="user", player="by_hand"),
                Member(party=AGENT, role="agent", player="by_hand"),
            ),
            events=tuple(stage.events),
            stop_reason=StopReason.USER_STOP,
            start_hash=blueprint.start_hash,
            end_hash=stage.world.state_hash(),
            group_id=content_id((blueprint.id, "group")),
        )
    )


def broken(blueprint: Blueprint, attempt: int) -> Trajectory:
    """An attempt that ended because the agent's player broke."""
    failure = Failure(party=AGENT, kind="timeout", message="no answer within 30 s")
    whole = played(blueprint, attempt)
    return named(
        msgspec.structs.replace(
            whole, events=whole.events[:1], stop_reason=StopReason.ERROR, failure=failure
        )
    )


def by_rules(trajectory: Trajectory, blueprint: Blueprint) -> Decision:
    """What the committee of all rules decides."""
    return decide(evidence(trajectory, blueprint, CLOAKROOM), Committee())


def decided(trajectory: Trajectory, *findings: Finding) -> Decision:
    """Accepted by a verifier that has these findings all the same."""
    verdict = Verdict(verifier="by_hand", outcome="pass", findings=findings)
    return Decision(
        trajectory_id=trajectory.id, outcome="accept", score=1.0, votes=(Vote(verdict=verdict),)
    )


def judged(trajectory: Trajectory, blueprint: Blueprint, **more: Any) -> Judged:
    """The dialogue as the rules decide about it, in ``train`` when they accept it."""
    decision = more.pop("decision", None) or by_rules(trajectory, blueprint)
    split: Split = more.pop("split", "train" if decision.outcome == "accept" else "")
    return Judged(
        trajectory=trajectory,
        blueprint=blueprint,
        persona=persona_of(blueprint),
        decision=decision,
        split=split,
        **more,
    )


@cache
def judged_set(plans: int = 8) -> tuple[Judged, ...]:
    """Two attempts per plan in id order. Of every eight plans: the second attempt of the first one is
    rejected, of the second one it broke, of the third one it was dropped as a repetition. The last
    plan but one goes to validation, the last to test."""
    found: list[Judged] = []
    for number, plan in enumerate(blueprints(plans)):
        places: dict[int, Split] = {plans - 1: "test", plans - 2: "validation"}
        split = places.get(number, "train")
        first = judged(played(plan, 0), plan, split=split)
        found.append(first)
        if number % 8 == 0:
            found.append(judged(played(plan, 1, stumble=True), plan))
        elif number % 8 == 1:
            found.append(judged(broken(plan, 1), plan))
        elif number % 8 == 2:
            dropped = {"dropped": "duplicate.near", "duplicate_of": first.id}
            found.append(judged(played(plan, 1), plan, split="", **dropped))
        else:
            found.append(judged(played(plan, 1), plan, split=split))
    return tuple(sorted(found, key=lambda each: each.id))


def as_bytes(value: object) -> bytes:
    """The value's canonical JSON, to look for words in."""
    return canonical_json(value)
