"""Structured replies: one JSON object with words, calls, and what the party thinks, by a schema.

No parser of the server's has to understand anything, so any model that can be held to a schema will
do. A server that does not hold it is caught here.
"""

from typing import Any

import msgspec

from generators.event import USER, Event, ToolCall
from generators.llm.draft import Draft, Malformed, shallow
from generators.llm.mode import ChatMessage, said, shortened
from generators.llm.part import Part
from generators.llm.reply import apart
from generators.llm.residue import unwrapped
from generators.models.chat import ChatReply

_ENCODE = msgspec.json.Encoder().encode


class _Call(msgspec.Struct):
    tool: str
    arguments: msgspec.Raw = msgspec.Raw(b"{}")


class _AgentReply(msgspec.Struct):
    say: str = ""
    think: str = ""
    calls: list[_Call] = []


class _UserReply(msgspec.Struct):
    say: str
    end: bool
    thought: str = ""
    goals_done: list[int] = []
    calls: list[_Call] = []


_AGENT = msgspec.json.Decoder(_AgentReply)
_USER = msgspec.json.Decoder(_UserReply)


class Structured:
    """The structured mode of one party in one dialogue. ``think`` says whether a thought is part of
    the reply."""

    def __init__(self, part: Part, think: bool) -> None:
        self._part = part
        self._think = think
        self._is_user = part.party == USER
        self._called: dict[str, str] = {}

    def own(self, move: list[Event]) -> ChatMessage:
        """The reply that the party gave, with its keys in the schema's order."""
        reply: dict[str, Any] = {}
        if self._think:
            thoughts = [event.text for event in move if event.kind == "think"]
            reply["thought" if self._is_user else "think"] = thoughts[-1] if thoughts else ""
        reply["say"] = "\n".join(event.text for event in move if event.kind == "say")
        if self._is_user:
            reply["goals_done"] = self._goals_done(move)
            reply["end"] = False
        if self._part.form.schemas:
            made = [event.call for event in move if event.call]
            self._called |= {call.id: call.name for call in made}
            reply["calls"] = [
                {"tool": call.name, "arguments": _value(call.arguments)} for call in made
            ]
        return {"role": "assistant", "content": _ENCODE(reply).decode()}

    def _goals_done(self, move: list[Event]) -> list[int]:
        notes = [n.value for e in move for n in e.annotations if n.name == "goal_status"]
        if not notes:
            return []
        status = msgspec.json.decode(notes[-1])
        return [i for i, how in enumerate(status.values(), 1) if how == "settled"]

    def heard(self, events: list[Event]) -> list[ChatMessage]:
        """One message: results as a JSON object, words as they are."""
        results = [
            {
                "tool": self._called.get(event.result.call_id, ""),
                "result": _value(event.result.content),
            }
            for event in events
            if event.result
        ]
        parts = [_ENCODE({"results": results}).decode()] if results else []
        parts += [text for event in events if (text := said(event, self._part.party))]
        return [{"role": "user", "content": "\n".join(parts)}] if parts else []

    def read(self, reply: ChatReply) -> Draft:
        """The object in the reply."""
        if reply.finish_reason == "length":
            raise Malformed("cut", "It was too long and was cut off. Be shorter.")
        thoughts, content = apart(reply)
        repairs: list[str] = []
        found = self._decoded(content, repairs)
        say, swallowed = self._part.form.rescued(found.say.strip())
        if swallowed:
            repairs.append("swallowed_call")
        calls = shallow((*(_made(each, repairs) for each in found.calls), *swallowed))
        own = found.thought if isinstance(found, _UserReply) else found.think
        done = found.goals_done if isinstance(found, _UserReply) else None
        return Draft(
            thoughts=(*thoughts, *((own.strip(),) if own.strip() else ())),
            say=say,
            calls=calls,
            done=None if done is None else tuple(done),
            ends=isinstance(found, _UserReply) and found.end,
            repairs=tuple(repairs),
        )

    def _decoded(self, content: str, repairs: list[str]) -> _AgentReply | _UserReply:
        decoder = _USER if self._is_user else _AGENT
        try:
            return decoder.decode(content)
        except (msgspec.DecodeError, RecursionError) as error:
            start, end = content.find("{"), content.rfind("}")
            if 0 <= start < end and (start, end) != (0, len(content) - 1):
                # A server that holds no schema lets models put the object into a block or a sentence.
                try:
                    found = decoder.decode(content[start : end + 1])
                except (msgspec.DecodeError, RecursionError):
                    pass
                else:
                    repairs.append("wrapped")
                    return found
            problem = "nested too deeply" if isinstance(error, RecursionError) else str(error)
            raise Malformed(
                "not_json", f"It is not the JSON object asked for: {problem}."
            ) from error

    def again(self, reply: ChatReply, remark: str) -> list[ChatMessage]:
        """The reply word for word, and the remark."""
        return [
            {"role": "assistant", "content": shortened(reply.content) or "{}"},
            {"role": "user", "content": remark},
        ]


def _made(call: _Call, repairs: list[str]) -> ToolCall:
    written = bytes(call.arguments).decode()
    arguments = unwrapped(written)
    if arguments != written:
        repairs.append("quoted_arguments")
    return ToolCall(id="", name=call.tool, arguments=arguments)


def _value(text: str) -> Any:
    """JSON text as it is, or as a string where it is none."""
    try:
        msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text
    return msgspec.Raw(text.encode())
