"""A model's reply, made safe to handle: text that can be stored, and reasoning apart from content."""

import re

from msgspec.structs import replace

from generators.event import ToolCall
from generators.llm.draft import Malformed
from generators.models.chat import ChatReply

_TAG = r"think|thinking|thought|thoughts|reasoning|reflection|scratchpad|analysis|inner_monologue"
_HINT = re.compile(
    rf"<\s*/?\s*(?:{_TAG})\b|\[/?THINK\]|◁/?think▷|<\|(?:channel|begin_of_thought|end_of_thought)",
    re.I,
)
_CLOSE = re.compile(rf"<\s*/\s*(?:{_TAG})\s*>|\[/THINK\]|◁/think▷|<\|end_of_thought\|>", re.I)
_OPEN = re.compile(rf"<\s*(?:{_TAG})\b[^<>]*>|\[THINK\]|◁think▷|<\|begin_of_thought\|>", re.I)
_CHANNELS = re.compile(
    r"<\|channel\|>(?P<channel>\w+)[^<]*<\|message\|>(?P<text>.*?)"
    r"(?=<\|(?:end|return|start|channel)\|>|\Z)",
    re.S,
)
_CHANNEL_MARKS = re.compile(r"<\|(?:start|end|return)\|>(?:assistant)?")


def cleaned(reply: ChatReply) -> ChatReply:
    """The reply with nothing in it that UTF-8 cannot say: half a surrogate pair becomes ``\ufffd``."""
    texts = (reply.content, reply.reasoning, reply.model, reply.fingerprint, reply.finish_reason)
    calls = [part for each in reply.tool_calls for part in (each.id, each.name, each.arguments)]
    if all(_sound(text) for text in (*texts, *calls)):
        return reply
    content, reasoning, model, fingerprint, finish_reason = map(_mended, texts)
    return replace(
        reply,
        content=content,
        reasoning=reasoning,
        model=model,
        fingerprint=fingerprint,
        finish_reason=finish_reason,
        tool_calls=tuple(
            ToolCall(id=_mended(c.id), name=_mended(c.name), arguments=_mended(c.arguments))
            for c in reply.tool_calls
        ),
    )


def _sound(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _mended(text: str) -> str:
    # A pair written as two halves is one character; a half alone is none.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def apart(reply: ChatReply) -> tuple[tuple[str, ...], str]:
    """The reasoning and the rest of what was written, for servers that tell them apart and for those
    that leave the model's marks in the text.

    Raises ``Malformed`` where nobody can say where the reasoning ends.
    """
    thoughts, content = [reply.reasoning], reply.content
    if _HINT.search(content):
        found, content = _split(content)
        thoughts += found
    return tuple(text for each in thoughts if (text := each.strip())), content.strip()


def _split(content: str) -> tuple[list[str], str]:
    thoughts: list[str] = []
    channels = list(_CHANNELS.finditer(content))
    if channels:
        thoughts = [each["text"] for each in channels if each["channel"] != "final"]
        rest = [_CHANNEL_MARKS.sub("", content[: channels[0].start()])]
        content = "\n".join([*rest, *(e["text"] for e in channels if e["channel"] == "final")])
    closings = list(_CLOSE.finditer(content))
    if closings:
        # Some templates open the reasoning themselves, so the reply begins inside it.
        inside = content[: closings[-1].start()]
        thoughts.append(_OPEN.sub("", _CLOSE.sub("", inside)))
        content = content[closings[-1].end() :]
    if _HINT.search(content):
        raise Malformed(
            "open_thought", "Your reasoning is not closed, or its marks are not in order."
        )
    return thoughts, content
