"""A domain as it is in a perturbed environment: other names, other words, tools gone or in trouble.

The world underneath is the same, so oracles, clauses and state hashes stay what they are: calls are led
back to the original's tools, and clauses read them by their original names (``domains.naming``).
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from generators.blueprint import Blueprint
from generators.domains.domain import Domain
from generators.domains.naming import Naming
from generators.domains.policy import Policy
from generators.domains.shelf import Shelf
from generators.domains.tool import Tool
from generators.domains.trouble import Trouble
from generators.event import AGENT, USER
from generators.perturbation import Perturbation
from generators.perturbed.callback import LEAVE_REQUEST, TABLE
from generators.perturbed.choice import missing_in, troubles_in
from generators.perturbed.names import Namer
from generators.perturbed.wording import described_otherwise, explained_otherwise
from personas.record import seeded

_HERE = Path(__file__).parent
_MADE_BY = (*sorted(_HERE.glob("*.py")), _HERE.parent / "perturbation.py")
_STALE = (
    "Now and then it answers from a cache and says as_of when; asked again, it answers as of now."
)


def domain_of(blueprint: Blueprint, shelf: Shelf | None = None) -> Domain:
    """The domain in which a blueprint plays, perturbed if the blueprint is. It is taken from the
    ``shelf`` or, without one, is among those shipped. Raises what ``Shelf.named`` does."""
    return in_environment((shelf or Shelf()).named(blueprint.domain), blueprint.perturbation)


def in_environment(domain: Domain, perturbation: Perturbation | None) -> Domain:
    """The domain as it is in an environment: itself where nothing is perturbed."""
    return perturbed(domain, perturbation) if perturbation else domain


@lru_cache(maxsize=256)
def perturbed(domain: Domain, perturbation: Perturbation) -> Domain:
    """The domain in this environment. The same for the same domain and perturbation."""
    kinds = perturbation.kinds
    troubles = troubles_in(domain, perturbation)
    gone = missing_in(domain, perturbation)
    passes_on = bool({"missing", "outages"}.intersection(kinds))
    tools = {
        AGENT: {name: tool for name, tool in domain.agent_tools.items() if name not in gone},
        USER: dict(domain.user_tools),
    }
    if passes_on:
        tools[AGENT][LEAVE_REQUEST.name] = LEAVE_REQUEST
    editor = _Editor(domain, perturbation, [*domain.agent_tools, *domain.user_tools, *tools[AGENT]])
    edited = {
        party: {name: editor.edited(tool, troubles.get(name)) for name, tool in own.items()}
        for party, own in tools.items()
    }
    return replace(
        domain,
        policy=_renamed_policy(domain.policy, editor),
        agent_tools={tool.name: tool for tool, _ in edited[AGENT].values()},
        user_tools={tool.name: tool for tool, _ in edited[USER].values()},
        origin=domain,
        naming=Naming(
            tools={
                party: {tool.name: name for name, (tool, _) in own.items()}
                for party, own in edited.items()
            },
            arguments={
                (party, tool.name): back
                for party, own in edited.items()
                for tool, back in own.values()
            },
            in_order="reordered" in kinds,
            added=frozenset({editor.names[LEAVE_REQUEST.name]} if passes_on else ()),
        ),
        troubles={editor.names[name]: trouble for name, trouble in troubles.items()},
        more_tables=(TABLE,) if passes_on else (),
        made_by=_MADE_BY,
    )


class _Editor:
    """Changes tools as the kinds of one perturbation say. ``names`` are those of all tools."""

    def __init__(self, domain: Domain, perturbation: Perturbation, tools: list[str]) -> None:
        self._kinds = perturbation.kinds
        self._variant = perturbation.variant
        self._of = domain.name
        self._namer = Namer(perturbation.variant, domain.name)
        renamed = "renamed" in self._kinds
        self.names = self._namer.tools(set(tools)) if renamed else {name: name for name in tools}
        several = sorted((name for name in self.names if "_" in name), key=len, reverse=True)
        # A name that is one word is a word of the text like any other.
        self._mentioned = (
            re.compile(rf"\b(?:{'|'.join(map(re.escape, several))})\b") if several else None
        )

    def edited(self, tool: Tool, trouble: Trouble | None) -> tuple[Tool, dict[str, str]]:
        """The tool as it is here, and its arguments: new name -> original one, in order."""
        properties = tool.schema["function"]["parameters"]["properties"]
        order = list(properties)
        description = self.renamed(tool.description)
        explanations = {name: self.renamed(_explanation(part)) for name, part in properties.items()}
        if "paraphrased" in self._kinds:
            rng = seeded(self._variant, f"{self._of}:{tool.name}", "paraphrase")
            description = described_otherwise(description, rng)
            explanations = {
                name: explained_otherwise(text, rng) for name, text in explanations.items()
            }
        if "reordered" in self._kinds:
            order = _other_order(order, seeded(self._variant, f"{self._of}:{tool.name}", "order"))
        if trouble == "stale":
            description = f"{description} {_STALE}"
        names = dict(zip(order, order, strict=True))
        if "renamed" in self._kinds:
            names = self._namer.arguments(sorted(order))
        here = self.names[tool.name]
        edited = replace(
            tool,
            name=here,
            description=description,
            arguments=_renamed_arguments(tool.arguments, here, names),
            schema=_schema(tool.schema, here, description, order, names, explanations),
        )
        return edited, {names[name]: name for name in order}

    def renamed(self, text: str) -> str:
        """The text with tools called as they are here."""
        if self._mentioned is None:
            return text
        return self._mentioned.sub(lambda match: self.names[match.group()], text)


def _renamed_policy(policy: Policy, editor: _Editor) -> Policy:
    return Policy(
        text=editor.renamed(policy.text),
        clauses={name: editor.renamed(sentence) for name, sentence in policy.clauses.items()},
    )


def _explanation(argument: Any) -> str:
    """What a schema says of an argument. Schemas that were imported may say nothing, or be ``true``."""
    return str(argument.get("description", "")) if isinstance(argument, dict) else ""


def _other_order(names: list[str], rng: Random) -> list[str]:
    """Another order where there is one."""
    if len(names) < 2:
        return names
    other = list(names)
    while other == names:
        rng.shuffle(other)
    return other


def _renamed_arguments(
    arguments: type[msgspec.Struct], tool: str, names: Mapping[str, str]
) -> type[msgspec.Struct]:
    """The same arguments, called differently from outside."""
    fields: list[Any] = []
    for each in msgspec.structs.fields(arguments):
        if each.required:
            fields.append((each.name, each.type))
        else:
            fields.append((each.name, each.type, each.default))
    return msgspec.defstruct(
        re.sub(r"\W", "_", f"{tool}_arguments"),
        fields,
        kw_only=True,
        forbid_unknown_fields=True,
        rename=dict(names),
    )


def _schema(
    schema: dict[str, Any],
    name: str,
    description: str,
    order: list[str],
    names: Mapping[str, str],
    explanations: Mapping[str, str],
) -> dict[str, Any]:
    old = schema["function"]["parameters"]
    properties = {
        names[each]: {**old["properties"][each], "description": explanations[each]}
        if explanations[each]
        else old["properties"][each]
        for each in order
    }
    parameters = {
        **old,
        "properties": properties,
        "required": [names[each] for each in order if each in old["required"]],
    }
    return {
        "type": "function",
        "function": {"name": name, "description": description, "parameters": parameters},
    }
