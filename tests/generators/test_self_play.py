import asyncio
from dataclasses import replace as with_fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from generators.domains.registry import domain_named
from generators.domains.tool import read
from generators.domains.world import world_of
from generators.event import AGENT, USER, WORLD, Annotation, view_of
from generators.player import Act, Move, PlayerError, View
from generators.replay import replay
from generators.self_play import Limits, play
from generators.trajectory import StopReason
from tests.played import STOP, Reader, call, cases, read_out, say

PLAN = cases("cloakroom", 1)[0][0]
SEAT = next(fact.value for fact in PLAN.facts if fact.key == "seat")
FIND = call("find_guest", f'{{"seat":"{SEAT}"}}')


def test_the_first_party_begins_and_others_follow_in_turn():
    told = read_out(
        Reader(USER, say("one"), say("three"), STOP), Reader(AGENT, say("two"), say("four"))
    )
    assert [event.text for event in told.events[:-1]] == ["one", "two", "three", "four"]
    assert [event.turn for event in told.events] == [0, 1, 2, 3, 4]
    assert told.stop_reason == StopReason.USER_STOP


def test_a_move_with_calls_keeps_the_floor_until_its_party_says_something():
    agent = Reader(AGENT, FIND, FIND, say("there you are"))
    told = read_out(Reader(USER, say("hello"), STOP), agent)
    kinds = [event.kind for event in told.events]
    assert kinds == ["say", "call", "result", "call", "result", "say", "stop"]
    assert agent.views[1].events[-1].kind == "result"


def test_calls_of_one_move_are_parallel_and_numbered():
    agent = Reader(AGENT, Move(acts=(say("let me look"), FIND, FIND)), say("done"))
    told = read_out(Reader(USER, say("hello"), STOP), agent)
    assert [e.kind for e in told.events[1:6]] == ["say", "call", "call", "result", "result"]
    assert {event.turn for event in told.events[1:6]} == {1}
    assert [e.call.id for e in told.events if e.call] == ["c0", "c1"]
    assert [e.result.call_id for e in told.events if e.result] == ["c0", "c1"]


def test_the_user_may_call_its_own_tools_too():
    ticket = next(a.arguments["ticket"] for a in _scanning().actions if a.tool == "read_tag")
    user = Reader(
        USER, say("hi"), call("read_tag", f'{{"ticket":"{ticket}"}}'), say("it shows"), STOP
    )
    told = read_out(user, Reader(AGENT, say("please scan")), blueprint=_scanning())
    result = next(event for event in told.events if event.result)
    assert result.visible_to == (USER,)
    assert result.party == WORLD
    assert told.start_hash != told.end_hash


def _scanning():
    return next(plan for plan, _ in cases("cloakroom", 20) if "fetch" in plan.intents)


def test_a_call_of_the_other_partys_tool_is_an_error_result():
    told = read_out(Reader(USER, say("hi"), STOP), Reader(AGENT, call("read_tag"), say("hm")))
    assert [event.result.error for event in told.events if event.result] == ["not_yours"]


def test_words_are_for_all_and_everything_else_for_its_own_party():
    thought = Act(kind="think", text="who is this")
    agent = Reader(AGENT, Move(acts=(thought, FIND)), say("welcome"))
    told = read_out(Reader(USER, say("hi"), STOP), agent)
    seen = {event.kind: event.visible_to for event in told.events}
    assert seen["say"] == (USER, AGENT)
    assert seen["think"] == seen["call"] == seen["result"] == (AGENT,)


def test_notes_are_seen_by_those_they_name_only():
    note = Annotation(name="inner_state", value='"cross"', visible_to=(USER,))
    hidden = Annotation(name="planned_faults", value="{}")
    user = Reader(USER, Act(kind="say", text="hi", annotations=(note, hidden)), say("so?"), STOP)
    agent = Reader(AGENT, say("hello"))
    told = read_out(user, agent)
    assert told.events[0].annotations == (note, hidden)
    assert agent.views[0].events[0].annotations == ()
    assert user.views[1].events[0].annotations == (note,)


