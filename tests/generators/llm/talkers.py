"""Models for tests of players: they answer what they are told to, and keep what they were asked."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from generators.blueprint import Blueprint
from generators.brief import briefs_of
from generators.domains.registry import domain_named
from generators.event import AGENT, USER, ToolCall, Usage
from generators.llm.player import LLMPlayer
from generators.llm.settings import Settings
from generators.models.chat import ChatReply, ChatRequest, Sampling, Slot
from generators.models.meter import Meter
from generators.player import Player
from generators.self_play import Limits, play
from generators.trajectory import Trajectory
from personas.persona import Persona
from tests.played import Reader, cases

Answer = str | ChatReply | Exception | Callable[[ChatRequest], str | ChatReply]

USAGE = Usage(prompt_tokens=100, cached_tokens=60, completion_tokens=10, latency_ms=5.0)


class Talker:
    """A chat model that answers from a list, the last answer over and over."""

    model = "talker-1"
    revision = "r7"

    def __init__(self, *answers: Answer) -> None:
        self.requests: list[ChatRequest] = []
        self._answers = list(answers)

    async def chat(self, request: ChatRequest) -> ChatReply:
        """The next answer in the list. An exception in the list is raised."""
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        found = answer(request) if callable(answer) else answer
        if isinstance(found, str):
            found = ChatReply(content=found)
        return msgspec.structs.replace(found, usage=USAGE, fingerprint="fp-1")

    def messages(self, at: int = -1) -> list[dict[str, Any]]:
        """What the model was shown in one of its calls."""
        return [msgspec.json.decode(each) for each in self.requests[at].messages]

    def said(self, at: int = -1) -> str:
        """All that the model was shown in one of its calls, as one text."""
        return "\n".join(str(each.get("content")) for each in self.messages(at))


def slot(name: str, talker: Talker, **sampling: Any) -> Slot:
    """A slot that the talker serves."""
    return Slot(name=name, chat=talker, sampling=Sampling(**sampling))


def user_says(say: str, done: Sequence[int] = (), end: bool = False, **more: Any) -> str:
    """A user's structured reply."""
    reply = {"say": say, "goals_done": list(done), "end": end, **more}
    return msgspec.json.encode(reply).decode()


def agent_says(say: str = "", *calls: tuple[str, Mapping[str, Any]], **more: Any) -> str:
    """An agent's structured reply."""
    made = [{"tool": name, "arguments": arguments} for name, arguments in calls]
    return msgspec.json.encode({**more, "say": say, "calls": made}).decode()


def native(name: str, arguments: str = "{}", content: str = "", **more: Any) -> ChatReply:
    """A reply with one call that the server's parser found."""
    call = ToolCall(id="abc", name=name, arguments=arguments)
    return ChatReply(content=content, tool_calls=(call,), finish_reason="tool_calls", **more)


class Stage:
    """One blueprint with its players, for as many dialogues as wanted."""

    def __init__(self, domain: str = "cloakroom", index: int = 0) -> None:
        self.domain = domain_named(domain)
        case: tuple[Blueprint, Persona] = cases(domain, max(8, index + 1))[index]
        self.plan, self.persona = case
        self.meter = Meter()

    def player(
        self,
        party: str,
        talker: Talker,
        settings: Settings | None = None,
        *,
        critic: Talker | None = None,
        planner: Talker | None = None,
        keep_tokens: bool = False,
        **sampling: Any,
    ) -> LLMPlayer:
        """An LLM player of this plan."""
        return LLMPlayer(
            party,
            Slot(
                name=party,
                chat=talker,
                sampling=Sampling(**sampling),
                keep_tokens=keep_tokens,
            ),
            settings or Settings(),
            blueprint=self.plan,
            domain=self.domain,
            dialogue=f"{self.plan.id}:00",
            seed=11,
            meter=self.meter,
            critic=slot("critic", critic) if critic else None,
            planner=slot("planner", planner) if planner else None,
        )

    def play(
        self,
        user: Player,
        agent: Player,
        templates: Mapping[str, str] | None = None,
        turns: int = 12,
    ) -> Trajectory:
        """A dialogue of the two."""
        return asyncio.run(self.played(user, agent, templates, turns))

    async def played(
        self,
        user: Player,
        agent: Player,
        templates: Mapping[str, str] | None = None,
        turns: int = 12,
    ) -> Trajectory:
        """A dialogue of the two; one that hangs is cut off."""
        async with asyncio.timeout(60):
            return await play(
                self.plan,
                self.domain,
                {USER: user, AGENT: agent},
                attempt=0,
                seed=11,
                briefs=briefs_of(self.plan, self.domain, self.persona, templates),
                limits=Limits(turns=turns, calls=20),
            )


def reader(party: str, *moves: Any) -> Reader:
    """A player that reads its moves from a list."""
    return Reader(party, *moves)


def notes(trajectory: Trajectory, name: str) -> list[Any]:
    """The values of all notes of a name on events and on the dialogue, in order."""
    found = [note for event in trajectory.events for note in event.annotations]
    return [
        msgspec.json.decode(note.value)
        for note in (*found, *trajectory.annotations)
        if note.name == name
    ]
