"""The folder of a recorded server as a domain."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

import msgspec

from generators.blueprint import Fact
from generators.domains.domain import Clause, Domain
from generators.domains.plan import Plan
from generators.domains.policy import read_policy
from generators.domains.recorded.intents import intents_of
from generators.domains.recorded.spec import Recording, ServerSpec
from generators.domains.recorded.world import answers_of, seed, tool_of, why_no_tool
from generators.domains.services.mistakes import (
    Mistake,
    ServiceError,
    record_of,
    shown,
    yaml_in,
)
from generators.domains.table import Database
from generators.domains.timeline import Breach, Timeline
from generators.spoken import forms

SERVER_FILE = "server.yaml"
RECORDINGS_FILE = "recordings.jsonl"
_ANYBODY = "anybody"


def recorded_domain(folder: Path) -> Domain:
    """The domain that a recorded server's folder describes: ``server.yaml``, ``recordings.jsonl``,
    ``policy.md``, ``phrases.yaml``. Raises ``ServiceError`` that names every mistake."""
    wrong: list[Mistake] = []
    spec = record_of(yaml_in(folder / SERVER_FILE), ServerSpec, SERVER_FILE, wrong)
    if spec is None:
        raise ServiceError(folder, wrong)
    wrong += _mistakes(spec)
    recordings = list(_recordings(folder, spec, wrong))
    try:
        policy = read_policy(folder / "policy.md")
    except (OSError, ValueError) as error:
        wrong.append(Mistake("policy.md", "", str(error), "a manual in Markdown"))
        raise ServiceError(folder, wrong) from None
    if spec.confirmed and spec.confirmed not in policy.clauses:
        right = f"a clause of policy.md: {', '.join(policy.clauses) or 'there is none'}"
        wrong.append(Mistake(SERVER_FILE, "confirmed", shown(spec.confirmed), right))
    if wrong:
        raise ServiceError(folder, wrong)
    answers = answers_of(recordings)
    clauses = {}
    if spec.confirmed:
        check = partial(_confirmed, tuple(n for n, tool in spec.tools.items() if tool.writes))
        clauses[spec.confirmed] = Clause(spec.confirmed, "talk", check)
    return Domain(
        name=spec.name,
        title=spec.title,
        summary=spec.summary,
        folder=folder,
        policy=policy,
        agent_tools={name: tool_of(name, tool, answers) for name, tool in spec.tools.items()},
        user_tools={},
        intents=intents_of(spec.tools, answers, spec.confirmed),
        clauses=clauses,
        seed=seed,
        clock=spec.clock,
        subjects=lambda db: (_ANYBODY,),
        settle=lambda db, subject, persona: (),
        identity=_nobody,
        identify=_identify,
    )


def _mistakes(spec: ServerSpec) -> Iterator[Mistake]:
    try:
        if datetime.fromisoformat(spec.clock).tzinfo:
            raise ValueError
    except ValueError:
        yield Mistake(SERVER_FILE, "clock", shown(spec.clock), "a time such as 2025-03-03T09:00:00")
    for name, tool in spec.tools.items():
        if reason := why_no_tool(name, tool):
            yield Mistake(SERVER_FILE, f"tools.{name}.schema", reason, "a schema of an object")
    if not any(tool.want and tool.tells for tool in spec.tools.values()):
        yield Mistake(SERVER_FILE, "tools", "none with want and tells", "one that callers can want")


def _recordings(folder: Path, spec: ServerSpec, wrong: list[Mistake]) -> Iterator[Recording]:
    try:
        lines = (folder / RECORDINGS_FILE).read_bytes().splitlines()
    except OSError as error:
        wrong.append(Mistake(RECORDINGS_FILE, "", str(error), "one recording a line"))
        return
    decoder = msgspec.json.Decoder(Recording)
    for number, line in enumerate(lines, 1):
        try:
            made = decoder.decode(line)
        except msgspec.DecodeError as error:
            wrong.append(Mistake(RECORDINGS_FILE, f"line {number}", str(error), "a recording"))
            continue
        if made.tool not in spec.tools:
            right = f"one of {', '.join(spec.tools)}"
            wrong.append(Mistake(RECORDINGS_FILE, f"line {number}", shown(made.tool), right))
        else:
            yield made


def _nobody(db: Database, subject: str) -> tuple[Fact, ...]:
    return ()


def _identify(plan: Plan) -> None:
    """Nobody is asked who they are."""


def _confirmed(tools: tuple[str, ...], timeline: Timeline) -> Iterator[Breach]:
    """Before each write the agent says every value, as a question, and the caller answers."""
    for call in timeline.calls(*tools):
        values = [value for value in (call.arguments or {}).values() if value is not None]
        asked = [
            each.index
            for each in timeline.says("agent", call.index)
            if "?" in each.text and all(_says(each.text, value) for value in values)
        ]
        if not asked or not any(
            each.index > asked[-1] for each in timeline.says("user", call.index)
        ):
            yield Breach(call.index, f"{call.tool} was called without asking")


def _says(text: str, value: object) -> bool:
    return any(form.casefold() in text.casefold() for form in forms(value))
