"""A reward for the verl export: 1 when the attempt leaves the world as planned and says what it must.

Point ``custom_reward_function.path`` at this file, with this project installed beside verl. It runs the
calls of the attempt in a fresh world. What the user does with tools of their own is no part of an
attempt, so it is taken from the plan, just before the planned agent call that follows it: a policy that
never asks the user to act is not punished for that here, only by a loop with a simulated user.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from generators.domains.domain import Domain
from generators.domains.shelf import Shelf
from generators.domains.world import World
from generators.event import AGENT, USER
from generators.perturbed.view import in_environment
from outputs.domains import shelf_in
from outputs.formats.verl import Truth
from verifiers.mentions import sharp, states
from verifiers.rules.information import says

_CALL = re.compile(r"<tool_call>(.*?)</tool_call>", re.S)
_NOT_SAID = re.compile(
    r"<tool_call>.*?</tool_call>|<tool_response>.*?</tool_response>|<think>.*?</think>"
    r"|<\|im_start\|>(?:user|tool)\b.*?<\|im_end\|>",
    re.S,
)


def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: str,
    extra_info: dict[str, Any] | None = None,
    domains: str = "",
    **_: Any,
) -> dict[str, float]:
    """The score of one attempt, and what it is made of, each 0 or 1.

    ``solution_str`` is the decoded response with calls as ``<tool_call>{"name", "arguments"}``; tool
    responses, user turns and thoughts in it count as said by nobody. A call that does not parse
    counts as not made. ``domains`` is the folder ``domains`` of the version, where it has one. Raises
    ``ValueError`` when the domain is another than the plan was made for.
    """
    truth = msgspec.json.decode(ground_truth, type=Truth)
    domain = in_environment(_shelf(domains).named(truth.domain), truth.perturbation)
    if domain.hash != truth.domain_hash:
        raise ValueError(
            f"domain {truth.domain} is {domain.hash} here, and the plan was made for "
            f"{truth.domain_hash}: install the version of this project that made the dataset"
        )
    said = _NOT_SAID.sub("\n", solution_str)
    end_state = _end_hash(truth, domain, solution_str) == truth.end_hash
    complete = all(says(said, statement) for statement in truth.must_say)
    discreet = not any(
        states(said, form)
        for statement in truth.must_not_say
        for form in sharp(statement.forms)
        if len(form) > 1
    )
    return {
        "score": float(end_state and complete and discreet),
        "end_state": float(end_state),
        "complete": float(complete),
        "discreet": float(discreet),
    }


@lru_cache(maxsize=8)
def _shelf(domains: str) -> Shelf:
    return shelf_in(Path(domains)) if domains else Shelf()


def _end_hash(truth: Truth, domain: Domain, solution: str) -> str:
    world = World(domain, truth.world_seed, truth.clock, truth.setup)
    planned = [
        (action.party, action.tool, msgspec.json.encode(action.arguments, order="sorted"))
        for action in truth.actions
    ]
    done = 0
    for name, arguments in _calls(solution):
        call = (AGENT, name, msgspec.json.encode(arguments, order="sorted"))
        if call in planned[done:]:
            place = planned.index(call, done)
            _act_for_user(world, planned[done:place])
            done = place + 1
        world.call(*call[:2], call[2].decode())
    _act_for_user(world, planned[done:])
    return world.state_hash()


def _act_for_user(world: World, planned: list[tuple[str, str, bytes]]) -> None:
    for party, tool, arguments in planned:
        if party == USER:
            world.call(party, tool, arguments.decode())


def _calls(solution: str) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for body in _CALL.findall(solution):
        try:
            call = msgspec.json.decode(body)
        except msgspec.DecodeError:
            continue
        if isinstance(call, dict) and isinstance(call.get("name"), str):
            arguments = call.get("arguments", {})
            if isinstance(arguments, dict):
                found.append((call["name"], arguments))
    return found
