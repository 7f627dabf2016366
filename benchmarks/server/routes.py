"""What is answered besides chat completions: models, health, figures, control."""

from urllib.parse import parse_qs

import msgspec

from benchmarks.server.engine import Engine
from benchmarks.server.exposition import exposition

_ENCODE = msgspec.json.Encoder().encode


def get(target: str, engine: Engine) -> tuple[int, bytes]:
    """Status and body for a GET."""
    path, _, query = target.partition("?")
    match path:
        case "/v1/models":
            card = {
                "id": engine.settings.model,
                "object": "model",
                "created": int(engine.tally.began),
                "owned_by": "duologue",
                "root": engine.settings.model,
                "max_model_len": engine.settings.max_context or None,
            }
            return 200, _ENCODE({"object": "list", "data": [card]})
        case "/health":
            return 200, b""
        case "/metrics":
            return 200, exposition(engine).encode()
        case "/stats":
            return 200, _ENCODE(engine.tally.stats(draws=parse_qs(query).get("draws") == ["1"]))
    return 404, b'{"detail":"Not Found"}'


def posted(target: str, body: bytes, engine: Engine) -> tuple[int, bytes]:
    """Status and body for a POST that asks no model."""
    if target != "/control":
        return 404, b'{"detail":"Not Found"}'
    try:
        engine.control(body)
    except (ValueError, msgspec.MsgspecError) as error:
        return 400, _ENCODE({"error": str(error)})
    return 200, _ENCODE(engine.gauges())
