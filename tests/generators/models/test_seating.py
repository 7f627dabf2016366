import asyncio
import hashlib

from tests.chat_server import chat_server
from tests.routing import (
    failing,
    poisoned,
    routed,
    silence,
)


async def test_new_dialogues_spread_and_each_stays_where_it_is():
    async with chat_server() as one, chat_server() as two, routed([one.url, two.url]) as router:
        for _ in range(5):
            await asyncio.gather(*(router.post(str(each), b"{}") for each in range(10)))
        assert [each.dialogues for each in router.standings()] == [5, 5]
        assert not set(one.sessions) & set(two.sessions)
        assert len(set(one.sessions)) == len(set(two.sessions)) == 5


async def test_the_session_is_a_hash_of_dialogue_and_slot():
    async with chat_server() as server, routed([server.url]) as router:
        await router.post("d", b"{}")
        await router.post("e", b"{}")
        assert server.sessions[0] == hashlib.sha256(b"agent\nd").hexdigest()
        assert server.sessions[0] != server.sessions[1]


async def test_a_dialogue_moves_when_its_replica_is_gone_and_stays_there():
    async with chat_server() as one, chat_server() as two, routed([one.url, two.url]) as router:
        at = {one.url: one, two.url: two}
        first = (await router.post("d", b"{}")).url
        await at[first].stop()
        moved = await router.post("d", b"{}")
        assert moved.url != first
        await at[first].start()
        while any(each.circuit != "closed" for each in router.standings()):
            await asyncio.sleep(0.005)
        assert (await router.post("d", b"{}")).url == moved.url
        assert sorted(each.dialogues for each in router.standings()) == [0, 1]


async def test_a_dialogue_moves_when_its_replica_is_dropped_from_the_list():
    async with chat_server() as one, chat_server() as two:
        urls = [one.url]
        async with routed(urls) as router:
            assert (await router.post("d", b"{}")).url == one.url
            urls[:] = [two.url]
            await asyncio.sleep(0.03)
            assert (await router.post("d", b"{}")).url == two.url
            assert len(router.standings()) == 1


async def test_a_dialogue_moves_away_from_a_replica_that_has_far_more_to_do():
    async with chat_server(poisoned(silence)) as one, chat_server() as two:
        urls = [one.url]
        async with routed(urls) as router:
            await router.post("d", b"{}")
            stuck = [asyncio.create_task(router.post(str(n), b"poison")) for n in range(20)]
            while len(one.requests) < 21:
                await asyncio.sleep(0.005)
            urls.append(two.url)
            await asyncio.sleep(0.03)
            assert (await router.post("d", b"{}")).url == two.url
            for each in stuck:
                each.cancel()
            await asyncio.gather(*stuck, return_exceptions=True)


async def test_a_dialogue_stays_with_a_replica_that_has_little_more_to_do():
    async with chat_server(poisoned(silence)) as one, chat_server() as two:
        urls = [one.url]
        async with routed(urls) as router:
            await router.post("d", b"{}")
            stuck = [asyncio.create_task(router.post(str(n), b"poison")) for n in range(4)]
            while len(one.requests) < 5:
                await asyncio.sleep(0.005)
            urls.append(two.url)
            await asyncio.sleep(0.03)
            assert (await router.post("d", b"{}")).url == one.url
            for each in stuck:
                each.cancel()
            await asyncio.gather(*stuck, return_exceptions=True)


async def test_a_replica_that_refuses_loses_its_dialogues_to_one_that_does_not():
    async with (
        chat_server(failing(503)) as full,
        chat_server() as free,
        routed([full.url, free.url]) as router,
    ):
        answers = await asyncio.gather(*(router.post(str(each), b"{}") for each in range(20)))
        assert {answer.url for answer in answers} == {free.url}
        assert max(answer.retries for answer in answers) == 1
