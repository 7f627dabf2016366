"""What a build says of itself to Prometheus, to the terminal, and to the manifest."""

import urllib.request

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from generators.models.meter import LATENCY_BOUNDS, Reading, summed
from pipelines.calls.build_reading import CLASSES, BuildReading, hit_rates, quantile, snapshot
from pipelines.calls.live import Live, since
from pipelines.calls.metrics import served_metrics
from pipelines.calls.spending import Account
from pipelines.mishap import RequestError

READING = Reading(
    calls={"user": 40, "agent": 60},
    journalled={"agent": 5},
    retries={"agent": 7},
    tokens={
        "user/prompt": 1000,
        "user/cached": 250,
        "user/completion": 90,
        "agent/prompt": 4000,
        "agent/cached": 3600,
        "agent/completion": 700,
    },
    errors={"agent/context_length": 2},
    repairs={"agent/swallowed_call": 3},
    rejects={"user/too/odd": 1},
    latency={"user/0": 10, "user/3": 30, "agent/11": 60},
    seconds={"user": 12.5, "agent": 9000.0},
)
BUILD = BuildReading(
    outcomes={"user_stop": 30, "error": 2},
    planned=100,
    in_flight=16,
    limit=20,
    reading=READING,
    accounts={"calls": Account(used=100, limit=400), "money": Account(used=1.5)},
    at=10.0,
)


def scraped(build: BuildReading) -> dict[tuple[str, ...], float]:
    """Every sample that is served, by name and labels in the order of their names."""
    with (
        served_metrics(0, lambda: build) as address,
        urllib.request.urlopen(address, timeout=10) as answer,
    ):
        text = answer.read().decode()
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_everything_that_was_counted_is_told_to_prometheus():
    told = scraped(BUILD)
    expected = {
        ("duologue_dialogues_total", "user_stop"): 30,
        ("duologue_dialogues_total", "error"): 2,
        ("duologue_dialogues_planned",): 100,
        ("duologue_dialogues_in_flight",): 16,
        ("duologue_dialogues_limit",): 20,
        ("duologue_model_calls_total", "agent"): 60,
        ("duologue_journalled_calls_total", "agent"): 5,
        ("duologue_call_retries_total", "agent"): 7,
        ("duologue_tokens_total", "cached", "agent"): 3600,
        ("duologue_call_errors_total", "context_length", "agent"): 2,
        ("duologue_repairs_total", "agent", "swallowed_call"): 3,
        ("duologue_rejected_drafts_total", "too/odd", "user"): 1,
        ("duologue_prefix_cache_hit_ratio", "agent"): 0.9,
        ("duologue_budget_used", "money"): 1.5,
        ("duologue_budget_used", "calls"): 100,
        ("duologue_budget_limit", "calls"): 400,
    }
    assert expected.items() <= told.items()
    assert ("duologue_budget_limit", "money") not in told


def test_latencies_are_a_histogram_whose_classes_add_up():
    told = scraped(BUILD)
    user = [told["duologue_model_call_seconds_bucket", str(b), "user"] for b in LATENCY_BOUNDS]
    assert user == [10, 10, 10] + [40] * (len(LATENCY_BOUNDS) - 3)
    assert told["duologue_model_call_seconds_bucket", "+Inf", "user"] == 40
    assert told["duologue_model_call_seconds_count", "agent"] == 60
    assert told["duologue_model_call_seconds_bucket", "120.0", "agent"] == 0
    assert told["duologue_model_call_seconds_sum", "user"] == 12.5


def test_a_build_that_has_asked_nothing_yet_has_metrics_too():
    assert scraped(BuildReading(planned=3))["duologue_dialogues_planned",] == 3


def test_metrics_are_of_the_moment_they_are_asked_for_and_on_loopback_alone():
    builds = [BuildReading(in_flight=count) for count in (1, 2)]
    with served_metrics(0, lambda: builds.pop(0)) as address:
        assert address.startswith("http://127.0.0.1:")
        for count in (1, 2):
            with urllib.request.urlopen(address, timeout=10) as answer:
                assert f"duologue_dialogues_in_flight {count}.0" in answer.read().decode()
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(address, timeout=10)


def test_a_port_that_is_taken_is_named():
    with served_metrics(0, BuildReading) as address:
        port = int(address.split(":")[2].partition("/")[0])
        with (
            pytest.raises(RequestError, match=f":{port}") as caught,
            served_metrics(port, BuildReading),
        ):
            pass
    assert "play.metrics_port" in caught.value.remedy


def test_the_manifest_gets_plain_data_by_slot():
    told = snapshot(READING)
    assert msgspec.json.decode(msgspec.json.encode(told)) == told
    assert told["agent"] == {
        "calls": 60,
        "journalled": 5,
        "retries": 7,
        "prefix_cache_hit_rate": 0.9,
        "latency_seconds": {"mean": 150.0, "p50": 120.0, "p95": 120.0},
        "tokens": {"cached": 3600, "completion": 700, "prompt": 4000},
        "errors": {"context_length": 2},
        "repairs": {"swallowed_call": 3},
        "rejects": {},
    }
    assert told["user"]["rejects"] == {"too/odd": 1}


def test_a_slot_whose_server_tells_no_tokens_has_no_hit_rate():
    reading = Reading(calls={"agent": 3})
    assert hit_rates(reading) == {}
    assert snapshot(reading)["agent"]["prefix_cache_hit_rate"] is None


@given(st.lists(st.integers(0, 50), min_size=CLASSES, max_size=CLASSES))
def test_quantiles_grow_with_their_share_and_stay_in_a_class_that_has_calls(counts: list[int]):
    shares = [quantile(counts, share / 20) for share in range(21)]
    assert shares == sorted(shares)
    if sum(counts):
        first = next(index for index, count in enumerate(counts) if count)
        last = max(index for index, count in enumerate(counts) if count)
        bounds = (0.0, *LATENCY_BOUNDS, LATENCY_BOUNDS[-1])
        assert bounds[first] <= shares[1]
        assert shares[20] == bounds[last + 1]


def at(second: float, times: int, in_flight: int = 16) -> BuildReading:
    """A build whose meters have counted ``READING`` so many times."""
    return msgspec.structs.replace(
        BUILD, at=second, in_flight=in_flight, reading=summed([READING] * times)
    )


def test_the_live_line_says_load_speed_cache_latency_and_budget():
    live = Live()
    assert live.line(at(0, 1)) == "in flight 16/20 | calls 25% used"
    assert live.line(at(2, 3)) == (
        "in flight 16/20 | 100 calls/s | tokens/s 5,000 in, 790 out | cached agent 90%, user 25% | "
        "p50 120.00 s | calls 25% used"
    )


def test_the_live_line_forgets_what_is_long_past():
    live = Live(window=10)
    live.line(at(0, 1))
    for second in range(1, 30):
        line = live.line(at(second, 101))
        assert ("calls/s" in line) == (second <= 10), second
    assert len(live._seen) <= 12


def test_a_worker_that_dies_makes_no_speed_negative():
    lost = since(READING, Reading(calls={"user": 10, "agent": 61}))
    assert lost.calls == {"agent": 1}
    assert lost.tokens == {}


@pytest.mark.parametrize(
    ("tokens", "told"), [(5, "5.0"), (999, "999"), (12_345, "12.3k"), (2_100_000, "2.1M")]
)
def test_large_speeds_are_short(tokens: int, told: str):
    live = Live()
    live.line(BuildReading(at=0))
    reading = Reading(calls={"agent": 1}, tokens={"agent/prompt": tokens})
    assert f"tokens/s {told} in" in live.line(BuildReading(at=1, reading=reading))
