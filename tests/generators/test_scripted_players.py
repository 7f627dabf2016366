import asyncio
import re
from functools import cache

import msgspec
import pytest
from msgspec.structs import replace

from generators.blueprint import Blueprint, Fact
from generators.domains.registry import domain_named
from generators.event import AGENT, USER, Event, view_of
from generators.player import Act, View
from generators.scripted.agent import ScriptedAgent
from generators.scripted.hearing import questions
from generators.scripted.listening import errands_of, wanted
from generators.scripted.phrasebook import phrases_of
from generators.scripted.user import ScriptedUser
from generators.scripted.values import facts_in
from generators.spoken import forms
from generators.trajectory import StopReason, Trajectory
from personas import quirks
from personas.persona import Persona, Register
from tests.people import person
from tests.played import Reader, cases, read_out, say, scripted

COUNT = 40
DOMAIN = domain_named("cloakroom")


@cache
def dialogues() -> tuple[tuple[Blueprint, Persona, Trajectory], ...]:
    return tuple(
        (plan, persona, scripted(plan, persona, attempt))
        for plan, persona in cases("cloakroom", COUNT)
        for attempt in range(2)
    )


def says(told: Trajectory, party: str) -> list[Event]:
    return [event for event in told.events if event.kind == "say" and event.party == party]


def note(event: Event, name: str):
    return next((msgspec.json.decode(n.value) for n in event.annotations if n.name == name), None)


def test_the_same_seed_blueprint_and_attempt_give_the_same_dialogue():
    for plan, persona in cases("cloakroom", 10):
        assert scripted(plan, persona, 1) == scripted(plan, persona, 1)


def test_another_seed_or_attempt_gives_another():
    plan, persona = cases("cloakroom", 1)[0]
    ids = {scripted(plan, persona, a, seed=s).id for a in range(4) for s in (1, 2)}
    assert len(ids) == 8


def test_every_dialogue_ends_by_the_users_act_in_the_planned_state():
    for plan, _, told in dialogues():
        assert (told.stop_reason, told.failure) == (StopReason.USER_STOP, None)
        assert told.start_hash == plan.start_hash
        assert told.end_hash == plan.end_hash


def test_everything_that_must_be_said_is_said():
    for plan, _, told in dialogues():
        spoken = " ".join(event.text for event in says(told, AGENT))
        for statement in plan.must_say:
            assert any(form in spoken for form in statement.forms), statement


def test_every_planned_call_is_made_once():
    for plan, _, told in dialogues():
        made = [
            (e.party, e.call.name, msgspec.json.decode(e.call.arguments))
            for e in told.events
            if e.call
        ]
        assert made == [(a.party, a.tool, a.arguments) for a in plan.actions]


def test_the_user_has_the_first_word_and_the_agent_the_last():
    for _, _, told in dialogues():
        spoken = [event for event in told.events if event.kind == "say"]
        assert (spoken[0].party, spoken[-1].party) == (USER, AGENT)
        assert told.events[-1].kind == "stop"
        assert 4 <= len(spoken) <= 30


def test_nothing_is_told_before_it_may_be_told():
    for plan, _, told in dialogues():
        asked: set[str] = set()
        for event in told.events:
            if event.kind != "say":
                continue
            if event.party == AGENT:
                words = " ".join(questions(event.text)).lower()
                asked |= {f.key for f in plan.facts if any(cue in words for cue in f.cues)}
            else:
                told_now = facts_in(event.text, plan.facts)
                for fact in plan.facts:
                    allowed = fact.reveal == "upfront" or fact.key in asked
                    assert allowed or fact.key not in told_now, (fact, event.text)


def test_a_secret_is_never_told():
    for plan, _, told in dialogues():
        secrets = [fact.value for fact in plan.facts if fact.reveal == "never"]
        assert secrets
        assert not any(secret in event.text for secret in secrets for event in told.events)


def test_the_agent_uses_no_fact_before_it_was_told():
    for plan, _, told in dialogues():
        seen = ""
        for event in view_of(told.events, AGENT):
            if event.call:
                for fact in plan.facts:
                    used = fact.value in msgspec.json.decode(event.call.arguments).values()
                    assert not used or any(form in seen for form in forms(fact.value))
            elif event.party != AGENT:
                seen += event.text + (event.result.content if event.result else "")


