"""A domain's policy: the text that an agent must follow, and its clauses by id.

``policy.md`` is prose with one clause per list item, ``- **E07** The agent ...``. Some clauses are
checkable as code; the others are for people and model critics.
"""

import re
from dataclasses import dataclass
from pathlib import Path

_CLAUSE = re.compile(r"^[-*] \*\*([A-Z]+\d+)\*\*\s+(.+?)(?=^\s*$|^[-*] |^#|\Z)", re.M | re.S)


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy's whole text, and each clause's sentence by id."""

    text: str
    clauses: dict[str, str]


def read_policy(path: Path) -> Policy:
    """The policy in a Markdown file. Raises ``ValueError`` when two clauses share an id."""
    try:
        return policy_in(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def policy_in(text: str) -> Policy:
    """The policy that a text is. Raises ``ValueError`` when two clauses share an id."""
    found = _CLAUSE.findall(text)
    clauses = {name: " ".join(sentence.split()) for name, sentence in found}
    if len(clauses) != len(found):
        raise ValueError("two clauses share an id")
    return Policy(text=text, clauses=clauses)
