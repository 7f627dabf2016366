"""What a blueprint must show before anyone speaks: it executes, changes what it should and nothing else,
keeps the policy, tells its user enough and nothing too much, and discriminates (``probes``)."""

from collections.abc import Iterator, Mapping

import msgspec
from msgspec.structs import replace

from generators.argument_sources import missing_arguments
from generators.blueprint import Action, Blueprint, Goal, RowChange, RowPatch
from generators.calm import calm
from generators.difficulty import difficulty_of, factors_of
from generators.domains.domain import Domain, breaches
from generators.domains.table import Database, Snapshot, ToolFailure
from generators.event import AGENT
from generators.given_away import broken_reveals, contradictions, given_answers, told_secrets
from generators.probes import Trials, Way, exchanges, probes, score
from generators.replay import Replay, rehearse
from personas.persona import Persona
from personas.record import Record

_NO_CHANGE_IS_RIGHT = ("refused", "informed")


class Defect(Record):
    """Why a blueprint is refused. ``code`` is stable and counted; ``goal`` is the id of the goal that it
    is about, where it is about one."""

    code: str
    message: str
    goal: str = ""


def examined(
    draft: Blueprint, domain: Domain, persona: Persona | None = None
) -> tuple[Blueprint, list[Defect]]:
    """The draft settled, and everything that is wrong with it.

    Whatever it says must come out twice. A draft that was made by executing it has the hash of the
    state that it came to, and is executed once more; any other twice.
    """
    run = rehearse(draft, domain, draft.actions)
    blueprint = _settled(draft, domain, run)
    if not draft.end_hash:
        return blueprint, defects(blueprint, domain, persona)
    found = _defects(blueprint, domain, persona, run)
    if draft.end_hash != run.end_hash:
        drifted = "the actions end in another state than the draft came to"
        found.insert(0, _defect("not_reproducible", drifted))
    return blueprint, found


def settled(blueprint: Blueprint, domain: Domain) -> Blueprint:
    """The draft with what execution in a fresh world shows: hashes, diff, goals that depend on one
    another, difficulty and probes."""
    return _settled(blueprint, domain, rehearse(blueprint, domain, blueprint.actions))


def _settled(blueprint: Blueprint, domain: Domain, run: Replay) -> Blueprint:
    trials = Trials(*calm(blueprint, domain, run))
    exchanged = exchanges(trials)
    goals = _with_found_dependencies(blueprint, exchanged)
    done = replace(
        blueprint,
        goals=goals,
        start_hash=run.start_hash,
        end_hash=run.end_hash,
        end_diff=run.world.diff(),
    )
    factors = factors_of(done)
    free = {pair: way for pair, way in exchanged.items() if way.works and way.told}
    found = tuple(probes(trials, free))
    return replace(
        done,
        factors=factors,
        difficulty=difficulty_of(factors),
        probes=found,
        discrimination=score(found),
    )


def _with_found_dependencies(
    blueprint: Blueprint, exchanged: Mapping[tuple[str, str], Way]
) -> tuple[Goal, ...]:
    """Neighbouring goals that come to something else the other way round, or of which the second only
    works after the first, are marked as dependent: a plan may call two goals independent only when
    execution shows it."""
    needs = {
        second: first for (first, second), way in exchanged.items() if not (way.works and way.told)
    }
    return tuple(
        replace(goal, after=(*goal.after, needs[goal.id])) if goal.id in needs else goal
        for goal in blueprint.goals
    )


def defects(blueprint: Blueprint, domain: Domain, persona: Persona | None = None) -> list[Defect]:
    """Everything that is wrong with a settled blueprint; empty when it may be played. Whose plan it is
    can only be checked against the ``persona``."""
    run = rehearse(blueprint, domain, blueprint.actions)
    return _defects(blueprint, domain, persona, run)


def _defects(
    blueprint: Blueprint, domain: Domain, persona: Persona | None, run: Replay
) -> list[Defect]:
    found = [*_executed(blueprint, domain, run), *_changes(blueprint, run), *_said(blueprint, run)]
    found += [*_told(blueprint, domain, run), *_discriminating(blueprint)]
    if persona:
        found += [
            _defect("wrong_persona", each) for each in _strangers(blueprint, domain, run, persona)
        ]
    return found


