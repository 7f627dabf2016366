"""Importing a live MCP server: it is recorded, and the recording becomes a folder that is a domain."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from generators.domains.recorded.intents import is_plain, slot_of, value_at
from generators.domains.recorded.loader import RECORDINGS_FILE, SERVER_FILE
from generators.domains.recorded.recording import OwnCall, Recorded, Recorder
from generators.domains.recorded.spec import RecordedTool, Recording, ServerSpec
from generators.domains.services.importing.finishing import Imported
from generators.domains.services.importing.wants import want_of
from generators.domains.services.importing.writing import write_files
from generators.domains.services.names import name_of
from generators.domains.services.words import listed

CLOCK = "2025-03-03T09:00:00"
_NAMING = re.compile(r"(?:^|[._])(?:name|title|label)$")
_TELLING = re.compile(r"(?:price|total|amount|status|state|date|time|count|number|id|code)")
_MOST_TOLD = 2


async def import_mcp(
    server: str, title: str, out: Path, calls: Iterable[OwnCall] = (), reset: str = ""
) -> Imported:
    """Records the MCP server at a URL or behind a command line into a folder under ``out``.

    ``calls`` are calls to try besides those that can be guessed. ``reset`` brings the server back to its
    start: ``restart``, or the name of one of its tools; without it only reads are recorded. Raises
    ``ServerLost`` when the server cannot be reached at all.
    """
    name = name_of(title) or "server"
    folder = out / name
    if folder.exists():
        return Imported(
            service=title, name=name, problem=f"{folder} is there already: left as it is"
        )
    given = list(calls)
    async with Recorder(server, reset) as recorder:
        await recorder.list_tools()
        await recorder.record_reads(given)
        await recorder.record_writes(given)
        found = recorder.found
    tools = {each: _talked_about(each, tool, found) for each, tool in found.tools.items()}
    notes = found.notes.whole(f"the MCP server {title}")
    wanted = [each for each, tool in tools.items() if tool.want]
    if not wanted:
        problem = "nothing that anybody could want was recorded"
        return Imported(service=title, name=name, problem=problem, left_out=notes.left_out)
    writes = any(tool.writes for tool in tools.values())
    spec = ServerSpec(
        name=name,
        title=title,
        summary=f"{title}, recorded.",
        clock=CLOCK,
        tools=tools,
        confirmed="M02" if writes else "",
        source=f"the MCP server {title}",
    )
    lines = b"".join(msgspec.json.encode(each) + b"\n" for each in found.recordings)
    write_files(
        folder,
        texts={RECORDINGS_FILE: lines, "policy.md": _policy(title, writes).encode()},
        trees={
            SERVER_FILE: msgspec.to_builtins(spec),
            "phrases.yaml": _phrases(tools),
            "import.yaml": msgspec.to_builtins(notes),
        },
    )
    return Imported(
        service=title,
        name=name,
        folder=str(folder),
        tables=1,
        rows=len(found.recordings),
        tools=len(tools),
        intents=len(wanted),
        left_out=notes.left_out,
        guessed=notes.guessed,
    )


def _talked_about(name: str, tool: RecordedTool, found: Recorded) -> RecordedTool:
    """The tool with what callers may want of it and must hear, where there is anything to hear."""
    good = [each for each in found.recordings if each.tool == name and not each.error]
    tells = _tells(good)
    if not tells:
        found.notes.guess(
            f"tools.{tool.theirs}", "no plain value in its answers", "nobody wants it"
        )
        return tool
    found.notes.guess(
        f"tools.{tool.theirs}", ", ".join(tells), "what a caller is told of its answer"
    )
    return replace(tool, want=want_of(_first_sentence(tool.description), name), tells=tells)


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[a-z])[.;:] ", text)[0].rstrip(".")


def _tells(recordings: list[Recording]) -> tuple[str, ...]:
    """The paths of what is told: one that names a thing first, then what says most of it. What was given
    is no news."""
    counts: dict[str, int] = {}
    for each in recordings:
        given = {str(value) for value in each.arguments.values()}
        for path in _leaves(each.result):
            value = value_at(each.result, path)
            if is_plain(value) and not isinstance(value, bool) and str(value) not in given:
                counts[path] = counts.get(path, 0) + (len(str(value)) <= 60)
    most = max(counts.values(), default=0)
    usual = [path for path, n in counts.items() if n and n >= most * 0.5]
    ranked = sorted(
        usual, key=lambda p: (not _NAMING.search(p), not _TELLING.search(p), -counts[p])
    )
    return tuple(ranked[:_MOST_TOLD])


def _leaves(node: Any, path: str = "", depth: int = 0) -> list[str]:
    """Paths to plain values: of a list only its first thing."""
    if isinstance(node, Mapping) and depth < 4:
        return [
            leaf
            for key, value in node.items()
            if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", str(key))
            for leaf in _leaves(value, f"{path}.{key}" if path else str(key), depth + 1)
        ]
    if isinstance(node, list) and node and depth < 4 and path:
        return _leaves(node[0], f"{path}.0", depth + 1)
    return [path] if path and not isinstance(node, (Mapping, list)) else []


def _policy(title: str, writes: bool) -> str:
    lines = [
        f"# {' '.join(title.split())}",
        "",
        "- **M01** The agent says nothing but what a tool has answered in this conversation.",
    ]
    if writes:
        lines.append(
            "- **M02** Before it changes anything the agent says every value that it is going to use, "
            "and waits for the caller's yes."
        )
    lines.append("- **M03** The agent stays polite, and says so when it cannot help.")
    return "\n".join(lines) + "\n"


def _phrases(tools: Mapping[str, RecordedTool]) -> dict[str, Any]:
    """What scripted speakers say about each tool that somebody may want."""
    book: dict[str, dict[str, Any]] = {
        part: {} for part in ("openings", "followups", "facts", "confirms", "tells", "looks")
    }
    for name, tool in tools.items():
        book["looks"][name] = ["One moment, I'll check.", "Let me see."]
        if not tool.want:
            continue
        want = _plain(re.sub(r"\byour\b", "my", tool.want))
        book["openings"][name] = [
            f"I'd like to {want}.",
            f"I want to {want}.",
            f"Can you help me to {want}?",
            f"Could you {want} for me?",
            {"style": "terse", "text": f"{want[:1].upper()}{want[1:]}, please."},
            {"style": "formal", "text": f"I would like to {want}, please."},
            {"style": "impatient", "text": f"I need to {want}, quickly."},
        ]
        book["followups"][name] = [
            f"I'd also like to {want}.",
            f"Then I want to {want}.",
            f"And could you {want}?",
        ]
        parts = []
        required = tool.schema.get("required", [])
        for key in tool.schema.get("properties", {}):
            label = _plain(str(key).replace("_", " ").lower())
            if key in required:
                parts.append(f"the {label} {{{key}}}")
            book["facts"][f"{name}_{key}"] = {
                "state": [f"The {label} is {{value}}.", "{value}.", f"For the {label}, {{value}}."],
                "ask": [
                    f"What is the {label}?",
                    f"Could you tell me the {label}?",
                    f"Which {label} do you have in mind?",
                ],
            }
        if tool.writes:
            details = listed(parts) or "that"
            book["confirms"][name] = [
                f"I would do it with {details}. Shall I go ahead?",
                f"To be sure: {details}. Is that right?",
            ]
        told = listed([f"the {_called(path)} is {{{slot_of(path)}}}" for path in tool.tells])
        book["tells"][name] = [
            f"I can see that {told}.",
            f"{told[:1].upper()}{told[1:]}.",
            f"Here it is: {told}.",
        ]
    return {part: keys for part, keys in book.items() if keys}


def _called(path: str) -> str:
    words = [part for part in path.split(".") if not part.isdigit()]
    return _plain(words[-1].replace("_", " ").lower()) if words else "answer"


def _plain(text: str) -> str:
    """Foreign words without what would be read as a slot or a choice."""
    return "".join(letter for letter in text if letter not in "{}[]|")
