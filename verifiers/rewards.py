"""Rewards for asking what has to be asked and nothing else, turn by turn and for the whole dialogue.

completion + useful questions - needless questions, after SpeakRL. They are written onto the dialogue
with the ledger and the labels of turns that they come from, once it has been played.
"""

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from generators.blueprint import Blueprint
from generators.event import AGENT, Annotation, Event, Reward
from generators.trajectory import StopReason, Trajectory
from personas.record import Record
from verifiers.disclosure import listened, needed_in
from verifiers.mentions import sharp, states, states_any
from verifiers.questions import Question, questions_of
from verifiers.turn_labels import user_turns

SOURCE = "disclosure"
LEDGER = "disclosure"
"""The name of the trajectory's note with the ledger."""
TURN = "latent_state"
"""The name of a user event's note with its label."""


class Weights(Record):
    """What counts how much: a completed task, a needed fact that a question brought, and, taken off, a
    needless question."""

    completion: float = 1.0
    useful: float = 0.1
    needless: float = 0.1


def accounted(trajectory: Trajectory, blueprint: Blueprint, weights: Weights) -> Trajectory:
    """The dialogue with its ledger, the labels of the user's turns, and its rewards. Pure; what it had
    of these before is replaced."""
    events = trajectory.events
    heard, ledger = listened(blueprint, events)
    questions = questions_of(blueprint, heard)
    turns = {each.event: each for each in user_turns(blueprint, events, heard)}
    worth = {each.event: each for each in questions}
    needed = len(needed_in(blueprint)) + (blueprint.opening == "vague")
    marked = tuple(
        _with(
            event,
            [_note(TURN, turns[event.index])] if event.index in turns else [],
            list(_of_question(worth[event.index], needed, weights)) if event.index in worth else [],
        )
        for event in events
    )
    notes = [note for note in trajectory.annotations if note.name != LEDGER]
    kept = [each for each in trajectory.rewards if each.source != SOURCE]
    return replace(
        trajectory,
        events=marked,
        annotations=(*notes, _note(LEDGER, ledger)),
        rewards=(*kept, *rewards_of(trajectory, blueprint, questions, weights)),
    )


def rewards_of(
    trajectory: Trajectory,
    blueprint: Blueprint,
    questions: tuple[Question, ...],
    weights: Weights,
) -> tuple[Reward, ...]:
    """The parts of the dialogue's reward, and their sum as ``total``."""
    parts = {
        "completion": weights.completion * completed(trajectory, blueprint),
        "useful_questions": weights.useful * sum(len(each.gained) for each in questions),
        "needless_questions": -weights.needless * sum(e.worth == "needless" for e in questions),
    }
    parts["total"] = sum(parts.values())
    return tuple(_reward(name, value) for name, value in parts.items())


def completed(trajectory: Trajectory, blueprint: Blueprint) -> bool:
    """Whether the dialogue ended in the planned state, with all said that must be and nothing that
    must not."""
    said = [e.text for e in trajectory.events if e.kind == "say" and e.party == AGENT]
    return (
        trajectory.stop_reason != StopReason.ERROR
        and trajectory.end_hash == blueprint.end_hash
        and all(any(states_any(t, each.forms) for t in said) for each in blueprint.must_say)
        and not any(
            states(text, form)
            for each in blueprint.must_not_say
            for form in sharp(each.forms)
            for text in said
            if len(form) > 1
        )
    )


def _of_question(question: Question, needed: int, weights: Weights) -> Iterator[Reward]:
    if question.gained:
        yield _reward("information_gained", len(question.gained) / max(needed, 1))
        yield _reward("useful_questions", weights.useful * len(question.gained))
    if question.worth == "needless":
        yield _reward("needless_questions", -weights.needless)


def _reward(name: str, value: float) -> Reward:
    return Reward(name=name, value=round(value, 6) + 0.0, source=SOURCE)


def _note(name: str, value: Record) -> Annotation:
    return Annotation(name=name, value=msgspec.json.encode(value).decode())


def _with(event: Event, notes: list[Annotation], rewards: list[Reward]) -> Event:
    old = tuple(note for note in event.annotations if note.name != TURN)
    kept = tuple(each for each in event.rewards if each.source != SOURCE)
    if (old, kept, notes, rewards) == (event.annotations, event.rewards, [], []):
        return event
    return replace(event, annotations=(*old, *notes), rewards=(*kept, *rewards))
