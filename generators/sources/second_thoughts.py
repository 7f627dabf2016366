"""Wishes about which the user changes its mind once the agent has worked on them.

The intent's oracle solves the case that was drawn, to the end: so it is known how an agent goes on
that takes no notice. Then all that came after the moment of the change is undone. A user who lets go of
the wish needs nothing more. For one who wants something else, another case of the same intent and caller
is drawn, in which one or two facts are different, and the oracle solves that one in the same world; what
was asked, told and looked up before is not asked, told and looked up again.
"""

from collections.abc import Iterator, Sequence
from random import Random

import msgspec
from msgspec.structs import replace

from generators.argument_sources import says
from generators.blueprint import Action, Change, ChangeKind, Fact, Goal, Statement, Step
from generators.domains.domain import Draw, Intent
from generators.domains.plan import PlanBroken
from generators.event import AGENT
from generators.scripted.values import facts_in
from generators.sources.chance import Roll, Taped
from generators.sources.scene import Mark, Scene
from generators.spoken import spoken
from generators.topics import key_of, topic_of
from personas.record import canonical_json

_MOST_DIFFERENT = 2
_LATE, _ANYWHERE = 12, 12
"""How many cases are drawn that differ in the last random choices of the first, and from any on."""
_SOLVED = 4
"""How many of them are solved at most."""
_NO_VALUE = ("yes", "no", "true", "false")


def changes_mind(
    scene: Scene,
    intent: Intent,
    draw: Draw,
    tape: Sequence[Roll],
    kind: ChangeKind,
    rng: Random,
) -> bool:
    """Solves the goal. Returns whether the user changes its mind about it: where it cannot, the goal is
    solved as drawn. ``tape`` is what chance was for the ``draw``. Raises ``PlanBroken``."""
    before = scene.mark()
    scene.solve(intent, draw)
    whole = scene.mark()
    first = _First(before, whole)
    if first.at < 0:
        return False
    if kind == "withdraw":
        return first.moment == "confirm" and _withdrawn(scene, first, intent)
    others = _others(scene, first, intent, tape, rng)
    for number, other in enumerate(others):
        if number == _SOLVED:
            break
        try:
            _revise(scene, first, intent, *other)
        except PlanBroken:
            continue
        return True
    scene.back(whole)
    return False


def tells_apart(scene: Scene) -> bool:
    """Whether it shows in the end, by deeds or by what has to be said, who has taken notice of the
    change: where only an answer is wanted, nothing else in the dialogue may have given it."""
    for change in scene.changes:
        wanted = [each.source for each in scene.plan.must_say if each.goal == change.goal]
        start, stop = scene.found_anew
        results = scene.plan.results
        elsewhere = msgspec.json.encode([*results[:start], *results[stop:]]).decode()
        if change.at == "told" and all(source in elsewhere for source in wanted):
            return False
    # Nothing to be done or said at all is what anybody does.
    return bool(scene.plan.must_say)


