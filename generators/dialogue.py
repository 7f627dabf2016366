"""One dialogue while it is played: its world, its events, who has seen what, and whose floor it is.

The floor: parties take turns in the order in which they are given, the first one first. A move with
calls keeps the floor, so that the party sees the results and moves again. Any other move passes it
on: to the first party that the move's last ``say`` or ``signal`` names, else to the next in order.
"""

from collections.abc import Mapping

import msgspec

from generators.blueprint import Blueprint
from generators.domains.world import TOOL_SECONDS, World
from generators.event import (
    USER,
    WORLD,
    Annotation,
    Event,
    EventKind,
    ToolCall,
    ToolResult,
    view_of,
)
from generators.player import Act, EngineDown, Move, Player, PlayerError, View
from generators.trajectory import Failure, StopReason
from personas.record import Record

_WORLD_MAY_BREAK = 2
"""Internal errors of the world after which a dialogue is not worth going on with."""


class Limits(Record):
    """How long a dialogue may last.

    ``turns`` counts how often the floor is held; ``calls`` all calls of all parties;
    ``moves_per_turn`` the moves of one party without passing the floor, so that nobody calls
    endlessly. ``seconds`` is wall-clock time, 0 for none: the only limit that a slow model can meet.
    A tool that takes longer than ``tool_seconds`` costs its call.
    """

    turns: int
    calls: int
    moves_per_turn: int = 20
    seconds: float = 0.0
    tool_seconds: float = TOOL_SECONDS


class Ended(Exception):
    """The dialogue is over. ``notes`` are about its end and belong to no event."""

    def __init__(
        self,
        reason: StopReason,
        failure: Failure | None = None,
        notes: tuple[Annotation, ...] = (),
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.failure = failure
        self.notes = notes


def failure_of(party: str, error: Exception) -> Failure:
    """Who broke, and how: a player's own kind of error, or the exception's name."""
    if isinstance(error, PlayerError):
        return Failure(party=error.party or party, kind=error.kind, message=str(error))
    return Failure(party=party, kind=type(error).__name__, message=str(error))


class Dialogue:
    """The state of one dialogue while it is played."""

    def __init__(
        self,
        blueprint: Blueprint,
        world: World,
        players: Mapping[str, Player],
        briefs: Mapping[str, str],
        limits: Limits,
    ) -> None:
        self.blueprint = blueprint
        self.world = world
        self.players = players
        self.limits = limits
        self.events: list[Event] = []
        self.start_hash = world.state_hash()
        self._order = tuple(players)
        self._briefs = briefs
        self._tools = {party: world.domain.schemas_of(party) for party in players}
        # Each party's view grows with the dialogue; it always equals view_of(events, party).
        self._seen: dict[str, list[Event]] = {party: [] for party in players}
        self._turn = -1
        self._calls = 0
        self._world_errors = 0

    async def run(self) -> None:
        """Plays to the end. Always leaves by ``Ended``."""
        party = self._order[0]
        quiet: set[str] = set()
        for _ in range(self.limits.turns):
            noticed, following = await self._hold_floor(party)
            quiet = set() if noticed else quiet | {party}
            if len(quiet) == len(self._order):
                raise Ended(StopReason.STALLED)
            party = following or self._after(party)
        raise Ended(StopReason.TURN_LIMIT)

    async def _hold_floor(self, party: str) -> tuple[bool, str]:
        """Lets one party move until it passes the floor. Returns whether it did anything that others
        could notice or that changed the world, and whom it named to go next, if anybody."""
        noticed = False
        for _ in range(self.limits.moves_per_turn):
            acts = (await self._move_of(party)).acts
            self._turn += 1
            calls = self._perform(party, acts)
            noticed = noticed or any(act.kind in ("say", "call", "signal") for act in acts)
            if not calls:
                named_next = [act.to for act in acts if act.kind in ("say", "signal") and act.to]
                others = [name for name in (named_next[-1] if named_next else ()) if name != party]
                return noticed, others[0] if others else ""
        raise Ended(StopReason.CALL_LIMIT)

    async def _move_of(self, party: str) -> Move:
        view = View(
            party=party,
            events=list(self._seen[party]),
            tools=self._tools[party],
            brief=self._briefs.get(party, ""),
            clock=self.blueprint.clock,
        )
        try:
            move = await self.players[party].move(view)
            if not isinstance(move, Move):
                raise PlayerError("bad_move", f"{type(move).__name__} is not a Move")
            strangers = {name for act in move.acts for name in act.to} - set(self._order)
            if strangers:
                raise PlayerError("unknown_party", f"nobody is called {sorted(strangers)}")
        except EngineDown:
            raise
        except Exception as error:  # CancelledError is no Exception and passes through.
            notes = error.notes if isinstance(error, PlayerError) else ()
            raise Ended(StopReason.ERROR, failure_of(party, error), notes) from error
        return move

    def _perform(self, party: str, acts: tuple[Act, ...]) -> int:
        """Writes the acts down in order, then runs the calls among them. Returns their number."""
        made: list[ToolCall] = []
        stops = None
        for act in acts or (Act(kind="wait"),):
            if act.kind == "stop":
                stops = act
                break
            call = None
            if act.kind == "call":
                number = self._calls + len(made)
                call = ToolCall(id=f"c{number}", name=act.tool, arguments=act.arguments)
                made.append(call)
            self._record(party, act.kind, self._audience(party, act), act, call=call)
        for call in made:
            self._answer(party, call)
        if stops:
            self._record(party, "stop", self._order, stops)
            raise Ended(StopReason.USER_STOP if party == USER else StopReason.AGENT_STOP)
        return len(made)

    def _answer(self, party: str, call: ToolCall) -> None:
        if self._calls >= self.limits.calls:
            raise Ended(StopReason.CALL_LIMIT)
        self._calls += 1
        outcome = self.world.call(party, call.name, call.arguments)
        result = ToolResult(call_id=call.id, content=outcome.content, error=outcome.error)
        self._record(WORLD, "result", (party,), Act(kind="observe"), result=result)
        if outcome.error == "internal_error":
            self._world_errors += 1
            if self._world_errors >= _WORLD_MAY_BREAK:
                message = msgspec.json.decode(outcome.content)["message"]
                raise Ended(
                    StopReason.ERROR, Failure(party="world", kind=outcome.error, message=message)
                )

    def _audience(self, party: str, act: Act) -> tuple[str, ...]:
        if act.kind in ("say", "signal"):
            heard = {party, *act.to} if act.to else set(self._order)
            return tuple(name for name in self._order if name in heard)
        return (party,)

    def _record(
        self,
        party: str,
        kind: EventKind,
        visible_to: tuple[str, ...],
        act: Act,
        call: ToolCall | None = None,
        result: ToolResult | None = None,
    ) -> None:
        plan = self.blueprint
        language = act.language or plan.language
        event = Event(
            index=len(self.events),
            turn=self._turn,
            party=party,
            kind=kind,
            visible_to=visible_to,
            text=act.text,
            call=call,
            result=result,
            language=language if act.text else "",
            locale=(plan.locale if language == plan.language else language) if act.text else "",
            annotations=act.annotations,
            rewards=act.rewards,
            usage=act.usage,
            tokens=act.tokens,
            attachments=act.attachments,
        )
        self.events.append(event)
        for name in visible_to:
            self._seen[name].extend(view_of((event,), name))

    def _after(self, party: str) -> str:
        return self._order[(self._order.index(party) + 1) % len(self._order)]
