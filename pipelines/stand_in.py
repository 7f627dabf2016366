"""What models would be asked, without asking any: scripts play, and real prompts are measured."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import msgspec

from generators.blueprint import Blueprint
from generators.domains.domain import Domain
from generators.event import USER, ToolCall
from generators.llm.part import END
from generators.llm.schemas import choice_format, verdict_format
from generators.models.chat import ChatReply, ChatRequest, Sampling, Slot
from generators.models.meter import Meter, Reading
from generators.player import Move, Player, PlayerError, View
from generators.self_play import Limits, play
from generators.trajectory import Trajectory
from personas.persona import Persona
from pipelines.model_slots import players_of, used_slots
from pipelines.players import Models, casting, scene_of
from pipelines.recipe import Recipe, ScriptedSlot
from pipelines.recipe_models import LLMSlot

CHARACTERS_PER_TOKEN = 4.0
"""Of English text and JSON, roughly, in the vocabularies in use."""
_ENCODE = msgspec.json.Encoder().encode
_SYSTEMS = 32


class Measured:
    """Counts requests as a meter counts calls. ``likely`` has every request made; in ``most`` each
    draft of a turn is rejected as often as the checks allow."""

    def __init__(self) -> None:
        self._likely = Meter()
        self._most = Meter()
        self._seen: dict[str, dict[bytes, str]] = {}

    @property
    def likely(self) -> Reading:
        """What would be asked if no draft were rejected."""
        return self._likely.reading()

    @property
    def most(self) -> Reading:
        """What would be asked if every draft were rejected to the last."""
        return self._most.reading()

    def add(self, request: ChatRequest, completion: str, drafts: int) -> None:
        """Counts a request and its answer. Of its prompt, what the slot was shown before counts as
        cached: the server is taken to have room for it."""
        prompt = "".join(bytes(each).decode() for each in request.messages)
        cached = self._known(request.slot, bytes(request.messages[0]), prompt)
        tools = len(request.tools or b"")
        sizes = {
            "prompt": len(prompt) + tools,
            "cached": cached + (tools if cached else 0),
            "completion": len(completion),
        }
        for meter, times in ((self._likely, 1), (self._most, drafts)):
            meter.add("calls", request.slot, times)
            for kind, size in sizes.items():
                tokens = round(size / CHARACTERS_PER_TOKEN) * times
                meter.add("tokens", f"{request.slot}/{kind}", tokens)

    def _known(self, slot: str, system: bytes, prompt: str) -> int:
        seen = self._seen.setdefault(slot, {})
        before = [seen[system]] if system in seen else list(seen.values())
        if system not in seen and len(seen) == _SYSTEMS:
            del seen[next(iter(seen))]
        seen[system] = prompt
        return max((_shared(each, prompt) for each in before), default=0)


def _shared(one: str, other: str) -> int:
    """How many characters two texts have in common from their beginning."""
    if other.startswith(one):
        return len(one)
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (mine, theirs) in pairs if mine != theirs), len(other))


class StandIn:
    """The ``ChatModel`` of every slot of a forecast. It answers what a script has just done."""

    revision = ""

    def __init__(self, model: str, recipe: Recipe, measured: Measured) -> None:
        self.model = model
        self.measured = measured
        self._small: dict[bytes, str] = {bytes(verdict_format()): '{"accept": true, "reason": ""}'}
        for player in players_of(recipe).values():
            if player.planner:
                acts = list(player.planner.acts)
                answer = _ENCODE({"act": acts[0]}).decode()
                self._small[bytes(choice_format(acts))] = answer
        self._reply = ChatReply()
        self._written = ""
        self._drafts = 1

    def expect(self, slot: LLMSlot, party: str, move: Move) -> None:
        """The next drafts are of this move."""
        self._reply, self._written = _reply_of(slot, party, move)
        self._drafts = 1 + slot.checks.redrafts if slot.checks else 1

    async def chat(self, request: ChatRequest) -> ChatReply:
        """See ``ChatModel``. Raises nothing."""
        small = self._small.get(bytes(request.response_format or b""))
        if small is None:
            self.measured.add(request, self._written, self._drafts)
            return self._reply
        planning = small.startswith('{"act"')
        self.measured.add(request, small, 1 if planning else self._drafts)
        return ChatReply(content=small)


class _Shadow:
    """A script that plays while the player that it stands for writes its prompts."""

    def __init__(self, script: Player, model: Player, slot: LLMSlot, stand_ins: list[StandIn]):
        self.party = script.party
        self.name = script.name
        self._script = script
        self._model = model
        self._slot = slot
        self._stand_ins = stand_ins

    async def move(self, view: View) -> Move:
        """The script's move."""
        move = await self._script.move(view)
        for each in self._stand_ins:
            each.expect(self._slot, self.party, move)
        # Scripts may do what models are stopped at, such as saying the same twice.
        with suppress(PlayerError):
            await self._model.move(view)
        return move


