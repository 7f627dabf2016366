"""A server that writes and reviews plans over HTTP: sound ones, unless a test has it do otherwise."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import yaml
from aiohttp import web

from generators.domains.registry import domain_named
from generators.domains.shelf import Shelf
from generators.planning import request_of
from generators.writing.assignment import Assignment, assignment_of
from generators.writing.proposal import Proposal, read_out
from generators.writing.scripted import ScriptedWriter
from personas.quota import checked_quotas
from personas.sampler import cells, persona_at
from pipelines.recipe import Recipe
from pipelines.recipe_file import load_recipe
from pipelines.stages.candidate import candidate_key, plan_spec
from pipelines.stages.plan import persona_of
from pipelines.stages.sample import earliest_day
from tests.chat_server import chat_server, completion

Spoil = Callable[[Proposal, Assignment, int], str]
"""What is written for a sound proposal in a round, counted from 1."""
Vote = Callable[[str, int], dict[str, str]]
"""The vote of a slot's model in a round."""


@cache
def _numbers() -> dict[str, int]:
    """Session of a call -> number of the candidate that it is about."""
    slots = ("writer", "first", "second")
    return {
        sha256(f"{slot}\nplan:{candidate_key('cloakroom', number)}".encode()).hexdigest(): number
        for slot in slots
        for number in range(400)
    }


def recipe_on(folder: Path, url: str, **plans: Any) -> Recipe:
    """Six plans at the cloakroom, all of them written at ``url`` and read by two critics there."""
    path = folder / "authored.yaml"
    tree = {
        "name": "authored",
        "seed": 5,
        "personas": {"count": 6},
        "models": {
            "writer": {
                "url": url,
                "model": "author",
                "retries": 0,
                "prices": {"prompt": 1.0, "completion": 2.0},
                "sampling": {"max_tokens": 2000},
            },
            "first": {"url": url, "model": "first", "retries": 0},
            "second": {"url": url, "model": "second", "retries": 0},
        },
        "blueprints": {
            "count": 6,
            "domains": {"cloakroom": 1},
            "goals": {1: 1.0},
            "sources": {"written": 1.0},
            "writer": {"slot": "writer", "rounds": 3},
            "review": {
                "critics": [
                    {"slot": "first", "prompt": "faithful"},
                    {"slot": "second", "prompt": "lawful"},
                ]
            },
            **plans,
        },
        "serving": {"patience": 5.0},
        "play": {"workers": 0, "in_flight": 4, "commit": {"size": 8, "seconds": 0.05}},
    }
    path.write_text(yaml.safe_dump(tree))
    return load_recipe(path)


def assignment(recipe: Recipe, number: int) -> Assignment:
    """What the writer of a candidate is given in a build of this recipe."""
    domain = "cloakroom"
    quotas = checked_quotas(recipe.personas.quotas)
    at = persona_of(recipe, domain, number)
    cell = next(islice(cells(recipe.personas.count, recipe.seed, quotas), at, None))
    persona = persona_at(at, recipe.seed, cell, earliest_day(recipe, Shelf()))
    spec = plan_spec(recipe, domain)
    request = request_of(domain_named(domain), persona, spec, recipe.seed, number)
    writer = recipe.blueprints.writer
    assert writer is not None
    return assignment_of(request, writer.tools)


class Authoring:
    """Answers for the recipe that it is given, each call after so many ``seconds``. ``asked`` has the
    bodies by candidate and model."""

    def __init__(
        self,
        spoil: Spoil = lambda proposal, given, number: msgspec.json.encode(proposal).decode(),
        vote: Vote = lambda slot, number: {"verdict": "accept", "comment": ""},
        seconds: float = 0.0,
    ) -> None:
        self._seconds = seconds
        self.recipe: Recipe | None = None
        self.asked: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(
            lambda: defaultdict(list)
        )
        self.calls = 0
        self._spoil = spoil
        self._vote = vote

    async def answer(self, request: web.Request, call: int) -> web.StreamResponse:
        """A plan, or a vote on one. See ``Answerer``."""
        assert self.recipe is not None
        body = msgspec.json.decode(await request.read())
        number = _numbers()[request.headers["X-Session-ID"]]
        candidate = candidate_key("cloakroom", number)
        self.calls += 1
        await asyncio.sleep(self._seconds)
        theirs = self.asked[candidate][body["model"]]
        theirs.append(body)
        if body["model"] != "author":
            content = msgspec.json.encode(self._vote(body["model"], len(theirs))).decode()
            return web.json_response(completion(content))
        given = assignment(self.recipe, number)
        found = await ScriptedWriter(flaws={}, seed=1).write(given, ())
        assert found is not None
        content = self._spoil(read_out(found.text), given, len(theirs))
        return web.json_response(completion(content))

    def said(self, candidate: str, model: str, at: int = -1) -> str:
        """All that a model was shown in one of its calls about a candidate."""
        messages = self.asked[candidate][model][at]["messages"]
        return "\n".join(each["content"] for each in messages)


@asynccontextmanager
async def serving(authoring: Authoring, folder: Path, **plans: Any) -> AsyncIterator[Recipe]:
    """A recipe, and the server for it as long as the block lasts."""
    async with chat_server(authoring.answer) as server:
        server.models = 404  # It has no list of models, as some have.
        authoring.recipe = recipe_on(folder, server.url, **plans)
        yield authoring.recipe