def test_the_agent_does_not_ask_for_what_it_was_told():
    for plan, _, told in dialogues():
        known: set[str] = set()
        for event in view_of(told.events, AGENT):
            if event.party == USER:
                known |= facts_in(event.text, plan.facts)
            elif event.kind == "say" and "request" in (note(event, "act") or []):
                book = phrases_of(DOMAIN.folder)
                assert not [key for key in known if book.says("ask", key, event.text)]


def test_no_two_openings_of_a_blueprint_are_alike():
    for plan, persona in cases("cloakroom", 12):
        openings = [says(scripted(plan, persona, a), USER)[0].text for a in range(8)]
        assert len({re.sub(r"\W+", " ", each).lower() for each in openings}) == 8


def test_an_opening_can_be_derived_without_playing_the_attempts_before():
    plan, persona = cases("cloakroom", 1)[0]
    alone = scripted(plan, persona, 5).events[0].text
    for attempt in range(5):
        scripted(plan, persona, attempt)
    assert scripted(plan, persona, 5).events[0].text == alone


def test_wishes_come_one_after_the_other():
    for plan, _, told in dialogues():
        status = [note(event, "goal_status") for event in says(told, USER)]
        status = [each for each in status if each]
        counts = [sum(value == "settled" for value in each.values()) for each in status]
        assert counts == sorted(counts)
        assert counts[0] == 0
        assert counts[-1] == len(plan.goals)


def test_notes_of_a_party_are_for_itself_only():
    for _, _, told in dialogues():
        for event in told.events:
            assert all(set(each.visible_to) <= {event.party} for each in event.annotations)


def test_what_the_user_reveals_is_noted():
    for plan, _, told in dialogues():
        noted = [key for event in says(told, USER) for key in note(event, "reveals") or []]
        said = facts_in(" ".join(event.text for event in says(told, USER)), plan.facts)
        assert sorted(noted) == sorted(said)


def test_an_agent_sees_nothing_that_only_the_user_may_see():
    for plan, persona, _ in dialogues()[:20]:
        views: list[View] = []

        class Watching(ScriptedAgent):
            async def move(self, view: View, seen: list[View] = views):
                seen.append(view)
                return await super().move(view)

        agent = Watching(plan, DOMAIN, seed=3, attempt=0)
        user = ScriptedUser(plan, DOMAIN, persona, seed=3, attempt=0)
        from generators.self_play import play

        asyncio.run(
            play(
                plan,
                DOMAIN,
                {USER: user, AGENT: agent},
                attempt=0,
                seed=3,
                briefs={USER: "secret brief"},
            )
        )
        for view in views:
            shown = msgspec.json.encode(view.events).decode() + view.brief
            assert "secret brief" not in shown
            assert "goal_status" not in shown
            assert "read_tag" not in shown
            for fact in plan.facts:
                assert fact.reveal != "never" or fact.value not in shown


def test_words_are_clean_when_the_persona_has_no_odd_habits():
    for _, _, told in dialogues():
        for event in told.events:
            if event.kind == "say":
                assert re.search(r"[.?!)]$", event.text), event.text
                assert event.text[0].isupper() or not event.text[0].isalpha(), event.text
                assert "  " not in event.text, event.text
                assert not re.search(r"(?<!\.)\.\.(?!\.)|\?\.|!\.| [.,?]", event.text), event.text
                assert not re.search(r"[{}\[\]|]|\ue000|\ue001", event.text), event.text


def styled(register: Register, *habits: str) -> Persona:
    someone = person()
    return replace(someone, style=replace(someone.style, register=register, quirks=habits))


def words_per_turn(register: Register) -> float:
    lengths = [
        len(event.text.split())
        for plan, _ in cases("cloakroom", 20)
        for event in says(scripted(plan, styled(register)), USER)
    ]
    return sum(lengths) / len(lengths)


def test_registers_differ_in_length():
    assert words_per_turn("terse") < words_per_turn("formal")
    assert words_per_turn("terse") < words_per_turn("chatty")


