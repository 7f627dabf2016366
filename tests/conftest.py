"""Property tests draw the same cases every time and know no clock: a busy machine fails none. One vLLM
server serves all tests that want a real one."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.vllm_server import VLLMServer, tiny_server

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def vllm_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VLLMServer]:
    """Real vLLM with the tiny model. For slow tests: it takes a minute to come up."""
    with tiny_server(tmp_path_factory.mktemp("vllm")) as server:
        yield server


@pytest.hookimpl(tryfirst=True)  # Before those who read the groups.
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks vLLM runs in one process of several: two engines would starve each other."""
    for item in items:
        if "vllm_server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("vllm"))
