"""Latencies and faults are functions of a seed and the payload, with the distributions asked for."""

from math import log
from statistics import fmean, stdev

import pytest

from benchmarks.server.draw import Hasher
from benchmarks.server.faults import Faults
from benchmarks.server.latency import latency_of


def payloads(count: int, seed: int = 0) -> list[int]:
    hasher = Hasher(seed)
    return [hasher.name(b"body %d" % number) for number in range(count)]


def test_a_log_normal_latency_has_the_mean_and_spread_asked_for() -> None:
    draws = [latency_of("lognormal:0.5:0.6").seconds(each) for each in payloads(20_000)]
    assert fmean(draws) == pytest.approx(0.5, rel=0.02)
    assert stdev(map(log, draws)) == pytest.approx(0.6, rel=0.02)


def test_draws_depend_on_the_payload_and_the_seed_alone() -> None:
    latency = latency_of("lognormal:0.5:0.6")
    one = [latency.seconds(each) for each in payloads(50)]
    assert one == [latency.seconds(each) for each in payloads(50)]
    assert one != [latency.seconds(each) for each in payloads(50, seed=1)]


@pytest.mark.parametrize(
    "text", ["", "fixed", "fixed:-1", "lognormal:1", "lognormal:0:1", "fast:1"]
)
def test_a_latency_that_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"latency|could not convert"):
        latency_of(text)


def test_faults_come_in_their_shares_and_a_retry_draws_again() -> None:
    faults = Faults({"http_503": 0.2, "reset": 0.1}, {})
    many = payloads(20_000)
    picked = [faults.pick(b"", each, 0) for each in many]
    assert picked.count("http_503") / len(many) == pytest.approx(0.2, abs=0.01)
    assert picked.count("reset") / len(many) == pytest.approx(0.1, abs=0.01)
    failed = [each for each, kind in zip(many, picked, strict=True) if kind]
    again = [faults.pick(b"", each, 1) for each in failed]
    assert again.count("") / len(failed) == pytest.approx(0.7, abs=0.03)


def test_a_text_brings_its_fault_every_time() -> None:
    faults = Faults({}, {"unlucky": "http_500"})
    assert all(faults.pick(b"an unlucky one", 1, tries) == "http_500" for tries in range(5))
    assert faults.pick(b"another", 1, 0) == ""


@pytest.mark.parametrize("shares", [{"flood": 0.1}, {"reset": 0.6, "empty": 0.6}, {"reset": -0.1}])
def test_faults_that_cannot_be_are_refused(shares: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="fault"):
        Faults(shares, {})
