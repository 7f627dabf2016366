"""Ray itself: started here for one build, or joined where ``RAY_ADDRESS`` says that it runs.

What is started here listens on loopback only, asks for Ray's token, and ends with this process. What is
joined stays as it was found.
"""

import logging
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

# Ray reads these when it is imported.
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
os.environ.setdefault("RAY_DEDUP_LOGS", "0")
if not os.environ.get("RAY_ADDRESS"):
    # Without clusters Ray takes 127.0.0.1 for the node's address, and then all of its processes listen
    # there. ``_node_ip_address`` cannot say so: a loopback address given there is replaced.
    os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from pipelines.guard import Guard, descendants
from pipelines.mishap import EngineError

ADDRESS = "RAY_ADDRESS"
_OBJECT_STORE = 100 * 2**20
_TEMPORARY = "duologue-ray-"


class RayCluster:
    """A connection to Ray, open from ``started`` or ``joined`` until ``stop``. A process has one such
    connection: those who join what is joined already share it, and the last one leaves."""

    sharers = 0

    def __init__(self, folder: Path | None) -> None:
        RayCluster.sharers += 1
        self._folder = folder
        # Most of Ray's processes end with this one; its agents take a minute to notice.
        self._guard = Guard("ray", descendants(os.getpid())) if folder else None

    @property
    def joined(self) -> bool:
        """Whether the cluster is somebody else's."""
        return self._folder is None

    def stop(self) -> None:
        """Leaves the cluster, and ends it when it was started here."""
        if self._guard:
            self._guard.release()
            self._guard = None
        RayCluster.sharers -= 1
        if RayCluster.sharers == 0:
            ray.shutdown()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)


def cluster_for(workers: int) -> RayCluster:
    """The cluster that ``RAY_ADDRESS`` names, or one of our own. Raises ``EngineError``."""
    address = address_named()
    return joined(address) if address else started(workers)


def address_named() -> str:
    """Where the environment says that a cluster runs; empty when it does not."""
    address = os.environ.get(ADDRESS, "")
    return "" if address == "local" else address


def started(workers: int) -> RayCluster:
    """A cluster of this machine alone. Raises ``EngineError`` when it does not come up."""
    folder = _own_folder()
    # In the main thread on purpose: Ray's processes die with the thread that has started them.
    try:
        ray.init(
            address="local",
            num_cpus=workers,
            object_store_memory=_OBJECT_STORE,
            include_dashboard=False,
            log_to_driver=False,
            logging_level=logging.ERROR,
            _temp_dir=str(folder),
        )
    except Exception as error:
        ray.shutdown()
        shutil.rmtree(folder, ignore_errors=True)
        raise EngineError(
            f"Ray cannot start its workers: {type(error).__name__}: {error}",
            "Build in this process instead, with --workers 0: the result is the same.",
        ) from error
    return RayCluster(folder)


def joined(address: str) -> RayCluster:
    """A cluster that runs already; this machine must be one of its nodes. Raises ``EngineError``."""
    if RayCluster.sharers:
        return RayCluster(None)
    try:
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    except Exception as error:
        ray.shutdown()
        raise EngineError(
            f"cannot join the Ray cluster at {address}: {type(error).__name__}: {error}",
            f"Start Ray on this machine with ray start --address={address}, or unset {ADDRESS} to "
            "have workers on this machine alone.",
        ) from error
    return RayCluster(None)


def here() -> NodeAffinitySchedulingStrategy:
    """Keeps an actor on this node: workers write to the build's folder, which other nodes need not
    have."""
    return NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)


def gpus() -> float:
    """How many GPUs the cluster has."""
    resources: dict[str, Any] = ray.cluster_resources()
    return float(resources.get("GPU", 0.0))


def _own_folder() -> Path:
    """A short path, since sockets in it must stay under 108 bytes; those of builds that were killed
    are removed on the way."""
    for old in Path(tempfile.gettempdir()).glob(f"{_TEMPORARY}*"):
        owner = old.name.removeprefix(_TEMPORARY).partition("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{_TEMPORARY}{os.getpid()}-"))
