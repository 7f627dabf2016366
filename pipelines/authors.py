"""Who writes and reviews plans: what a recipe asks for, ready to be asked in this process."""

from generators.authored import Authors
from generators.reviewing.committee import Panel, Reviewer
from generators.reviewing.model import ModelReviewer
from generators.reviewing.scripted import ScriptedReviewer
from generators.writing.examples import ByDomain
from generators.writing.model import ModelWriter
from generators.writing.scripted import ScriptedWriter
from generators.writing.writer import Writer
from pipelines.players import Models
from pipelines.recipe import Recipe
from pipelines.recipe_authors import ErringCritic, FlawedWriter, PlanCritic, Review


def authors_of(recipe: Recipe, models: Models, examples: ByDomain | None = None) -> Authors:
    """The writer and the panel of a recipe; a model is shown the nearest of the ``examples``."""
    wanted, review = recipe.blueprints.writer, recipe.blueprints.review
    panel = _panel(review, recipe, models) if review else None
    if wanted is None:
        return Authors(panel=panel)
    writer: Writer
    if isinstance(wanted, FlawedWriter):
        writer = ScriptedWriter(flaws=wanted.flaws, mends=wanted.mends, seed=recipe.seed)
    else:
        shown = wanted.examples.k if wanted.examples else 0
        writer = ModelWriter(
            models.slots[wanted.slot], models.meter, recipe.seed, examples or {}, shown
        )
    return Authors(
        writer=writer,
        panel=panel,
        rounds=wanted.rounds,
        tools=wanted.tools,
        best_of=dict(sorted(wanted.best_of.items())),
    )


def _panel(review: Review, recipe: Recipe, models: Models) -> Panel:
    return Panel(
        reviewers=tuple(_reviewer(each, recipe, models) for each in review.critics),
        threshold=review.threshold,
        quorum=review.quorum,
    )


def _reviewer(critic: PlanCritic, recipe: Recipe, models: Models) -> Reviewer:
    if isinstance(critic, ErringCritic):
        return ScriptedReviewer(
            name=critic.name,
            false_accept=critic.false_accept,
            false_reject=critic.false_reject,
            abstain=critic.abstain,
            seed=recipe.seed,
        )
    return ModelReviewer(
        critic.called, models.slots[critic.slot], critic.prompt, models.meter, recipe.seed
    )
