"""Free speech and native tool calls: the text is what is said, the server's parser finds the calls."""

import msgspec

from generators.event import USER, Event, ToolCall
from generators.llm.draft import Draft, Malformed, shallow
from generators.llm.mode import ChatMessage, said, shortened
from generators.llm.part import END, Part
from generators.llm.reply import apart
from generators.models.chat import ChatReply

_SILENT = "…"


class Tools:
    """The tools mode of one party in one dialogue."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._ids: dict[str, str] = {}

    def own(self, move: list[Event]) -> ChatMessage:
        """What was said and called. What was only thought is gone: templates drop it too."""
        words = "\n".join(event.text for event in move if event.kind == "say")
        made = [event.call for event in move if event.call]
        return self._assistant(words, made)

    def _assistant(self, words: str, made: list[ToolCall]) -> ChatMessage:
        message: ChatMessage = {"role": "assistant", "content": words}
        if made:
            message["tool_calls"] = [
                {
                    "id": self._id(call.id),
                    "type": "function",
                    "function": {"name": call.name, "arguments": _object(call.arguments)},
                }
                for call in made
            ]
        elif not words:
            message["content"] = _SILENT
        return message

    def _id(self, call_id: str) -> str:
        """The call's id as every server takes it: nine letters and figures."""
        return self._ids.setdefault(call_id, f"call{len(self._ids):05d}")

    def heard(self, events: list[Event]) -> list[ChatMessage]:
        """One ``tool`` message per result, and what others said as one."""
        messages: list[ChatMessage] = [
            {
                "role": "tool",
                "tool_call_id": self._id(event.result.call_id),
                "content": event.result.content,
            }
            for event in events
            if event.result
        ]
        words = [text for event in events if (text := said(event, self._part.party))]
        if words:
            messages.append({"role": "user", "content": "\n".join(words)})
        return messages

    def read(self, reply: ChatReply) -> Draft:
        """The words, the calls that the parser found, and those that it overlooked."""
        if reply.finish_reason == "length":
            raise Malformed("cut", "It was too long and was cut off. Be shorter.")
        thoughts, content = apart(reply)
        say, swallowed = self._part.form.rescued(content)
        calls = shallow((*reply.tool_calls, *swallowed))
        ends = self._part.party == USER and any(call.name == END for call in calls)
        return Draft(
            thoughts=thoughts,
            say=say,
            calls=tuple(call for call in calls if not (ends and call.name == END)),
            ends=ends,
            repairs=("swallowed_call",) * len(swallowed),
        )

    def again(self, reply: ChatReply, remark: str) -> list[ChatMessage]:
        """The reply with its calls unanswered but for the remark, or the remark alone after it."""
        numbered = [
            ToolCall(id=f"draft{index}", name=call.name, arguments=call.arguments)
            for index, call in enumerate(reply.tool_calls)
        ]
        message = self._assistant(shortened(reply.content), numbered)
        answers: list[ChatMessage] = [
            {"role": "tool", "tool_call_id": self._id(call.id), "content": remark}
            for call in numbered
        ]
        return [message, *(answers or [{"role": "user", "content": remark}])]


def _object(arguments: str) -> str:
    """Arguments as servers read them back: they fail on anything but an object."""
    try:
        msgspec.json.decode(arguments, type=dict)
    except (msgspec.DecodeError, RecursionError):
        return msgspec.json.encode({"unreadable": arguments}).decode() if arguments else "{}"
    return arguments
