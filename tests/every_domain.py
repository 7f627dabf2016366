"""The shipped domains for claims that hold in every one of them: two of unlike size whenever anything
is run, the others where there is time.

@pytest.mark.parametrize("name", EVERY_DOMAIN)
def test_something(name: str): ...
"""

import pytest

from generators.domains.registry import DOMAINS

_ALWAYS = ("cloakroom", "energy")

EVERY_DOMAIN = [
    pytest.param(name, marks=() if name in _ALWAYS else pytest.mark.slow)
    for name in sorted(DOMAINS)
]
