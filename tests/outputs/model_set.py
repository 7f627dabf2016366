"""Judged dialogues that language models played, put together from told answers, for tests."""

from functools import cache

from generators.event import AGENT, USER
from generators.llm.settings import Settings, TurnChecks
from generators.player import PlayerError
from outputs.judged import Judged
from tests.generators.llm.talkers import Stage, Talker, agent_says, user_says
from verifiers.committee import Committee, decide
from verifiers.verdict import evidence

ACTS = {"tell": "Tell what was found.", "ask": "Ask for what is missing."}
RULES = TurnChecks(rules=("other_side",), redrafts=1)


@cache
def stage(index: int = 0) -> Stage:
    return Stage(index=index)


def judged(user: Talker, agent: Talker, index: int = 0, planner: Talker | None = None) -> Judged:
    """What became of a dialogue in which both think, drafts are checked and turns are planned."""
    here = stage(index)
    told = here.play(
        here.player(USER, user, Settings(think=True, checks=RULES)),
        here.player(
            AGENT,
            agent,
            Settings(think=True, checks=RULES, acts=ACTS),
            planner=planner or Talker('{"act": "tell"}'),
        ),
    )
    case = evidence(told, here.plan, here.domain)
    return Judged(
        trajectory=told,
        blueprint=here.plan,
        persona=here.persona,
        decision=decide(case, Committee()),
    )


def patient(index: int = 0) -> Judged:
    """The agent's first draft is thrown away, its second turn kept in spite of the check."""
    user = Talker(
        user_says("Good evening.", thought="My coat, please."),
        user_says("And now?", thought="Slow, they are."),
        user_says("Bye.", done=[1, 2], end=True, thought="Done with it."),
    )
    agent = Talker(
        agent_says("Agent: one moment.", think="first try"),
        agent_says("One moment.", think="second try"),
        agent_says("Agent: found.", think="third try"),
        agent_says("Agent: found you.", think="fourth try"),
    )
    return judged(user, agent, index)


def unreadable(index: int = 0) -> Judged:
    """The agent's model answers nothing that can be understood."""
    return judged(Talker(user_says("Good evening.", thought="So.")), Talker("no JSON"), index)


def broken_engine(index: int = 0) -> Judged:
    """The agent's model fails."""
    failing = Talker(PlayerError("bad_reply", "no protocol", "engine"))
    return judged(Talker(user_says("Good evening.", thought="So.")), failing, index)