class _First:
    """How the wish is solved as it is first: ``steps`` are those of its goal, of which the one at ``at``
    is the last before the change, ``moment`` is what it is then; -1 where there is no such moment."""

    def __init__(self, before: Mark, whole: Mark) -> None:
        self.before = before
        self.goal: Goal = whole.goals[-1]
        self.facts = {key: fact for key, fact in whole.facts.items() if key not in before.facts}
        self.steps = whole.steps[len(before.steps) :]
        self.actions = whole.actions[len(before.actions) :]
        self.must_say = whole.must_say[len(before.must_say) :]
        self.must_not_say = whole.must_not_say[len(before.must_not_say) :]
        self.results = whole.results[len(before.results) :]
        self.outputs = next(reversed(whole.earlier.values()))
        self.at, self.moment = self._moment()

    def _moment(self) -> tuple[int, str]:
        """Where the user is asked to agree, the agent having changed nothing so far; or the end, where
        the user was only told something."""
        writing = {each.id for each in self.actions if each.writes and each.party == AGENT}
        for at, step in enumerate(self.steps):
            if step.kind == "confirm":
                return at, "confirm"
            if step.action in writing or step.kind == "refuse":
                return -1, ""
        looked = any(step.kind == "call" for step in self.steps)
        last = len(self.steps) - 1
        return (last, "told") if looked and self.steps[-1].kind == "tell" else (-1, "")

    @property
    def past(self) -> tuple[Step, ...]:
        """What happens before the change."""
        return self.steps[: self.at + 1]

    @property
    def done(self) -> tuple[Action, ...]:
        """What is done before the change."""
        ids = {step.action for step in self.past if step.action}
        return tuple(action for action in self.actions if action.id in ids)

    @property
    def asked(self) -> set[str]:
        """The keys of the facts that were told before the change."""
        return {key for step in self.past for key in step.facts}

    @property
    def told(self) -> list[Statement]:
        """What was said before the change and has to be."""
        keys = {step.key for step in self.past if step.kind == "tell"}
        return [each for each in self.must_say if each.key.rpartition(".")[0] in keys]

    def change(self, kind: ChangeKind, **fields: object) -> Change:
        """The change, with what an agent does that takes no notice of it."""
        done = {action.id for action in self.done}
        plain: Change = Change(
            goal=self.goal.id,
            kind=kind,
            at="confirm" if self.moment == "confirm" else "told",
            steps=self.steps[self.at + 1 :],
            actions=tuple(each for each in self.actions if each.id not in done),
        )
        return replace(plain, **fields)

    def undo(self, scene: Scene) -> None:
        """Back to the moment of the change."""
        plan = scene.plan
        scene.back(self.before)
        scene.goals.append(self.goal)
        plan.goal, plan.outputs = self.goal.id, {}
        plan.facts |= self.facts
        plan.steps += self.past
        plan.actions += self.done
        plan.results += self.results[: len(self.done)]
        for action in self.done:
            # What the user has done itself by then stays done.
            if action.writes:
                scene.world.call(
                    action.party, action.tool, canonical_json(action.arguments).decode()
                )


def _withdrawn(scene: Scene, first: _First, intent: Intent) -> bool:
    plan = scene.plan
    first.undo(scene)
    known = [first.goal.need, *first.goal.slots.values()]
    known += [form for fact in plan.facts.values() for form in (fact.value, fact.saying)]
    own, found = "\n".join(known).casefold(), msgspec.json.encode(plan.results).decode()
    offered = [
        each
        for each in plan.offers[first.goal.id, first.past[-1].key]
        if each.source in found
        and len(each.source) > 1
        and not any(says(own, form.casefold()) for form in (each.source, *each.forms))
    ]
    plan.must_say += [*first.told, *offered]
    plan.must_not_say += first.must_not_say
    plan.steps.append(Step(kind="change", goal=first.goal.id, key="withdraw"))
    scene.changes.append(first.change("withdraw"))
    scene.let_go.add(intent.name)
    # It was spoken of, but it is nothing that another wish could build on.
    scene.earlier[f"{intent.name}, let go"] = first.outputs
    return True


def _others(
    scene: Scene, first: _First, intent: Intent, tape: Sequence[Roll], rng: Random
) -> Iterator[tuple[Draw, dict[str, Fact]]]:
    """Other cases of the intent, each with the facts that are different: those that differ in the last
    choices of the draw, first."""
    last = len(tape)
    places = [*range(last - 1, max(last - 1 - _LATE, -1), -1)]
    places += [rng.randrange(last) for _ in range(_ANYWHERE if last else 0)]
    for place in places:
        scene.back(first.before)
        draw = intent.draw(scene.situation(Taped(rng, tape[:place])))
        if draw is not None and (new := _differing(first, draw)):
            yield draw, new


