"""Each call by itself: a tool that exists and is the caller's, arguments that fit, no blind repeats.

A tool that says no (``not_found``) is part of work and only a warning; whether the work came to a
good end is for ``replay``.
"""

import re
from collections.abc import Iterator

from generators.domains.domain import Domain
from generators.domains.table import ToolFailure
from generators.event import AGENT, USER, Event
from verifiers.call_key import CallKey, call_key
from verifiers.verdict import Evidence, Finding, Verdict, verdict_from

_MARKS = re.compile(
    r"</?\|?tool[ _]?calls?\b|<function[=_ ]|\[TOOL_CALLS?\]|<\|python_tag\|>"
    r"|\"(?:name|function|tool)\"\s*:.*\"(?:arguments|parameters|args)\"\s*:"
    r"|\"(?:arguments|parameters|args)\"\s*:.*\"(?:name|function|tool)\"\s*:",
    re.I | re.S,
)


REFINED = "tool_calls.refined"


class ToolCalls:
    """See ``tool_calls.*`` in the code catalogue."""

    name = "tool_calls"

    def judge(self, case: Evidence) -> Verdict:
        """Fails on calls that can never be right; a single tool's "no", and a wrong name that is put
        right, only warn."""
        events = case.trajectory.events
        findings = [*_calls(case), *_failures(events), *_narrated(case)]
        return verdict_from(self.name, findings)


def _calls(case: Evidence) -> Iterator[Finding]:
    for event in case.trajectory.events:
        if event.kind == "call" and event.call:
            problem = _problem(event.party, event.call.name, event.call.arguments, case.domain)
            if problem and _put_right(event, case):
                message = f"{event.call.name} has another name here, by which it is called later"
                yield Finding(
                    code=REFINED,
                    message=message,
                    event=event.index,
                    party=event.party,
                    severity="warning",
                )
            elif problem:
                code, message = problem
                yield Finding(code=code, message=message, event=event.index, party=event.party)


def _put_right(event: Event, case: Evidence) -> bool:
    """Whether the call goes by the original's name for a tool that has another one in this environment,
    and its party later makes a call of it that succeeds."""
    assert event.call
    here = case.domain.naming.called(event.party, event.call.name)
    if here in ("", event.call.name):
        return False
    events = case.trajectory.events
    failed = {each.result.call_id for each in events if each.result and each.result.error}
    return any(
        each.call and each.call.name == here and each.call.id not in failed
        for each in events
        if each.index > event.index and each.party == event.party
    )


def _problem(party: str, name: str, arguments: str, domain: Domain) -> tuple[str, str] | None:
    tool = domain.tools_of(party).get(name)
    if tool:
        try:
            tool.parse(arguments)
        except ToolFailure as failure:
            return "tool_calls.invalid_arguments", str(failure)
        return None
    if any(name in domain.tools_of(other) for other in (AGENT, USER)):
        return "tool_calls.not_yours", f"{name} is not a tool of the {party}"
    return "tool_calls.unknown_tool", f"there is no tool {name!r}"


_JUDGED_ALREADY = ("unknown_tool", "not_yours", "invalid_arguments")


def _failures(events: tuple[Event, ...]) -> Iterator[Finding]:
    made: dict[str, Event] = {}
    failed: set[CallKey] = set()
    for event in events:
        if event.kind == "call" and event.call:
            made[event.call.id] = event
        elif event.kind == "result" and event.result and event.result.error:
            asked = made.get(event.result.call_id)
            if asked is None or asked.call is None:
                continue
            name, error = asked.call.name, event.result.error
            attempt = call_key(asked)
            message = f"{name} answers {error}"
            if error == "internal_error":
                yield Finding(
                    code="tool_calls.internal_error",
                    message=event.result.content,
                    event=asked.index,
                    party="world",
                )
            elif attempt in failed:
                yield Finding(
                    code="tool_calls.repeated_failure",
                    message=f"{message} again",
                    event=asked.index,
                    party=asked.party,
                )
            elif error not in _JUDGED_ALREADY:
                yield Finding(
                    code="tool_calls.failed",
                    message=message,
                    event=asked.index,
                    party=asked.party,
                    severity="warning",
                )
            failed.add(attempt)


def _narrated(case: Evidence) -> Iterator[Finding]:
    names = sorted({*case.domain.agent_tools, *case.domain.user_tools}, key=len, reverse=True)
    written = re.compile(r"\b(?:" + "|".join(map(re.escape, names)) + r")\s*\(") if names else None
    for event in case.trajectory.events:
        if event.kind == "say":
            mark = _MARKS.search(event.text) or (written and written.search(event.text))
            if mark:
                yield Finding(
                    code="tool_calls.in_text",
                    message=f"{mark.group()[:60]!r} in an utterance",
                    event=event.index,
                    party=event.party,
                )
