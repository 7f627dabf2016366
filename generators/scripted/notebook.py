"""What a scripted agent has been told: the facts of who is calling and of the goals raised so far.

A value counts for a fact only from the words on with which its goal was raised. ``In the afternoon``,
said of one appointment, does not answer when the next one shall be.
"""

from collections.abc import Collection

from generators.blueprint import Blueprint
from generators.scripted.telling import as_slip, facts_by_goal, slips_of
from generators.scripted.values import facts_in, hints_in


class Notebook:
    """The facts that one agent has heard. ``told`` has their keys, ``misheard`` those of which a
    wrong version was heard."""

    def __init__(self, blueprint: Blueprint) -> None:
        self.told: set[str] = set()
        self.misheard: set[str] = set()
        open_facts = [fact for fact in blueprint.facts if fact.reveal != "never"]
        self._slips = [as_slip(fact) for fact in slips_of(open_facts)]
        self._facts = {fact.key: fact for fact in open_facts}
        self._by_goal = facts_by_goal(blueprint)
        self._at_issue = {fact.key for fact in open_facts if not fact.goal}
        if blueprint.goals:
            self._raise(blueprint.goals[0].id)

    def hear(self, text: str) -> None:
        """Takes in what the user says."""
        facts = [fact for key, fact in self._facts.items() if key in self._at_issue]
        slips = [slip for slip in self._slips if slip.key in self._at_issue]
        self.told |= facts_in(text, facts)
        self.told |= hints_in(text, facts)
        self.misheard |= facts_in(text, slips)

    def turn_to(self, goal: str, text: str) -> None:
        """The user has raised this goal, with these words."""
        self._raise(goal)
        self.hear(text)

    def hear_change(self, keys: Collection[str], text: str) -> bool:
        """Whether the user wants something else, with these words: facts of these keys count now."""
        facts = [self._facts[key] for key in keys if key in self._facts]
        if not facts_in(text, facts):
            return False
        self._at_issue.update(keys)
        self.hear(text)
        return True

    def _raise(self, goal: str) -> None:
        self._at_issue.update(fact.key for fact in self._by_goal.get(goal, ()))
