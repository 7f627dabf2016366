"""A dialogue with each party's utterances whole: some people write one thought in several messages."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from generators.event import Event


def whole_turns(events: Iterable[Event]) -> Iterator[Event]:
    """The events, with what a party says in several parts of one turn as one utterance, in place of
    the first of them."""
    last: Event | None = None
    for event in events:
        if last and event.kind == "say":
            if (last.party, last.session, last.turn) == (event.party, event.session, event.turn):
                last = replace(last, text=f"{last.text} {event.text}")
                continue
        if last:
            yield last
        last = event if event.kind == "say" else None
        if last is None:
            yield event
    if last:
        yield last
