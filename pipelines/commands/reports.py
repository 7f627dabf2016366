"""``duologue report``: a version's figures, alone or beside something else."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.answer import answering
from pipelines.commands.options import DEFAULT_ROOT, AsJson, Reference, Root


def show(
    reference: Reference,
    domain: Annotated[str | None, typer.Option(help="Only this domain.")] = None,
    root: Root = DEFAULT_ROOT,
    as_json: AsJson = False,
) -> None:
    """Say what shares of a version are as they should be, and how each policy clause is kept."""
    with answering(root, as_json) as answer:
        from outputs.gates import gates_of
        from outputs.statistics import summary_of
        from outputs.store import Store
        from pipelines.did_you_mean import did_you_mean
        from pipelines.mishap import RequestError
        from pipelines.report_view import gate_lines, policy_lines, rate_lines

        version = Store(root).open(reference)
        summary, gates = summary_of(version), gates_of(version.manifest)
        policies = {each.domain: each for each in summary.policies}
        if domain and domain not in policies:
            raise RequestError(
                f"{version.manifest.reference} has no judged policy of {domain!r}",
                did_you_mean(domain, policies).capitalize(),
            )
        chosen = [policies[domain]] if domain else list(policies.values())
        if as_json:
            answer.json(
                {
                    "reference": version.manifest.reference,
                    "rates": summary.rates,
                    "gates": gates,
                    "policies": chosen,
                }
            )
            return
        answer.say(version.manifest.reference)
        for line in (*rate_lines(summary.rates), *gate_lines(gates), *policy_lines(chosen)):
            answer.say(line)


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