def _differing(first: _First, draw: Draw) -> dict[str, Fact]:
    """The facts of another case that are different, where it is as like the first as it has to be for
    somebody to change their mind; none where it is not."""
    facts = {fact.key: fact for fact in draw.facts}
    known = {**first.before.facts, **first.facts}
    if facts.keys() - first.before.facts.keys() != first.facts.keys():
        return {}
    found = {key: fact for key, fact in facts.items() if fact.value != known[key].value}
    told = [fact for fact in known.values() if fact.reveal != "never"]
    changeable = found.keys() <= first.asked and all(
        fact.reveal == "upfront"
        and fact.saying.casefold() not in _NO_VALUE
        and not facts_in(fact.saying, told)
        and not facts_in(known[key].saying, [fact])
        for key, fact in found.items()
    )
    return found if changeable and 0 < len(found) <= _MOST_DIFFERENT else {}


def _revise(scene: Scene, first: _First, intent: Intent, draw: Draw, new: dict[str, Fact]) -> None:
    """Goes on with another case, whose facts are different in what is ``new``."""
    plan = scene.plan
    first.undo(scene)
    before = dict(plan.facts)
    plan.facts |= {
        key: replace(before[key], value=fact.value, spoken=fact.spoken) for key, fact in new.items()
    }
    plan.slots = dict(draw.slots)
    said, found = len(plan.must_say), len(plan.results)
    steps, actions = len(plan.steps), len(plan.actions)
    intent.oracle(plan)
    scene.earlier[intent.name] = plan.outputs
    scene.found_anew = (found, len(plan.results))
    rest, acted = plan.steps[steps:], plan.actions[actions:]
    told = plan.must_say[said:]
    if first.moment == "confirm" and _deeds(acted) == _deeds(first.actions):
        raise PlanBroken("it comes to the same deeds", "same_deeds")
    plan.steps[steps:], plan.actions[actions:] = _without_repeats(first, rest, acted, set(new))
    again = {each.key.rpartition(".")[0] for each in told}
    kept = [each for each in first.told if each.key.rpartition(".")[0] not in again]
    plan.must_say[said:] = [*kept, *told]
    plan.steps.insert(steps, Step(kind="change", goal=first.goal.id, key="revise"))
    names = {key: _free(key, before) for key in new}
    plan.facts = before | {
        names[key]: replace(
            fact, key=names[key], goal=first.goal.id, reveal="instead", slip="", hints=()
        )
        for key, fact in new.items()
    }
    change = first.change(
        "revise",
        need=draw.need,
        instead=names,
        slots={name: spoken(value) for name, value in draw.slots.items()},
    )
    scene.changes.append(change)


def _without_repeats(
    first: _First, steps: Sequence[Step], actions: Sequence[Action], new: set[str]
) -> tuple[list[Step], list[Action]]:
    """What is left to do: nothing that was asked, looked up or told before."""
    known = first.asked | new
    seen = {_call(action) for action in first.done}
    told = [(step.key, step.slots) for step in first.past if step.kind == "tell"]
    by_id = {action.id: action for action in actions}
    number = len(first.before.actions) + len(first.done)
    kept: list[Step] = []
    done: list[Action] = []
    for step in steps:
        action = by_id.get(step.action)
        if step.kind == "ask":
            step = replace(step, facts=tuple(key for key in step.facts if key not in known))
            if not step.facts:
                continue
        if step.kind == "tell" and not done and (step.key, step.slots) in told:
            continue
        if action and not (action.writes and action.party == AGENT) and _call(action) in seen:
            continue
        if action:
            # Ids go on counting, whatever was left out.
            done.append(replace(action, id=f"a{number + len(done)}"))
            step = replace(step, action=done[-1].id)
        kept.append(step)
    return kept, done


def _deeds(actions: Sequence[Action]) -> list[bytes]:
    return [_call(action) for action in actions if action.writes]


def _call(action: Action) -> bytes:
    return canonical_json([action.party, action.tool, action.arguments])


def _free(key: str, known: dict[str, Fact]) -> str:
    """The key for another value of what the fact is about."""
    number = 2
    while key_of(topic_of(key), number) in known:
        number += 1
    return key_of(topic_of(key), number)
