"""What holds for the tools of every shipped domain."""

import pytest

from generators.domain_check.wording import description_remarks
from generators.domains.registry import domain_named
from generators.domains.world import World
from generators.event import AGENT, USER
from tests.every_domain import EVERY_DOMAIN

LEAST = {
    "clinic": (14, 6, 0),
    "cloakroom": (5, 3, 1),
    "datadesk": (30, 15, 6),
    "energy": (12, 1, 4),
    "insurance": (20, 12, 3),
    "library": (30, 15, 4),
    "permits": (20, 1, 5),
}
"""Tools of the agent, those of them that write, and tools of the user: at least so many."""


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_there_are_enough_tools_for_both_sides(name: str):
    domain, (tools, writes, user) = domain_named(name), LEAST[name]
    kinds = [tool.writes for tool in domain.agent_tools.values()]
    assert len(kinds) >= tools
    assert writes <= sum(kinds) < len(kinds)
    assert len(domain.user_tools) >= user
    assert not set(domain.agent_tools) & set(domain.user_tools)


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_everything_is_described(name: str):
    assert list(description_remarks(domain_named(name))) == []


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_neither_side_has_the_others_tools(name: str):
    domain = domain_named(name)
    world = World(domain, 0, domain.clock)
    for party, other in ((AGENT, USER), (USER, AGENT)):
        for tool in domain.tools_of(other):
            assert world.call(party, tool, "{}").error == "not_yours"
