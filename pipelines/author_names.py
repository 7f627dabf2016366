"""What a recipe says of those who write and review plans, and only other rooms can check."""

from collections.abc import Iterator

from generators.reviewing.questions import QUESTIONS
from generators.sources.registry import WRITTEN
from generators.writing.flaws import FLAWS
from pipelines.did_you_mean import did_you_mean
from pipelines.model_slots import Mistake
from pipelines.recipe import Recipe
from pipelines.recipe_authors import FlawedWriter, ModelCritic, ModelWriter

_PLANS = "blueprints"
_TOKENS = 1024
"""A plan has some hundreds of tokens; where fewer may be written, none would be whole."""


def author_mistakes(recipe: Recipe) -> Iterator[Mistake]:
    """What is wrong with the writer and the critics of plans."""
    yield from _writer(recipe)
    yield from _review(recipe)


def _writer(recipe: Recipe) -> Iterator[Mistake]:
    plans = recipe.blueprints
    asked = plans.sources.get(WRITTEN, 0.0) > 0
    place = (_PLANS, "writer")
    if asked and plans.writer is None:
        right = "name one: {slot: writer}, or {kind: scripted}"
        yield place, f"there is no writer, and blueprints.sources.{WRITTEN} asks for one", right
    if plans.writer is not None and not asked:
        right = f"give it a share of blueprints.sources: {WRITTEN}: 0.3"
        yield place, "a writer that nothing asks for", right
    if isinstance(plans.writer, FlawedWriter):
        for kind in plans.writer.flaws:
            if kind not in FLAWS:
                yield (*place, "flaws", kind), f"unknown flaw {kind!r}", did_you_mean(kind, FLAWS)
    if isinstance(plans.writer, ModelWriter) and plans.writer.slot in recipe.models:
        slot = recipe.models[plans.writer.slot]
        if slot.sampling.max_tokens < _TOKENS:
            yield (
                ("models", plans.writer.slot, "sampling", "max_tokens"),
                f"found {slot.sampling.max_tokens}, and a written plan has to fit in",
                f"at least {_TOKENS}; 3000 is enough for most",
            )


def _review(recipe: Recipe) -> Iterator[Mistake]:
    review = recipe.blueprints.review
    if review is None:
        return
    place = (_PLANS, "review")
    names = [critic.called for critic in review.critics]
    for at, critic in enumerate(review.critics):
        here = (*place, "critics", at)
        if isinstance(critic, ModelCritic) and critic.prompt not in QUESTIONS:
            right = did_you_mean(critic.prompt, QUESTIONS)
            yield (*here, "prompt"), f"unknown prompt {critic.prompt!r}", right
        if critic.called in names[:at]:
            found = f"a second critic called {critic.called!r}"
            yield (*here, "name"), found, "every critic has a name of its own, or another prompt"
    if review.quorum > len(names):
        found = f"a quorum of {review.quorum} among {len(names)} critics"
        yield (*place, "quorum"), found, "at most the number of critics"
