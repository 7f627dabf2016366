"""Writing a service folder: the files that ``service_domain`` reads, in the order in which people do."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import yaml

from generators.domains.services.reading import (
    NOTES_FILE,
    PHRASES_FILE,
    POLICY_FILE,
    ROWS_FOLDER,
    SERVICE_FILE,
)
from generators.domains.services.spec import ImportNotes, ServiceSpec

_HEAD = {
    SERVICE_FILE: "# The service as data: tables, tools and intents. Edit it as you like.\n",
    PHRASES_FILE: "# What scripted speakers say. {slot} is filled, [a|b|] picks one.\n",
    NOTES_FILE: "# What could not be imported, and what was guessed: please confirm or correct it.\n",
}


def write_service(
    folder: Path,
    spec: ServiceSpec,
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
    policy: str,
    phrases: Mapping[str, Any],
    notes: ImportNotes,
) -> None:
    """Writes the files of a service. See ``write_files``."""
    lines = {
        f"{ROWS_FOLDER}/{name}.jsonl": b"".join(msgspec.json.encode(row) + b"\n" for row in each)
        for name, each in rows.items()
    }
    trees = {
        SERVICE_FILE: msgspec.to_builtins(spec),
        PHRASES_FILE: phrases,
        NOTES_FILE: msgspec.to_builtins(notes),
    }
    write_files(folder, {**lines, POLICY_FILE: policy.encode()}, trees)


def write_files(folder: Path, texts: Mapping[str, bytes], trees: Mapping[str, Any]) -> None:
    """Writes ``texts`` as they are and ``trees`` as YAML into a folder, in place of what an earlier
    import left there.

    The folder is written beside its place and then moved there, so that nobody finds half of one.
    Raises ``OSError``.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    half = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir()
    for file, text in texts.items():
        (half / file).parent.mkdir(exist_ok=True)
        (half / file).write_bytes(text)
    for file, tree in trees.items():
        (half / file).write_text(_HEAD.get(file, "") + _yaml(tree), encoding="utf-8")
    if folder.exists():
        shutil.rmtree(folder)
    half.rename(folder)


_AnyDumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_AnyDumper):
    """Writes YAML without anchors: people edit it."""

    def ignore_aliases(self, data: Any) -> bool:
        """Nothing is written as a reference to something before it."""
        return True


def _yaml(content: Any) -> str:
    return yaml.dump(
        _listed(content), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100
    )


def _listed(value: Any) -> Any:
    """The same without tuples, of which YAML knows nothing."""
    if isinstance(value, Mapping):
        return {key: _listed(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_listed(each) for each in value]
    return value
