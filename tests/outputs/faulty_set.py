"""Judged dialogues with planned faults, voters and every outcome, for tests of figures and reports."""

from functools import cache
from typing import Literal

import msgspec
from msgspec.structs import replace

from generators.event import AGENT, USER, Annotation, Event
from generators.faults import NOTE
from generators.trajectory import Failure, Trajectory, named
from outputs.judged import Judged
from tests.outputs.cloakroom_set import blueprints, broken, persona_of, played
from verifiers.decision import Decision, Vote
from verifiers.verdict import Finding, Verdict

_OUTCOMES: dict[str, Literal["pass", "fail", "abstain"]] = {
    "p": "pass",
    "f": "fail",
    "a": "abstain",
}


def fault(kind: str, party: str = AGENT, fired: bool = True) -> dict[str, object]:
    """One planned fault as a trajectory's note lists it."""
    return {"kind": kind, "party": party, "at": "any", "fired": fired}


def with_faults(trajectory: Trajectory, *faults: dict[str, object]) -> Trajectory:
    """The trajectory with a note of what was planned into it."""
    note = Annotation(name=NOTE, value=msgspec.json.encode(faults).decode())
    return named(replace(trajectory, annotations=(note,)))


def talking(trajectory: Trajectory, *lines: tuple[str, str]) -> Trajectory:
    """The trajectory with these utterances, as (party, text), instead of its own events."""
    events = tuple(
        Event(index=place, turn=place, party=party, kind="say", visible_to=(USER, AGENT), text=text)
        for place, (party, text) in enumerate(lines)
    )
    return named(replace(trajectory, events=events))


def voted(trajectory: Trajectory, *codes: str, voters: str = "", event: int = -1) -> Decision:
    """Rejected for the codes, if any; one voter per letter: p(ass), f(ail), a(bstain)."""
    findings = tuple(Finding(code=code, message=f"It has {code}.", event=event) for code in codes)
    rules = Verdict(verifier="rules", outcome="fail" if codes else "pass", findings=findings)
    ballots = [
        Vote(verdict=Verdict(verifier=f"voter {place}", outcome=_OUTCOMES[letter]))
        for place, letter in enumerate(voters)
    ]
    return Decision(
        trajectory_id=trajectory.id,
        outcome="reject" if codes else "accept",
        score=0.0 if codes else 1.0,
        votes=(Vote(verdict=rules, veto=True), *ballots),
        reasons=codes,
        party=AGENT if codes else "",
    )


def row(
    number: int,
    *codes: str,
    attempt: int = 0,
    faults: tuple[dict[str, object], ...] = (),
    voters: str = "",
    lines: tuple[tuple[str, str], ...] = (),
    dropped: str = "",
) -> Judged:
    """A judged dialogue on the ``number``-th blueprint, put together from its parts."""
    blueprint = blueprints(number + 1)[number]
    trajectory = played(blueprint, attempt)
    if lines:
        trajectory = talking(trajectory, *lines)
    trajectory = with_faults(trajectory, *faults)
    decision = voted(trajectory, *codes, voters=voters, event=2)
    whole = Judged(
        trajectory=trajectory,
        blueprint=blueprint,
        persona=persona_of(blueprint),
        decision=decision,
        dropped=dropped,
    )
    return replace(whole, split="train") if whole.accepted else whole


def broken_row(number: int, attempt: int = 0, party: str = AGENT) -> Judged:
    """An attempt at the ``number``-th blueprint that broke off because of ``party``."""
    whole = row(number, "structure.unfinished", attempt=attempt)
    trajectory = broken(whole.blueprint, attempt)
    failure = Failure(party=party, kind="timeout", message="no answer within 30 s")
    trajectory = named(replace(trajectory, failure=failure))
    decision = voted(trajectory, "structure.unfinished")
    return replace(whole, trajectory=trajectory, decision=decision)


@cache
def faulty_set(plans: int = 18) -> tuple[Judged, ...]:
    """Two attempts per plan; of every twelve attempts two are caught, one fault is missed, one never
    comes up, one is a false alarm, one is dropped and one breaks off."""
    rows = []
    for place in range(2 * plans):
        number, attempt = divmod(place, 2)
        voters = ("pp", "pf", "fa")[number % 3]
        dropped, codes, faults = "", (), ()
        match place % 12:
            case 2:
                codes = ("replay.end_state", "information.missing")
                faults = (fault("drop_last_write"),)
            case 5:
                codes, faults = ("policy.K02",), (fault("skips_confirmation"),)
            case 7:
                faults = (fault("tells_all_at_once", USER),)
            case 8:
                faults = (fault("tells_all_at_once", USER, fired=False),)
            case 9:
                codes = ("user.volunteered",)
            case 10:
                dropped = "corpus.near_duplicate"
            case 11:
                rows.append(broken_row(number, attempt))
                continue
        rows.append(
            row(number, *codes, attempt=attempt, faults=faults, voters=voters, dropped=dropped)
        )
    return tuple(rows)
