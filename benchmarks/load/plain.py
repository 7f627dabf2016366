"""A bare aiohttp loop: what a client costs and reaches that does nothing but send and receive.

``python -m benchmarks.load.plain URL FILE IN_FLIGHT [KEY_ENV]`` sends the bodies in the file, as
``benchmarks.load.bodies`` has written them: those of a dialogue one after the other, ``IN_FLIGHT``
dialogues at a time. Prints what that took as JSON. ``KEY_ENV`` names the variable that holds the key.
"""

import asyncio
import json
import os
import sys
import time
from pathlib import Path

import aiohttp

from benchmarks.load.bodies import chains_in, mapped

_HEADERS = {
    "Content-Type": "application/json",
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "User-Agent": "plain",
}


async def posted(url: str, file: Path, in_flight: int, key: str = "") -> dict[str, float]:
    """Has every body answered; what that took. Raises ``aiohttp.ClientError``."""
    held = mapped(file)
    chains = iter(list(chains_in(held)))
    calls = 0

    async def loop(session: aiohttp.ClientSession) -> None:
        nonlocal calls
        for chain in chains:
            for start, end in chain:
                async with session.post(target, data=held[start:end], headers=headers) as answer:
                    answer.raise_for_status()
                    await answer.read()
                calls += 1

    target = f"{url}/chat/completions"
    headers = {**_HEADERS, "Authorization": f"Bearer {key}"} if key else _HEADERS
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar()
    ) as session:
        cpu, began = time.process_time(), time.perf_counter()
        await asyncio.gather(*(loop(session) for _ in range(in_flight)))
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    return {"calls": calls, "seconds": seconds, "cpu_seconds": cpu}


def main() -> None:
    url, file, in_flight = sys.argv[1:4]
    key = os.environ[sys.argv[4]] if len(sys.argv) > 4 else ""
    print(json.dumps(asyncio.run(posted(url, Path(file), int(in_flight), key))))


if __name__ == "__main__":
    main()
