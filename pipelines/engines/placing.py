"""Where our own model servers run: on this machine, or on the nodes of a Ray cluster with GPUs."""

import os

from pipelines.engines.servers import Place


def place_named() -> Place | None:
    """How to place replicas on the cluster that ``RAY_ADDRESS`` names; None when it names none, or one
    without GPUs: then they run here. Raises ``EngineError`` when the cluster cannot be joined."""
    if os.environ.get("RAY_ADDRESS", "local") == "local":
        return None
    # Ray takes a second to import: only those who have a cluster pay for it.
    from pipelines.engines.ray_replica import RayReplica
    from pipelines.ray_cluster import address_named, gpus, joined

    cluster = joined(address_named())
    try:
        return RayReplica if gpus() else None
    finally:
        cluster.stop()
