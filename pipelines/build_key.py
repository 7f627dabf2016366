"""What a build's unfinished work is filed under: a hash of everything that its results depend on.

Another recipe, another version of the code or of a library that draws or compares text: another key,
and so other files. Work of one key is never read under another.
"""

import hashlib
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from generators.domains.registry import DOMAINS
from personas.record import content_hash
from pipelines.model_slots import players_of
from pipelines.recipe import Recipe
from pipelines.world_sources import sources_of

_ROOT = Path(__file__).resolve().parent.parent
_CODE = ("personas", "generators", "verifiers", "outputs", "pipelines/stages")
_SUFFIXES = (".py", ".md", ".yaml", ".json", ".j2", ".txt")
_LIBRARIES = ("mimesis", "msgspec", "rapidfuzz", "py3langid", "numpy", "pyarrow")


def build_key(recipe: Recipe, parent: str = "", examples: str = "") -> str:
    """16 hexadecimal digits. Scheduling has no part in it; the recipe's domains have, and so have
    ``parent`` and ``examples``, the content hashes of the versions that plans grow from and that their
    writer is shown examples of."""
    return content_hash(
        {
            "recipe": recipe.results_only(),
            **({"parent": parent} if parent else {}),
            **({"examples": examples} if examples else {}),
            **sources_of(recipe),
            **own_prompts(recipe),
            "code": code_hash(),
            "libraries": {name: version(name) for name in _LIBRARIES},
            "python": sys.version_info[:2],
        }
    )[:16]


def own_prompts(recipe: Recipe) -> dict[str, dict[str, str]]:
    """Path -> hash of every prompt file that the recipe brings; nothing when it brings none."""
    paths = {slot.prompt for slot in players_of(recipe).values() if slot.prompt}
    hashes = {path: content_hash(Path(path).read_text(encoding="utf-8")) for path in sorted(paths)}
    return {"prompts": hashes} if hashes else {}


def code_hash() -> str:
    """A hash over the code that decides results, domains apart."""
    digest = hashlib.sha256()
    for path in _files():
        name = path.relative_to(_ROOT).as_posix()
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _files() -> Iterator[Path]:
    domains = _ROOT / "generators" / "domains"
    for part in _CODE:
        for path in sorted((_ROOT / part).rglob("*")):
            if path.suffix not in _SUFFIXES:
                continue
            inside = path.relative_to(domains).parts if path.is_relative_to(domains) else ()
            if not (len(inside) > 1 and inside[0] in DOMAINS):
                yield path
