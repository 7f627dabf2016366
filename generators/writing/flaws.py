"""Flaws that a scripted writer puts into sound proposals, to see whether anybody notices.

Some can be seen by carrying the plan out, some now and then only by whoever reads it. Each names the
codes under which checks report it; what a reviewer says of it has the flaw's own name as its code.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from msgspec.structs import replace

from generators.blueprint import Action, Blueprint
from generators.sources.recital import spoken_breaches
from generators.spoil import changed_arguments
from generators.writing.assignment import Assignment
from generators.writing.drafting import drafted
from generators.writing.proposal import MALFORMED, UNSAID, Proposal, written_out

Spoiled = Proposal | str
"""A spoiled proposal, or text that is none."""
_EXECUTION = (
    "action_failed",
    "policy_broken",
    "no_effect",
    "silent_write",
    "unasked_change",
    "unreachable_goal",
    "missing_argument",
    "ungrounded",
    "undiscriminating",
)
_WORDS = ("answer_given_away", "missing_argument", "contradictory_facts")


@dataclass(frozen=True, slots=True)
class Flaw:
    """How to put it in, None where that is not possible, and the codes by which checks may name it."""

    spoil: Callable[[Proposal, Assignment, Random], Spoiled | None]
    codes: tuple[str, ...] = ()


def _cut_off(proposal: Proposal, given: Assignment, rng: Random) -> Spoiled:
    text = written_out(proposal)
    return text[: rng.randrange(len(text) // 2, len(text) - 1)]


def _unknown_tool(proposal: Proposal, given: Assignment, rng: Random) -> Spoiled | None:
    if not proposal.actions:
        return None
    at = rng.randrange(len(proposal.actions))
    action = proposal.actions[at]
    return _with_action(proposal, at, tool=f"{action.tool}_now")


def _drops_write(proposal: Proposal, given: Assignment, rng: Random) -> Spoiled | None:
    writes = _writes(proposal, given)
    if not writes:
        return None
    at = rng.choice(writes)
    return replace(proposal, actions=proposal.actions[:at] + proposal.actions[at + 1 :])


def _wrong_argument(proposal: Proposal, given: Assignment, rng: Random) -> Spoiled | None:
    base = given.plan().db.base
    for at in _writes(proposal, given)[::-1]:
        action = proposal.actions[at]
        same = Action(
            id="", party=action.party, tool=action.tool, arguments=action.arguments, goal=""
        )
        changed = list(changed_arguments(same, given.domain, base))
        if changed:
            return _with_action(proposal, at, arguments=rng.choice(changed).arguments)
    return None


def _invents_answer(proposal: Proposal, given: Assignment, rng: Random) -> Spoiled | None:
    if not proposal.say:
        return None
    at = rng.randrange(len(proposal.say))
    made_up = replace(proposal.say[at], value=f"ZX-{rng.randrange(10**5, 10**6)}")
    return replace(proposal, say=(*proposal.say[:at], made_up, *proposal.say[at + 1 :]))


def _says_nothing(proposal: Proposal, given: Assignment, rng: Random) -> Spoiled | None:
    return replace(proposal, say=()) if proposal.say else None


def _other_wish(proposal: Proposal, given: Assignment, rng: Random) -> Spoiled | None:
    mine = {goal.intent for goal in proposal.goals}
    others = [name for name in given.intents if name not in mine]
    if not others:
        return None
    title = given.domain.intents[rng.choice(others)].title
    at = rng.randrange(len(proposal.goals))
    goal = replace(proposal.goals[at], need=f"You want one thing: {title[:1].lower()}{title[1:]}.")
    return replace(proposal, goals=(*proposal.goals[:at], goal, *proposal.goals[at + 1 :]))


def _gives_away(proposal: Proposal, given: Assignment, rng: Random) -> Spoiled | None:
    if not proposal.say:
        return None
    answer = proposal.say[0]
    at = answer.goal - 1
    goal = proposal.goals[at]
    goal = replace(goal, need=f"{goal.need.rstrip('.')}, and you expect to hear {answer.value}.")
    return replace(proposal, goals=(*proposal.goals[:at], goal, *proposal.goals[at + 1 :]))


def _unannounced(proposal: Proposal, given: Assignment, rng: Random) -> Spoiled | None:
    bare = replace(proposal, actions=tuple(replace(each, names=()) for each in proposal.actions))
    draft = drafted(bare, given, "")
    # What else is said often names enough; then nothing is wrong.
    broken = isinstance(draft, Blueprint) and spoken_breaches(draft, given.domain)
    return bare if broken else None


def _writes(proposal: Proposal, given: Assignment) -> list[int]:
    return [
        at
        for at, action in enumerate(proposal.actions)
        if action.party == "agent" and given.domain.agent_tools[action.tool].writes
    ]


def _with_action(proposal: Proposal, at: int, **fields: object) -> Proposal:
    changed = replace(proposal.actions[at], **fields)
    return replace(proposal, actions=(*proposal.actions[:at], changed, *proposal.actions[at + 1 :]))


FLAWS: dict[str, Flaw] = {
    "unknown_tool": Flaw(_unknown_tool, ("action_failed",)),
    "drops_write": Flaw(_drops_write, _EXECUTION),
    "wrong_argument": Flaw(_wrong_argument, _EXECUTION),
    "invents_answer": Flaw(_invents_answer, ("ungrounded",)),
    "says_nothing": Flaw(_says_nothing, ("nothing_to_say",)),
    "other_wish": Flaw(_other_wish, _WORDS),
    "unannounced": Flaw(_unannounced, (UNSAID,)),
    "gives_away": Flaw(_gives_away, _WORDS),
    "cut_off": Flaw(_cut_off, (MALFORMED,)),
}
"""Name -> flaw, in the order in which they are put in."""
