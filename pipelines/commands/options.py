"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

HERE = Path()

RecipeFile = Annotated[Path, typer.Argument(metavar="RECIPE", help="A recipe file (YAML).")]
Root = Annotated[Path, typer.Option(help="Where datasets live.")]
Overrides = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="A.B=C", help="Override a field of the recipe. Repeatable."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output.")]
Workers = Annotated[
    int | None,
    typer.Option(min=0, help="Ray workers; 0 works in this process. Default: as the recipe says."),
]
Reference = Annotated[str, typer.Argument(metavar="NAME[@VERSION]", help="A released version.")]
DEFAULT_ROOT = Path("builds")
