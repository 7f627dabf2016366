"""The request bodies of dialogues that were played: made again from their journal, kept in a file.

A dialogue is played again in this process with every model call answered from the journal, so the bodies
are those that were sent, byte for byte. In the file each body follows its length in four bytes, and a
length of nothing ends a dialogue.
"""

import mmap
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from generators.models.chat import ChatModel, ChatReply, ChatRequest, Slot
from generators.models.wire import body_of
from generators.player import EngineDown
from personas.persona import Persona
from pipelines.calls.models_here import models_of
from pipelines.players import Models, scene_of
from pipelines.recipe import Recipe
from pipelines.shards import read_at
from pipelines.stages.attempt import played
from pipelines.stages.candidate import Candidate
from pipelines.stages.plan import blueprint_receipts
from pipelines.stages.play import dialogues_of
from pipelines.stages.sample import personas_of
from pipelines.workspace import Workspace

_NOWHERE = "http://127.0.0.1:1/v1"
Chain = list[tuple[int, int]]
"""Where the bodies of one dialogue are in the file, from and to, in their order."""


class _Recorded:
    """A ``ChatModel`` that writes down what it is asked."""

    def __init__(self, chat: ChatModel, stream: BinaryIO) -> None:
        self.model = chat.model
        self.revision = chat.revision
        self._chat = chat
        self._stream = stream

    async def chat(self, request: ChatRequest) -> ChatReply:
        """See ``ChatModel``."""
        reply = await self._chat.chat(request)
        body = body_of(request, self.model)
        self._stream.write(len(body).to_bytes(4, "big") + body)
        return reply


async def write_bodies(work: Workspace, file: Path) -> None:
    """Writes the bodies of all dialogues of a workspace whose slots have URLs. A call that the journal
    does not know ends its dialogue there."""
    recipe = _offline(work.recipe)
    people = {str(each.note[0]): each.location for each in personas_of(work).receipts.values()}
    plans = blueprint_receipts(work)
    models = models_of(recipe, work.folder)
    with file.open("wb") as stream:
        recorded = Models(
            slots={
                name: Slot(name, _Recorded(slot.chat, stream), slot.sampling, slot.keep_tokens)
                for name, slot in models.slots.items()
            }
        )
        for key in dialogues_of(work).receipts:
            blueprint_id, _, attempt = key.rpartition(":")
            receipt = plans[blueprint_id]
            persona = read_at(work.stage("personas"), people[str(receipt.note[2])], Persona)
            blueprint = read_at(work.stage("blueprints"), receipt.location, Candidate).blueprint
            assert blueprint is not None, f"{key} was played from a refused candidate"
            # Nobody is there to be asked: what was not journalled had failed.
            with suppress(EngineDown):
                domain = work.shelf.named(blueprint.domain)
                scene = scene_of(recipe, blueprint, persona, domain)
                await played(recipe, scene, int(attempt), recorded)
            models.ended(key)
            stream.write(bytes(4))
    await models.aclose()


def _offline(recipe: Recipe) -> Recipe:
    models = {
        name: slot.model_copy(update={"url": (_NOWHERE,), "retries": 0}) if slot.url else slot
        for name, slot in recipe.models.items()
    }
    serving = recipe.serving.model_copy(update={"patience": 0.001})
    return recipe.model_copy(update={"models": models, "serving": serving})


def chains_in(held: bytes | mmap.mmap) -> Iterator[Chain]:
    """The dialogues of a file."""
    chain: Chain = []
    at = 0
    while at < len(held):
        size = int.from_bytes(held[at : at + 4], "big")
        at += 4
        if size:
            chain.append((at, at + size))
        elif chain:
            yield chain
            chain = []
        at += size


def mapped(file: Path) -> mmap.mmap:
    """A file as bytes that are read when they are needed."""
    with file.open("rb") as stream:
        return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
