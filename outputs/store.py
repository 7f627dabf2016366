"""Where versions live: ``<root>/<name>/<version>/``, each written once and never changed.

A version is written into a folder of its own beside the place where it will stand and renamed when it is
complete, so there is never half a version. The store knows nothing of what is inside a version except
its manifest.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from outputs.claim import ClaimHeld, alone_in, claimed
from outputs.manifest import MANIFEST, DamagedVersion, Manifest, read_manifest

LATEST = "latest"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_VERSION = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?"
)


class StoreError(Exception):
    """The store cannot do what was asked; the message says why and what to do."""


class UnknownVersion(StoreError):
    """There is no such dataset or version; the message lists what there is."""


class VersionExists(StoreError):
    """The version has been released already, and released versions never change."""


class VersionClaimed(StoreError):
    """Another process is writing this version now."""


@dataclass(frozen=True)
class Version:
    """A released version: its folder and its manifest."""

    folder: Path
    manifest: Manifest


class Store:
    """The datasets under one root folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def names(self) -> list[str]:
        """The datasets that have a version, in alphabetical order."""
        if not self.root.is_dir():
            return []
        return sorted(each.name for each in self.root.iterdir() if self.versions(each.name))

    def versions(self, name: str) -> list[str]:
        """The versions of a dataset, oldest first by Semantic Versioning. Empty for an unknown one."""
        folder = self.root / name
        if not _NAME.fullmatch(name) or not folder.is_dir():
            return []
        found = (each.name for each in folder.iterdir() if each.is_dir())
        return sorted(filter(_VERSION.fullmatch, found), key=precedence)

    def latest(self, name: str) -> str:
        """The version that the pointer names. Raises ``UnknownVersion``, or ``StoreError`` when the
        pointer is damaged."""
        known = self.versions(name)
        if not known:
            raise UnknownVersion(self._unknown(name))
        pointer = self.root / name / LATEST
        try:
            version = pointer.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return known[-1]
        except UnicodeDecodeError:
            version = "?"
        if version not in known:
            raise StoreError(
                f"{pointer} names no version of {name} (there are {', '.join(known)}). "
                f"Name one yourself, such as {name}@{known[-1]}, or remove the file."
            )
        return version

    def resolve(self, reference: str) -> Path:
        """The folder of ``NAME`` (its latest version) or ``NAME@VERSION``; ``NAME@latest`` works too.

        Raises ``UnknownVersion``. The folder is there; whether it is whole is for ``open`` to say.
        """
        name, _, version = reference.partition("@")
        if version in ("", LATEST):
            version = self.latest(name)
        if version not in self.versions(name):
            raise UnknownVersion(self._unknown(name, version))
        return self.root / name / version

    def open(self, reference: str) -> Version:
        """The version with its manifest. Raises ``UnknownVersion`` or ``DamagedVersion``."""
        folder = self.resolve(reference)
        manifest = read_manifest(folder)
        if (manifest.name, manifest.version) != (folder.parent.name, folder.name):
            raise DamagedVersion(
                f"{folder / MANIFEST} is that of {manifest.reference}. Move the folder back to "
                f"{self.root / manifest.name / manifest.version}."
            )
        return Version(folder, manifest)

    @contextmanager
    def writing(self, name: str, version: str) -> Iterator[Path]:
        """A folder to write a version into. It becomes the version when the block ends well and has
        left a manifest in it; otherwise nothing of it stays.

        Raises ``VersionExists``, ``VersionClaimed``, ``StoreError`` for an unusable name, ``OSError``.
        """
        home, final = self._place(name, version)
        home.mkdir(parents=True, exist_ok=True)
        try:
            with claimed(home, version) as unfinished:
                if final.exists():
                    raise self._exists(name, version)
                unfinished.mkdir()
                yield unfinished
                if not (unfinished / MANIFEST).is_file():
                    raise StoreError(f"{name}@{version} was written without a manifest")
                _freeze(unfinished)
                os.rename(unfinished, final)
                _synced(home)
                self._point(name)
        except ClaimHeld as held:
            raise VersionClaimed(
                f"{name}@{version} is being written by process {held.holder.pid} on "
                f"{held.holder.host}. Wait for it or choose another version; if that process is "
                f"gone, remove {held.path}."
            ) from None

    def _place(self, name: str, version: str) -> tuple[Path, Path]:
        if not _NAME.fullmatch(name):
            raise StoreError(
                f"{name!r} cannot name a dataset: use lower-case letters, digits, '-' and '_'."
            )
        if not _VERSION.fullmatch(version):
            raise StoreError(f"{version!r} is no version: write one such as 0.1.0 or 1.2.0-rc.1.")
        home = self.root / name
        return home, home / version

    def _point(self, name: str) -> None:
        """Puts the pointer on the highest version."""
        home = self.root / name
        with alone_in(home):
            draft = home / f".{LATEST}.{os.getpid()}"
            with open(draft, "w", encoding="utf-8") as file:
                file.write(self.versions(name)[-1] + "\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, home / LATEST)
            _synced(home)

    def _exists(self, name: str, version: str) -> VersionExists:
        return VersionExists(
            f"{name}@{version} has been released already ({self.root / name / version}); a released "
            "version never changes. Raise the version in the recipe, or remove that folder first."
        )

    def _unknown(self, name: str, version: str = "") -> str:
        known = self.versions(name)
        if known:
            return f"{name} has no version {version!r}; there are: {', '.join(known)}"
        there = ", ".join(self.names()) or "none"
        return f"there is no dataset {name!r} under {self.root}; there are: {there}"


def precedence(version: str) -> tuple[object, ...]:
    """The sort key of a version by Semantic Versioning: pre-releases come before their release."""
    match = _VERSION.fullmatch(version)
    if not match:
        raise ValueError(f"{version!r} is no version")
    *numbers, suffix = match.groups()
    if suffix is None:
        return (*map(int, numbers), 1, ())
    parts = tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part) for part in suffix.split(".")
    )
    return (*map(int, numbers), 0, parts)


def _freeze(folder: Path) -> None:
    """Makes every file durable and read-only."""
    for place, _, files in os.walk(folder):
        for name in files:
            path = Path(place, name)
            with open(path, "rb") as file:
                os.fsync(file.fileno())
            path.chmod(0o444)
        _synced(Path(place))


def _synced(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
