import pytest

from generators.models import circuit as circuits
from generators.models import endpoint as endpoints
from generators.models import router as routers
from tests.routing import KEY


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Circuits probe and routers look around more often than they do in earnest."""
    monkeypatch.setenv("TEST_KEY", KEY)
    monkeypatch.setattr(circuits, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(circuits, "LONGEST_PAUSE", 0.05)
    monkeypatch.setattr(endpoints, "DYING_SECONDS", 0.02)
    monkeypatch.setattr(routers, "LOOK_SECONDS", 0.02)
