import pytest

from generators.event import AGENT, USER
from generators.llm.settings import Settings, TurnChecks
from generators.llm.turn_rules import TURN_RULES
from generators.models.chat import ModelError
from generators.trajectory import StopReason
from tests.generators.llm.talkers import USAGE, Stage, Talker, agent_says, notes, user_says
from tests.played import STOP, Reader, say

SECRET = next(fact for fact in Stage().plan.facts if fact.reveal == "never")
TELLS = user_says(f"My word is {SECRET.value}.")
FINE = user_says("Hello.", end=True, done=[1, 2, 3])


def checking(then: str = "keep", redrafts: int = 2, *rules: str) -> Settings:
    names = rules or tuple(TURN_RULES)
    return Settings(checks=TurnChecks(rules=names, redrafts=redrafts, then=then))  # type: ignore[arg-type]


def test_a_broken_constraint_is_rejected_once_and_the_second_text_is_used():
    stage = Stage()
    user = Talker(TELLS, FINE)
    told = stage.play(stage.player(USER, user, checking()), Reader(AGENT))
    assert [event.text for event in told.events if event.kind == "say"] == ["Hello."]
    (draft,) = notes(told, "rejected_draft")
    assert (draft["draft"], draft["code"], draft["number"]) == (TELLS, "secret", 1)
    assert SECRET.key.replace("_", " ") in draft["reason"]
    assert stage.meter.reading().rejects == {"user/secret": 1}


def test_a_constraint_that_stays_broken_ends_as_a_recorded_failure():
    stage = Stage()
    user = Talker(TELLS)
    told = stage.play(stage.player(USER, user, checking("fail")), Reader(AGENT))
    assert told.stop_reason == StopReason.ERROR
    assert told.failure
    assert (told.failure.party, told.failure.kind) == (USER, "rejected_turn")
    assert "secret" in told.failure.message
    assert [each["number"] for each in notes(told, "rejected_draft")] == [1, 2, 3]
    assert told.events == ()


def test_a_constraint_that_stays_broken_is_kept_and_marked_where_the_recipe_wants_that():
    stage = Stage()
    told = stage.play(stage.player(USER, Talker(TELLS), checking()), Reader(AGENT), turns=1)
    assert [event.kind for event in told.events] == ["say"]
    assert [each["code"] for each in notes(told, "check_failed")] == ["secret"]
    assert [each["number"] for each in notes(told, "rejected_draft")] == [1, 2]
    assert stage.meter.reading().rejects == {"user/secret": 3}


@pytest.mark.parametrize("redrafts", [0, 1, 4])
def test_regeneration_is_bounded(redrafts: int):
    user = Talker(TELLS)
    stage = Stage()
    stage.play(stage.player(USER, user, checking("fail", redrafts)), Reader(AGENT))
    assert len(user.requests) == redrafts + 1


def test_the_reason_is_in_the_prompt_of_the_next_draft_and_of_that_one_only():
    stage = Stage()
    agent = Talker(agent_says("Agent: hello"), agent_says("User: hi"), agent_says("Hello."))
    stage.play(Reader(USER, say("Hi"), say("And?"), STOP), stage.player(AGENT, agent, checking()))
    assert [len(each.messages) for each in agent.requests] == [2, 4, 4, 4]
    first, second, third, later = (agent.messages(at) for at in range(4))
    assert second[:2] == third[:2] == first
    assert "Agent:" in second[-1]["content"]
    assert second[2] == {"role": "assistant", "content": agent_says("Agent: hello")}
    assert "User:" in third[-1]["content"]
    assert "Agent: hello" not in str(third)
    assert [each["role"] for each in later] == ["system", "user", "assistant", "user"]
    assert "Agent: hello" not in str(later)
    assert "User: hi" not in str(later)
    assert agent.requests[1].messages[:2] == agent.requests[0].messages


def test_rejected_drafts_are_seen_by_nobody_and_their_tokens_are_counted():
    stage = Stage()
    told = stage.play(stage.player(USER, Talker(TELLS, FINE), checking()), Reader(AGENT))
    first = told.events[0]
    assert [n.visible_to for n in first.annotations if n.name == "rejected_draft"] == [()]
    assert first.usage
    assert first.usage.completion_tokens == 2 * USAGE.completion_tokens
    assert first.usage.prompt_tokens == 2 * USAGE.prompt_tokens


def test_drafts_are_kept_when_the_model_fails_afterwards():
    stage = Stage()
    user = Talker(TELLS, ModelError("context_length", "too long"))
    told = stage.play(stage.player(USER, user, checking()), Reader(AGENT))
    assert told.failure
    assert (told.failure.party, told.failure.kind) == ("engine", "context_length")
    assert len(notes(told, "rejected_draft")) == 1


def test_a_second_model_may_reject_a_turn_with_a_reason():
    stage = Stage()
    critic = Talker(
        '{"accept": false, "reason": "It asks for the seat again."}',
        '{"accept": true, "reason": ""}',
    )
    agent = Talker(agent_says("Which seat?"), agent_says("Thank you."))
    told = stage.play(
        Reader(USER, say("I sit in C4"), STOP),
        stage.player(AGENT, agent, checking(), critic=critic),
    )
    assert [event.text for event in told.events[:2]] == ["I sit in C4", "Thank you."]
    (draft,) = notes(told, "rejected_draft")
    assert (draft["code"], draft["reason"]) == ("critic", "It asks for the seat again.")
    assert "It asks for the seat again." in agent.messages(1)[-1]["content"]
    assert stage.meter.reading().rejects == {"agent/critic": 1}
    shown = critic.said(0)
    assert "user: I sit in C4" in shown
    assert "says: Which seat?" in shown
    assert stage.domain.policy.text.strip() in shown
    assert [n["slot"] for n in notes(told, "model_call")] == ["agent", "critic"]


def test_a_critic_that_nobody_understands_has_no_opinion():
    stage = Stage()
    critic = Talker("I like it.")
    told = stage.play(
        Reader(USER, say("Hi"), STOP),
        stage.player(AGENT, Talker(agent_says("Hello.")), checking(), critic=critic),
    )
    assert [event.text for event in told.events[:2]] == ["Hi", "Hello."]
    assert notes(told, "check_abstained") == [{"by": "critic"}]
    assert stage.meter.reading().rejects == {"critic/malformed": 1}


def test_cheap_rules_come_first_and_spare_the_critic():
    stage = Stage()
    critic = Talker('{"accept": true}')
    agent = Talker(agent_says("Agent: hello"), agent_says("Hello."))
    stage.play(Reader(USER, say("Hi"), STOP), stage.player(AGENT, agent, checking(), critic=critic))
    assert len(critic.requests) == 1


def test_without_checks_every_draft_stands():
    stage = Stage()
    user = Talker(user_says("Agent: hello", end=True))
    told = stage.play(stage.player(USER, user), Reader(AGENT))
    assert [event.text for event in told.events if event.kind == "say"] == ["Agent: hello"]
    assert not notes(told, "rejected_draft")
