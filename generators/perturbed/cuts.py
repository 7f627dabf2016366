"""Where a goal of a plan ends early, because a tool that it needs is missing or out of service."""

from collections.abc import Mapping, Sequence

from generators.blueprint import Action, Blueprint, Goal, Step
from generators.domains.domain import Domain
from generators.event import AGENT
from generators.perturbed.callback import NO_FUNCTION, OUT_OF_SERVICE
from personas.record import Record


class NotPerturbable(ValueError):
    """The plan has no right way to go in this environment; the message says why."""


class Cut(Record):
    """A goal ends ``because`` of a tool after so many of its steps. ``tried`` is the call by which the
    agent finds out that the tool is out of service."""

    at: int
    because: str
    tried: Action | None = None


def cuts_of(plan: Blueprint, view: Domain) -> dict[str, Cut]:
    """Goal -> where it ends early. Names in ``plan`` are those of the original domain.

    Raises ``NotPerturbable`` when a goal would be left half done, when another one needs what it would
    have led to, when people are wanted at once, and when nobody could be identified.
    """
    actions = {action.id: action for action in plan.actions}
    steps: dict[str, list[Step]] = {}
    for step in plan.steps:
        steps.setdefault(step.goal, []).append(step)
    needed = _Needed(actions, view)
    cuts = {goal.id: cut for goal in plan.goals if (cut := needed.cut(steps.get(goal.id, [])))}
    opening = [step for step in plan.steps if step.goal not in {goal.id for goal in plan.goals}]
    if needed.cut(opening):
        raise NotPerturbable("nobody can be identified without the tools that are missing")
    _check(plan.goals, cuts)
    for goal, cut in cuts.items():
        if any(actions[step.action].writes for step in steps[goal][: cut.at] if step.action):
            raise NotPerturbable(f"goal {goal} would be left half done")
    return cuts


class _Needed:
    """Looks for tools that are needed and cannot be had."""

    def __init__(self, actions: Mapping[str, Action], view: Domain) -> None:
        self._actions = actions
        self._there = {view.naming.tool(AGENT, name) for name in view.agent_tools}
        self._down = {
            view.naming.tool(AGENT, name)
            for name, trouble in view.troubles.items()
            if trouble == "unavailable"
        }

    def cut(self, steps: Sequence[Step]) -> Cut | None:
        """Where these steps cannot go on. One who sees that a tool is missing begins nothing that it
        would be needed for; that one is out of service is found out by calling it."""
        calls = [self._call(step) for step in steps]
        missing = [at for at, call in enumerate(calls) if call and call.tool not in self._there]
        down = [at for at, call in enumerate(calls) if call and call.tool in self._down]
        if missing:
            deeds = [at for at, step in enumerate(steps) if self._is_deed(step)]
            return Cut(at=min(missing + down + deeds), because=NO_FUNCTION)
        if down:
            return Cut(at=down[0], because=OUT_OF_SERVICE, tried=calls[down[0]])
        return None

    def _call(self, step: Step) -> Action | None:
        action = self._actions.get(step.action)
        return action if action and action.party == AGENT else None

    def _is_deed(self, step: Step) -> bool:
        action = self._actions.get(step.action)
        return step.kind in ("confirm", "act") or bool(action and action.writes)


def _check(goals: Sequence[Goal], cuts: Mapping[str, Cut]) -> None:
    for goal in goals:
        if goal.id in cuts and goal.outcome == "handed_over":
            raise NotPerturbable(f"{goal.intent} has to be handed over, and not left for later")
        if goal.id in cuts and goal.turn == "improper":
            raise NotPerturbable(f"{goal.intent} has to be declined, and not passed on")
        lacking = sorted(cuts.keys() & set(goal.after))
        if lacking and goal.id not in cuts:
            raise NotPerturbable(f"{goal.intent} needs what {lacking[0]} would have led to")
