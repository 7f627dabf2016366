"""What a server said last before it gave up, and what helps."""

from pathlib import Path

_LAST_LINES = 15
_LAST_BYTES = 16_384
_HUB = "huggingface.co"
_UNFETCHED = (
    "The model is not here and could not be fetched from the hub: name a folder that holds it, see to "
    "the network and the spelling, or set HF_TOKEN for one that is not open to all."
)
_OFTEN = (
    "Put right what it says: often max-model-len or gpu-memory-utilization under the slot's vllm "
    "options, or serving.start_seconds for a large model."
)


def last_words(log: Path, lines: int = _LAST_LINES) -> str:
    """The last lines of a log, indented."""
    try:
        with open(log, "rb") as file:
            file.seek(max(0, log.stat().st_size - _LAST_BYTES))
            text = file.read().decode(errors="replace")
    except OSError:
        return "  (it has no log)"
    said = [line.rstrip() for line in text.splitlines() if line.strip()]
    return "\n".join(f"  {line}" for line in said[-lines:])


def remedy_for(words: str) -> str:
    """What helps a server that ended with these words."""
    return _UNFETCHED if _HUB in words else _OFTEN
