"""What a worker tells of its items: all that there is, each once, and nothing of what was dropped."""

import asyncio
from pathlib import Path

import pytest

from pipelines.outbox import Outbox
from pipelines.shards import Receipt
from pipelines.workbench import Workbench
from tests.pipelines.counting import station


async def test_what_one_commit_has_put_on_disk_is_told_at_once(tmp_path: Path):
    outbox, bench = Outbox(), Workbench(station(tmp_path / "out", seconds=0.001))
    for ticket in range(1, 17):
        outbox.begin(ticket, bench.do(ticket, ticket))
    async with asyncio.timeout(10):
        parcel = await outbox.collected()
    assert sorted(each.ticket for each in parcel.done) == list(range(1, 17))
    assert parcel.failed == ()
    for each in parcel.done:
        (receipt,) = each.receipts
        assert receipt.key == f"{each.ticket:05d}"
        assert (tmp_path / "out" / receipt.location.file).exists()


async def nothing() -> list[Receipt]:
    return []


async def bug() -> list[Receipt]:
    raise ZeroDivisionError("a bug")


async def test_a_failure_is_told_until_it_has_been_asked_for_and_what_is_done_once():
    outbox = Outbox()
    async with asyncio.timeout(10):
        outbox.begin(1, bug())
        outbox.begin(2, nothing())
        first = await outbox.collected()
        outbox.begin(3, nothing())
        second = await outbox.collected()
        with pytest.raises(ZeroDivisionError, match="a bug"):
            raise outbox.failure(1)
        outbox.begin(4, nothing())
        third = await outbox.collected()
    assert [[each.ticket for each in parcel.done] for parcel in (first, second, third)] == [
        [2],
        [3],
        [4],
    ]
    assert [parcel.failed for parcel in (first, second, third)] == [(1,), (1,), ()]


async def test_what_is_dropped_ends_even_before_it_has_begun_and_nobody_waits_for_it():
    outbox, ended = Outbox(), []

    async def endless(ticket: int) -> list[Receipt]:
        try:
            await asyncio.sleep(600)
        finally:
            ended.append(ticket)
        return []

    async with asyncio.timeout(10):
        waiting = asyncio.ensure_future(outbox.collected())
        outbox.begin(1, endless(1))
        await asyncio.sleep(0.01)
        outbox.begin(2, endless(2))
        await outbox.drop()
        parcel = await waiting
        assert (parcel.done, parcel.failed, ended) == ((), (), [1])
        outbox.begin(3, nothing())
        assert [each.ticket for each in (await outbox.collected()).done] == [3]
