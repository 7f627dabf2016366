"""The ordered events of one attempt at one blueprint, and how it ended."""

from enum import StrEnum

from msgspec.structs import replace

from generators.event import Annotation, Event, Reward
from personas.record import Record, content_id

SCHEMA_VERSION = 2


class StopReason(StrEnum):
    """Why a dialogue ended. Every dialogue ends with exactly one of these."""

    USER_STOP = "user_stop"
    """The user ended it by an explicit act."""
    AGENT_STOP = "agent_stop"
    """The agent ended it by an explicit act."""
    TURN_LIMIT = "turn_limit"
    CALL_LIMIT = "call_limit"
    STALLED = "stalled"
    """Every party waited in turn and nothing more could happen."""
    DEADLINE = "deadline"
    ERROR = "error"
    """Somebody broke; ``Trajectory.failure`` says who and why."""


class Failure(Record):
    """Who broke (``user``, ``agent``, ``world``, ``engine``, ``verifier``) and why."""

    party: str
    kind: str
    message: str


class Member(Record):
    """One party of a dialogue and what spoke for it."""

    party: str
    role: str
    player: str
    model: str = ""
    revision: str = ""
    sampling: str = "{}"


class Session(Record):
    """One sitting of a relationship: when it starts (ISO 8601) and what is remembered from before."""

    index: int
    starts_at: str
    memory: str = ""


class Parent(Record):
    """Where a derived trajectory comes from: the one it left, at which event, and by what derivation."""

    trajectory_id: str
    event_index: int
    derivation: str


class Trajectory(Record):
    """One attempt. ``id`` hashes the blueprint id, the attempt and the transcript."""

    blueprint_id: str
    attempt: int
    seed: int
    domain: str
    members: tuple[Member, ...]
    events: tuple[Event, ...]
    stop_reason: StopReason
    start_hash: str
    end_hash: str
    id: str = ""
    group_id: str = ""
    schema_version: int = SCHEMA_VERSION
    failure: Failure | None = None
    sessions: tuple[Session, ...] = ()
    rewards: tuple[Reward, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    parent: Parent | None = None


def named(trajectory: Trajectory) -> Trajectory:
    """The trajectory with its id. Timing and usage are no part of it; who said and did what is."""
    transcript = [
        (event.session, event.turn, event.party, event.kind, event.text, event.call, event.result)
        for event in trajectory.events
    ]
    identity = (
        trajectory.blueprint_id,
        trajectory.attempt,
        transcript,
        trajectory.stop_reason,
        trajectory.parent,
    )
    return replace(trajectory, id=content_id(identity))


def blind(trajectory: Trajectory) -> Trajectory:
    """The trajectory as a verifier gets it: without the faults that were planned into it."""
    kept = tuple(note for note in trajectory.annotations if note.name != "planned_faults")
    events = tuple(
        replace(
            event, annotations=tuple(n for n in event.annotations if n.name != "planned_faults")
        )
        if any(note.name == "planned_faults" for note in event.annotations)
        else event
        for event in trajectory.events
    )
    return replace(trajectory, annotations=kept, events=events)
