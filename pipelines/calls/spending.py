"""What a build has spent on models over all its runs, and whether that is as much as it may."""

import time
from collections.abc import Callable, Iterable, Mapping

from generators.models.meter import Reading, summed
from personas.record import Record
from pipelines.calls.journal import Spent
from pipelines.mishap import RequestError
from pipelines.model_slots import prices_of
from pipelines.recipe import Recipe
from pipelines.recipe_models import ModelSlot

LIMITS = ("tokens", "calls", "seconds", "money")
"""The limits of a budget, in the order in which they are told."""
_PER = 1_000_000
_UNITS = {"tokens": " tokens", "calls": " model calls", "seconds": " s"}


class Account(Record):
    """One limit of a budget: how much of it is used. ``limit`` is 0 where there is none."""

    used: float
    limit: float = 0.0


class Spending:
    """Counts from the moment it is made, which is when playing begins.

    ``earlier`` is what the journals of earlier runs say (``pipelines.calls.journal.spent``), exact even
    after a kill; ``learn`` takes what this run's workers have counted, about once a second. Ask
    ``reached`` before every item that is handed out: it compares four numbers. A build thus goes over
    its budget by what is asked between two readings and by the dialogues then under way::

        spending = Spending(recipe, spent(folder / JOURNAL))
        ...                                      # now and then, while dialogues are played:
        spending.learn(await executor.readings())
        ...                                      # for the dispatcher:
        stop=lambda: bool(spending.reached())
        ...                                      # when it has stopped, and budget.release is false:
        raise spending.mishap()

    ``calls`` are those that were answered; ``tokens`` are prompt (cached ones too) and completion
    tokens as servers count them; ``seconds`` are those during which dialogues were played. Answers from
    the journal cost nothing.
    """

    def __init__(
        self, recipe: Recipe, earlier: Spent, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._models = recipe.models
        self._limits = {name: float(getattr(recipe.budget, name)) for name in LIMITS}
        self._earlier = earlier
        self._clock = clock
        self._began = clock()
        self._used: dict[str, float] = {}
        self.reading = earlier.reading
        self.learn(())

    def learn(self, readings: Iterable[Reading]) -> None:
        """Takes the readings of all workers of this run; they stand for the ones before. ``reading``
        is then the sum of all there is, earlier runs included."""
        self.reading = reading = summed((self._earlier.reading, *readings))
        self._used = {
            "tokens": sum(n for key, n in reading.tokens.items() if not key.endswith("/cached")),
            "calls": sum(reading.calls.values()),
            "money": money_of(reading, self._models),
        }

    def accounts(self) -> dict[str, Account]:
        """How much of each limit is used."""
        seconds = self._earlier.seconds + self._clock() - self._began
        used = {**self._used, "seconds": seconds}
        return {name: Account(used=used[name], limit=self._limits[name]) for name in LIMITS}

    def reached(self) -> str:
        """Which limit has been reached, in words; empty while there is something left."""
        for name, limit in self._limits.items():
            if limit:
                account = self.accounts()[name]
                if account.used >= limit:
                    return (
                        f"the budget of {said(name, limit)} is used up ({said(name, account.used)})"
                    )
        return ""

    def remaining(self) -> dict[str, float]:
        """What is left of each limit that there is; never below 0."""
        accounts = self.accounts().items()
        return {name: max(0.0, each.limit - each.used) for name, each in accounts if each.limit}

    def mishap(self) -> RequestError:
        """Why the build stops, and how it goes on."""
        accounts = self.accounts().items()
        over = [name for name, each in accounts if each.limit and each.used >= each.limit]
        raised = " and ".join(f"budget.{name}" for name in over) or "the budget"
        return RequestError(
            f"{self.reached() or 'the budget is used up'}; no new dialogue was begun",
            f"Raise {raised} in the recipe (or with --set) and run the same command again: finished "
            "dialogues and paid model calls are kept. With budget.release: true what there is "
            "is released.",
        )


def money_of(reading: Reading, models: Mapping[str, ModelSlot]) -> float:
    """What the tokens of a reading cost by the slots' prices. Slots without prices cost nothing."""
    total = 0.0
    for name in models:
        prices = prices_of(models, name)
        prompt, cached, completion = (
            reading.tokens.get(f"{name}/{kind}", 0) for kind in ("prompt", "cached", "completion")
        )
        known = prices.prompt if prices.cached is None else prices.cached
        total += (prompt - cached) * prices.prompt + cached * known + completion * prices.completion
    return total / _PER


def said(name: str, amount: float) -> str:
    """An amount of one of ``LIMITS``, for people."""
    if name == "money":
        return f"{amount:,.2f} of money" if amount >= 1 else f"{amount:.3g} of money"
    return f"{amount:,.0f}{_UNITS[name]}"
