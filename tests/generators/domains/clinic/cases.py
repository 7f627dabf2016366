"""Blueprints of the clinic for tests."""

from functools import partial

from tests.generators.domains import drawn

blueprints = partial(drawn.blueprints, "clinic")
case = partial(drawn.case, "clinic")
