"""A walk through a world: valid calls, one after the other, that keep the policy, for no purpose yet.

Arguments come from the schema, from what earlier calls have answered, and from the caller's own rows.
Now and then some steps of an intent's oracle are taken, so that walks get to where chance alone would
not. What breaks a clause is taken back.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec

from generators.domains.domain import breaches
from generators.domains.plan import Plan, PlanBroken
from generators.domains.table import Database
from generators.domains.timeline import Entry, Timeline
from generators.domains.tool import Tool
from generators.domains.world import World
from generators.event import AGENT, USER
from generators.sources.chooser import eligible, shuffled
from generators.sources.scene import Scene

_TRIES = 40
_GUIDED = 0.35
_OPTIONAL = 0.25
_USER_TOOLS = 0.2
_LEFT_OUT: Any = object()


@dataclass(frozen=True, slots=True)
class WalkStep:
    """One call that was made, and what it answered."""

    party: str
    tool: str
    arguments: dict[str, Any]
    value: Any
    writes: bool


def walked_steps(scene: Scene, length: int) -> list[WalkStep]:
    """Up to so many steps from the caller's identification on."""
    walker = _Walker(scene)
    for _ in range(_TRIES):
        if len(walker.steps) >= length:
            break
        if scene.request.rng.random() < _GUIDED:
            walker.follow_an_oracle(length)
        else:
            walker.try_a_call()
    return walker.steps[:length]


class _Record:
    """Calls in a world of the scene's, from the caller's identification on, as clauses see them."""

    def __init__(self, scene: Scene) -> None:
        self._domain = scene.request.domain
        self.world = World(self._domain, scene.world_seed, self._domain.clock, scene.setup)
        self.entries: list[Entry] = []
        self._start = Database(self.world.db.base, self.world.db.now)
        self._start.restore(self.world.db.snapshot())
        for each in scene.plan.actions:
            if not each.goal:
                self.call(each.party, each.tool, each.arguments)

    def call(self, party: str, tool: str, arguments: dict[str, Any]) -> Entry | None:
        """Makes a call, unless it fails, writes nothing where it should, or breaks a clause: then
        nothing has happened, and there is no entry."""
        world, before, state = self.world, self.world.db.snapshot(), self.world.state_hash()
        writes = world.tool(party, tool).writes
        outcome = world.call(party, tool, msgspec.json.encode(arguments).decode())
        if outcome.error or (writes and world.state_hash() == state):
            world.db.restore(before)
            return None
        index = len(self.entries)
        entry = Entry(
            index,
            index,
            party,
            "call",
            tool=tool,
            arguments=dict(arguments),
            value=msgspec.json.decode(outcome.content),
            writes=writes,
            before=before,
        )
        self.entries.append(entry)
        timeline = Timeline(tuple(self.entries), self._start, has_talk=False)
        if breaches(self._domain, timeline):
            world.db.restore(before)
            self.entries.pop()
            return None
        return entry


def without_detours(scene: Scene, steps: Sequence[WalkStep]) -> list[WalkStep]:
    """The walk without what leads nowhere: looks that no later step needs, nor the policy before one.
    A look by itself, before anything begins that is then needed, is no detour but a purpose."""
    kept = list(steps)
    for index in reversed(range(len(steps) - 1)):
        step = kept[index]
        if step.party == AGENT and (step.writes or not _in_between(kept, index)):
            continue
        shorter = kept[:index] + kept[index + 1 :]
        if _goes_the_same_way(scene, shorter):
            kept = shorter
    return kept


def _in_between(steps: Sequence[WalkStep], index: int) -> bool:
    """Whether something is under way at this step: one since the last write gives what a later one up
    to the next write takes."""
    start = max((i + 1 for i in range(index) if _ends(steps[i])), default=0)
    stop = next((i for i in range(index, len(steps)) if _ends(steps[i])), len(steps) - 1)
    return any(
        feeds(steps[early], late)
        for early in range(start, index + 1)
        for late in steps[index + 1 : stop + 1]
    )


def _ends(step: WalkStep) -> bool:
    return step.party == AGENT and step.writes


def feeds(step: WalkStep, later: WalkStep) -> bool:
    """Whether the later step takes a value that this one has answered."""
    answered = [value for _, value in leaves(step.value) if value not in (None, "")]
    return any(value in answered for value in later.arguments.values() if not _is_bool(value))


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


def _goes_the_same_way(scene: Scene, steps: Sequence[WalkStep]) -> bool:
    record = _Record(scene)
    for step in steps:
        entry = record.call(step.party, step.tool, step.arguments)
        if entry is None or entry.value != step.value:
            return False
    return True