def _defect(code: str, message: str, goal: str = "") -> Defect:
    return Defect(code=code, message=message, goal=goal)


def _executed(blueprint: Blueprint, domain: Domain, run: Replay) -> Iterator[Defect]:
    """Every call works, the clauses hold, and a second execution comes to the same."""
    for action, entry in zip(blueprint.actions, run.timeline.entries, strict=True):
        if entry.error != action.error:
            answer = entry.error or "without the error that was planned"
            yield _defect("action_failed", f"{action.tool} answers {answer}")
        elif not entry.error and isinstance(entry.value, dict) and entry.value.get("error"):
            yield _defect("silent_failure", f"{action.tool} answers with an error and succeeds")
    if (run.start_hash, run.end_hash) != (blueprint.start_hash, blueprint.end_hash):
        yield _defect("not_reproducible", "a second execution ends in another state")
    elif run.world.diff() != blueprint.end_diff:
        yield _defect("not_reproducible", "a second execution changes other rows")
    try:
        for name, breach in breaches(domain, run.timeline):
            yield _defect("policy_broken", f"{name}: {breach.message}")
    except Exception as bug:
        # A domain's bug must cost this plan, not the build.
        yield _defect("clause_raised", f"a clause raises {type(bug).__name__}: {bug}")


def _changes(blueprint: Blueprint, run: Replay) -> Iterator[Defect]:
    """Every goal changes what it should, and nothing changes that no goal is for."""
    goals = {goal.id: goal for goal in blueprint.goals}
    effects: dict[str, bool] = {}
    for action, writes, changes in _steps(blueprint, run):
        if writes and changes is None:
            yield _defect("silent_write", f"{action.tool} changes nothing")
        if not writes and changes is not None:
            yield _defect("read_writes", f"{action.tool} only looks, and changes the world")
        if changes is None:
            continue
        goal = goals.get(action.goal)
        effects[action.goal] = True
        if blueprint.withdrawn(action.goal) and action.party == AGENT:
            message = f"{action.tool} changes what the user lets go of"
            yield _defect("unasked_change", message, action.goal)
        if goal is None:
            yield _defect("unasked_change", f"{action.tool} changes the world for no goal")
        elif goal.outcome in _NO_CHANGE_IS_RIGHT:
            told = "\n".join(each.source for each in blueprint.must_say if each.goal == goal.id)
            for change in changes:
                if change.kind != "added" or change.key not in told:
                    what = f"{change.table} {change.key} is {change.kind}"
                    yield _defect(
                        "unasked_change", f"{goal.intent} is {goal.outcome}, and {what}", goal.id
                    )
    for goal in blueprint.goals:
        idle = goal.outcome in _NO_CHANGE_IS_RIGHT or blueprint.withdrawn(goal.id)
        if not idle and goal.id not in effects:
            yield _defect("no_effect", f"{goal.intent} leaves the world as it was", goal.id)


def _steps(
    blueprint: Blueprint, run: Replay
) -> Iterator[tuple[Action, bool, tuple[RowChange, ...] | None]]:
    """Each action, whether its tool may write, and the rows that it changed; None where a write changes
    nothing but wording, or a read nothing."""
    db = Database(run.timeline.start.base, run.timeline.start.now)
    snapshots: list[Snapshot] = [entry.before or {} for entry in run.timeline.entries]
    snapshots.append(run.world.db.snapshot())
    for n, (action, entry) in enumerate(zip(blueprint.actions, run.timeline.entries, strict=True)):
        before, after = snapshots[n], snapshots[n + 1]
        changes = None
        if before != after:
            db.restore(before)
            old = db.state()
            db.restore(after)
            if not entry.writes or db.state() != old:
                changes = db.diff(before)
        yield action, entry.writes and not entry.error, changes


