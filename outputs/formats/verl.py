"""Reinforcement learning with verl: one row per plan, with what a reward needs to judge an attempt.

The prompt is what the agent knows when it first has to speak. The ground truth is a JSON string, since
Arrow would mix the fields of different plans. The pass rate over the attempts made is the plan's
difficulty as observed; attempts that broke off count for nothing.

A plan that nobody solved has no row in a split of its own: it goes where its persona is, or to train
when its persona is nowhere, so nothing straddles.
"""

from collections.abc import Iterator

import pyarrow as pa

from generators.blueprint import Action, Blueprint, RowPatch, Statement
from generators.perturbation import Perturbation
from outputs.formats.conversation import gives_away, secrets_of
from outputs.formats.format import Format, Left, Line, Options, Row, Rows
from outputs.judged import Judged
from outputs.messages import Message, plain, sittings
from outputs.row import from_row, messages_of
from personas.record import Record, canonical_json

SCHEMA = pa.schema(
    [
        ("data_source", pa.string()),
        ("prompt", pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))),
        ("ability", pa.string()),
        (
            "reward_model",
            pa.struct([("style", pa.string()), ("ground_truth", pa.string())]),
        ),
        (
            "extra_info",
            pa.struct(
                [
                    ("split", pa.string()),
                    ("index", pa.int64()),
                    ("blueprint_id", pa.string()),
                    ("intents", pa.list_(pa.string())),
                    ("difficulty", pa.string()),
                    ("attempts", pa.int64()),
                    ("passed", pa.int64()),
                    ("pass_rate", pa.float64()),
                    ("need_tools_kwargs", pa.bool_()),
                    ("tools", pa.string()),
                ]
            ),
        ),
        ("agent_name", pa.string()),
    ]
)


class Truth(Record):
    """What a reward needs of a plan: the world to start from, and how it must look and what must have
    been said at the end. ``verl_reward`` judges by it."""

    blueprint_id: str
    domain: str
    domain_hash: str
    world_seed: int
    clock: str
    setup: tuple[RowPatch, ...]
    start_hash: str
    end_hash: str
    actions: tuple[Action, ...]
    must_say: tuple[Statement, ...]
    must_not_say: tuple[Statement, ...]
    perturbation: Perturbation | None = None


class _Group:
    """The attempts at one plan."""

    __slots__ = ("attempts", "first", "passed", "split")

    def __init__(self) -> None:
        self.attempts = 0
        self.passed = 0
        self.split = ""
        self.first: tuple[int, str] | None = None

    def add(self, judged: Judged) -> None:
        self.split = self.split or judged.split
        trajectory = judged.trajectory
        if trajectory.failure or trajectory.parent:
            return
        self.attempts += 1
        self.passed += judged.decision.outcome == "accept"
        place = (trajectory.attempt, trajectory.id)
        self.first = min(self.first, place) if self.first else place


def _convert(rows: Rows, options: Options) -> Iterator[Line | Left]:
    groups: dict[str, _Group] = {}
    homes: dict[str, str] = {}
    for row in rows():
        judged = from_row(row)
        groups.setdefault(judged.blueprint.id, _Group()).add(judged)
        if judged.split:
            homes[judged.persona.id] = judged.split
    for blueprint_id, group in groups.items():
        if not group.attempts:
            yield Left(blueprint_id, "no_attempt")
    index = 0
    for row in rows():
        group = groups[row["blueprint_id"]]
        if group.first == (row["attempt"], row["id"]):
            split = group.split or homes.get(row["persona_id"], "train")
            line = _line(row, group, split, index, options["pass_rate"])
            index += isinstance(line, Line)
            yield line


def _line(row: Row, group: _Group, split: str, index: int, wanted: str) -> Line | Left:
    judged = from_row(row)
    plan = judged.blueprint
    if wanted == "mixed" and group.passed in (0, group.attempts):
        return Left(plan.id, "never_passed" if not group.passed else "always_passed")
    prompt = _opening(next(sittings(messages_of(row))))
    if gives_away(prompt, secrets_of(judged)):
        return Left(plan.id, "secret")
    content = {
        "data_source": f"duologue/{plan.domain}",
        "prompt": [plain(message) for message in prompt],
        "ability": "tool_use",
        "reward_model": {"style": "rule", "ground_truth": canonical_json(_truth(plan)).decode()},
        "extra_info": {
            "split": split,
            "index": index,
            "blueprint_id": plan.id,
            "intents": list(plan.intents),
            "difficulty": plan.difficulty,
            "attempts": group.attempts,
            "passed": group.passed,
            "pass_rate": group.passed / group.attempts,
            "need_tools_kwargs": False,
            "tools": row["tools"],
        },
        "agent_name": "tool_agent",
    }
    return Line(split, content)


def _opening(messages: tuple[Message, ...]) -> list[Message]:
    opening: list[Message] = []
    for message in messages:
        if message.role not in ("system", "user"):
            break
        opening.append(message)
    return opening


def _truth(plan: Blueprint) -> Truth:
    return Truth(
        blueprint_id=plan.id,
        domain=plan.domain,
        domain_hash=plan.domain_hash,
        world_seed=plan.world_seed,
        clock=plan.clock,
        setup=plan.setup,
        start_hash=plan.start_hash,
        end_hash=plan.end_hash,
        actions=plan.actions,
        must_say=plan.must_say,
        must_not_say=plan.must_not_say,
        perturbation=plan.perturbation,
    )


VERL = Format(
    name="verl",
    summary="verl RL: Parquet, one row per plan with its ground truth.",
    kind="rl",
    options={"pass_rate": ("all", "mixed")},
    convert=_convert,
    schema=SCHEMA,
)
