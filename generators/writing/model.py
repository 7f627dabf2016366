"""A language model that writes plans.

What all candidates of a domain share comes first in its prompt, what one candidate brings after it, and
each further round only adds to that, so that a server's prefix cache works.
"""

from collections.abc import Sequence
from functools import lru_cache

import msgspec

from generators.blueprint import Action
from generators.brief import introduced, time_of
from generators.domains.domain import Domain
from generators.event import AGENT, USER
from generators.llm.asking import described
from generators.llm.conversation import encoded
from generators.llm.draft import Malformed
from generators.llm.reply import apart, cleaned
from generators.llm.schemas import proposal_format
from generators.models.chat import ChatRequest, Slot
from generators.models.meter import Meter
from generators.prompt import filled, prompt_text
from generators.reviewing.round import Comment, Round, taken
from generators.writing.assignment import Assignment
from generators.writing.constraints import constraints_of
from generators.writing.examples import ByDomain, Example, nearest, observed
from generators.writing.proposal import KEY, MOST
from generators.writing.writer import Attempt
from personas.record import content_id, seeded

_ENCODE = msgspec.json.Encoder().encode
_FILES = ("writer.md", "writer_case.md", "writer_examples.md", "rewrite.md")


def dialogue_of(key: str) -> str:
    """Under which name the calls about a candidate are kept, its writer's and its reviewers'."""
    return f"plan:{key}"


class ModelWriter:
    """Asks ``slot``. The seed of a call hashes the candidate, the round and the take. Of the
    ``examples`` it is ``shown`` so many, those nearest to what the desk can see of the caller."""

    def __init__(
        self,
        slot: Slot,
        meter: Meter,
        seed: int,
        examples: ByDomain | None = None,
        shown: int = 0,
    ) -> None:
        self.name = f"llm:{slot.name}"
        self._slot = slot
        self._meter = meter
        self._seed = seed
        self._examples = examples or {}
        self._shown = shown
        self._hash = content_id([prompt_text(name) for name in _FILES])

    async def write(
        self, assignment: Assignment, rounds: Sequence[Round], take: int = 0
    ) -> Attempt:
        """See ``Writer``."""
        slot, number = self._slot, len(rounds) + 1
        purpose = taken(f"writer:{number}", take)
        seed = seeded(self._seed, assignment.key, purpose).getrandbits(31)
        examples = self._nearest(assignment)
        messages = messages_of(assignment, rounds, examples)
        reply = cleaned(
            await slot.chat.chat(
                ChatRequest(
                    dialogue=dialogue_of(assignment.key),
                    slot=slot.name,
                    turn=number,
                    messages=tuple(encoded(each) for each in messages),
                    sampling=slot.sampling,
                    seed=seed,
                    response_format=_format(assignment),
                )
            )
        )
        asked = described(slot, self._hash, seed, reply)
        if examples:
            asked = {**asked, "examples": [f"{each.plan}:{each.start}" for each in examples]}
        cut = reply.finish_reason == "length"
        text = reply.content
        try:
            text = apart(reply)[1]
        except Malformed:
            self._meter.add("rejects", f"{slot.name}/open_thought")
        if cut:
            self._meter.add("rejects", f"{slot.name}/cut")
        return Attempt(text=text, asked=_ENCODE(asked).decode(), cut=cut)

    def _nearest(self, assignment: Assignment) -> Sequence[Example]:
        """The same in every round."""
        mine = self._examples.get(assignment.domain.name, ())
        return nearest(mine, observed(assignment.shown), self._shown) if self._shown else ()


def messages_of(
    assignment: Assignment, rounds: Sequence[Round], examples: Sequence[Example] = ()
) -> list[dict[str, str]]:
    """What the model is shown. What it wrote itself, and what others said of it, goes in as it is."""
    messages = [
        {"role": "system", "content": _shared(assignment.domain)},
        {"role": "user", "content": _before(examples) + _own(assignment)},
    ]
    for each in rounds:
        said = "\n".join(f"- {_named(comment)}: {comment.text}" for comment in each.comments)
        again = "Write the whole plan again."
        messages += [
            {"role": "assistant", "content": each.proposal or "{}"},
            {
                "role": "user",
                "content": f"{prompt_text('rewrite.md').strip()}\n{said}\n\n{again}",
            },
        ]
    return messages


def _named(comment: Comment) -> str:
    violates = f", violates {comment.constraint}" if comment.constraint else ""
    return f"{comment.code}{violates}"


@lru_cache(maxsize=64)
def _shared(domain: Domain) -> str:
    checked = {
        kind: ", ".join(sorted(n for n, each in domain.clauses.items() if each.looks_at == kind))
        for kind in ("calls", "talk")
    }
    return filled(
        prompt_text("writer.md"),
        title=domain.title,
        clauses=checked["calls"] or "none",
        talk=checked["talk"] or "none",
        policy=domain.policy.text.strip(),
        clock=time_of(domain.clock),
    )


def _before(examples: Sequence[Example]) -> str:
    """Examples as text. A model may have written what is wanted in them, so it fills no template."""
    if not examples:
        return ""
    found = [prompt_text("writer_examples.md")]
    for each in examples:
        steps = "".join(f"\n  - {_step(action)}" for action in each.steps)
        found.append(f"- {each.need}{steps}\n  - said: {'; '.join(each.said)}")
    return "\n".join([*found, "", ""])


def _own(assignment: Assignment) -> str:
    domain = assignment.domain
    return filled(
        prompt_text("writer_case.md"),
        agent_tools=[_tool(each) for each in assignment.tools[AGENT]],
        user_tools=[_tool(each) for each in assignment.tools[USER]],
        shown=assignment.shown,
        person=introduced(assignment.request.persona),
        known=", ".join(f"{each.key} {each.value}" for each in assignment.facts),
        intents=[(name, domain.intents[name].title) for name in assignment.intents],
        constraints=[(each.name, each.text) for each in constraints_of(assignment)],
        goals=assignment.goals,
    )


def _step(action: Action) -> str:
    return f"{action.party}: {action.tool} {_ENCODE(action.arguments).decode()}"


def _tool(schema: dict[str, object]) -> str:
    return _ENCODE(schema["function"]).decode()


def _format(assignment: Assignment) -> msgspec.Raw:
    most = {name: count * assignment.goals for name, count in MOST.items()}
    return proposal_format(assignment.goals, assignment.intents, assignment.tools, most, KEY)
