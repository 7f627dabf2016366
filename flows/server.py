"""Prefect's temporary server, for as long as this process lives and no longer."""

import os
import subprocess


def start_server() -> None:
    """Starts the server that Prefect starts by itself where no other is given, and a guard that ends it
    when this process is gone: killed with SIGKILL, it could not do so itself."""
    from prefect.server.api.server import SubprocessASGIServer

    server = SubprocessASGIServer()
    server.start()
    if server.server_process:
        # The guard reads from a pipe that only this process can write to: its end is our end.
        subprocess.Popen(
            [
                "sh",
                "-c",
                'cat > /dev/null; kill -9 "$0" 2> /dev/null',
                str(server.server_process.pid),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


def needs_server() -> bool:
    """Whether no server is given."""
    return not os.environ.get("PREFECT_API_URL")