def _said(blueprint: Blueprint, run: Replay) -> Iterator[Defect]:
    """Every goal has an answer, which can be found out and may be given."""
    values = [entry.value for entry in run.timeline.entries if not entry.error]
    found_out = msgspec.json.encode(values).decode()
    for statement in blueprint.must_say:
        if statement.source not in found_out:
            yield _defect("ungrounded", f"no result gives {statement.key}", statement.goal)
    answered = {statement.goal for statement in blueprint.must_say}
    for goal in blueprint.goals:
        if goal.id not in answered and not blueprint.withdrawn(goal.id):
            yield _defect("nothing_to_say", f"{goal.intent} requires no answer", goal.id)
    secret = {form for each in blueprint.must_not_say for form in each.forms}
    for statement in blueprint.must_say:
        if secret.issuperset(statement.forms):
            yield _defect("contradiction", f"{statement.key} must and must not be said")


def _told(blueprint: Blueprint, domain: Domain, run: Replay) -> Iterator[Defect]:
    """The parts of the plan fit together, and what the user is told suffices, gives nothing away, and
    does not contradict itself."""
    facts = {fact.key for fact in blueprint.facts}
    actions = {action.id for action in blueprint.actions}
    for step in blueprint.steps:
        if step.kind in ("call", "act") and step.action not in actions:
            yield _defect("dangling", f"a step takes {step.action!r}, which is no action")
        if step.kind == "change" and not blueprint.change_of(step.goal):
            yield _defect("dangling", "the user changes its mind in a step, and into nothing")
        for key in step.facts:
            if key not in facts:
                yield _defect("missing_fact", f"the user is asked for {key}, and does not know it")
    for change in blueprint.changes:
        if not {*change.instead, *change.instead.values()} <= facts:
            yield _defect("missing_fact", "the user changes its mind into what it does not know")
        if [step.goal for step in blueprint.steps if step.kind == "change"].count(change.goal) != 1:
            yield _defect("dangling", f"the user changes its mind about {change.goal} at no time")
    order = {goal.id: place for place, goal in enumerate(blueprint.goals)}
    for statement in blueprint.must_say:
        if statement.goal not in order:
            yield _defect("dangling", f"{statement.key} is to be said for {statement.goal!r}")
    for goal in blueprint.goals:
        for other in goal.after:
            if order.get(other, len(order)) >= order[goal.id]:
                yield _defect(
                    "unreachable_goal", f"{goal.id} needs {other}, which does not come before"
                )
    for code, sentences in (
        ("missing_argument", (why for _, why in missing_arguments(blueprint, domain, run))),
        ("secret_told", told_secrets(blueprint)),
        ("answer_given_away", given_answers(blueprint)),
        ("contradictory_facts", contradictions(blueprint)),
        ("reveal_rule", broken_reveals(blueprint)),
    ):
        for message in sentences:
            yield _defect(code, message)


def _strangers(
    blueprint: Blueprint, domain: Domain, run: Replay, persona: Persona
) -> Iterator[str]:
    """A sentence for everything in which the plan is another person's."""
    if blueprint.persona_id != persona.id:
        yield f"the plan is for {blueprint.persona_id}, the persona is {persona.id}"
    if blueprint.locale != persona.demographics.locale:
        yield f"the plan is for {blueprint.locale}, the persona lives in {persona.demographics.locale}"
    if blueprint.language not in {each.code for each in persona.languages}:
        yield f"the persona does not speak {blueprint.language}"
    db = Database(run.timeline.start.base, run.timeline.start.now)
    patches = set(map(_named, blueprint.setup))
    for key in dict.fromkeys(patch.key for patch in blueprint.setup):
        try:
            wanted = domain.settle(db, key, persona)
        except ToolFailure:
            continue
        if patches.issuperset(map(_named, wanted)):
            return
    if blueprint.setup:
        yield f"nobody in the world is {persona.name}"


def _named(patch: RowPatch) -> tuple[str, str, bytes]:
    return (patch.table, patch.key, msgspec.json.encode(patch.fields, order="sorted"))


def _discriminating(blueprint: Blueprint) -> Iterator[Defect]:
    for probe in blueprint.probes:
        if probe.passes != probe.should_pass:
            word = "fails" if probe.should_pass else "passes"
            yield _defect("undiscriminating", f"the agent {probe.name!r} {word}")