@pytest.mark.parametrize("quirk", sorted(quirks.QUIRKS))
def test_no_habit_keeps_a_dialogue_from_its_end(quirk: str):
    for plan, _ in cases("cloakroom", 6):
        told = scripted(plan, styled("chatty", quirk))
        assert told.stop_reason == StopReason.USER_STOP
        assert told.end_hash == plan.end_hash


def test_habits_show():
    def all_words(*habits: str) -> list[str]:
        plans = cases("cloakroom", 12)
        return [
            e.text
            for plan, _ in plans
            for e in says(scripted(plan, styled("chatty", *habits)), USER)
        ]

    for text in all_words(quirks.LOWER_CASE):
        words = " ".join(word for word in text.split() if not re.search(r"\d", word))
        assert words == words.lower(), text
    assert any("..." in text for text in all_words(quirks.ELLIPSES))
    assert any(":)" in text for text in all_words(quirks.SMILEY))
    assert any("??" in text for text in all_words(quirks.QUESTION_MARKS))
    assert any("Ines" in text for text in all_words(quirks.SIGNS))


def test_a_slip_is_put_right_in_the_same_or_the_next_utterance():
    slips = 0
    for plan, _, told in dialogues():
        spoken = [event.text for event in says(told, USER)]
        for fact in (fact for fact in plan.facts if fact.slip):
            at = next((i for i, text in enumerate(spoken) if fact.slip in text), None)
            if at is not None:
                slips += 1
                assert any(fact.value in text for text in spoken[at : at + 2])
    assert slips >= 3


def test_users_ask_back_object_and_chat_now_and_then():
    acts = [
        act for _, _, told in dialogues() for e in says(told, USER) for act in note(e, "act") or []
    ]
    for act in ("ask_back", "object", "digress", "correct", "greet", "affirm", "report", "thank"):
        assert act in acts, act


def test_independent_reads_of_a_plan_are_made_at_once():
    plan = next(plan for plan, _ in cases("cloakroom", COUNT) if plan.intents[0] == "count")
    steps = [
        replace(step, batch=1) if step.kind == "call" and step.goal == "g0" else step
        for step in plan.steps
    ]
    reads = [step for step in steps if step.batch]
    batched = replace(plan, steps=(*steps[:-1], *reads, steps[-1]))
    told = scripted(batched, person())
    turns = [event.turn for event in told.events if event.call and event.call.name == "list_items"]
    assert len(turns) >= 2
    assert len(set(turns[:2])) == 1


# --- the rules for facts, one by one ----------------------------------------------------------


def with_fact(reveal: str, after: str = "") -> Blueprint:
    plan = next(plan for plan, _ in cases("cloakroom", COUNT) if plan.intents[0] == "count")
    facts = tuple(
        replace(fact, reveal=reveal, after=after) if fact.key == "seat" else fact
        for fact in plan.facts
    )
    return replace(plan, facts=facts)


def answers(plan: Blueprint, *questions_asked: str, seed: int = 8) -> list[str]:
    user = ScriptedUser(plan, DOMAIN, styled("terse", quirks.NO_GREETING), seed=seed, attempt=0)

    class Speaking(Reader):
        async def move(self, view: View):
            return await user.move(view)

    agent = Reader(AGENT, *[say(text) for text in questions_asked])
    told = read_out(Speaking(USER), agent, blueprint=plan)
    return [event.text for event in says(told, USER)]


def seat_of(plan: Blueprint) -> str:
    return next(fact.value for fact in plan.facts if fact.key == "seat")


def test_a_withheld_fact_is_told_when_any_wording_with_a_cue_asks_for_it():
    plan = with_fact("when_asked")
    told = 0
    for seed in range(10):
        question = "Sure thing. In which seat are you sitting tonight?"
        opening, reply, *_ = answers(plan, question, seed=seed)
        assert seat_of(plan) not in opening
        assert seat_of(plan) in reply or reply.endswith("?")
        told += seat_of(plan) in reply
    assert told >= 7


def test_a_secret_is_kept_even_when_asked_for():
    plan = with_fact("never")
    assert not any(
        seat_of(plan) in text for text in answers(plan, "What is your seat?", "Your seat?")
    )


def test_a_fact_for_later_is_not_told_before_its_goal_is_settled():
    plan = with_fact("after", after="g0")
    opening, reply, *_ = answers(plan, "What is your seat?")
    assert seat_of(plan) not in opening + reply


