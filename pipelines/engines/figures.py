"""What a vLLM server says about itself: the figures of its ``/metrics`` page that decisions rest on."""

import aiohttp

from personas.record import Record

_FIELDS = {
    "vllm:num_requests_running": "running",
    "vllm:num_requests_waiting": "waiting",
    "vllm:kv_cache_usage_perc": "cache_used",
    "vllm:num_preemptions_total": "preemptions",
    "vllm:prompt_tokens_total": "prompt_tokens",
    "vllm:generation_tokens_total": "generated_tokens",
    "vllm:prefix_cache_queries_total": "prefix_queries",
    "vllm:prefix_cache_hits_total": "prefix_hits",
}


class EngineFigures(Record):
    """One look at a server. ``running`` and ``waiting`` are requests now; ``cache_used`` the fullest KV
    cache now, 0 to 1; the rest counts up since the server's start. ``prefix_queries`` and
    ``prefix_hits`` are prompt tokens: looked up in the prefix cache, and found there."""

    running: float = 0.0
    waiting: float = 0.0
    cache_used: float = 0.0
    preemptions: float = 0.0
    prompt_tokens: float = 0.0
    generated_tokens: float = 0.0
    prefix_queries: float = 0.0
    prefix_hits: float = 0.0

    @property
    def tokens(self) -> float:
        """Tokens read and made."""
        return self.prompt_tokens + self.generated_tokens


def figures_in(page: str) -> EngineFigures:
    """The figures of a page in Prometheus' text format; 0 where the page has none. Several engines
    behind one server are added up."""
    found: dict[str, float] = {}
    for line in page.splitlines():
        if not line.startswith("vllm:"):
            continue
        name, _, rest = line.partition("{") if "{" in line else line.partition(" ")
        field = _FIELDS.get(name)
        if field is None:
            continue
        try:
            value = float(rest.rpartition("}")[2].split()[0])
        except (ValueError, IndexError):
            continue
        before = found.get(field, 0.0)
        found[field] = max(before, value) if field == "cache_used" else before + value
    return EngineFigures(**found)


async def figures_of(session: aiohttp.ClientSession, url: str) -> EngineFigures:
    """The figures of the server at ``url`` (up to ``/v1``). Raises ``aiohttp.ClientError`` or
    ``TimeoutError`` when it does not answer, and for every answer but 200."""
    async with session.get(f"{url.removesuffix('/v1')}/metrics") as response:
        response.raise_for_status()
        return figures_in(await response.text())
