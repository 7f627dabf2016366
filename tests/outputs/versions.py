"""Released versions of the cloakroom set, for tests."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from outputs.judged import Judged
from outputs.manifest import Manifest
from outputs.release import write_version
from outputs.store import Store, Version
from tests.outputs.cloakroom_set import blueprints, judged_set, persona_of

DRAFT = Manifest(
    name="desk",
    version="0.1.0",
    title="Cloakroom talks",
    license="cc-by-4.0",
    funnel=(("planned", 8), ("played", 16), ("accepted", 13)),
    seeds={"build": 7},
)


def released(
    root: Path, rows: Iterable[Judged] | None = None, draft: Manifest = DRAFT, **more: Any
) -> Version:
    """The whole set, or these rows, as a version under ``root``."""
    found = list(judged_set() if rows is None else rows)
    plans = blueprints(8)
    return write_version(
        Store(root),
        draft,
        iter(found),
        more.pop("attempted", len(found)),
        blueprints=iter(plans),
        personas=(persona_of(plan) for plan in plans),
        **more,
    )
