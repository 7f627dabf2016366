"""Blueprints of the library for tests."""

from functools import partial

from tests.generators.domains import drawn

blueprints = partial(drawn.blueprints, "library")
case = partial(drawn.case, "library")
