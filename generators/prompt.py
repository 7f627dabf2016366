"""Prompt files: templates beside the code, filled with data that we made.

What a model or a stranger wrote is never a template, and never an argument of one: it goes into a
message as it is.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

PROMPTS = Path(__file__).parent / "prompts"

# A recipe's author writes templates too; they get no further than the values they are given.
_TEMPLATES = ImmutableSandboxedEnvironment(
    autoescape=False,
    undefined=jinja2.StrictUndefined,
    trim_blocks=False,
    keep_trailing_newline=True,
)
_BEYOND = {
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "import",
    nodes.Extends: "extends",
    nodes.Call: "a call",
    nodes.Mul: "*",
    nodes.Mod: "%",
    nodes.Pow: "**",
    nodes.Getitem: "[...]",
}
"""What no template needs, and no template of a recipe may have: they let one run away."""


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
    if not template.strip():
        return "it is empty"
    try:
        parsed = _TEMPLATES.parse(template)
        for node, what in _beyond(parsed):
            return f"line {node.lineno}: {what} has no place in a prompt"
        # Last, because this works constants out.
        asked = meta.find_undeclared_variables(parsed)
    except jinja2.TemplateSyntaxError as error:
        return f"line {error.lineno}: {error.message}"
    unknown = sorted(asked - variables)
    if unknown:
        return f"there is no {', '.join(unknown)}; there are {', '.join(sorted(variables))}"
    return ""


def _beyond(parsed: nodes.Template) -> Iterator[tuple[nodes.Node, str]]:
    for node in parsed.find_all(tuple(_BEYOND)):
        yield node, _BEYOND[type(node)]
    for node in parsed.find_all(nodes.Getattr):
        if node.attr.startswith("_"):
            yield node, node.attr


@cache
def _compiled(template: str) -> jinja2.Template:
    return _TEMPLATES.from_string(template)