def test_a_player_gets_its_own_brief_tools_and_the_clock():
    user, agent = Reader(USER, say("hi"), STOP), Reader(AGENT, say("hello"))
    read_out(user, agent)
    assert agent.views[0].brief == "the agent's own brief"
    assert agent.views[0].clock == PLAN.clock
    names = {tool["function"]["name"] for tool in agent.views[0].tools}
    assert "find_guest" in names
    assert "read_tag" not in names


_ACTS = st.lists(
    st.one_of(
        st.builds(
            lambda kind, text, notes: Act(kind=kind, text=text, annotations=notes),
            st.sampled_from(["say", "think", "observe", "wait", "signal"]),
            st.text(max_size=5),
            st.lists(
                st.builds(
                    lambda seen: Annotation(name="note", value="1", visible_to=seen),
                    st.sampled_from([(), (USER,), (AGENT,), (USER, "boss")]),
                ),
                max_size=2,
            ).map(tuple),
        ),
        st.builds(say, st.just("aside"), st.sampled_from([USER, AGENT, "boss"])),
        st.sampled_from([FIND, call("nothing"), call("find_guest", "{")]),
    ),
    max_size=3,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_ACTS, _ACTS, _ACTS), max_size=4))
def test_what_a_player_is_shown_is_exactly_what_its_party_may_see(rounds):
    readers = [
        Reader(party, *(Move(acts=tuple(turn[at])) for turn in rounds))
        for at, party in enumerate((USER, AGENT, "boss"))
    ]
    told = read_out(*readers, limits=Limits(turns=12, calls=10))
    for reader in readers:
        whole = view_of(told.events, reader.party)
        for view in reader.views:
            assert view.events == whole[: len(view.events)]
            assert all(reader.party in event.visible_to for event in view.events)


def test_words_never_end_a_conversation():
    user = Reader(USER, say("Goodbye! ###STOP###"), say("stop"), STOP)
    told = read_out(user, Reader(AGENT, say("bye"), say("bye")))
    assert len([event for event in told.events if event.kind == "say"]) == 4


def test_the_agent_may_end_it_too():
    told = read_out(Reader(USER, say("hi")), Reader(AGENT, Move(acts=(say("closed"), STOP))))
    assert told.stop_reason == StopReason.AGENT_STOP
    assert [event.kind for event in told.events] == ["say", "say", "stop"]


def test_calls_of_a_move_that_ends_the_conversation_are_still_made():
    told = read_out(Reader(USER, say("hi")), Reader(AGENT, Move(acts=(FIND, STOP))))
    assert [event.kind for event in told.events] == ["say", "call", "result", "stop"]


def test_when_everybody_waits_the_dialogue_is_stalled():
    told = read_out(Reader(USER, say("hi"), Act(kind="think", text="hm")), Reader(AGENT))
    assert told.stop_reason == StopReason.STALLED
    assert told.failure is None


def test_a_pause_of_one_party_is_no_stall():
    user = Reader(USER, say("hi"), Act(kind="wait"), Act(kind="wait"), STOP)
    told = read_out(user, Reader(AGENT, say("one moment"), say("still looking"), say("here")))
    assert told.stop_reason == StopReason.USER_STOP


def test_turns_are_limited():
    chatter = [say(str(number)) for number in range(9)]
    told = read_out(
        Reader(USER, *chatter), Reader(AGENT, *chatter), limits=Limits(turns=5, calls=9)
    )
    assert told.stop_reason == StopReason.TURN_LIMIT
    assert len(told.events) == 5


def test_calls_are_limited_and_the_one_too_many_is_not_made():
    agent = Reader(AGENT, FIND, Move(acts=(FIND, FIND)))
    told = read_out(Reader(USER, say("hi")), agent, limits=Limits(turns=9, calls=2))
    assert told.stop_reason == StopReason.CALL_LIMIT
    assert sum(event.kind == "call" for event in told.events) == 3
    assert sum(event.kind == "result" for event in told.events) == 2


