"""Files that a stage leaves for its workers."""

from pathlib import Path
from typing import Any

import msgspec


def leave(path: Path, value: Any) -> None:
    """Writes the value as JSON: whole or not at all. Written again, the file is the same."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_bytes(msgspec.json.encode(value))
    draft.replace(path)
