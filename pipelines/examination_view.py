"""An examination of a domain as a person reads it in a terminal."""

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from generators.domain_check.examination import Examination
from pipelines.terminal import plain


def examination(found: Examination) -> RenderableType:
    """How often intents are solved, what keeps and breaks clauses, and everything to look at."""
    intents = [
        (each.intent, f"{each.cases} of {each.tried}", f"{each.share:.0%}", _reasons(each.refused))
        for each in found.intents
    ]
    clauses = [
        (each.clause, str(each.tested), str(each.kept), each.broken_by or "nothing")
        for each in found.clauses
    ]
    remarks = [
        ("broken" if each.broken else "weak", each.check, each.about, each.found)
        for each in sorted(found.remarks, key=lambda each: not each.broken)
    ]
    broken = sum(each.broken for each in found.remarks)
    return Group(
        Text(f"{found.domain}, {found.hash}", "bold underline"),
        _table("Intents", ("intent", "callers with a case", "solved", "refused"), intents),
        Text(),
        _table("Checked clauses", ("clause", "plans", "kept", "first broken by"), clauses),
        Text(),
        *([_table("To look at", ("", "check", "about", "found"), remarks)] if remarks else ()),
        Text(f"{broken} broken, {len(remarks) - broken} weak", "bold red" if broken else "bold"),
    )


def _reasons(refused: dict[str, int]) -> str:
    return ", ".join(f"{code} {count}" for code, count in refused.items() if code != "no_case")


def _table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for place, label in enumerate(head):
        table.add_column(label, no_wrap=place < len(head) - 1, overflow="fold")
    for row in rows:
        table.add_row(*(Text(plain(cell)) for cell in row))
    return table
