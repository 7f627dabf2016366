"""Prefect's temporary server, for as long as this process lives and no longer."""

import os

from pipelines.guard import Guard


def start_server() -> Guard | None:
    """Starts the server that Prefect starts by itself where no other is given. It ends with this
    process; the guard sees to that should the process be killed. Returns None where a server is given.
    """
    if os.environ.get("PREFECT_API_URL"):
        return None
    from prefect.server.api.server import SubprocessASGIServer

    server = SubprocessASGIServer()
    server.start()
    return Guard("prefect", [server.server_process.pid] if server.server_process else [])
