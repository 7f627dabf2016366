"""A build's figures in Prometheus' format, served on loopback for whoever asks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from generators.models.meter import LATENCY_BOUNDS, Reading
from pipelines.calls.build_reading import BuildReading, hit_rates, latencies, slots_of
from pipelines.mishap import RequestError

LOOPBACK = "127.0.0.1"

_COUNTERS = (
    ("calls", "model_calls", ("slot",), "Model calls that were answered."),
    (
        "journalled",
        "journalled_calls",
        ("slot",),
        "Calls answered from the journal of earlier runs.",
    ),
    ("retries", "call_retries", ("slot",), "Further attempts that answered calls had needed."),
    ("tokens", "tokens", ("slot", "kind"), "Tokens as servers count them; prompt includes cached."),
    ("errors", "call_errors", ("slot", "kind"), "Calls that failed for good, by kind of error."),
    ("repairs", "repairs", ("slot", "what"), "Replies that were repaired, by what was wrong."),
    ("rejects", "rejected_drafts", ("slot", "code"), "Drafts of turns rejected, by code."),
)
"""Field of ``Reading``, name of the metric, its labels, what it says."""


class BuildCollector(Collector):
    """Turns what ``now`` returns into metrics whenever it is asked."""

    def __init__(self, now: Callable[[], BuildReading]) -> None:
        self._now = now

    def describe(self) -> list[Metric]:
        """Nothing beforehand: registering must not ask for figures."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Every figure of this moment."""
        build = self._now()
        dialogues = CounterMetricFamily(
            "duologue_dialogues", "Dialogues played to their end, by outcome.", labels=("outcome",)
        )
        for outcome, count in build.outcomes.items():
            dialogues.add_metric((outcome,), count)
        yield dialogues
        for name, told, value in (
            ("planned", "Dialogues that the build is to have.", build.planned),
            ("in_flight", "Dialogues under way.", build.in_flight),
            ("limit", "Dialogues that may be under way now.", build.limit),
        ):
            yield GaugeMetricFamily(f"duologue_dialogues_{name}", told, value)
        yield from _counters(build.reading)
        yield _latency(build.reading)
        rates = GaugeMetricFamily(
            "duologue_prefix_cache_hit_ratio",
            "Cached prompt tokens of all prompt tokens.",
            labels=("slot",),
        )
        for slot, rate in hit_rates(build.reading).items():
            rates.add_metric((slot,), rate)
        yield rates
        yield from _budget(build)


def _counters(reading: Reading) -> Iterator[Metric]:
    for field, name, labels, told in _COUNTERS:
        family = CounterMetricFamily(f"duologue_{name}", told, labels=labels)
        for key, count in sorted(getattr(reading, field).items()):
            family.add_metric(key.split("/", len(labels) - 1), count)
        yield family


def _latency(reading: Reading) -> Metric:
    family = HistogramMetricFamily(
        "duologue_model_call_seconds", "Seconds until a call was answered.", labels=("slot",)
    )
    bounds = (*(str(float(bound)) for bound in LATENCY_BOUNDS), "+Inf")
    for slot in slots_of(reading):
        total, buckets = 0, []
        for bound, count in zip(bounds, latencies(reading, slot), strict=True):
            total += count
            buckets.append((bound, float(total)))
        family.add_metric((slot,), buckets, reading.seconds.get(slot, 0.0))
    return family


def _budget(build: BuildReading) -> Iterator[Metric]:
    used = GaugeMetricFamily(
        "duologue_budget_used", "What all runs of the build have used.", labels=("limit",)
    )
    limit = GaugeMetricFamily(
        "duologue_budget_limit", "What the build may use, where that is limited.", labels=("limit",)
    )
    for name, account in build.accounts.items():
        used.add_metric((name,), account.used)
        if account.limit:
            limit.add_metric((name,), account.limit)
    yield used
    yield limit


@contextmanager
def served_metrics(port: int, now: Callable[[], BuildReading]) -> Iterator[str]:
    """Serves what ``now`` returns at ``/metrics`` of the address that it yields, until it is left.

    ``now`` is called in another thread and must only hand out a record. ``port`` 0 takes a free one.
    Raises ``RequestError`` when the port is taken.
    """
    registry = CollectorRegistry()
    registry.register(BuildCollector(now))
    try:
        server, thread = start_http_server(port, LOOPBACK, registry)
    except OSError as error:
        raise RequestError(
            f"metrics cannot be served on {LOOPBACK}:{port}: {error.strerror}",
            "Name another play.metrics_port, or 0 for none.",
        ) from None
    try:
        yield f"http://{LOOPBACK}:{server.server_port}/metrics"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
