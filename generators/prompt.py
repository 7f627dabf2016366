"""Prompt files: templates beside the code, filled with data that we made.

What a model or a stranger wrote is never a template, and never an argument of one: it goes into a
message as it is.
"""

from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

PROMPTS = Path(__file__).parent / "prompts"

# A recipe's author writes templates too; they get no further than the values they are given.
_TEMPLATES = ImmutableSandboxedEnvironment(
    autoescape=False,
    undefined=jinja2.StrictUndefined,
    trim_blocks=False,
    keep_trailing_newline=True,
)


@cache
def prompt_text(name: str) -> str:
    """A prompt file as it is."""
    return (PROMPTS / name).read_text(encoding="utf-8")


def filled(template: str, **values: Any) -> str:
    """A template's text with its values, without white space around it, a newline at the end.

    Raises ``jinja2.TemplateError`` for a template that asks for what it is not given, or for more
    than values.
    """
    return _compiled(template).render(values).strip() + "\n"


def mistake_in(template: str, variables: frozenset[str]) -> str:
    """Why a template cannot be filled with these variables, in one sentence; empty when it can."""
    try:
        asked = meta.find_undeclared_variables(_TEMPLATES.parse(template))
    except jinja2.TemplateSyntaxError as error:
        return f"line {error.lineno}: {error.message}"
    unknown = sorted(asked - variables)
    if unknown:
        return f"there is no {', '.join(unknown)}; there are {', '.join(sorted(variables))}"
    return ""


@cache
def _compiled(template: str) -> jinja2.Template:
    return _TEMPLATES.from_string(template)
