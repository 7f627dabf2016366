from generators.event import AGENT, USER
from generators.player import Act, Move
from generators.transcript import lines
from tests.played import STOP, Reader, call, read_out, say

THOUGHT = Act(kind="think", text="hm")
TOLD = read_out(
    Reader(USER, say("Hello."), STOP),
    Reader(
        AGENT,
        Move(acts=(THOUGHT, say("One moment."), call("find_guest", '{"seat":"A1"}'), call("gone"))),
        say("There you are."),
    ),
)


def test_every_event_is_a_line_that_says_who_did_what():
    shown = lines(TOLD)
    assert shown[:5] == [
        "user: Hello.",
        "agent thinks: hm",
        "agent: One moment.",
        'agent calls find_guest {"seat":"A1"}',
        "agent calls gone {}",
    ]
    assert shown[5].startswith('  = {"guest_id":"G001"')
    assert shown[5].endswith("(find_guest)")
    assert shown[6].startswith("  ! unknown_tool: ")
    assert shown[-2:] == ["user ends the conversation", "[user_stop]"]


def test_a_party_is_shown_what_it_saw():
    assert lines(TOLD, for_party=USER) == [
        "user: Hello.",
        "agent: One moment.",
        "agent: There you are.",
        "user ends the conversation",
        "[user_stop]",
    ]


def test_a_failure_is_named_and_waiting_is_left_out():
    broken = read_out(Reader(USER, say("Hi."), ValueError("broken")), Reader(AGENT))
    assert lines(broken) == ["user: Hi.", "[error] user: ValueError: broken"]
