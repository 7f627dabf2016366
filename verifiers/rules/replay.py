"""Whether the record is true and leads where the plan says: every call again, in a fresh world.

Four comparisons: the start with the plan's, each result with what the world answers, the recorded end
with the replayed one, and the replayed end with the plan's. Who is to blame for a wrong end depends on
what the user did.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from generators.blueprint import RowChange
from generators.event import USER
from generators.trajectory import StopReason
from verifiers.rules.user_contract import spoiled_by_user
from verifiers.verdict import Evidence, Finding, Verdict, verdict_from

_SHOWN = 6
_UNCHANGED = "as at the start"


class ReplayedState:
    """See ``replay.*`` in the code catalogue."""

    name = "replay"

    def judge(self, case: Evidence) -> Verdict:
        """Fails on any difference."""
        return verdict_from(self.name, [*_record(case), *_end(case)])


def _record(case: Evidence) -> Iterator[Finding]:
    trajectory, replay = case.trajectory, case.replay
    planned = case.blueprint.start_hash or replay.start_hash
    for name, found in (("recorded", trajectory.start_hash), ("planned", planned)):
        if found != replay.start_hash:
            message = f"the {name} start is {found[:12]}, the world's {replay.start_hash[:12]}"
            yield Finding(code="replay.start_state", message=message, party="engine")
    for each in replay.mismatches:
        yield Finding(
            code="replay.result_mismatch",
            message=f"recorded {each.recorded[:120]}, replayed {each.replayed[:120]}",
            event=each.index,
            party="world",
        )
    broke = trajectory.stop_reason == StopReason.ERROR and not trajectory.end_hash
    if trajectory.end_hash != replay.end_hash and not broke:
        message = f"recorded {trajectory.end_hash[:12]}, replayed {replay.end_hash[:12]}"
        yield Finding(code="replay.recorded_end_state", message=message, party="engine")


def _end(case: Evidence) -> Iterator[Finding]:
    if case.blueprint.end_hash and case.replay.end_hash != case.blueprint.end_hash:
        different = list(differences(case.blueprint.end_diff, case.replay.world.diff()))
        more = f"; and {len(different) - _SHOWN} more" if len(different) > _SHOWN else ""
        yield Finding(
            code="replay.end_state",
            message="; ".join(different[:_SHOWN]) + more or "the states differ",
            party=_to_blame(case),
        )


def differences(expected: tuple[RowChange, ...], found: tuple[RowChange, ...]) -> Iterator[str]:
    """What differs between two sets of changes, one phrase per field, in table and key order."""
    wanted, got = _fields(expected), _fields(found)
    for place in sorted(wanted.keys() | got.keys()):
        if wanted.get(place) != got.get(place):
            table, key, name = place
            should = wanted.get(place, _UNCHANGED)
            does = got.get(place, _UNCHANGED)
            where = f"{table} {key}{'.' if name else ''}{name}"
            yield f"{where} should be {should}, is {does}"


def _fields(changes: tuple[RowChange, ...]) -> Mapping[tuple[str, str, str], str]:
    """Place -> new value. A row that came or went counts as one place without a field name."""
    found: dict[tuple[str, str, str], str] = {}
    for change in changes:
        if change.kind == "removed":
            found[change.table, change.key, ""] = "removed"
        elif change.kind == "added":
            found[change.table, change.key, ""] = _short(change.after)
        else:
            for name, value in change.after.items():
                found[change.table, change.key, name] = _short(value)
    return found


def _short(value: Any) -> str:
    text = msgspec.json.encode(value, order="sorted").decode()
    return text if len(text) <= 160 else text[:157] + "..."


def _to_blame(case: Evidence) -> str:
    """The agent, unless a call of the user's own is missing, unplanned or wrong although the rest is
    right, or the user left early or misled the agent."""
    if spoiled_by_user(case):
        return USER
    planned = {
        (action.tool, _short(action.arguments))
        for action in case.blueprint.actions
        if action.party == USER and action.writes
    }
    made = {
        (entry.tool, _short(entry.arguments))
        for entry in case.replay.timeline.calls(party=USER)
        if entry.writes
    }
    return USER if made - planned else "agent"
