"""Dialogues that language models played, as rows and messages."""

from msgspec.structs import replace

from generators.event import AGENT, USER, Usage
from generators.llm.settings import Settings, TurnChecks
from generators.models.chat import ChatReply
from generators.trajectory import Trajectory
from outputs.judged import Judged
from outputs.messages import Message, plain, transcript_of
from outputs.row import from_row, to_row
from outputs.talk import talk_of
from tests.generators.llm.talkers import Stage, Talker, agent_says, user_says
from verifiers.committee import Committee, decide
from verifiers.verdict import evidence

STAGE = Stage()
SEAT = next(fact.value for fact in STAGE.plan.facts if fact.key == "seat")
FIND = ("find_guest", {"seat": SEAT})


def played(**usage: float) -> Judged:
    """A planned, checked, thinking agent, whose first draft is rejected."""
    checks = TurnChecks(rules=("other_side",))
    settings = Settings(think=True, checks=checks, acts={"tell": "Tell what was found."})
    user = Talker(
        user_says("Hello.", thought="a user's thought"),
        user_says("Bye.", done=[1, 2], end=True, thought="all-over"),
    )
    agent = Talker(
        agent_says("Agent: one moment.", think="rejected"),
        ChatReply(content=agent_says("One moment.", FIND, think="I look."), reasoning="A guest."),
        agent_says("Found you.", think="There."),
    )
    told = STAGE.play(
        STAGE.player(USER, user, Settings(think=True)),
        STAGE.player(AGENT, agent, settings, planner=Talker('{"act": "tell"}')),
    )
    if usage:
        told = with_usage(told, Usage(latency_ms=usage["latency_ms"]))
    case = evidence(told, STAGE.plan, STAGE.domain)
    return Judged(
        trajectory=told,
        blueprint=STAGE.plan,
        persona=STAGE.persona,
        decision=decide(case, Committee()),
    )


def with_usage(told: Trajectory, usage: Usage) -> Trajectory:
    events = tuple(replace(e, usage=usage) if e.usage else e for e in told.events)
    return replace(told, events=events)


def messages() -> tuple[Message, ...]:
    return transcript_of(played(), STAGE.domain).messages


def test_reasoning_stands_beside_the_words_and_calls_of_its_move():
    spoken = [each for each in messages() if each.role == "assistant"]
    assert [each.reasoning for each in spoken] == ["A guest.\nI look.", "There."]
    assert [each.content for each in spoken] == ["One moment.", "Found you."]
    assert [call.name for call in spoken[0].tool_calls] == ["find_guest"]
    assert "I look." not in str(plain(spoken[0]))


def test_nothing_private_becomes_a_message():
    text = "\n".join(f"{each.content}{each.reasoning}" for each in messages())
    for private in (
        "a user's thought",
        "all-over",
        "rejected",
        "Agent: one",
        "Tell what",
        "talker-1",
    ):
        assert private not in text


def test_rejected_drafts_and_model_calls_survive_in_the_row():
    judged = played()
    row = to_row(judged, STAGE.domain)
    assert from_row(row) == judged
    noted = "".join(event["annotations"] or "" for event in row["events"])
    assert "rejected_draft" in noted
    assert "model_call" in noted


def test_what_calls_took_is_no_part_of_a_rows_content():
    slow, fast = (to_row(played(latency_ms=each), STAGE.domain) for each in (900.0, 1.0))
    assert slow != fast
    assert slow["row_hash"] == fast["row_hash"]


def test_an_act_that_was_planned_counts_as_a_dialogue_act():
    said = [each for each in talk_of(played()).said if each.role == AGENT]
    assert [each.acts for each in said] == [("tell",), ("tell",)]
