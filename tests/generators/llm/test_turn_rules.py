import pytest

from generators.domains.registry import domain_named
from generators.event import AGENT, USER, Event, ToolCall, ToolResult
from generators.llm.draft import note
from generators.llm.part import Part, part_of
from generators.llm.settings import Settings
from generators.llm.turn_rules import TURN_RULES
from generators.player import Act, Move, View
from tests.every_domain import EVERY_DOMAIN
from tests.generators.llm.talkers import Stage
from tests.played import STOP, call, cases, say, scripted

STAGE = Stage()
SECRET = next(fact for fact in STAGE.plan.facts if fact.reveal == "never")
DONE = note("goal_status", {"g0": "settled"}, USER)
OPEN = note("goal_status", {"g0": "settled", "g1": "open"}, USER)


def part(party: str) -> Part:
    return part_of(party, Settings(), STAGE.plan, STAGE.domain, 512)


def view(party: str, *events: Event) -> View:
    return View(party=party, events=list(events), tools=[], brief="", clock="")


def spoke(index: int, party: str, text: str) -> Event:
    return Event(
        index=index, turn=index, party=party, kind="say", visible_to=(USER, AGENT), text=text
    )


def called(index: int, name: str, arguments: str) -> list[Event]:
    call_id = f"c{index}"
    return [
        Event(
            index=index,
            turn=index,
            party=AGENT,
            kind="call",
            visible_to=(AGENT,),
            call=ToolCall(id=call_id, name=name, arguments=arguments),
        ),
        Event(
            index=index + 1,
            turn=index,
            party="world",
            kind="result",
            visible_to=(AGENT,),
            result=ToolResult(call_id=call_id, content="{}"),
        ),
    ]


def broken(party: str, *acts: Act, seen: tuple[Event, ...] = ()) -> set[str]:
    move = Move(acts=acts)
    return {
        name for name, rule in TURN_RULES.items() if rule(move, view(party, *seen), part(party))
    }


BREAKS: list[tuple[str, str, tuple[Act, ...]]] = [
    ("empty", USER, (Act(kind="wait"),)),
    ("empty", AGENT, (say(" … "),)),
    ("empty", AGENT, (Act(kind="think", text="hm"), Act(kind="wait"))),
    ("monotonous", AGENT, (say("I am so very sorry about it. " * 12),)),
    ("monotonous", USER, (say("no " * 60),)),
    ("markup", USER, (say('{"say": "Hello"}'),)),
    ("markup", AGENT, (say("Hello<|im_end|>"),)),
    ("markup", AGENT, (say("See:\n```\ncoat\n```"),)),
    ("markup", AGENT, (say("Dear [Customer's name], it is here."),)),
    ("markup", AGENT, (say("It is <b>here</b>."),)),
    ("markup", USER, (say("Hello\x1b[31m"),)),
    ("other_side", AGENT, (say("It is here.\nUser: thanks!"),)),
    ("other_side", USER, (say("**Assistant:** It is here."),)),
    ("other_side", AGENT, (say("Agent: It is here."),)),
    ("other_side", USER, (say("Hello! How can I help you today?"),)),
    ("too_long", AGENT, (say(" ".join(str(n * 7919 % 10007) for n in range(300))),)),
    ("secret", USER, (say(f"It is {SECRET.value.upper().replace('-', ' ')}!"),)),
    ("unknown_tool", AGENT, (call("open_door"),)),
    ("unknown_tool", AGENT, (call("read_tag", '{"ticket":"T100"}'),)),
    ("bad_arguments", AGENT, (call("find_guest", '{"seat":"Z99"}'),)),
    ("bad_arguments", AGENT, (call("find_guest", '{"seat":'),)),
    ("bad_arguments", AGENT, (call("find_guest", "[" * 3000),)),
    ("ends_early", USER, (say("Bye, thanks."), Act(kind="stop", annotations=(OPEN,)))),
]


@pytest.mark.parametrize(("code", "party", "acts"), BREAKS, ids=lambda each: str(each)[:40])
def test_a_draft_breaks_this_rule_and_no_other(code: str, party: str, acts: tuple[Act, ...]):
    assert broken(party, *acts) == {code}


def test_saying_the_same_again_with_nothing_done_since_is_rejected():
    text = "Could you tell me the number of your seat, please?"
    before = spoke(0, AGENT, text), spoke(1, USER, "Pardon?")
    assert broken(AGENT, say(text.upper()), seen=before) == {"said_before"}
    since = (*before, *called(2, "list_items", "{}"))
    assert not broken(AGENT, say(text), seen=since)
    assert not broken(AGENT, say("Yes, please."), seen=(spoke(0, AGENT, "Yes, please."),))


def test_making_the_same_call_again_at_once_is_rejected():
    made = tuple(called(0, "find_guest", '{"seat":"C4"}'))
    again = call("find_guest", '{"seat":"C4"}')
    assert broken(AGENT, again, seen=made) == {"same_call"}
    assert not broken(AGENT, call("find_guest", '{"seat":"C5"}'), seen=made)
    assert not broken(AGENT, again, seen=(*made, spoke(2, USER, "Look again")))


def test_the_end_is_right_when_all_is_settled():
    assert not broken(USER, say("Bye, thanks."), Act(kind="stop", annotations=(DONE,)))
    assert not broken(USER, say("Bye, thanks."), STOP)


def test_an_agent_may_say_what_only_users_must_not():
    assert not broken(AGENT, say("Hello! How can I help you today?"))


@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_no_rule_rejects_a_turn_of_a_right_dialogue(name: str):
    domain, turns = domain_named(name), 0
    for plan, persona in cases(name, 8):
        told = scripted(plan, persona)
        for event in told.events:
            if event.kind not in ("say", "call") or event.party not in (USER, AGENT):
                continue
            who = part_of(event.party, Settings(), plan, domain, 512)
            seen = [e for e in told.events[: event.index] if event.party in e.visible_to]
            act = (
                say(event.text)
                if event.kind == "say"
                else call(event.call.name, event.call.arguments)  # type: ignore[union-attr]
            )
            for code, rule in TURN_RULES.items():
                reason = rule(Move(acts=(act,)), view(event.party, *seen), who)
                assert not reason, (code, event.text, reason)
            turns += 1
    assert turns > 50
