"""Who writes plans and who reviews them, as a recipe says it."""

from typing import Annotated, Any, Literal

from annotated_types import Ge, Le
from pydantic import Discriminator, Field, Tag

from pipelines.section import NAME, Section, Share, Whole

Rounds = Annotated[int, Ge(1), Le(8)]
Tools = Annotated[int, Ge(1), Le(64)]


BestOf = dict[Annotated[int, Ge(1)], Annotated[int, Ge(2), Le(8)]]
"""From this complexity on, the best of so many proposals."""


class Examples(Section):
    """Granted wishes of an earlier version that the writer is shown: the ``k`` whose caller looked most
    like the one at hand. ``version`` is ``NAME@VERSION`` under the same root, or a version's folder."""

    version: Annotated[str, Field(min_length=1)]
    k: Annotated[int, Ge(1), Le(8)] = 2


class ModelWriter(Section):
    """A language model that writes plans: the slot of ``models``. It is given ``tools`` of the agent's
    tools, and writes a plan at most ``rounds`` times. ``best_of: {10: 3}`` has plans of complexity
    10 and more be the best of three proposals in each round."""

    kind: Literal["llm"] = "llm"
    slot: str = "writer"
    rounds: Rounds = 3
    tools: Tools = 12
    best_of: BestOf = {}
    examples: Examples | None = None


class FlawedWriter(Section):
    """A script that writes plans, with flaws on purpose: the share of plans that have each kind at
    first, and the share of flaws that it mends when a comment names them."""

    kind: Literal["scripted"]
    flaws: dict[str, Share] = {}
    mends: Share = 1.0
    rounds: Rounds = 3
    tools: Tools = 12
    best_of: BestOf = {}


class ModelCritic(Section):
    """A language model that votes on plans: the slot of ``models``, and what it looks at (a prompt's
    name). It goes by ``name``, or by slot and prompt."""

    kind: Literal["llm"] = "llm"
    slot: str
    prompt: str
    name: Annotated[str, Field(pattern=f"{NAME}|^$")] = ""

    @property
    def called(self) -> str:
        """What it goes by."""
        return self.name or f"{self.slot}-{self.prompt}"


class ErringCritic(Section):
    """A script that votes on plans, with known error rates."""

    kind: Literal["scripted"]
    name: Annotated[str, Field(pattern=NAME)]
    false_accept: Share = 0.0
    false_reject: Share = 0.0
    abstain: Share = 0.0

    @property
    def called(self) -> str:
        """What it goes by."""
        return self.name


def _kind(value: Any) -> str:
    kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
    return "scripted" if kind == "scripted" else "llm"


PlanWriter = Annotated[
    Annotated[FlawedWriter, Tag("scripted")] | Annotated[ModelWriter, Tag("llm")],
    Discriminator(_kind),
]
"""Who writes plans."""
PlanCritic = Annotated[
    Annotated[ErringCritic, Tag("scripted")] | Annotated[ModelCritic, Tag("llm")],
    Discriminator(_kind),
]
"""Who votes on plans."""


class Review(Section):
    """Plans of every source go before these ``critics``. At least ``quorum`` of them must have an
    opinion, and more than the share ``threshold`` of those who have one, or all of them, must be in
    favour. One half is the majority."""

    critics: Annotated[tuple[PlanCritic, ...], Field(min_length=1)]
    threshold: Share = 0.5
    quorum: Whole = 1
