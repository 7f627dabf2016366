"""What is written down about each model call."""

import msgspec
import pytest
from msgspec.structs import replace

from generators.event import AGENT, USER, TokenTrace, Usage
from generators.llm.part import form_of
from generators.llm.settings import Settings, TurnChecks
from generators.llm.turn_rules import TURN_RULES
from generators.models.chat import ChatReply
from generators.models.wire import body_of
from tests.generators.llm.talkers import USAGE, Stage, Talker, agent_says, notes, user_says
from tests.played import STOP, Reader, say

STAGE = Stage()
SEAT = next(fact.value for fact in STAGE.plan.facts if fact.key == "seat")
FIND = ("find_guest", {"seat": SEAT})
CHECKED = Settings(checks=TurnChecks(rules=tuple(TURN_RULES)))


def test_every_event_of_a_model_says_how_it_was_asked():
    agent = Talker(agent_says("One moment.", FIND), agent_says("Found."))
    player = STAGE.player(AGENT, agent, temperature=0.3, max_tokens=256, extra={"top_k": 20})
    told = STAGE.play(Reader(USER, say("Hi"), STOP), player)
    own = [event for event in told.events if event.party == AGENT]
    assert [event.kind for event in own] == ["say", "call", "say"]
    for event in own:
        (note,) = [n for n in event.annotations if n.name == "model_call"]
        assert note.visible_to == ()
        value = msgspec.json.decode(note.value)
        assert value == {
            "slot": "agent",
            "model": "talker-1",
            "revision": "r7",
            "prompt": form_of(AGENT, STAGE.domain, "structured", False, "", 256).prompt_hash,
            "seed": agent.requests[0 if event.turn == own[0].turn else 1].seed,
            "sampling": {"temperature": 0.3, "max_tokens": 256, "extra": {"top_k": 20}},
            "finish_reason": "stop",
            "fingerprint": "fp-1",
        }


def test_usage_with_cached_tokens_and_latency_is_on_the_first_event_of_a_move():
    agent = Talker(agent_says("One moment.", FIND), agent_says("Found."))
    told = STAGE.play(Reader(USER, say("Hi"), STOP), STAGE.player(AGENT, agent))
    own = [event.usage for event in told.events if event.party == AGENT]
    assert own == [USAGE, None, USAGE]


def test_usage_counts_critic_and_planner_too():
    planner, critic = Talker('{"act": "ask"}'), Talker('{"accept": true}')
    settings = Settings(checks=TurnChecks(), acts={"ask": "Ask."})
    player = STAGE.player(
        AGENT, Talker(agent_says("Hello.")), settings, planner=planner, critic=critic
    )
    told = STAGE.play(Reader(USER, say("Hi"), STOP), player)
    usage = told.events[1].usage
    assert usage == Usage(
        prompt_tokens=300, cached_tokens=180, completion_tokens=30, latency_ms=15.0
    )
    slots = [each["slot"] for each in notes(told, "model_call")]
    assert sorted(slots) == ["agent", "critic", "planner"]


def test_seeds_are_hashed_from_dialogue_party_move_and_draft():
    def seeds(talker: Talker) -> list[int]:
        return [request.seed for request in talker.requests]

    def run(rejected: bool) -> tuple[list[int], list[int]]:
        first = [user_says("Agent: hello")] if rejected else []
        user = Talker(*first, user_says("Hello."), user_says("Bye.", done=[1, 2, 3], end=True))
        agent = Talker(agent_says("Yes?"))
        STAGE.play(STAGE.player(USER, user, CHECKED), STAGE.player(AGENT, agent))
        return seeds(user), seeds(agent)

    assert run(False) == run(False)
    user, agent = run(False)
    assert len({*user, *agent}) == 3
    assert all(0 <= seed < 2**31 for seed in (*user, *agent))
    drafted, unmoved = run(True)
    assert drafted[0] == user[0]
    assert drafted[2] == user[1]
    assert drafted[1] not in user
    assert unmoved == agent


@pytest.mark.parametrize("mode", ["structured", "tools"])
def test_the_same_replies_lead_to_the_same_requests_byte_by_byte(mode: str):
    def bodies() -> list[bytes]:
        structured = mode == "structured"
        settings = Settings(mode=mode, checks=CHECKED.checks, acts={"ask": "Ask."})  # type: ignore[arg-type]
        bad = agent_says("Agent: hm") if structured else "Agent: hm"
        agent = Talker(bad, agent_says("Yes?") if structured else "Yes?")
        planner = Talker('{"act": "ask"}')
        player = STAGE.player(AGENT, agent, settings, planner=planner)
        STAGE.play(Reader(USER, say("Hi"), say("So?"), STOP), player)
        return [body_of(each, "m") for each in (*agent.requests, *planner.requests)]

    first = bodies()
    assert len(first) >= 5
    assert first == bodies()


def test_calls_are_numbered_by_slot():
    planner, critic = Talker('{"act": "ask"}'), Talker('{"accept": true}')
    settings = Settings(checks=TurnChecks(rules=("other_side",)), acts={"ask": "Ask."})
    agent = Talker(agent_says("Agent: hm"), agent_says("Hello."))
    player = STAGE.player(AGENT, agent, settings, planner=planner, critic=critic)
    STAGE.play(Reader(USER, say("Hi"), say("So?"), STOP), player)
    for talker, slot in ((agent, "agent"), (critic, "critic"), (planner, "planner")):
        assert [request.turn for request in talker.requests] == list(
            range(1, len(talker.requests) + 1)
        )
        assert {request.slot for request in talker.requests} == {slot}
        assert {request.dialogue for request in talker.requests} == {f"{STAGE.plan.id}:00"}


def test_tokens_and_log_probabilities_are_kept_when_the_recipe_asks():
    trace = TokenTrace(
        prompt_hash="ab", prompt_length=3, token_ids=(1, 2), log_probabilities=(-0.5, -1.0)
    )
    agent = Talker(ChatReply(content=agent_says("One moment.", FIND), tokens=trace))
    player = STAGE.player(AGENT, agent, keep_tokens=True)
    told = STAGE.play(Reader(USER, say("Hi"), STOP), player, turns=2)
    assert agent.requests[0].keep_tokens
    first = [event.tokens for event in told.events if event.party == AGENT][:2]
    assert first == [trace, None]


def test_how_fast_and_how_often_a_model_was_asked_changes_no_event():
    def played(usage: Usage, journalled: bool):
        def answer(_: object) -> ChatReply:
            return ChatReply(content=agent_says("Hello."), journalled=journalled)

        class Timed(Talker):
            async def chat(self, request):
                return replace(await super().chat(request), usage=usage)

        return STAGE.play(Reader(USER, say("Hi"), STOP), STAGE.player(AGENT, Timed(answer)))

    slow = played(Usage(prompt_tokens=9, latency_ms=900.0), False)
    fast = played(Usage(prompt_tokens=9, cached_tokens=9, latency_ms=1.0), True)
    assert slow != fast
    assert slow.id == fast.id
    assert [replace(e, usage=None) for e in slow.events] == [
        replace(e, usage=None) for e in fast.events
    ]


def test_a_prompt_of_the_recipes_own_has_a_hash_of_its_own():
    hashes = {
        form_of(party, STAGE.domain, mode, False, template, 512).prompt_hash
        for party in (USER, AGENT)
        for mode in ("structured", "tools")
        for template in ("", "Be brief.")
    }
    assert len(hashes) == 8
