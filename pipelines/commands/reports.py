"""``duologue report``: a version beside something else."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.answer import answering
from pipelines.commands.options import DEFAULT_ROOT, AsJson, Reference, Root


def compare(
    reference: Reference,
    corpus: Annotated[
        Path,
        typer.Option("--reference", metavar="FILE.jsonl.gz", help="A corpus of human dialogues."),
    ],
    root: Root = DEFAULT_ROOT,
    out: Annotated[Path | None, typer.Option(help="Where the page goes.")] = None,
    as_json: AsJson = False,
) -> None:
    """Put a version beside a corpus of human dialogues: figures here, charts on a page."""
    with answering(root, as_json) as answer:
        from outputs.reading import judged_of
        from outputs.report.comparison import compare_report
        from outputs.store import Store

        version = Store(root).open(reference)
        name = version.manifest.reference
        page = out or Path(f"{name.replace('@', '-')}-compared.html")
        comparison = compare_report(judged_of(version), corpus, page, name)
        if as_json:
            answer.json({"comparison": comparison, "page": str(page)})
        else:
            answer.say(comparison.markdown().rstrip())
            answer.say(f"page  {page}")
