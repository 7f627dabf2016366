"""The part that a model plays: what stays the same through a dialogue."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

import msgspec

from generators.blueprint import Blueprint
from generators.brief import prompt_of
from generators.domains.domain import Domain
from generators.event import USER, ToolCall
from generators.llm.residue import rescued
from generators.llm.schemas import longest, reply_format
from generators.llm.settings import Settings
from generators.prompt import filled, prompt_text

END = "end_conversation"
"""The tool by which a user ends the conversation where it speaks freely."""

_END_SCHEMA: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": END,
        "description": "End the conversation, for good. Nothing can be said afterwards.",
        "parameters": {
            "type": "object",
            "properties": {},
            "required": [],
            "additionalProperties": False,
        },
    },
}


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """How a party of a domain has to answer: made once, shared by all dialogues.

    ``preamble`` opens the system message. ``tools`` and ``response_format`` go into each request.
    ``schemas`` are the arguments of each tool that the party may call, ``others`` the names of those
    that only others may. ``length`` is the longest
    utterance in characters.
    """

    preamble: str
    prompt_hash: str
    length: int
    schemas: Mapping[str, Mapping[str, Any]]
    others: tuple[str, ...]
    tools: msgspec.Raw | None = None
    response_format: msgspec.Raw | None = None

    def rescued(self, text: str) -> tuple[str, tuple[ToolCall, ...]]:
        """The words in a text and the calls that a parser left in it. Raises ``Malformed``."""
        return rescued(text, self.schemas, self.others)


@dataclass(frozen=True, slots=True)
class Part:
    """Who plays what: the party, the plan, the domain, and how to answer."""

    party: str
    blueprint: Blueprint
    domain: Domain
    form: Form


@lru_cache(maxsize=64)
def form_of(party: str, domain: Domain, mode: str, think: bool, template: str, tokens: int) -> Form:
    """How a party of a domain answers. ``template`` stands for its brief's own, and ``tokens`` is the
    longest reply."""
    schemas = domain.schemas_of(party)
    structured = mode == "structured"
    if party == USER and not structured:
        schemas = [*schemas, _END_SCHEMA]
    name = f"{'user' if party == USER else 'agent'}_{mode}.md"
    listed = [msgspec.json.encode(each["function"]).decode() for each in schemas]
    preamble = filled(
        prompt_text(name), think=think, tools=listed if structured else domain.schemas_of(party)
    )
    length = longest(tokens)
    used = f"{prompt_text(name)}\0{prompt_of(party, template)}"
    return Form(
        preamble=preamble,
        prompt_hash=sha256(used.encode()).hexdigest()[:16],
        length=length,
        schemas={each["function"]["name"]: each["function"]["parameters"] for each in schemas},
        others=tuple(sorted({*domain.agent_tools, *domain.user_tools} - {*domain.tools_of(party)})),
        tools=msgspec.Raw(msgspec.json.encode(schemas)) if schemas and not structured else None,
        response_format=reply_format(party, schemas, think=think, length=length)
        if structured
        else None,
    )


def part_of(
    party: str, settings: Settings, blueprint: Blueprint, domain: Domain, tokens: int
) -> Part:
    """The part in one dialogue."""
    form = form_of(party, domain, settings.mode, settings.think, settings.prompt, tokens)
    return Part(party=party, blueprint=blueprint, domain=domain, form=form)
