"""A live MCP server is recorded; what cannot be replayed is left out with the reason."""

import asyncio
import shlex
import sys
from pathlib import Path

import pytest

from generators.blueprint import Blueprint
from generators.domains.recorded import connection
from generators.domains.recorded.connection import ServerLost
from generators.domains.recorded.importing import import_mcp
from generators.domains.recorded.loader import recorded_domain
from generators.domains.services.importing.finishing import Imported
from generators.domains.world import World
from generators.event import AGENT
from generators.planning import plan_blueprint
from generators.sources.request import PlanSpec
from tests.people import person

pytestmark = pytest.mark.slow

BAKERY = Path(__file__).parent / "bakery.py"


def recorded(out: Path, way: str = "", **options: object) -> Imported:
    server = shlex.join([sys.executable, str(BAKERY), *([way] if way else [])])
    return asyncio.run(import_mcp(server, "Corner bakery", out, **options))  # type: ignore[arg-type]


def left_out(made: Imported) -> dict[str, str]:
    return {note.where: note.found for note in made.left_out}


@pytest.fixture(scope="module")
def bakery(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    return recorded(tmp_path_factory.mktemp("bakery"), reset="start_over")


def test_reads_and_writes_are_recorded_from_the_start_and_after_each_write(bakery: Imported):
    domain = recorded_domain(Path(bakery.folder))
    assert set(domain.agent_tools) == {"list_cakes", "get_cake", "list_orders", "order_cake"}
    assert {name for name, tool in domain.agent_tools.items() if tool.writes} == {"order_cake"}
    world = World(domain, 0, domain.clock)
    order = world.call(AGENT, "order_cake", '{"cake_id": "c1", "size": "small"}')
    assert order.value["order_number"] == "B-001"
    assert world.call(AGENT, "get_cake", '{"cake_id": "c1"}').value["left"] == 2
    assert world.call(AGENT, "list_orders", "{}").value["count"] == 1


def test_what_the_server_refuses_is_recorded_as_refused(bakery: Imported):
    domain = recorded_domain(Path(bakery.folder))
    world = World(domain, 0, domain.clock)
    refused = world.call(AGENT, "order_cake", '{"cake_id": "c3", "size": "small"}')
    assert refused.error == "tool_error"
    assert "sold out" in refused.content


def test_every_plan_over_a_recording_is_proven(bakery: Imported):
    domain = recorded_domain(Path(bakery.folder))
    spec = PlanSpec(goals={1: 0.5, 2: 0.5}, worlds=1)
    found = [plan_blueprint(domain, person(n), spec, 3, n) for n in range(60)]
    plans = [each for each in found if isinstance(each, Blueprint)]
    assert len(plans) >= 57
    assert {name for plan in plans for name in plan.intents} == set(domain.intents)


def test_what_is_guessed_is_told(bakery: Imported):
    guessed = {note.where: note.done for note in bakery.guessed if "hint" in note.found}
    assert guessed == {
        "tools.list_orders": "taken for a read",
        "tools.start_over": "taken for a write",
    }


def test_without_a_way_back_only_reads_are_taken(tmp_path: Path):
    made = recorded(tmp_path)
    assert set(recorded_domain(Path(made.folder)).agent_tools) == {
        "list_cakes",
        "get_cake",
        "list_orders",
    }
    assert left_out(made)["tools.order_cake"] == "a write, and no way back"


def test_answers_that_differ_each_time_are_left_out(tmp_path: Path):
    made = recorded(tmp_path, "fickle")
    assert "other answers to one call" in left_out(made)["tools.get_mood"]
    assert "get_cake" in recorded_domain(Path(made.folder)).agent_tools


def test_a_server_that_dies_of_a_call_is_started_again_without_it(tmp_path: Path):
    made = recorded(tmp_path, "deadly")
    assert "tools.get_flour" in left_out(made)
    assert {"list_cakes", "get_cake"} <= set(recorded_domain(Path(made.folder)).agent_tools)


def test_a_tool_that_does_not_answer_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connection, "CALL_SECONDS", 2.0)
    made = recorded(tmp_path, "slow")
    assert "no answer within 2 s" in left_out(made)["tools.get_bread"]
    assert "list_orders" in recorded_domain(Path(made.folder)).agent_tools


def test_a_tool_for_which_no_value_is_known_is_left_out_until_a_call_is_given(tmp_path: Path):
    without = recorded(tmp_path / "one", "odd")
    assert left_out(without)["tools.get_secret"] == "no call of it could be made"
    given = recorded(tmp_path / "other", "odd", calls=[("get_secret", {"recipe": "rye"})])
    world_domain = recorded_domain(Path(given.folder))
    assert "get_secret" in world_domain.agent_tools


@pytest.mark.parametrize("server", ["no-such-command-anywhere", f"{sys.executable} -c pass"])
def test_a_server_that_is_none_is_told_as_such(tmp_path: Path, server: str):
    with pytest.raises(ServerLost):
        asyncio.run(import_mcp(server, "Nobody", tmp_path))
    assert not list(tmp_path.iterdir())


def test_a_server_that_says_nothing_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connection, "STARTING_SECONDS", 3.0)
    with pytest.raises(ServerLost):
        recorded(tmp_path, "mute")
