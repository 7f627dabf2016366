"""What a build's model calls would come to: calls, tokens, money, time, and what the budget says."""

from generators.models.meter import Reading, summed
from personas.record import Record
from pipelines.calls.spending import LIMITS, money_of, said
from pipelines.recipe import Recipe
from pipelines.stand_in import CHARACTERS_PER_TOKEN, Measured

FIRST_TOKEN_SECONDS = 0.3
TOKENS_PER_SECOND = 50.0
START_SECONDS = 120.0
"""How long calls take, and a server until it is up: what nobody knows beforehand is taken to be this."""


class ModelForecast(Record):
    """Estimates for a whole build. ``tokens`` is by slot and kind as in ``Reading``. Those that end in
    ``_at_most`` have every draft of every turn, and every written plan, rejected as often as the recipe
    allows; nothing is known beforehand of models that talk on for ever, and of more candidates.
    ``budget`` says in words when it is used up, and is empty when it suffices."""

    calls: dict[str, int]
    tokens: dict[str, int]
    money: float
    seconds: float
    calls_at_most: int
    tokens_at_most: int
    money_at_most: float
    budget: str = ""

    def lines(self) -> list[tuple[str, str]]:
        """For people: a label and what there is to say."""
        sums = {kind: _sum(self.tokens, kind) for kind in ("prompt", "cached", "completion")}
        tokens = (
            f"about {_rough(sums['prompt']):,} prompt ({_rough(sums['cached']):,} of them cached at "
            f"best) and {_rough(sums['completion']):,} completion"
        )
        money = f"about {self.money:,.2f}"
        if self.calls_at_most > sum(self.calls.values()):
            tokens += (
                f"; at most {_rough(self.tokens_at_most):,} in all, if every draft is rejected"
            )
            money += f", at most {self.money_at_most:,.2f}"
        lines = [("tokens", tokens), *([("money", money)] if self.money_at_most else [])]
        if self.budget:
            lines.append(("budget", self.budget))
        lines.append(
            (
                "estimates",
                f"scripts stood in for the models; {CHARACTERS_PER_TOKEN:g} characters per token; "
                f"a call takes {FIRST_TOKEN_SECONDS:g} s and 1 s per {TOKENS_PER_SECOND:g} tokens, "
                f"a server {START_SECONDS:g} s to start",
            )
        )
        return lines


class Tried(Record):
    """What was tried for a forecast: so many dialogues, at least one, and so many candidates, out of
    about ``candidates`` that a build will take."""

    dialogues: int
    plans: int
    candidates: int


def model_forecast(
    recipe: Recipe, playing: Measured, planning: Measured, tried: Tried, workers: int
) -> ModelForecast:
    """Extrapolates from what was tried to all of a recipe's candidates and dialogues."""
    dialogues = recipe.blueprints.at_most * recipe.attempts
    times, more = dialogues / tried.dialogues, tried.candidates / tried.plans
    likely = summed((_scaled(playing.likely, times), _scaled(planning.likely, more)))
    most = summed((_scaled(playing.most, times), _scaled(planning.most, more)))
    calls = sum(likely.calls.values())
    asking = calls * FIRST_TOKEN_SECONDS + _sum(likely.tokens, "completion") / TOKENS_PER_SECOND
    lanes = min(dialogues, max(1, workers) * recipe.play.in_flight)
    starting = START_SECONDS if any(slot.vllm for slot in recipe.models.values()) else 0.0
    money = money_of(likely, recipe.models)
    seconds = asking / lanes
    used = {
        "tokens": _all_tokens(likely),
        "calls": calls,
        "seconds": seconds,
        "money": money,
    }
    return ModelForecast(
        calls=likely.calls,
        tokens=likely.tokens,
        money=round(money, 4),
        seconds=round(seconds + starting, 1),
        calls_at_most=sum(most.calls.values()),
        tokens_at_most=_all_tokens(most),
        money_at_most=round(money_of(most, recipe.models), 4),
        budget=_budget(recipe, used, dialogues),
    )


def _budget(recipe: Recipe, used: dict[str, float], dialogues: int) -> str:
    """The limit that is reached first, and after how many dialogues."""
    limits = {name: float(getattr(recipe.budget, name)) for name in LIMITS}
    shares = {name: limit / used[name] for name, limit in limits.items() if limit and used[name]}
    if not shares or min(shares.values()) >= 1:
        return ""
    name = min(shares, key=lambda each: shares[each])
    after = int(shares[name] * dialogues)
    then = "what there is then is released" if recipe.budget.release else "the build then stops"
    return (
        f"{said(name, limits[name])} are used up after about {after:,} of {dialogues:,} dialogues; "
        f"{then}"
    )


def _scaled(reading: Reading, factor: float) -> Reading:
    return Reading(
        calls={key: round(count * factor) for key, count in reading.calls.items()},
        tokens={key: round(count * factor) for key, count in reading.tokens.items()},
    )


def _rough(count: int) -> int:
    """With three figures."""
    return int(float(f"{count:.3g}"))


def _sum(tokens: dict[str, int], kind: str) -> int:
    return sum(count for key, count in tokens.items() if key.endswith(f"/{kind}"))


def _all_tokens(reading: Reading) -> int:
    return _sum(reading.tokens, "prompt") + _sum(reading.tokens, "completion")
