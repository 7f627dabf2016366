"""What an oracle writes while it solves an intent: real calls in a live world, and what to say.

An oracle is straight-line code: ``plan.ask("account_number")``, ``bill = plan.call("get_bill", ...)``,
``plan.tell("bill_total", amount=bill["total"])``. Each line both happens in the world and becomes a
step of the blueprint, so expected actions cannot drift from what tools really answer.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from generators.blueprint import Action, Fact, Statement, Step, StepKind
from generators.domains.tool_words import in_words, listed
from generators.event import AGENT, USER
from generators.spoken import forms, spoken

if TYPE_CHECKING:
    from generators.domains.world import World


class PlanBroken(Exception):
    """The plan cannot be made as it was begun: the candidate is refused with this reason. Unless it
    says another, its ``code`` is that of an oracle that met something it did not expect."""

    def __init__(self, message: str, code: str = "oracle_broken") -> None:
        super().__init__(message)
        self.code = code


class Plan:
    """Records the steps of one blueprint while they happen.

    ``slots`` are those of the current goal's draw; ``outputs`` what the oracle leaves for later goals;
    ``results`` what all calls so far have given; ``offers`` what was said when the user was asked to
    agree, by goal and key.
    """

    def __init__(self, world: "World", subject: str, facts: dict[str, Fact]) -> None:
        self.world = world
        self.subject = subject
        self.facts = facts
        self.goal = ""
        self.slots: dict[str, Any] = {}
        self.outputs: dict[str, Any] = {}
        self.steps: list[Step] = []
        self.actions: list[Action] = []
        self.results: list[Any] = []
        self.must_say: list[Statement] = []
        self.must_not_say: list[Statement] = []
        self.offers: dict[tuple[str, str], tuple[Statement, ...]] = {}
        self._batch = 0
        self._batches = 0

    @property
    def db(self) -> Any:
        """The live database, to look things up that a step needs. Oracles change it by calls only."""
        return self.world.db

    def value(self, key: str) -> str:
        """The value of a fact that the user knows. Raises ``PlanBroken`` when there is none."""
        if key not in self.facts:
            raise PlanBroken(f"the oracle needs the fact {key!r}, which the user does not have")
        return self.facts[key].value

    def ask(self, *keys: str) -> None:
        """The agent needs these facts. One question; what the user has said already is not asked."""
        for key in keys:
            self.value(key)
        self._step("ask", facts=keys)

    def call(self, tool: str, **arguments: Any) -> Any:
        """The agent calls a tool. Returns its result; a tool's error breaks the plan."""
        return self._perform(AGENT, "call", tool, arguments)

    def act(self, key: str, tool: str, **arguments: Any) -> Any:
        """The agent asks the user to do something (phrases under ``key``), and the user does it. The
        result is what the user then reports; its scalar fields are slots of the report's phrases."""
        return self._perform(USER, "act", tool, arguments, key)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Calls inside do not depend on each other: a dialogue may make them in one turn."""
        self._batches += 1
        self._batch = self._batches
        yield
        self._batch = 0

    def confirm(self, key: str, **slots: Any) -> None:
        """The agent says what it is about to do and asks whether to go on."""
        self.offers[self.goal, key] = tuple(self._statements(key, slots))
        self._step("confirm", key=key, slots=_spoken(slots))

    def tell(self, key: str, **slots: Any) -> None:
        """The agent tells the user something; every slot's value must be said."""
        self._require(key, slots)
        self._step("tell", key=key, slots=_spoken(slots))

    def tell_all(self, key: str, values: Sequence[tuple[str, Any]]) -> None:
        """As ``tell``, for fields that no phrase was written for: all of them, with their names, are
        one slot, ``details``. A field may have several values."""
        for number, (name, value) in enumerate(values):
            self._require(f"{key}.{number}", {name: value}, in_words(value))
        self._step("tell", key=key, slots={"details": listed(values)})

    def refuse(self, key: str, **slots: Any) -> None:
        """The agent declines because the policy says so; every slot's value must be said."""
        self._require(key, slots)
        self._step("refuse", key=key, slots=_spoken(slots))

    def forbid(self, key: str, *values: Any) -> None:
        """The agent must never say any of these values in this dialogue."""
        said = tuple(form for value in values for form in forms(value))
        self.must_not_say.append(Statement(key=key, goal=self.goal, forms=said))

    def _require(self, key: str, slots: dict[str, Any], *other_forms: str) -> None:
        self.must_say.extend(self._statements(key, slots, *other_forms))

    def _statements(
        self, key: str, slots: dict[str, Any], *other_forms: str
    ) -> Iterator[Statement]:
        for name, value in slots.items():
            source = value if isinstance(value, str) else msgspec.json.encode(value).decode()
            said = tuple(dict.fromkeys((*forms(value), *other_forms)))
            yield Statement(key=f"{key}.{name}", goal=self.goal, forms=said, source=source)

    def _perform(
        self, party: str, kind: StepKind, tool: str, arguments: dict[str, Any], key: str = ""
    ) -> Any:
        plain = msgspec.to_builtins(arguments)
        outcome = self.world.call(party, tool, msgspec.json.encode(plain).decode())
        if outcome.error:
            raise PlanBroken(f"{tool} answered {outcome.error}: {outcome.content}")
        result = msgspec.json.decode(outcome.content)
        self.results.append(result)
        action = Action(
            id=f"a{len(self.actions)}",
            party=party,
            tool=tool,
            arguments=plain,
            goal=self.goal,
            writes=self.world.tool(party, tool).writes,
        )
        self.actions.append(action)
        slots = _spoken(_scalars(result)) if kind == "act" else {}
        self._step(kind, key=key, action=action.id, slots=slots)
        return result

    def _step(
        self,
        kind: StepKind,
        key: str = "",
        facts: tuple[str, ...] = (),
        action: str = "",
        slots: dict[str, str] | None = None,
    ) -> None:
        self.steps.append(
            Step(
                kind=kind,
                goal=self.goal,
                key=key,
                facts=facts,
                action=action,
                slots=slots or {},
                batch=self._batch if kind == "call" else 0,
            )
        )


def _spoken(slots: dict[str, Any]) -> dict[str, str]:
    return {name: spoken(value) for name, value in slots.items()}


def _scalars(result: Any) -> dict[str, Any]:
    if not isinstance(result, dict):
        return {"result": result} if isinstance(result, (str, int, float)) else {}
    return {key: value for key, value in result.items() if isinstance(value, (str, int, float))}
