import msgspec
import pytest

from generators.event import AGENT, USER
from generators.llm.settings import Settings
from generators.models.chat import ChatRequest
from tests.generators.llm.talkers import Stage, Talker, agent_says, notes
from tests.played import STOP, Reader, say

ACTS = {"ask": "Ask for one thing that is missing.", "tell": "Tell what was found out."}
PLANNED = Settings(acts=ACTS)


def pick(act: str) -> str:
    return msgspec.json.encode({"act": act}).decode()


def seat_of(stage: Stage) -> str:
    return next(fact.value for fact in stage.plan.facts if fact.key == "seat")


def frozen_agent(request: ChatRequest) -> str:
    """Always the same agent: it does what the note at the end of its prompt names."""
    asked = msgspec.json.decode(request.messages[-1])["content"].rpartition("\n")[2]
    return agent_says(f"I do: {asked.partition(':')[0]}.")


def test_two_planners_with_the_same_agent_give_different_act_sequences():
    def acts(*picked: str) -> list[str]:
        stage = Stage()
        planner = Talker(*map(pick, picked))
        agent = stage.player(AGENT, Talker(frozen_agent), PLANNED, planner=planner)
        told = stage.play(Reader(USER, say("Hi"), say("And?"), STOP), agent)
        words = [e.text for e in told.events if e.party == AGENT]
        found = [each["act"] for each in notes(told, "act")]
        assert words == [f"I do: {act}." for act in found]
        return found

    assert acts("ask", "tell") == ["ask", "tell"]
    assert acts("tell", "ask") == ["tell", "ask"]


@pytest.mark.parametrize("domain", ["cloakroom", "energy", "clinic"])
def test_every_agent_turn_has_an_act_in_every_domain(domain: str):
    stage = Stage(domain)
    agent = stage.player(AGENT, Talker(frozen_agent), PLANNED, planner=Talker(pick("tell")))
    told = stage.play(Reader(USER, say("Hi"), say("And?"), say("So?"), STOP), agent)
    spoken = [event for event in told.events if event.party == AGENT]
    assert len(spoken) == 3
    for event in spoken:
        assert [n.name for n in event.annotations].count("act") == 1


def test_the_act_is_seen_by_the_agent_only_and_says_who_picked_it():
    stage = Stage()
    agent = stage.player(AGENT, Talker(agent_says("Hello.")), PLANNED, planner=Talker(pick("ask")))
    told = stage.play(Reader(USER, say("Hi"), STOP), agent)
    (note,) = [n for e in told.events for n in e.annotations if n.name == "act"]
    assert note.visible_to == (AGENT,)
    assert msgspec.json.decode(note.value) == {"act": "ask", "by": "planner"}


def test_the_act_is_an_instruction_at_the_end_of_that_turns_prompt():
    stage = Stage()
    agent = Talker(agent_says("Which seat?"), agent_says("Here."))
    planner = Talker(pick("ask"), pick("tell"))
    stage.play(
        Reader(USER, say("Hi"), say("C4"), STOP),
        stage.player(AGENT, agent, PLANNED, planner=planner),
    )
    first, second = agent.messages(0), agent.messages(1)
    assert first[-1]["content"].startswith("Hi\n\n")
    assert first[-1]["content"].endswith(f"ask: {ACTS['ask']}")
    assert second[1] == {"role": "user", "content": "Hi"}
    assert second[-1]["content"].endswith(f"tell: {ACTS['tell']}")
    assert second[:1] == first[:1]


def test_a_turn_is_planned_once_however_many_calls_it_makes():
    stage = Stage()
    find = ("find_guest", {"seat": seat_of(stage)})
    agent = Talker(agent_says("", find), agent_says("Found."), agent_says("Bye."))
    planner = Talker(pick("ask"), pick("tell"))
    told = stage.play(
        Reader(USER, say("Hi"), say("Thanks"), STOP),
        stage.player(AGENT, agent, PLANNED, planner=planner),
    )
    assert len(planner.requests) == 2
    own = [event for event in told.events if event.party == AGENT]
    assert [event.kind for event in own] == ["call", "say", "say"]
    assert [each["act"] for each in notes(told, "act")] == ["ask", "ask", "tell"]


def test_the_planner_is_shown_what_the_agent_has_seen_and_the_acts_it_may_pick():
    stage = Stage()
    planner = Talker(pick("ask"))
    stage.play(
        Reader(USER, say("Where is my coat?"), STOP),
        stage.player(AGENT, Talker(agent_says("Hello.")), PLANNED, planner=planner),
    )
    shown = planner.said()
    assert "user: Where is my coat?" in shown
    assert ACTS["tell"] in shown
    asked = msgspec.json.decode(planner.requests[0].response_format or b"")
    assert asked["json_schema"]["schema"]["properties"]["act"]["enum"] == ["ask", "tell"]
    for goal in stage.plan.goals:
        assert goal.need not in shown


@pytest.mark.parametrize("answer", ["ask", '{"act": "shout"}', "", "[" * 3000, '{"act": null}'])
def test_a_planner_that_picks_no_act_ends_the_dialogue_and_nobody_at_the_table_is_blamed(
    answer: str,
):
    stage = Stage()
    planner = Talker(answer)
    told = stage.play(
        Reader(USER, say("Hi"), STOP),
        stage.player(AGENT, Talker(agent_says("Hello.")), PLANNED, planner=planner),
    )
    assert told.failure
    assert (told.failure.party, told.failure.kind) == ("engine", "malformed_plan")
    assert stage.meter.reading().rejects == {"planner/malformed": 3}
    assert len({request.seed for request in planner.requests}) == 3
