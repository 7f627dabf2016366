"""Judged dialogues of the cloakroom for tests: planned, acted out in a real world, decided by hand."""

from functools import cache

import msgspec

from generators.blueprint import Action, Blueprint
from generators.compose import ComposeSpec, plan_blueprint
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
from generators.trajectory import Failure, Member, StopReason, Trajectory, named
from outputs.judged import Judged, Split
from personas.record import canonical_json, content_id
from tests.people import person
from verifiers.decision import Decision, Vote
from verifiers.verdict import Finding, Verdict

CLOAKROOM = domain_named("cloakroom")
SPEC = ComposeSpec(goals={1: 0.5, 2: 0.5}, withheld=0.5)
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

    def say(self, party: str, text: str, same_move: bool = False, **more: object) -> None:
        self.turn += 0 if same_move else 1
        self.add(party, "say", BOTH, text=text, **more)

    def call(self, party: str, *actions: tuple[str, str]) -> None:
        """Calls made at once, as (tool, raw arguments)."""
        self.turn += 1
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
    known = "; ".join(
        f"{fact.key} {fact.saying}" for fact in blueprint.facts if fact.reveal != "never"
    )
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
    for step, following in zip(blueprint.steps, [*blueprint.steps[1:], None], strict=True):
        slots = ", ".join(f"{key} {value}" for key, value in sorted(step.slots.items()))
        if step.kind == "call":
            batch.append(actions[step.action])
            if step.batch and following and following.batch == step.batch:
                continue
            stage.call(AGENT, *(raw(each) for each in batch))
            batch.clear()
        elif step.kind == "act":
            stage.say(AGENT, "Please hold the tag to the scanner. What does it show?")
            stage.call(USER, raw(actions[step.action]))
            stage.say(USER, f"It shows {slots}.")
        elif step.kind == "confirm":
            stage.say(AGENT, f"Before I go on with {slots}: may I?")
            stage.say(USER, "Yes, please.")
        elif step.kind in ("tell", "refuse"):
            usage = Usage(prompt_tokens=100, completion_tokens=9, latency_ms=latency)
            stage.say(AGENT, f"For you to know: {slots}.", usage=usage)
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


def decided(trajectory: Trajectory, *findings: Finding, warnings: bool = False) -> Decision:
    """Accepted when there is no finding or only warnings, rejected for the first one otherwise."""
    rejected = bool(findings) and not warnings
    verdict = Verdict(
        verifier="by_hand",
        outcome="fail" if rejected else "pass",
        score=0.5 if rejected else 1.0,
        findings=findings,
    )
    return Decision(
        trajectory_id=trajectory.id,
        outcome="reject" if rejected else "accept",
        score=0.0 if rejected else 1.0,
        votes=(Vote(verdict=verdict, veto=True),),
        reasons=tuple(each.code for each in findings) if rejected else (),
        party=findings[0].party if rejected else "",
    )


def judged(trajectory: Trajectory, blueprint: Blueprint, *findings: Finding, **more) -> Judged:
    decision = more.pop("decision", None) or decided(trajectory, *findings)
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
        split: Split = {plans - 1: "test", plans - 2: "validation"}.get(number, "train")  # pyright: ignore
        found.append(judged(first := played(plan, 0), plan, split=split))
        if number % 8 == 0:
            finding = Finding(code="policy.K01", message="no guest was looked up", event=3)
            found.append(judged(played(plan, 1, stumble=True), plan, finding))
        elif number % 8 == 1:
            finding = Finding(code="stop.error", message="the agent broke", party=AGENT)
            found.append(judged(broken(plan, 1), plan, finding))
        elif number % 8 == 2:
            found.append(
                judged(
                    played(plan, 1),
                    plan,
                    split="",
                    dropped="duplicate.near",
                    duplicate_of=first.id,
                )
            )
        else:
            found.append(judged(played(plan, 1), plan, split=split))
    return tuple(sorted(found, key=lambda each: each.id))


def as_bytes(value: object) -> bytes:
    return canonical_json(value)
