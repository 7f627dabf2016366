"""The manifest: what a version holds, where it comes from, and how to tell that it is whole.

It is written last and sealed with a hash of itself, so its presence means that the version is complete
and its seal that nobody has touched it since.
"""

from pathlib import Path
from typing import Any

import msgspec

from outputs.schema import SCHEMA_VERSION
from personas.record import Record, canonical_json, content_hash

MANIFEST = "manifest.json"


class DamagedVersion(Exception):
    """A stored version cannot be read as it was released; the message names the file and a way out."""


class FileEntry(Record):
    """One file of a version. ``rows`` is 0 for files that hold none."""

    path: str
    sha256: str
    bytes: int
    rows: int = 0


class Manifest(Record):
    """What is known about a version. A build fills in the parts above ``content_hash``; releasing adds
    the others. ``code`` is the commit or the hash of the program that built it.

    ``funnel`` is what was left after each stage, in order. ``findings`` counts reasons of rejection
    over all judged rows; ``refusals`` counts candidate plans that never became blueprints by the first
    reason, ``defects`` those that had each defect, as ``stage.code``. ``models`` says who spoke: the
    ``slot``, whom it spoke ``for`` (a party, or as its critic or planner), the kind of ``player``, and
    of a model which, how it was asked and how served. ``notes`` of builds with models hold
    ``model_calls`` (what they took, by slot), ``cost``, ``failures`` (who broke and how) and
    ``stopped``, why a budget ended playing; those of builds whose plans were written or reviewed hold
    ``review`` (``generators.reviewing.figures``); those of builds in sets ``one_factor``: by variation,
    how many members were ``made`` and, by code, ``refused``; those of builds that had to pass gates
    ``gates`` (``outputs.gates``).
    """

    name: str
    version: str
    title: str = ""
    license: str = ""
    created_at: str = ""
    parent_version: str = ""
    code: str = ""
    recipe: dict[str, Any] = {}
    seeds: dict[str, int] = {}
    funnel: tuple[tuple[str, int], ...] = ()
    refusals: dict[str, int] = {}
    defects: dict[str, int] = {}
    personas: dict[str, Any] = {}
    domains: dict[str, str] = {}
    prompts: dict[str, str] = {}
    models: tuple[dict[str, Any], ...] = ()
    stage_seconds: dict[str, float] = {}
    notes: dict[str, Any] = {}
    content_hash: str = ""
    schema_version: int = 0
    ledger: dict[str, Any] = {}
    findings: dict[str, int] = {}
    rows: dict[str, int] = {}
    languages: dict[str, int] = {}
    exports: dict[str, Any] = {}
    libraries: dict[str, str] = {}
    files: tuple[FileEntry, ...] = ()
    seal: str = ""

    @property
    def reference(self) -> str:
        """``NAME@VERSION``."""
        return f"{self.name}@{self.version}"


def sealed(manifest: Manifest) -> Manifest:
    """The manifest with the hash of everything else in it."""
    return msgspec.structs.replace(manifest, seal=_seal_of(msgspec.to_builtins(manifest)))


def manifest_text(manifest: Manifest) -> bytes:
    """The manifest as it is stored: JSON that a person can read, keys sorted."""
    return _text(manifest)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the version in ``folder``.

    Raises ``DamagedVersion`` when it is missing, cut short, changed, or of a newer program.
    """
    path = folder / MANIFEST
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        raise DamagedVersion(
            f"{path} is missing: the version was never finished, or the file was removed. "
            "Copy the version again from where it came from, or build it again under a new version."
        ) from None
    try:
        stored = msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DamagedVersion(f"{path} is no whole JSON object ({error}). {_REMEDY}") from None
    number = stored.get("schema_version", 0)
    if isinstance(number, int) and number > SCHEMA_VERSION:
        raise DamagedVersion(
            f"{path} has schema version {number}, and this program reads up to {SCHEMA_VERSION}. "
            "Read it with the program that wrote it, or a newer one."
        )
    # The exact text is compared too: white space is no part of the seal.
    if stored.get("seal") != _seal_of(stored) or text != _text(stored):
        raise DamagedVersion(f"{path} has been changed since its release. {_REMEDY}")
    try:
        return msgspec.convert(stored, Manifest)
    except msgspec.ValidationError as error:
        raise DamagedVersion(f"{path}: {error}. {_REMEDY}") from None


_REMEDY = (
    "Copy it again from where the version came from; if there is no copy, remove the version's folder "
    "and build it again."
)


def _text(value: Any) -> bytes:
    return msgspec.json.format(canonical_json(value), indent=2) + b"\n"


def _seal_of(stored: dict[str, Any]) -> str:
    return content_hash({name: value for name, value in stored.items() if name != "seal"})
