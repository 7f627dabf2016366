"""Prefect's temporary server, for as long as this process lives and no longer."""

import asyncio
import os
import signal

from pipelines.guard import Guard


async def start_server() -> Guard | None:
    """Starts the server that Prefect starts by itself where no other is given. It ends with this
    process; the guard sees to that should the process be killed. Returns None where a server is given.
    """
    if os.environ.get("PREFECT_API_URL"):
        return None
    return Guard("prefect", await asyncio.to_thread(_started))


def _started() -> list[int]:
    from prefect.server.api.server import SubprocessASGIServer

    # Processes inherit what their thread blocks. Ctrl-C goes to the whole group, and without its
    # server the flow could not even say that it was stopped.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    server = SubprocessASGIServer()
    server.start()
    return [server.server_process.pid] if server.server_process else []
