"""The plan of an unperturbed dialogue, as it has to go in a perturbed environment.

The plan's own steps are carried out again, in a world of the environment: a call that times out is made
again, an answer that is out of date is asked for again, and a goal whose tool is missing or out of
service is passed on to a colleague. So what a right agent does is again what really happened, and the
plan is checked like any other.
"""

from collections.abc import Mapping
from itertools import zip_longest

import msgspec
from msgspec.structs import replace

from generators.blueprint import Action, Blueprint, Goal, Provenance, Statement, Step
from generators.domains.domain import Domain
from generators.domains.plan import PlanBroken
from generators.domains.trouble import TIMEOUT, UNAVAILABLE, is_outdated
from generators.domains.world import Outcome, world_of
from generators.event import AGENT
from generators.perturbation import Perturbation
from generators.perturbed.callback import LEAVE_REQUEST
from generators.perturbed.cuts import Cut, NotPerturbable, cuts_of
from generators.perturbed.view import perturbed

SOURCE = "perturbed"


def perturbed_plan(parent: Blueprint, domain: Domain, perturbation: Perturbation) -> Blueprint:
    """A draft, without id and without what execution shows, whose provenance names the ``parent``.

    ``domain`` is the unperturbed one. Raises ``NotPerturbable`` when a right agent would have no way to
    go, and ``PlanBroken`` when the plan cannot be carried out at all.
    """
    view = perturbed(domain, perturbation)
    cuts = cuts_of(parent, view)
    draft = replace(
        parent,
        id="",
        domain_hash=view.hash,
        goals=tuple(_passed_on(goal) if goal.id in cuts else goal for goal in parent.goals),
        provenance=Provenance(
            source=SOURCE,
            seed=parent.provenance.seed,
            parents=(parent.id,),
            note=perturbation.name,
        ),
        perturbation=perturbation,
    )
    script = _Script(parent, draft, view)
    for goal in dict.fromkeys(step.goal for step in parent.steps):
        steps = [step for step in parent.steps if step.goal == goal]
        if goal in cuts:
            script.play(steps[: cuts[goal].at])
            script.pass_on(goal, cuts[goal])
        else:
            script.play(steps)
    return script.written(cuts)


def _passed_on(goal: Goal) -> Goal:
    """What is passed on puts no clause to the test, and waits for no detail."""
    return replace(goal, outcome="handed_over", clauses=(), turn="answerable", missing=())


class _Script:
    """Writes steps down while they happen in a world of the environment."""

    def __init__(self, parent: Blueprint, draft: Blueprint, view: Domain) -> None:
        self._parent = parent
        self._draft = draft
        self._view = view
        self._world = world_of(draft, view)
        self._planned = {action.id: action for action in parent.actions}
        self._steps: list[Step] = []
        self._actions: list[Action] = []
        self._references: list[Statement] = []
        self._found_down: set[str] = set()

    def play(self, steps: list[Step]) -> None:
        """Carries out steps of the parent. What has to be asked again is, at the end of its batch."""
        again: list[Step] = []
        for step, following in zip_longest(steps, steps[1:]):
            if not step.action:
                self._steps.append(step)
            elif not self._answered(step):
                again.append(replace(step, batch=0))
            if following is None or not step.batch or following.batch != step.batch:
                for late in again:
                    if not self._answered(late):
                        raise NotPerturbable(f"{self._planned[late.action].tool} does not answer")
                again = []

    def pass_on(self, goal: str, cut: Cut) -> None:
        """Finds out that the tool is out of service, if it is and nobody knows, and leaves the request
        with a colleague."""
        step = Step(kind="call", goal=goal)
        if cut.tried and cut.tried.tool not in self._found_down:
            self._call(step, cut.tried)
            self._found_down.add(cut.tried.tool)
        wanted = next(each.intent for each in self._parent.goals if each.id == goal)
        intent = self._view.intents.get(wanted)
        request = Action(
            id="",
            party=AGENT,
            tool=LEAVE_REQUEST.name,
            arguments={
                "subject": intent.title if intent else "A request of the caller",
                "because": cut.because,
            },
            goal=goal,
            writes=True,
        )
        reference = self._call(step, request).value["reference"]
        self._steps.append(
            Step(kind="refuse", goal=goal, key=cut.because, slots={"reference": reference})
        )
        key = f"{cut.because}.reference"
        self._references.append(Statement(key=key, goal=goal, forms=(reference,), source=reference))

    def written(self, cuts: Mapping[str, Cut]) -> Blueprint:
        """The draft with what happened. Of a goal that was cut, what was told before must be said."""
        told = {(step.goal, step.key) for step in self._steps if step.kind in ("tell", "refuse")}
        kept = (
            each
            for each in self._parent.must_say
            if each.goal not in cuts or (each.goal, each.key.rpartition(".")[0]) in told
        )
        made = {step.goal for step in self._steps if step.kind == "change"}
        # A goal that ends before the user would have changed its mind is passed on as it was raised.
        gone = {
            key
            for each in self._parent.changes
            if each.goal not in made
            for key in each.instead.values()
        }
        return replace(
            self._draft,
            facts=tuple(fact for fact in self._draft.facts if fact.key not in gone),
            changes=tuple(
                replace(each, actions=tuple(self._renamed(action) for action in each.actions))
                for each in self._parent.changes
                if each.goal in made
            ),
            steps=tuple(self._steps),
            actions=tuple(self._actions),
            must_say=(*kept, *self._references),
        )

    def _renamed(self, action: Action) -> Action:
        party = action.party
        name, arguments = self._view.naming.here(party, action.tool, action.arguments)
        return replace(action, tool=name, arguments=arguments)

    def _answered(self, step: Step) -> bool:
        """Makes the step's call. Returns whether that was the end of it."""
        outcome = self._call(step, self._planned[step.action])
        return not outcome.error and not is_outdated(msgspec.json.decode(outcome.content))

    def _call(self, step: Step, action: Action) -> Outcome:
        here = self._renamed(action)
        name, raw = here.tool, msgspec.json.encode(here.arguments).decode()
        outcome = self._world.call(here.party, name, raw)
        if outcome.error not in ("", TIMEOUT, UNAVAILABLE):
            raise PlanBroken(f"{name} answered {outcome.error}: {outcome.content}")
        made = replace(
            here,
            id=f"a{len(self._actions)}",
            writes=action.writes and not outcome.error,
            error=outcome.error,
        )
        self._actions.append(made)
        self._steps.append(replace(step, action=made.id))
        return outcome