async def shadowed(
    recipe: Recipe, blueprint: Blueprint, persona: Persona, domain: Domain, measured: Measured
) -> Trajectory:
    """One attempt at a blueprint with a script for every model; ``measured`` counts what the models
    would have been asked."""
    scene, parties = scene_of(recipe, blueprint, persona, domain), players_of(recipe)
    stand_ins = {name: StandIn(name, recipe, measured) for name in used_slots(recipe)}
    slots = {name: _slot(recipe, name, chat) for name, chat in stand_ins.items()}
    scripts = _with_players(recipe, dict.fromkeys(parties, ScriptedSlot()))
    models = _with_players(recipe, {party: _unchecked(slot) for party, slot in parties.items()})
    script = casting(scripts, scene, 0, Models())
    cast = casting(models, scene, 0, Models(slots=slots))
    players = {
        party: _Shadow(player, cast.players[party], parties[party], list(stand_ins.values()))
        if party in parties
        else player
        for party, player in script.players.items()
    }
    return await play(
        blueprint,
        scene.domain,
        players,
        attempt=0,
        seed=recipe.seed,
        briefs=scene.briefs,
        faults=script.faults,
        limits=Limits(turns=blueprint.turn_limit, calls=blueprint.call_limit),
    )


def _slot(recipe: Recipe, name: str, chat: StandIn) -> Slot:
    return Slot(name=name, chat=chat, sampling=sampling_of(recipe, name))


def sampling_of(recipe: Recipe, name: str) -> Sampling:
    """How a slot draws."""
    return Sampling(**recipe.models[name].sampling.model_dump())


def _with_players(recipe: Recipe, slots: Mapping[str, Any]) -> Recipe:
    return recipe.model_copy(update={"players": recipe.players.model_copy(update=slots)})


def _unchecked(slot: LLMSlot) -> LLMSlot:
    """The slot without rules: what a script says passes. Its critic is asked as ever."""
    if slot.checks is None:
        return slot
    checks = slot.checks.model_copy(update={"rules": (), "redrafts": 0, "then": "keep"})
    return slot.model_copy(update={"checks": checks})


def _reply_of(slot: LLMSlot, party: str, move: Move) -> tuple[ChatReply, str]:
    """The reply by which a model would have made this move, and all that it would have written."""
    say = "\n".join(act.text for act in move.acts if act.kind == "say")
    calls = [act for act in move.acts if act.kind == "call"]
    ends = party == USER and any(act.kind == "stop" for act in move.acts)
    if slot.mode == "structured":
        made = [{"tool": each.tool, "arguments": msgspec.Raw(each.arguments)} for each in calls]
        thought = {"thought" if party == USER else "think": say} if slot.think else {}
        more = {"goals_done": [1], "end": ends} if party == USER else {}
        content = _ENCODE({**thought, "say": say, **more, "calls": made}).decode()
        return ChatReply(content=content), content
    named = [(each.tool, each.arguments) for each in calls] + ([(END, "{}")] if ends else [])
    reply = ChatReply(
        content=say,
        tool_calls=tuple(
            ToolCall(id=f"call_{number}", name=name, arguments=arguments)
            for number, (name, arguments) in enumerate(named)
        ),
    )
    return reply, "\n".join([say, *(f"{name} {arguments}" for name, arguments in named)])