def test_nobody_calls_endlessly_in_one_turn():
    limits = Limits(turns=9, calls=100, moves_per_turn=4)
    told = read_out(Reader(USER, say("hi")), Reader(AGENT, *[FIND] * 50), limits=limits)
    assert told.stop_reason == StopReason.CALL_LIMIT
    assert sum(event.kind == "result" for event in told.events) == 4


def test_a_deadline_ends_it_without_blame():
    class Slow(Reader):
        async def move(self, view: View) -> Move:
            await asyncio.sleep(5)
            return await super().move(view)

    limits = Limits(turns=9, calls=9, seconds=0.02)
    told = read_out(Reader(USER, say("hi")), Slow(AGENT, say("late")), limits=limits)
    assert told.stop_reason == StopReason.DEADLINE
    assert [event.text for event in told.events] == ["hi"]


@pytest.mark.parametrize(
    ("broken", "kind"),
    [
        (PlayerError("no_answer", "the server is gone"), "no_answer"),
        (ZeroDivisionError("oops"), "ZeroDivisionError"),
        (TimeoutError("own"), "TimeoutError"),
        ("no move at all", "bad_move"),
        (say("hey", "stranger"), "unknown_party"),
    ],
)
@pytest.mark.parametrize("party", [USER, AGENT])
def test_who_breaks_is_named_and_what_happened_is_kept(party, broken, kind):
    class Odd(Reader):
        async def move(self, view: View) -> Move:
            return "no move" if broken == "no move at all" else await super().move(view)  # pyright: ignore

    first = Reader(USER, say("hi")) if party == AGENT else Odd(USER, broken)
    second = Odd(AGENT, broken) if party == AGENT else Reader(AGENT)
    told = read_out(first, second)
    assert told.stop_reason == StopReason.ERROR
    assert told.failure is not None
    assert (told.failure.party, told.failure.kind) == (party, kind)
    assert len(told.events) == (party == AGENT)
    assert told.id


def test_cancelling_the_task_cancels_the_dialogue():
    class Stuck(Reader):
        async def move(self, view: View) -> Move:
            await asyncio.sleep(60)
            return Move(acts=())

    async def cancelled() -> bool:
        readers = {USER: Stuck(USER), AGENT: Reader(AGENT)}
        playing = play(PLAN, domain_named("cloakroom"), readers, attempt=0, seed=1, briefs={})
        task = asyncio.create_task(playing)
        await asyncio.sleep(0.01)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            return True
        return False

    assert asyncio.run(cancelled())


def _buggy():
    def find_guest(db, seat: str) -> dict:
        """Find somebody.

        Args:
            seat: The seat.
        """
        raise RuntimeError("a bug")

    domain = domain_named("cloakroom")
    return with_fields(domain, agent_tools={**domain.agent_tools, "find_guest": read(find_guest)})


def test_a_bug_of_a_tool_is_a_result_and_the_dialogue_goes_on():
    told = read_out(
        Reader(USER, say("hi"), STOP), Reader(AGENT, FIND, say("sorry")), domain=_buggy()
    )
    assert told.stop_reason == StopReason.USER_STOP
    assert [event.result.error for event in told.events if event.result] == ["internal_error"]


def test_a_world_that_keeps_breaking_is_to_blame():
    told = read_out(Reader(USER, say("hi")), Reader(AGENT, FIND, FIND, FIND), domain=_buggy())
    assert told.stop_reason == StopReason.ERROR
    assert told.failure is not None
    assert (told.failure.party, told.failure.kind) == ("world", "internal_error")
    assert "a bug" in told.failure.message


def test_a_blueprint_for_another_world_is_a_failed_dialogue_and_no_crash():
    stale = replace(PLAN, setup=(replace(PLAN.setup[0], table="dragons"),))
    told = read_out(Reader(USER, say("hi")), Reader(AGENT), blueprint=stale)
    assert told.failure is not None
    assert told.failure.party == "world"
    assert told.events == ()


