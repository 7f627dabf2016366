"""Are the packages that will be imported ours? Another package on PyPI is called ``verifiers``."""

from importlib.util import find_spec
from pathlib import Path

from pipelines.mishap import MachineError

PACKAGES = ("personas", "generators", "verifiers", "outputs", "pipelines", "flows")


def check_packages() -> None:
    """Raises ``MachineError`` unless all six packages lie side by side in one checkout."""
    here = Path(__file__).resolve().parent.parent
    for name in PACKAGES:
        found = _place(name)
        if found != here / name:
            raise MachineError(
                f"the package {name!r} is {found or 'missing'}, not the one in {here}",
                f"Run from an environment of its own (make build), without a PyPI package called "
                f"{name!r}: pip uninstall {name}.",
            )


def _place(name: str) -> Path | None:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).resolve().parent
