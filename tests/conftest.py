"""Property tests draw the same cases every time and know no clock: a busy machine fails none. One vLLM
server serves all tests that want a real one."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.services import service_folders
from tests.vllm_server import VLLMServer, tiny_server

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def vllm_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VLLMServer]:
    """Real vLLM with the tiny model. For slow tests: it takes a minute to come up."""
    with tiny_server(tmp_path_factory.mktemp("vllm")) as server:
        yield server


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of two service folders. Nobody changes it."""
    return service_folders(tmp_path_factory.mktemp("services"))


class Together(LoadScopeScheduling):
    """Hands out claims one by one, but those about vLLM to one process: two engines would starve each
    other. Claims about the plans of one domain go together too: they are drawn once per process."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file.endswith(("/test_phrases.py", "/test_intents.py")):
            folder = file.split("/")[-2]
            return folder if folder != "domains" else re.split(r"[\[\]-]", nodeid)[1]
        return "vllm" if "vllm" in file else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling | None:
    """Who hands out claims when they run side by side; xdist's own as it likes unless by group."""
    return Together(config, log) if config.getoption("dist") == "loadgroup" else None


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where slow claims are left out, a file of nothing else is not even imported: some of them need
    seconds for what they import."""
    if config.option.markexpr == "not slow" and collection_path.suffix == ".py":
        return "\npytestmark = pytest.mark.slow\n" in collection_path.read_text() or None
    return None
