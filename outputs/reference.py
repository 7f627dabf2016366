"""Reads a reference corpus of human dialogues, to put a version beside it.

One JSON object per line, plain or gzipped::

    {"dialogue_id": "1", "services": ["Trains"], "turns": [
        {"speaker": "user", "utterance": "A train to York.", "acts": [{"act": "INFORM"}]},
        {"speaker": "system", "utterance": "When?"}]}

``services`` and ``acts`` may be missing, other fields are passed over. An act may name the intent that
it is about (``slot`` "intent", its ``values``, its ``service``). The corpus is read in place, one
dialogue at a time, and never copied.
"""

import gzip
import zlib
from collections.abc import Iterator
from io import BufferedIOBase
from pathlib import Path
from typing import Any, Literal

import msgspec

from generators.domains.services.names import name_of
from generators.event import AGENT, USER
from outputs.acts import REFERENCE, common_acts
from outputs.talk import Said, Talk

_ROLES = {"user": USER, "system": AGENT}


class BadReference(Exception):
    """The file is no reference corpus; the message names file, line and field, and what is right."""


class _Act(msgspec.Struct):
    act: str
    slot: Any = ""
    values: Any = ()
    service: Any = ""


class _Turn(msgspec.Struct):
    speaker: Literal["user", "system"]
    utterance: str
    acts: list[_Act] = []


class _Dialogue(msgspec.Struct):
    dialogue_id: str
    turns: list[_Turn]
    services: list[str] = []


def read_reference(path: Path) -> Iterator[Talk]:
    """The dialogues of the corpus in file order. Raises ``BadReference``."""
    decoder = msgspec.json.Decoder(_Dialogue)
    empty = True
    for number, line in _lines(path):
        if not line.strip():
            continue
        try:
            dialogue = decoder.decode(line)
        except msgspec.ValidationError as error:
            raise BadReference(f"{path}, line {number}: {_plainly(error, line)}.{_RIGHT}") from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BadReference(f"{path}, line {number}: no JSON object: {error}.{_RIGHT}") from None
        empty = False
        yield Talk(
            id=dialogue.dialogue_id,
            services=tuple(dict.fromkeys(name_of(each) for each in dialogue.services)),
            intents=tuple(dict.fromkeys(_intents(dialogue))),
            said=tuple(
                Said(
                    role=_ROLES[turn.speaker],
                    text=turn.utterance,
                    acts=common_acts(
                        _ROLES[turn.speaker], [each.act for each in turn.acts], REFERENCE
                    ),
                )
                for turn in dialogue.turns
            ),
        )
    if empty:
        raise BadReference(f"{path}: there is no dialogue in it.{_RIGHT}")


def _intents(dialogue: _Dialogue) -> Iterator[str]:
    """The intents that the user comes out with, under the names that imports give them."""
    for turn in dialogue.turns:
        for act in turn.acts:
            if turn.speaker == "user" and act.slot == "intent" and isinstance(act.service, str):
                values = act.values if isinstance(act.values, list) else []
                names = [name_of(each) for each in values if isinstance(each, str)]
                yield from (f"{name_of(act.service)}/{name}" for name in names if name)


_RIGHT = (
    " Right is one object per line: dialogue_id, and turns with speaker (user or system), utterance and "
    "optionally acts, each with act."
)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    number = 0
    try:
        with _opened(path) as file:
            for number, line in enumerate(file, start=1):
                yield number, line
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadReference(
            f"{path}, after line {number}: the compressed file is damaged ({error}). Fetch it again."
        ) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise BadReference(f"{path}: cannot be read: {reason}.") from None


def _opened(path: Path) -> BufferedIOBase:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if packed else path.open("rb")


def _plainly(error: msgspec.ValidationError, line: bytes) -> str:
    """The reason, with the field named as a person would: ``field turns[3].speaker: ...``."""
    reason, _, place = str(error).partition(" - at `$")
    field = place.strip("`.")
    if "turns[...]" in field:
        field = field.replace("turns[...]", f"turns[{_wrong_turn(line)}]")
    return f"field {field}: {reason}" if field else reason


def _wrong_turn(line: bytes) -> int:
    """The index of the first turn that is wrong: the decoder does not tell."""
    turns = msgspec.json.decode(line)["turns"]
    for index, turn in enumerate(turns):
        try:
            msgspec.convert(turn, _Turn)
        except msgspec.ValidationError:
            return index
    return len(turns)
