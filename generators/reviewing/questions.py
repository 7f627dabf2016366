"""What reviewers are asked to look at: one prompt each, unlike one another on purpose."""

from generators.prompt import prompt_text

QUESTIONS: dict[str, str] = {
    "faithful": "reviewer_faithful.md",
    "solvable": "reviewer_solvable.md",
    "lawful": "reviewer_lawful.md",
    "plausible": "reviewer_plausible.md",
}
"""Name -> prompt file."""


def question_text(name: str) -> str:
    """What a reviewer with this question is told: how to answer, which is the same for all of them,
    and what to look at. Raises ``KeyError``."""
    return f"{prompt_text('reviewer.md').rstrip()}\n{prompt_text(QUESTIONS[name])}"
