"""A recorded server answers what it was seen to answer, and nothing else."""

from pathlib import Path

import msgspec
import pytest
import yaml

from generators.blueprint import Blueprint
from generators.domains.recorded.loader import recorded_domain
from generators.domains.recorded.spec import Recording, call_key
from generators.domains.services.mistakes import ServiceError
from generators.domains.world import World
from generators.event import AGENT
from generators.planning import plan_blueprint
from generators.sources.request import PlanSpec
from tests.people import person

SCHEMA = {
    "type": "object",
    "properties": {"lamp": {"type": "string"}, "level": {"type": "integer"}},
    "required": ["lamp"],
}
DIM = {**SCHEMA, "required": ["lamp", "level"]}
SERVER = {
    "name": "lamps",
    "title": "Lamps",
    "summary": "Lamps of a hall.",
    "clock": "2025-03-03T09:00:00",
    "confirmed": "M02",
    "tools": {
        "get_lamp": {
            "theirs": "getLamp",
            "description": "Look at a lamp.",
            "schema": SCHEMA,
            "want": "look at a lamp",
            "tells": ["level"],
        },
        "dim_lamp": {
            "theirs": "dimLamp",
            "description": "Dim a lamp.",
            "schema": DIM,
            "writes": True,
            "want": "dim a lamp",
            "tells": ["done.code"],
        },
    },
}
DIMMED = call_key("dim_lamp", {"level": 20, "lamp": "stage"})
RECORDINGS = [
    Recording(tool="get_lamp", arguments={"lamp": "stage"}, result={"level": 80}),
    Recording(
        tool="get_lamp", arguments={"lamp": "attic"}, result="no such lamp", error="tool_error"
    ),
    Recording(
        tool="dim_lamp", arguments={"lamp": "stage", "level": 20}, result={"done": {"code": "D7"}}
    ),
    Recording(tool="get_lamp", arguments={"lamp": "stage"}, result={"level": 20}, before=(DIMMED,)),
]


def folder_of(place: Path, **changes: object) -> Path:
    place.mkdir(exist_ok=True)
    (place / "server.yaml").write_text(yaml.safe_dump({**SERVER, **changes}))
    lines = b"".join(msgspec.json.encode(each) + b"\n" for each in RECORDINGS)
    (place / "recordings.jsonl").write_bytes(lines)
    (place / "policy.md").write_text("# Lamps\n\n- **M01** Say what is so.\n- **M02** Ask first.\n")
    return place


def world_of(place: Path) -> World:
    domain = recorded_domain(folder_of(place))
    return World(domain, 0, domain.clock)


def test_a_read_answers_by_what_was_written_before(tmp_path: Path):
    world = world_of(tmp_path)
    start = world.state_hash()
    assert world.call(AGENT, "get_lamp", '{"lamp": "stage"}').value == {"level": 80}
    assert world.state_hash() == start, "a read changes nothing"
    assert world.call(AGENT, "dim_lamp", '{"level": 20, "lamp": "stage"}').value == {
        "done": {"code": "D7"}
    }
    assert world.call(AGENT, "get_lamp", '{"lamp": "stage"}').value == {"level": 20}
    assert world.state_hash() != start
    world.reset(0)
    assert world.state_hash() == start


@pytest.mark.parametrize(
    ("tool", "arguments", "code"),
    [
        ("get_lamp", '{"lamp": "attic"}', "tool_error"),
        ("get_lamp", '{"lamp": "cellar"}', "not_recorded"),
        ("get_lamp", '{"lamp": "stage", "level": 3}', "not_recorded"),
        ("dim_lamp", '{"lamp": "stage"}', "invalid_arguments"),
        ("dim_lamp", '{"lamp": "stage", "level": "low"}', "invalid_arguments"),
        ("dim_lamp", '{"lamp": "stage", "level": 20, "colour": "red"}', "invalid_arguments"),
    ],
)
def test_no_answer_is_made_up(tmp_path: Path, tool: str, arguments: str, code: str):
    world = world_of(tmp_path)
    start = world.state_hash()
    assert world.call(AGENT, tool, arguments).error == code
    assert world.state_hash() == start


def test_plans_go_as_far_as_the_recording(tmp_path: Path):
    domain = recorded_domain(folder_of(tmp_path))
    spec = PlanSpec(goals={1: 0.5, 2: 0.5}, worlds=1)
    found = [plan_blueprint(domain, person(n), spec, 3, n) for n in range(40)]
    plans = [each for each in found if isinstance(each, Blueprint)]
    assert len(plans) == len(found)
    told = {tuple(each.intents): [form.forms[0] for form in each.must_say] for each in plans}
    assert told["get_lamp",] == ["80"]
    assert told["dim_lamp", "get_lamp"] == ["D7", "20"], "read after the write"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"clock": "noon"}, "server.yaml, clock"),
        ({"confirmed": "M09"}, "server.yaml, confirmed"),
        ({"tools": {}}, "server.yaml, tools"),
        ({"colour": "red"}, "server.yaml, colour"),
    ],
)
def test_what_is_wrong_in_a_folder_is_named(tmp_path: Path, changes: dict[str, object], named: str):
    with pytest.raises(ServiceError) as caught:
        recorded_domain(folder_of(tmp_path, **changes))
    assert named in str(caught.value)


def test_a_recording_that_cannot_be_read_is_named_by_its_line(tmp_path: Path):
    folder = folder_of(tmp_path)
    with (folder / "recordings.jsonl").open("a") as file:
        file.write('{"tool": "unknown", "arguments": {}, "result": 1}\nnonsense\n')
    with pytest.raises(ServiceError) as caught:
        recorded_domain(folder)
    assert "line 5" in str(caught.value)
    assert "line 6" in str(caught.value)