class _Walker:
    def __init__(self, scene: Scene) -> None:
        self.steps: list[WalkStep] = []
        self._scene = scene
        self._rng = scene.request.rng
        self._record = _Record(scene)
        self._world = self._record.world

    def try_a_call(self) -> None:
        """One call of a tool for which arguments can be found, if it does anything."""
        domain, rng = self._scene.request.domain, self._rng
        party = USER if domain.user_tools and rng.random() < _USER_TOOLS else AGENT
        tools = domain.tools_of(party)
        tool = tools[rng.choice(sorted(tools))]
        arguments = self._arguments(tool)
        if arguments is not None:
            self._perform(party, tool.name, arguments)

    def follow_an_oracle(self, length: int) -> None:
        """Some of the first steps of an intent that this caller has a case of now."""
        scene, rng = self._scene, self._rng
        situation = scene.situation()
        for name in shuffled(dict.fromkeys(eligible(scene.request.domain, situation), 1.0), rng):
            intent = scene.request.domain.intents[name]
            draw = intent.draw(situation)
            if draw is None or intent.after:
                continue
            aside = World(
                scene.request.domain, scene.world_seed, scene.request.domain.clock, scene.setup
            )
            aside.db.restore(self._world.db.snapshot())
            plan = Plan(aside, scene.plan.subject, dict(scene.plan.facts))
            plan.facts |= {fact.key: fact for fact in draw.facts}
            plan.slots = dict(draw.slots)
            try:
                intent.oracle(plan)
            except (PlanBroken, LookupError, ValueError, StopIteration):
                # It was not written for what a walk has left; the walk goes another way.
                return
            for action in plan.actions[: rng.randint(1, max(1, len(plan.actions)))]:
                if len(self.steps) >= length or not self._perform(
                    action.party, action.tool, action.arguments
                ):
                    return
            return

    def _perform(self, party: str, tool: str, arguments: dict[str, Any]) -> bool:
        """Makes the call, unless it was made already. Returns whether there is its result."""
        entries = self._record.entries
        if any((each.tool, each.arguments) == (tool, arguments) for each in entries):
            return not self._world.tool(party, tool).writes
        entry = self._record.call(party, tool, arguments)
        if entry is not None:
            step = WalkStep(party, tool, dict(arguments), entry.value, entry.writes)
            self.steps.append(step)
        return entry is not None

    def _arguments(self, tool: Tool) -> dict[str, Any] | None:
        """Valid arguments from what is known, or None where a needed one has no value."""
        parameters = tool.schema["function"]["parameters"]
        found: dict[str, Any] = {}
        for name, schema in parameters["properties"].items():
            needed = name in parameters["required"]
            if not needed and self._rng.random() > _OPTIONAL:
                continue
            value = self._value(name, schema)
            if value is not _LEFT_OUT:
                found[name] = value
            elif needed:
                return None
        return found

    def _value(self, name: str, schema: Mapping[str, Any]) -> Any:
        """A value for one argument: one that an earlier call has shown or the caller knows, else what
        the schema itself allows."""
        known = [*self._shown(name), *self._own(name)]
        if known:
            return self._rng.choice(known)
        for kind in (schema, *schema.get("anyOf", ())):
            if "enum" in kind:
                return self._rng.choice(kind["enum"])
            if kind.get("format") == "date":
                day = self._world.db.now.date() + timedelta(days=self._rng.randint(1, 60))
                return day.isoformat()
            if kind.get("type") in ("number", "integer"):
                return self._number(kind)
        return _LEFT_OUT

    def _number(self, schema: Mapping[str, Any]) -> Any:
        """A number that a result has shown, as far as it is one that the schema allows."""
        whole = schema["type"] == "integer"
        lowest, highest = schema.get("minimum", 1), schema.get("maximum", 10**6)
        shown = [
            value
            for entry in self._record.entries[-3:]
            for _, value in leaves(entry.value)
            if isinstance(value, (int, float)) and not isinstance(value, bool)
            if lowest <= value <= highest and (not whole or isinstance(value, int))
        ]
        return self._rng.choice(shown) if shown else _LEFT_OUT

    def _shown(self, name: str) -> list[Any]:
        """What results have under this name."""
        return [
            value
            for entry in self._record.entries
            for key, value in leaves(entry.value)
            if key == name and value not in (None, "")
        ]

    def _own(self, name: str) -> list[Any]:
        """What the caller knows under this name: who it is, and its own rows."""
        plan = self._scene.plan
        told = [fact.value for fact in plan.facts.values() if fact.key == name]
        return told or [
            value
            for row in own_rows(self._world.db, plan.subject)
            if isinstance(value := row.get(name), (str, int, float)) and value != ""
        ]


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every plain value in a result, with the name of the field that holds it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, name)
    else:
        yield name, value


def own_rows(db: Database, subject: str) -> Iterator[dict[str, Any]]:
    """The caller's own row, and the rows that refer to it."""
    for spec in db.base.specs:
        own = db[spec.row].find(subject)
        if own is not None:
            yield msgspec.to_builtins(own)
            for other in db.base.specs:
                for name, target in other.references.items():
                    if target is spec.row:
                        for row in db[other.row].where(**{name: subject}):
                            yield msgspec.to_builtins(row)