def test_three_parties_whose_turns_do_not_alternate():
    """A supervisor listens in silence, is asked aside, answers, and hands the floor on by a signal."""
    user = Reader(USER, say("I lost my ticket."), say("Thanks."), STOP)
    agent = Reader(
        AGENT, say("May I hand it out?", "boss"), say("I'm afraid not."), say("Goodbye.")
    )
    boss = Reader(
        "boss",
        Act(kind="observe", text="the attendant hesitates"),
        Move(acts=(say("No.", AGENT), Act(kind="signal", text="go on", to=(AGENT,)))),
        Act(kind="wait"),
    )
    told = read_out(user, agent, boss)
    spoken = [(e.party, e.kind, e.text) for e in told.events]
    assert spoken == [
        (USER, "say", "I lost my ticket."),
        (AGENT, "say", "May I hand it out?"),
        ("boss", "observe", "the attendant hesitates"),
        (USER, "say", "Thanks."),
        (AGENT, "say", "I'm afraid not."),
        ("boss", "say", "No."),
        ("boss", "signal", "go on"),
        (AGENT, "say", "Goodbye."),
        ("boss", "wait", ""),
        (USER, "stop", ""),
    ]
    heard_by_user = [event.text for event in view_of(told.events, USER)]
    assert "May I hand it out?" not in heard_by_user
    assert "No." not in heard_by_user


def test_a_signal_may_name_anybody_as_the_next():
    """The user hands over to the third party, past the second."""
    signal = Act(kind="signal", text="boss, please", to=("boss",))
    user = Reader(USER, Move(acts=(say("I want the manager."), signal)), STOP)
    agent, boss = Reader(AGENT, say("never asked")), Reader("boss", say("Here I am."))
    told = read_out(user, agent, boss)
    assert [event.party for event in told.events if event.kind == "say"] == [USER, "boss"]
    assert agent.views == []


def test_the_end_state_is_what_the_calls_made_of_the_world():
    plan = _scanning()
    writes = [a for a in plan.actions if a.party == AGENT]
    calls = [call(a.tool, _json(a.arguments)) for a in writes]
    scans = [call(a.tool, _json(a.arguments)) for a in plan.actions if a.party == USER]
    user = Reader(USER, Move(acts=(say("hi"),)), *scans, say("done"), STOP)
    told = read_out(user, Reader(AGENT, say("scan, please"), *calls, say("there")), blueprint=plan)
    again = replay(plan, domain_named("cloakroom"), told.events)
    assert told.end_hash == again.end_hash
    assert told.start_hash == world_of(plan, domain_named("cloakroom")).state_hash()
    assert again.mismatches == ()


def _json(value: object) -> str:
    import msgspec

    return msgspec.json.encode(value).decode()


def test_an_event_has_the_blueprints_language_unless_the_act_has_another():
    plan = replace(PLAN, language="en", locale="en_GB")
    agent = Reader(AGENT, Act(kind="say", text="Guten Abend", language="de"))
    told = read_out(Reader(USER, say("hi"), STOP), agent, blueprint=plan)
    assert [(e.language, e.locale) for e in told.events] == [
        ("en", "en_GB"),
        ("de", "de"),
        ("", ""),
    ]


def test_equal_dialogues_have_equal_ids_and_other_words_make_another():
    one, two, other = (
        read_out(Reader(USER, say(text), STOP), Reader(AGENT, say("yes")))
        for text in ("a", "a", "b")
    )
    assert one == two
    assert one.id != other.id


def test_a_dialogue_is_one_sitting_that_starts_at_the_worlds_time():
    told = read_out(Reader(USER, STOP), Reader(AGENT))
    assert [(each.index, each.starts_at) for each in told.sessions] == [(0, PLAN.clock)]
    assert {event.session for event in told.events} == {0}
