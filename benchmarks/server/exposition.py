"""The server's figures under vLLM's names, in Prometheus' text format."""

from benchmarks.server.engine import Engine


def exposition(engine: Engine) -> str:
    """What ``GET /metrics`` answers."""
    tally, now = engine.tally, engine.gauges()
    preemptions = engine.settings.preemptions
    figures = (
        ("gauge", "num_requests_running", now["running"]),
        ("gauge", "num_requests_waiting", now["waiting"]),
        ("gauge", "kv_cache_usage_perc", now["kv_usage"]),
        ("counter", "num_preemptions", tally.preemptions if preemptions is None else preemptions),
        ("counter", "prefix_cache_queries", tally.prompt_tokens),
        ("counter", "prefix_cache_hits", tally.cached_tokens),
        ("counter", "prompt_tokens", tally.prompt_tokens),
        ("counter", "generation_tokens", tally.completion_tokens),
    )
    labels = f'{{engine="0",model_name="{engine.settings.model}"}}'
    lines = []
    for kind, name, value in figures:
        full = f"vllm:{name}_total" if kind == "counter" else f"vllm:{name}"
        lines += [f"# HELP {full} {name.replace('_', ' ')}", f"# TYPE {full} {kind}"]
        lines.append(f"{full}{labels} {float(value)}")
    return "\n".join(lines) + "\n"
