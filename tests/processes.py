"""What processes there are, and who listens where, as Linux tells it."""

import asyncio
import os
import time
from pathlib import Path


def running(text: str) -> list[int]:
    """The processes whose command line or environment has ``text`` in it; the dead that nobody has
    buried have neither."""
    found = []
    for each in Path("/proc").iterdir():
        if not each.name.isdigit() or int(each.name) == os.getpid():
            continue
        try:
            about = (each / "cmdline").read_bytes() + (each / "environ").read_bytes()
        except OSError:
            continue
        if text.encode() in about:
            found.append(int(each.name))
    return found


async def nobody_with(text: str, seconds: float = 20.0) -> None:
    """Waits until no process has the text; fails when some still do after ``seconds``."""
    until = time.monotonic() + seconds
    while left := running(text):
        assert time.monotonic() < until, f"still there: {left}"
        await asyncio.sleep(0.1)


def listening(port: int) -> set[str]:
    """The local addresses that somebody listens on with this port, as Linux writes them."""
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            address, number = line.split()[1].split(":")
            if int(number, 16) == port and line.split()[3] == "0A":
                found.add(address)
    return found
