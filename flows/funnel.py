"""The artifact that a run of the build leaves in Prefect."""

import re

from pipelines.build import BuildResult


def artifact_key(result: BuildResult) -> str:
    """A key that Prefect takes: lower-case letters, digits and dashes."""
    return re.sub(r"[^a-z0-9-]", "-", f"{result.dataset}-funnel")


def funnel_markdown(result: BuildResult) -> str:
    """What was left after each stage, why the others went, and where the dataset is."""
    lines = [f"# {result.dataset} {result.version}", "", "| stage | left |", "|---|---:|"]
    lines += [f"| {label} | {count:,} |" for label, count in result.funnel]
    gone = {**result.ledger.get("rejected", {}), **result.ledger.get("failed", {})}
    if gone:
        lines += ["", "| reason | dialogues |", "|---|---:|"]
        by_count = sorted(gone.items(), key=lambda each: (-each[1], each[0]))
        lines += [f"| `{code}` | {count:,} |" for code, count in by_count]
    lines += ["", f"Content hash `{result.content_hash}`", "", f"`{result.path}`", ""]
    return "\n".join(lines)
