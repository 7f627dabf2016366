"""Whether the record is a dialogue at all: order, parties, calls and results, floor, ending.

It judges form only; what was called or said is for other rules. Turn-taking is judged between two
parties; with more there is no rule whose turn it is.
"""

from collections.abc import Iterator

from generators.event import AGENT, USER, WORLD, Event
from generators.trajectory import StopReason, Trajectory
from verifiers.verdict import Evidence, Finding, Verdict, verdict_from

_STOPPED_BY = {StopReason.USER_STOP: USER, StopReason.AGENT_STOP: AGENT}
_CUT_OFF_BY = {
    StopReason.TURN_LIMIT: AGENT,
    StopReason.CALL_LIMIT: AGENT,
    StopReason.STALLED: AGENT,
    StopReason.DEADLINE: "engine",
    StopReason.ERROR: "engine",
}
"""Who is to blame where no failure is recorded: the agent is the one who has to bring it to an end."""


class Structure:
    """See ``structure.*`` in the code catalogue."""

    name = "structure"

    def judge(self, case: Evidence) -> Verdict:
        """Fails on any breach of form."""
        trajectory = case.trajectory
        return verdict_from(
            self.name,
            [
                *_endings(trajectory),
                *_order(trajectory),
                *_members(trajectory),
                *_contents(trajectory),
                *_pairing(trajectory.events),
                *_floor(trajectory),
            ],
        )


def _endings(trajectory: Trajectory) -> Iterator[Finding]:
    reason, failure = trajectory.stop_reason, trajectory.failure
    if reason not in _STOPPED_BY or failure:
        party = failure.party if failure else _CUT_OFF_BY.get(reason, "engine")
        why = f": {failure.kind}: {failure.message}" if failure else ""
        yield Finding(
            code="structure.unfinished", message=f"ended by {reason.value}{why}", party=party
        )
    stopper, last = _STOPPED_BY.get(reason), len(trajectory.events) - 1
    stops = [event for event in trajectory.events if event.kind == "stop"]
    for event in stops:
        if event.index != last or event.party != stopper:
            message = f"{event.party} stops at {event.index}, but it ended by {reason.value}"
            yield _finding("structure.stop", message, event)
    if stopper and not stops:
        yield Finding(
            code="structure.stop", message=f"{reason.value} without a stop event", party=stopper
        )


def _order(trajectory: Trajectory) -> Iterator[Finding]:
    before = (0, 0)
    for position, event in enumerate(trajectory.events):
        if event.index != position:
            message = f"event {position} has index {event.index}"
            yield Finding(code="structure.index", message=message, event=position, party="engine")
        now = (event.session, event.turn)
        if now < before:
            message = f"session and turn {now} after {before}"
            yield Finding(code="structure.turn", message=message, event=event.index, party="engine")
        before = now


def _members(trajectory: Trajectory) -> Iterator[Finding]:
    members = {member.party for member in trajectory.members}
    for event in trajectory.events:
        by_world = event.party == WORLD and event.kind in ("result", "observe", "signal")
        strangers = sorted(set(event.visible_to) - members - {WORLD})
        if event.party not in members and not by_world:
            strangers.insert(0, event.party)
        for party in strangers:
            message = f"{party} is no member"
            yield Finding(
                code="structure.party", message=message, event=event.index, party="engine"
            )


def _contents(trajectory: Trajectory) -> Iterator[Finding]:
    for event in trajectory.events:
        lacks = {
            "say": not event.text.strip() and not event.attachments,
            "call": event.call is None,
            "result": event.result is None,
        }.get(event.kind, False)
        if lacks:
            yield _finding("structure.empty", f"an empty {event.kind}", event)
    if trajectory.stop_reason in _STOPPED_BY:
        for party in (USER, AGENT):
            if not any(each.kind == "say" and each.party == party for each in trajectory.events):
                message = f"the {party} never says anything"
                yield Finding(code="structure.no_dialogue", message=message, party=party)


def _pairing(events: tuple[Event, ...]) -> Iterator[Finding]:
    """Each call is answered once, before its party speaks on, in sight of its party."""
    calls: dict[str, Event] = {}
    answered: set[str] = set()
    open_calls: dict[str, Event] = {}
    late: set[str] = set()
    every_call = {event.call.id for event in events if event.call}
    for event in events:
        if event.kind == "call" and event.call:
            if event.call.id in calls:
                yield _finding("structure.repeated_call", f"second {event.call.id}", event)
            calls[event.call.id] = event
            open_calls[event.call.id] = event
        elif event.kind == "result" and event.result:
            asked = event.result.call_id
            call = calls.get(asked)
            if asked in answered:
                yield _finding("structure.repeated_result", f"second result of {asked}", event)
            elif asked in late or (call is None and asked in every_call):
                yield _finding("structure.late_result", f"{asked} is answered too late", event)
            elif call is None or not _answers(event, call):
                yield _finding("structure.stray_result", f"{asked} is no call of theirs", event)
            answered.add(asked)
            open_calls.pop(asked, None)
        elif event.kind in ("say", "stop"):
            late.update(name for name, call in open_calls.items() if call.party == event.party)
    for name, call in open_calls.items():
        yield _finding("structure.unanswered_call", f"{name} has no result", call)


def _answers(result: Event, call: Event) -> bool:
    return result.party in (call.party, WORLD) and call.party in result.visible_to


def _floor(trajectory: Trajectory) -> Iterator[Finding]:
    """Between two parties, whoever has spoken waits for the other. The same party may go on in the
    same move, after calls of its own, after a signal, and when the other has passed or acted."""
    if len({member.party for member in trajectory.members} - {WORLD}) != 2:
        return
    last: Event | None = None
    called: tuple[str, int, int] | None = None
    free = True
    for event in trajectory.events:
        place = (event.party, event.session, event.turn)
        if event.kind == "say":
            same_party = last is not None and last.party == event.party
            same_move = last is not None and (last.session, last.turn) == place[1:]
            if same_party and not same_move and not free:
                yield _finding("structure.alternation", f"the {event.party} speaks again", event)
            last, free = event, called == place
        elif event.kind == "call":
            called, free = place, True
        elif event.kind == "signal" or (event.kind != "result" and event.party != WORLD):
            free = (
                free or event.kind == "signal" or (last is not None and event.party != last.party)
            )
        free = free or (last is not None and last.session != event.session)


def _finding(code: str, message: str, event: Event) -> Finding:
    party = "engine" if event.kind == "result" else event.party
    return Finding(code=code, message=message, event=event.index, party=party)
