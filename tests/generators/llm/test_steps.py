"""Think, speak and act in one reply."""

import pytest

from generators.event import AGENT, USER
from generators.llm.settings import Settings, TurnChecks
from generators.models.chat import ChatReply
from tests.generators.llm.talkers import Stage, Talker, agent_says, native, notes
from tests.played import STOP, Reader, say

STAGE = Stage()
SEAT = next(fact.value for fact in STAGE.plan.facts if fact.key == "seat")
FIND = ("find_guest", {"seat": SEAT})
THINKING = Settings(think=True)


def test_words_hand_over_to_the_user_calls_go_to_the_world_thoughts_go_nowhere():
    user = Reader(USER, say("Hi"), STOP)
    agent = Talker(
        agent_says("", think="Who is it?"),
        agent_says("", FIND, think="Look it up."),
        agent_says("There you are.", think="Found."),
    )
    told = STAGE.play(user, STAGE.player(AGENT, agent, THINKING))
    own = [(e.kind, e.visible_to) for e in told.events if e.party == AGENT]
    assert own == [
        ("think", (AGENT,)),
        ("think", (AGENT,)),
        ("call", (AGENT,)),
        ("think", (AGENT,)),
        ("say", (USER, AGENT)),
    ]
    thoughts = [event.text for event in told.events if event.kind == "think"]
    assert thoughts == ["Who is it?", "Look it up.", "Found."]
    assert len(user.views) == 2
    assert len(agent.requests) == 3
    asked_again = agent.messages(1)
    assert asked_again[:2] == agent.messages(0)
    assert "go on" in asked_again[-1]["content"]


def test_thinking_alone_is_counted_and_ends_in_silence():
    stage = Stage()
    agent = Talker(agent_says("", think="Hm."))
    told = stage.play(Reader(USER, say("Hi"), STOP), stage.player(AGENT, agent, THINKING), turns=2)
    own = [e.kind for e in told.events if e.party == AGENT]
    assert own == ["think", "think", "think", "wait"]
    assert stage.meter.reading().repairs == {"agent/thought_only": 2}


@pytest.mark.parametrize("mode", ["structured", "tools"])
def test_three_identical_actions_end_as_a_loop_failure(mode: str):
    replies = {
        "structured": agent_says("", FIND),
        "tools": native("find_guest", f'{{"seat":"{SEAT}"}}'),
    }
    agent = Talker(replies[mode])
    told = STAGE.play(
        Reader(USER, say("Hi"), STOP),
        STAGE.player(AGENT, agent, Settings(mode=mode)),  # type: ignore[arg-type]
    )
    assert told.failure
    assert (told.failure.party, told.failure.kind) == (AGENT, "loop")
    assert len([event for event in told.events if event.kind == "call"]) == 2


def test_words_in_between_make_it_no_loop():
    agent = Talker(*[agent_says("", FIND), agent_says("Found.")] * 3)
    user = Reader(USER, say("Hi"), say("Again"), say("Once more"), STOP)
    told = STAGE.play(user, STAGE.player(AGENT, agent))
    assert told.failure is None
    assert len([event for event in told.events if event.kind == "call"]) == 3


def test_where_turns_are_checked_a_second_identical_action_is_drafted_again():
    checks = TurnChecks(rules=("same_call",), redrafts=1, then="fail")
    agent = Talker(agent_says("", FIND), agent_says("", FIND), agent_says("Found."))
    told = STAGE.play(
        Reader(USER, say("Hi"), STOP), STAGE.player(AGENT, agent, Settings(checks=checks))
    )
    assert [event.kind for event in told.events] == ["say", "call", "result", "say", "stop"]
    assert [each["code"] for each in notes(told, "rejected_draft")] == ["same_call"]


def test_the_agent_is_told_to_ask_where_a_wish_is_ambiguous():
    agent = Talker(agent_says("Which of the two?"))
    STAGE.play(Reader(USER, say("My coat"), STOP), STAGE.player(AGENT, agent))
    assert "ask which is meant before you act" in agent.messages(0)[0]["content"]


def test_reasoning_of_the_server_and_a_thought_of_the_reply_are_both_kept():
    reply = ChatReply(content=agent_says("Hello.", think="Be kind."), reasoning="A guest.")
    told = STAGE.play(Reader(USER, say("Hi"), STOP), STAGE.player(AGENT, Talker(reply), THINKING))
    assert [e.text for e in told.events if e.kind == "think"] == ["A guest.", "Be kind."]
