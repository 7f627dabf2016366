"""Whose fault an error answer is: HTTP status and body, read as one of the kinds of ``ModelError``."""

import re
from typing import Any

import msgspec

from generators.models.chat import ModelError

EXCERPT = 300
"""How many characters of a server's message are quoted."""

_CONTEXT = re.compile(
    r"context_length_exceeded|maximum context length|maximum model length|context window"
    r"|exceeds? (?:the )?(?:available )?context (?:size|length|limit)"
    r"|longer than the model'?s context length|input tokens exceed|prompt is too long"
    r"|max_tokens must be at least 1, got -",
    re.IGNORECASE,
)
"""The words of OpenAI, vLLM, SGLang, llama.cpp and others for a prompt that does not fit."""

_REFUSED = re.compile(r"content_filter|content_policy_violation|ResponsibleAIPolicy", re.IGNORECASE)
_SPENT = re.compile(r"insufficient_quota|billing_hard_limit_reached", re.IGNORECASE)


def error_of(status: int, body: bytes) -> ModelError:
    """The error that an answer with this status (not 2xx) and body stands for."""
    message = message_of(body)
    return ModelError(_kind(status, message), f"HTTP {status}: {excerpt(message) or 'no message'}")


def is_spent(body: bytes) -> bool:
    """Whether a 429 says that the account has nothing left, which no retry changes."""
    return _SPENT.search(message_of(body)) is not None


def message_of(body: bytes) -> str:
    """The server's own words, with its code and type: from the shapes in use, or the text as it is."""
    try:
        answer = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return body.decode("utf-8", "replace")
    if isinstance(answer, dict):
        answer = answer.get("error", answer)
    if not isinstance(answer, dict):
        return answer if isinstance(answer, str) else body.decode("utf-8", "replace")
    words = answer.get("message") or answer.get("detail") or body.decode("utf-8", "replace")
    labels = [str(answer[name]) for name in ("code", "type") if answer.get(name)]
    return f"{_text(words)} ({', '.join(labels)})" if labels else _text(words)


def excerpt(text: str) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text[: 4 * EXCERPT].split())
    return line if len(line) <= EXCERPT else f"{line[:EXCERPT]}..."


def _text(words: Any) -> str:
    return words if isinstance(words, str) else msgspec.json.encode(words).decode()


def _kind(status: int, message: str) -> str:
    if status in (401, 403):
        return "unauthorized"
    if status in (404, 405):
        return "unknown_model"
    if status == 408:
        return "timeout"
    if status in (429, 503):
        return "overloaded"
    if status >= 500:
        return "server_error"
    if status < 400:
        return "bad_reply"
    if _CONTEXT.search(message):
        return "context_length"
    return "refused" if _REFUSED.search(message) else "bad_request"
