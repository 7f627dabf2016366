"""The words that scripted speakers have for one plan."""

from generators.blueprint import Blueprint
from generators.domains.domain import Domain
from generators.scripted.phrasebook import GENERAL, Phrasebook, general
from generators.scripted.tool_phrases import words_of


def words_for(blueprint: Blueprint, domain: Domain) -> Phrasebook:
    """The domain's words, and those made from its tools; for a plan that no intent's code has made
    also those that fit any domain."""
    book = words_of(domain)
    if all(step.key != GENERAL for step in blueprint.steps):
        return book
    return book.with_others(general().entries())
