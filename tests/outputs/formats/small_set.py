"""Three hand-written dialogues, fixed to the letter: what the golden files are made from."""

from msgspec.structs import replace

from generators.blueprint import Action, Blueprint, Fact, Goal, Provenance, RowPatch, Statement
from generators.event import AGENT, USER, Annotation, Event, ToolCall, ToolResult
from generators.trajectory import Member, StopReason, Trajectory, named
from outputs.judged import Judged
from outputs.row import to_row
from personas.record import identified
from tests.outputs.cloakroom_set import BOTH, CLOAKROOM, decided
from tests.people import person
from verifiers.decision import Decision, Vote
from verifiers.verdict import Finding, Verdict

SECRET = "heron-5521"

PLAN = identified(
    Blueprint(
        domain="cloakroom",
        domain_hash="0" * 16,
        persona_id=person(1).id,
        world_seed=1,
        clock="2025-03-14T21:40:00",
        goals=(
            Goal(
                id="g0",
                intent="count",
                need="You want to know how many of your things are still there.",
                outcome="informed",
            ),
        ),
        facts=(
            Fact(key="seat", value="C4", reveal="upfront", cues=("seat",)),
            Fact(key="private_word", value=SECRET, reveal="never"),
        ),
        steps=(),
        actions=(
            Action(id="a0", party=AGENT, tool="find_guest", arguments={"seat": "C4"}, goal="g0"),
        ),
        provenance=Provenance(source="written"),
        setup=(RowPatch(table="guests", key="G016", fields={"name": "Ines Halloran1"}),),
        must_say=(Statement(key="count.shelf", goal="g0", forms=("3-34",), source="3-34"),),
        must_not_say=(Statement(key="canary", goal="", forms=(SECRET,)),),
        start_hash="1" * 64,
        end_hash="1" * 64,
    )
)
OTHER = identified(replace(PLAN, persona_id=person(2).id, difficulty="medium", id=""))
UNSOLVED = identified(replace(PLAN, persona_id=person(3).id, difficulty="hard", id=""))


def say(turn: int, party: str, text: str) -> Event:
    notes = ()
    if party == USER:
        notes = (Annotation(name="inner_state", value='"in a hurry"', visible_to=(USER,)),)
    return Event(
        index=0, turn=turn, party=party, kind="say", visible_to=BOTH, text=text, annotations=notes
    )


def call(turn: int, name: str, tool: str, arguments: str) -> Event:
    made = ToolCall(id=name, name=tool, arguments=arguments)
    return Event(index=0, turn=turn, party=AGENT, kind="call", visible_to=(AGENT,), call=made)


def result(turn: int, name: str, content: str, error: str = "") -> Event:
    answer = ToolResult(call_id=name, content=content, error=error)
    return Event(
        index=0, turn=turn, party="world", kind="result", visible_to=(AGENT,), result=answer
    )


def dialogue(plan: Blueprint, attempt: int, *events: Event) -> Trajectory:
    return named(
        Trajectory(
            blueprint_id=plan.id,
            group_id=plan.id,
            attempt=attempt,
            seed=1,
            domain="cloakroom",
            members=(Member(party=AGENT, role="agent", player="by_hand"),),
            events=tuple(replace(event, index=index) for index, event in enumerate(events)),
            stop_reason=StopReason.USER_STOP,
            start_hash="1" * 64,
            end_hash="1" * 64,
        )
    )


SMOOTH = dialogue(
    PLAN,
    0,
    say(0, USER, "Good evening, seat C4. What of mine is still here?"),
    say(1, AGENT, "One moment, I’ll look."),
    call(1, "c0", "find_guest", '{"seat": "C4"}'),
    call(1, "c1", "list_items", '{"guest_id": "G016"}'),
    result(1, "c0", '{"guest_id":"G016","name":"Ines Halloran1","seat":"C4"}'),
    result(1, "c1", '[{"ticket":"T141","shelf":"3-34","fee":2.5}]'),
    say(2, AGENT, 'A bag on shelf 3-34, under "C4".'),
    say(3, USER, "Thanks!"),
)
BUMPY = dialogue(
    OTHER,
    0,
    say(0, USER, "Hi."),
    say(1, AGENT, "Good evening. Which seat do you have?"),
    say(2, USER, "C4."),
    call(3, "c0", "find_guest", '{"seat": "c4"}'),
    result(3, "c0", '{"error":"invalid_arguments","message":"seat"}', "invalid_arguments"),
    call(4, "c1", "leave_note", '{"guest_id": "G016", "reason": "complaint", "text": "ü <b>"}'),
    result(4, "c1", '{"note_id":"N-1"}'),
    say(5, AGENT, "I left a note."),
    say(6, USER, "Oh. Bye."),
)
WRONG = dialogue(
    OTHER,
    1,
    say(0, USER, "Hi, C4."),
    say(1, AGENT, "Nothing of yours is here."),
)
LOST = dialogue(UNSOLVED, 0, say(0, USER, "Hi, C4."), say(1, AGENT, "No idea."))


def against(trajectory: Trajectory) -> Decision:
    finding = Finding(code="information.missing", message="never said")
    verdict = Verdict(verifier="by_hand", outcome="fail", score=0.5, findings=(finding,))
    return Decision(
        trajectory_id=trajectory.id,
        outcome="reject",
        score=0.0,
        votes=(Vote(verdict=verdict, veto=True),),
        reasons=(finding.code,),
        party=AGENT,
    )


def small_set() -> list[Judged]:
    """``SMOOTH`` in train; ``BUMPY``, with a turn that must not be trained on, in test; two rejected."""
    blamed = Finding(code="tool_calls.invalid_arguments", message="seat", event=3)
    rows = [
        Judged(
            trajectory=SMOOTH,
            blueprint=PLAN,
            persona=person(1),
            decision=decided(SMOOTH),
            split="train",
        ),
        Judged(
            trajectory=BUMPY,
            blueprint=OTHER,
            persona=person(2),
            decision=decided(BUMPY, blamed),
            split="test",
        ),
        Judged(
            trajectory=WRONG,
            blueprint=OTHER,
            persona=person(2),
            decision=against(WRONG),
            split="test",
        ),
        Judged(
            trajectory=LOST,
            blueprint=UNSOLVED,
            persona=person(3),
            decision=against(LOST),
            split="train",
        ),
    ]
    return sorted(rows, key=lambda each: each.id)


def rows_of_set() -> list[dict]:
    """The set as canonical rows."""
    return [to_row(each, CLOAKROOM) for each in small_set()]
