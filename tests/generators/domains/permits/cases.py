"""Blueprints of the permits counter for tests."""

from functools import partial

from tests.generators.domains import drawn

blueprints = partial(drawn.blueprints, "permits")
case = partial(drawn.case, "permits")
