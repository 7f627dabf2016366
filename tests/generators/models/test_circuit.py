import asyncio

from generators.models.circuit import Circuit


class Target:
    """Answers probes, or says why not."""

    def __init__(self, reason: str = "") -> None:
        self.reason = reason
        self.probes = 0
        self.states: list[str] = []
        self.circuit = Circuit(self.probe)

    async def probe(self) -> str:
        self.probes += 1
        self.states.append(self.circuit.state)
        await asyncio.sleep(0.001)
        return self.reason


async def closed_again(circuit: Circuit) -> None:
    news = asyncio.Event()
    circuit.listen(news.set)
    if not circuit.closed:
        async with asyncio.timeout(5):
            await news.wait()


async def test_a_loss_that_a_probe_survives_leaves_the_circuit_closed():
    target = Target()
    assert await target.circuit.confirmed()
    assert target.circuit.closed


async def test_a_thousand_losses_at_once_share_one_probe():
    target = Target("refused")
    answers = await asyncio.gather(*(target.circuit.confirmed() for _ in range(1000)))
    assert answers == [False] * 1000
    assert target.probes == 1
    assert (target.circuit.state, target.circuit.reason) == ("open", "refused")
    target.circuit.stop()


async def test_an_open_circuit_is_probed_half_open_until_one_probe_is_answered():
    target = Target("refused")
    await target.circuit.confirmed()
    async with asyncio.timeout(5):
        while target.probes < 4:
            assert not target.circuit.closed
            await asyncio.sleep(0.001)
    target.reason = ""
    await closed_again(target.circuit)
    assert target.circuit.reason == ""
    assert set(target.states[1:]) == {"half-open"}
    probes = target.probes
    await asyncio.sleep(0.03)
    assert target.probes == probes


async def test_an_answer_to_a_call_closes_the_circuit_and_ends_the_probing():
    target = Target("refused")
    await target.circuit.confirmed()
    target.circuit.close()
    assert target.circuit.closed
    probes = target.probes
    await asyncio.sleep(0.03)
    assert target.probes == probes


async def test_a_tripped_circuit_is_left_alone_for_as_long_as_was_said():
    target = Target()
    target.circuit.trip("silent", hold=0.1)
    await asyncio.sleep(0.05)
    assert (target.probes, target.circuit.state, target.circuit.reason) == (0, "open", "silent")
    await closed_again(target.circuit)
    assert target.probes == 1


async def test_it_opens_and_closes_any_number_of_times():
    target = Target()
    for _ in range(5):
        target.reason = "refused"
        assert not await target.circuit.confirmed()
        target.reason = ""
        await closed_again(target.circuit)
        assert await target.circuit.confirmed()


async def test_one_who_gives_up_waiting_spoils_it_for_nobody():
    target = Target()
    patient = asyncio.create_task(target.circuit.confirmed())
    hasty = asyncio.create_task(target.circuit.confirmed())
    await asyncio.sleep(0)
    hasty.cancel()
    assert await patient
    assert hasty.cancelled()


async def test_a_stopped_circuit_leaves_no_task_behind_and_answers_those_who_wait():
    before = asyncio.all_tasks()
    target = Target("refused")
    waiting = asyncio.create_task(target.circuit.confirmed())
    await asyncio.sleep(0)
    target.circuit.trip("refused")
    await asyncio.sleep(0)
    tasks = target.circuit.stop()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert await waiting is False
    assert await target.circuit.confirmed() is False
    assert asyncio.all_tasks() == before