def test_one_who_is_asked_again_says_it_again():
    plan = with_fact("when_asked")
    question = "What is your seat?"
    for seed in range(10):
        _, _, two, three, *_ = answers(
            plan, question, question, "And your seat, what was it?", seed=seed
        )
        assert seat_of(plan) in two
        assert seat_of(plan) in three


def test_a_user_does_not_leave_because_the_agent_says_goodbye():
    plan = with_fact("upfront")
    told = answers(plan, "What do you mean by that?", "Your seat?")
    assert len(told) >= 3


# --- what the user makes of other wording -----------------------------------------------------

FACTS = [
    Fact(key="ticket", value="T104", reveal="when_asked", cues=("ticket", "number")),
    Fact(key="seat", value="C4", reveal="when_asked", cues=("seat", "sitting")),
]


@pytest.mark.parametrize(
    ("text", "kind", "facts"),
    [
        ("Could I have your ticket number, please?", "facts", ("ticket",)),
        ("I see. Where exactly are you sitting?", "facts", ("seat",)),
        ("What's your ticket and where are you sitting?", "facts", ("ticket", "seat")),
        ("Your ticket is fine. Shall I charge the fee?", "yes", ()),
        ("That is 2.00 euros. Can I go on?", "yes", ()),
        ("All done. Do you need anything else?", "wish", ()),
        ("It is on shelf 4.", "nothing", ()),
        ("Hold on, let me look that up.", "patience", ()),
        ("Quid est veritas?", "unclear", ()),
    ],
)
def test_a_user_makes_sense_of_any_wording(text: str, kind: str, facts: tuple[str, ...]):
    found = wanted(text, FACTS, set(), [], {}, phrases_of(DOMAIN.folder))
    assert (found.kind, found.facts) == (kind, facts)


def test_a_user_knows_which_deed_is_meant():
    plan = next(plan for plan, _ in cases("cloakroom", COUNT) if "fetch" in plan.intents)
    errands = errands_of(plan)
    for text in (
        "Please scan the tag and read me the shelf.",
        "Could you look at the paper tag of your item, and hold it up?",
    ):
        found = wanted(text, FACTS, set(), errands, DOMAIN.user_tools, phrases_of(DOMAIN.folder))
        assert found.kind == "errand"
        assert found.errand == errands[0]


# --- an agent before other users --------------------------------------------------------------


def hearing_agent(plan: Blueprint, *said: str) -> list[str]:
    agent = ScriptedAgent(plan, DOMAIN, seed=8, attempt=0)

    class Acting(Reader):
        async def move(self, view: View):
            return await agent.move(view)

    user = Reader(USER, *[say(text) for text in said], Act(kind="stop"))
    told = read_out(user, Acting(AGENT), blueprint=plan)
    return [event.text for event in says(told, AGENT)]


def test_an_agent_asks_until_it_is_told_and_then_gives_up():
    plan = with_fact("when_asked")
    replies = hearing_agent(plan, "Hello, what is still here?", *["I like theatre."] * 7)
    assert sum("seat" in text or "sitting" in text for text in replies) == 4
    assert "can't" in " ".join(replies)


def test_an_agent_takes_a_no_for_a_no():
    plan = next(
        p
        for p, _ in cases("cloakroom", COUNT)
        if any(s.kind == "confirm" for s in p.steps) and p.intents[0] == "fetch"
    )
    facts = " ".join(fact.value for fact in plan.facts if fact.reveal != "never")
    agent = ScriptedAgent(plan, DOMAIN, seed=8, attempt=0)

    class Acting(Reader):
        async def move(self, view: View):
            return await agent.move(view)

    user = Reader(
        USER,
        say(f"I want my things. {facts}."),
        say("It says so."),
        say("No, don't."),
        Act(kind="stop"),
    )
    told = read_out(user, Acting(AGENT), blueprint=plan)
    assert "take_payment" not in [event.call.name for event in told.events if event.call]


def test_an_agent_that_hears_nothing_asks_how_it_can_help():
    plan = with_fact("upfront")
    agent = ScriptedAgent(plan, DOMAIN, seed=8, attempt=0)
    move = asyncio.run(agent.move(View(AGENT, [], [], "", plan.clock)))
    assert "?" in move.acts[0].text
