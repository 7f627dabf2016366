"""A language model that reviews plans, by one question of its own."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from generators.brief import introduced, time_of, wanted
from generators.llm.asking import described
from generators.llm.conversation import encoded
from generators.llm.draft import Malformed
from generators.llm.reply import apart, cleaned
from generators.llm.schemas import review_format
from generators.models.chat import ChatRequest, ModelError, Slot
from generators.models.meter import Meter
from generators.replay import rehearse
from generators.reviewing.committee import Case
from generators.reviewing.questions import question_text
from generators.reviewing.round import Ballot, BallotOutcome, taken
from personas.record import content_id, seeded

_FORMAT = review_format()
_ENCODE = msgspec.json.Encoder().encode
_OUTCOMES: dict[str, BallotOutcome] = {
    "accept": "accept",
    "reject": "reject",
    "cannot_judge": "abstain",
}
_LONGEST = 1500


class _Review(msgspec.Struct):
    verdict: Literal["accept", "reject", "cannot_judge"]
    comment: str = ""


_REVIEW = msgspec.json.Decoder(_Review)


class ModelReviewer:
    """Asks ``slot`` the question of that name. The seed of a call hashes the candidate, the round and
    the reviewer's name."""

    def __init__(self, name: str, slot: Slot, question: str, meter: Meter, seed: int) -> None:
        self.name = name
        self._slot = slot
        self._meter = meter
        self._seed = seed
        self._system = question_text(question)
        self._hash = content_id(self._system)

    async def review(self, case: Case) -> Ballot:
        """See ``Reviewer``. A call that fails for good, and a reply that cannot be understood, are
        abstentions."""
        slot = self._slot
        policy = case.domain.policy.text.strip()
        purpose = taken(f"reviewer:{self.name}:{case.number}", case.take)
        seed = seeded(self._seed, case.key, purpose).getrandbits(31)
        request = ChatRequest(
            dialogue=f"plan:{case.key}",
            slot=slot.name,
            turn=case.number,
            messages=(
                encoded({"role": "system", "content": f"{self._system}\n# Policy\n\n{policy}\n"}),
                encoded({"role": "user", "content": shown(case)}),
            ),
            sampling=slot.sampling,
            seed=seed,
            response_format=_FORMAT,
        )
        try:
            reply = cleaned(await slot.chat.chat(request))
        except ModelError as error:
            return self._abstains(f"{error.kind}: {error}")
        call = _ENCODE(described(slot, self._hash, seed, reply)).decode()
        try:
            found = _REVIEW.decode(_inner(apart(reply)[1]))
        except (msgspec.DecodeError, RecursionError, Malformed):
            self._meter.add("rejects", f"{slot.name}/malformed")
            return self._abstains("its reply is no vote", call)
        comment = found.comment.strip()
        if found.verdict == "reject" and not comment:
            comment = "it is not good enough"
        outcome = _OUTCOMES[found.verdict]
        return Ballot(reviewer=self.name, outcome=outcome, comment=comment, asked=call)

    def _abstains(self, why: str, asked: str = "") -> Ballot:
        return Ballot(reviewer=self.name, outcome="abstain", comment=why, asked=asked)


def _inner(text: str) -> str:
    """The object in a reply, be it in a block or between sentences."""
    start, end = text.find("{"), text.rfind("}")
    return text[start : end + 1] if 0 <= start < end else text


def shown(case: Case) -> str:
    """A plan as a reviewer is shown it: everything that the dialogue will be about, and what its calls
    have given."""
    return "\n".join(_lines(case))


def _lines(case: Case) -> Iterator[str]:
    plan = case.blueprint
    yield f"The time is {time_of(plan.clock)}. Who calls: {introduced(case.persona)}"
    yield "\nWhat the person wants:"
    for number, goal in enumerate(plan.goals, 1):
        yield f"{number}. {wanted(goal, plan)} ({goal.intent}, to be {goal.outcome})"
    yield "\nWhat the person knows:"
    for fact in plan.facts:
        if fact.reveal != "never":
            yield f"- {fact.key}: {fact.saying} ({fact.value}; told {fact.reveal.replace('_', ' ')})"
    yield "\nThe calls and their results:"
    goals = {goal.id: str(number) for number, goal in enumerate(plan.goals, 1)}
    run = rehearse(plan, case.domain, plan.actions)
    for action, entry in zip(plan.actions, run.timeline.entries, strict=True):
        arguments, result = _json(action.arguments), _json(entry.value)
        whose = goals.get(action.goal, "who calls")
        yield f"- [{whose}] {action.party}: {action.tool} {arguments}\n  {result}"
    yield "\nWhat has to be said:"
    for statement in plan.must_say:
        yield f"- [{goals.get(statement.goal, '')}] {statement.forms[0]}"
    yield "\nWhat is different afterwards:"
    for change in plan.end_diff:
        fields = _json(change.after or change.before)
        yield f"- {change.table} {change.key} {change.kind}: {fields}"
    if not plan.end_diff:
        yield "- nothing"


def _json(value: object) -> str:
    text = _ENCODE(value).decode()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
