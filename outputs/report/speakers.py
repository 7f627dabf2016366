"""The model slots of a version as its report's table has them: who spoke, and what that took."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from outputs.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Speaker:
    """One slot. ``roles`` are whom it spoke for; ``calls`` and all counts below it are 0, and ``taken``
    False, when the version does not say. Latencies are in seconds, ``cached`` and ``server_cached``
    shares of prompt tokens as answers and as the server tell them."""

    slot: str
    roles: tuple[str, ...]
    model: str
    revision: str
    asked: tuple[str, ...]
    served_by: str
    fingerprints: tuple[str, ...]
    taken: bool
    calls: int
    journalled: int
    prompt: int
    cached_tokens: int
    cached: float | None
    server_cached: float | None
    completion: int
    latency: Mapping[str, float]
    retries: int
    errors: Mapping[str, int]
    repairs: Mapping[str, int]
    rejects: Mapping[str, int]
    cost: float | None


def speakers_of(manifest: Manifest) -> list[Speaker]:
    """The slots with a model, in the order of the manifest, each once."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for each in manifest.models:
        if each.get("model"):
            found.setdefault(str(each.get("slot", "")), []).append(each)
    return [_speaker(slot, credits, manifest.notes) for slot, credits in found.items()]


def _speaker(slot: str, credits: list[Mapping[str, Any]], notes: Mapping[str, Any]) -> Speaker:
    first = credits[0]
    taken = notes.get("model_calls", {}).get(slot, {})
    tokens = taken.get("tokens", {})
    return Speaker(
        slot=slot,
        roles=tuple(str(each.get("for", slot)) for each in credits),
        model=str(first["model"]),
        revision=str(first.get("revision", "")),
        asked=tuple(dict.fromkeys(_asked(each) for each in credits)),
        served_by=_served(first.get("served_by", "")),
        fingerprints=tuple(first.get("system_fingerprints", ())),
        taken=bool(taken),
        calls=taken.get("calls", 0),
        journalled=taken.get("journalled", 0),
        prompt=tokens.get("prompt", 0),
        cached_tokens=tokens.get("cached", 0),
        cached=taken.get("prefix_cache_hit_rate"),
        server_cached=notes.get("prefix_hits", {}).get(slot),
        completion=tokens.get("completion", 0),
        latency=taken.get("latency_seconds", {}),
        retries=taken.get("retries", 0),
        errors=taken.get("errors", {}),
        repairs=taken.get("repairs", {}),
        rejects=taken.get("rejects", {}),
        cost=notes.get("cost", {}).get(slot),
    )


def _asked(credit: Mapping[str, Any]) -> str:
    """How it was asked: ``structured, with thoughts, temperature 0.7, at most 512 tokens``."""
    parts = [str(credit["mode"])] if credit.get("mode") else []
    if credit.get("think"):
        parts.append("with thoughts")
    sampling = dict(credit.get("sampling", {}))
    if sampling.get("top_p") == 1.0:
        del sampling["top_p"]
    limit, extra = sampling.pop("max_tokens", None), sampling.pop("extra", None) or {}
    parts += [f"{name.replace('_', ' ')} {value}" for name, value in (sampling | extra).items()]
    if limit:
        parts.append(f"at most {limit} tokens")
    return ", ".join(parts)


def _served(by: Any) -> str:
    if not isinstance(by, Mapping):
        return "a server at a URL" if by == "url" else str(by)
    options = ", ".join(f"{name} {value}" for name, value in by.get("vllm", {}).items())
    return f"vLLM ({options})" if options else "vLLM"
