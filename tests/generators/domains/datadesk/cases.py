"""Blueprints of the data desk for tests."""

from functools import partial

from tests.generators.domains import drawn

blueprints = partial(drawn.blueprints, "datadesk")
case = partial(drawn.case, "datadesk")
