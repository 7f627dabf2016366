"""Serves until it is told to end. See the package."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable

from benchmarks.server.connection import Connection
from benchmarks.server.engine import Engine
from benchmarks.server.settings import Settings, settings_of

_BACKLOG = 4096


async def serve(settings: Settings, key: str) -> None:
    """Listens on loopback and says where, until a signal or the end of standard input."""
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    connections: set[Connection] = set()
    pause: asyncio.Queue[float] = asyncio.Queue()
    engine = Engine(settings, pause.put_nowait)

    async def listening(port: int) -> asyncio.Server:
        return await loop.create_server(
            lambda: Connection(engine, key, connections), "127.0.0.1", port, backlog=_BACKLOG
        )

    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, over.set)
    if not settings.stay:
        watch_input(lambda: loop.call_soon_threadsafe(over.set))
    server = await listening(settings.port)
    port = server.sockets[0].getsockname()[1]
    print(f"http://127.0.0.1:{port}/v1", flush=True)

    async def outages() -> None:
        nonlocal server
        while True:
            seconds = await pause.get()
            server.close()
            for each in tuple(connections):
                each.reset()
            await asyncio.sleep(seconds)
            server = await listening(port)

    outage = asyncio.create_task(outages())
    await over.wait()
    outage.cancel()
    server.close()
    for each in tuple(connections):
        each.drop()


def watch_input(ended: Callable[[], object]) -> None:
    """Calls ``ended`` from another thread when standard input is closed."""

    def read() -> None:
        try:
            while os.read(0, 4096):
                pass
        except OSError:
            pass
        ended()

    threading.Thread(target=read, daemon=True).start()


def main() -> None:
    settings = settings_of(sys.argv[1:])
    key = os.environ.get(settings.key_env, "") if settings.key_env else ""
    if settings.key_env and not key:
        sys.exit(f"the environment variable {settings.key_env} holds no key")
    try:
        asyncio.run(serve(settings, key))
    except (OSError, ValueError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
