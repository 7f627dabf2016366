"""Seed data of the houses themselves: hours of rooms, and events."""

from datetime import datetime, timedelta
from random import Random

from generators.domains.library.catalogue import BRANCHES, EVENT_NAMES, ROOMS
from generators.domains.library.database import Event, RoomSlot

_HOURS = (9, 11, 13, 15, 17)


def slots(rng: Random, now: datetime) -> list[RoomSlot]:
    """Every room's hours from today on for three weeks, Sundays apart, and which are free."""
    found = []
    for day in range(22):
        for room in ROOMS:
            for hour in _HOURS:
                start = now.replace(hour=hour, minute=0) + timedelta(days=day)
                if start.weekday() == 6 or start <= now:
                    continue
                found.append(
                    RoomSlot(
                        id=f"RS-{10_000 + len(found)}",
                        room=room.code,
                        start=start,
                        status="free" if rng.random() < 0.6 else "booked",
                    )
                )
    return found


def events(rng: Random, now: datetime) -> list[Event]:
    """One event of each name in the next weeks; a third of them is full."""
    found = []
    for index, name in enumerate(EVENT_NAMES):
        start = now.replace(hour=rng.choice((10, 14, 18)), minute=rng.choice((0, 30)))
        start += timedelta(days=rng.randint(3, 30))
        seats = rng.randint(8, 30)
        full = rng.random() < 0.4
        for_children = index >= len(EVENT_NAMES) - 2
        found.append(
            Event(
                id=f"EV-{3000 + index}",
                name=name,
                branch=rng.choice(BRANCHES).code,
                start=start,
                seats=seats,
                taken=seats if full else rng.randint(0, seats - 2),
                waiting=rng.randint(1, 6) if full else 0,
                min_age=3 if for_children else rng.choice((0, 16, 16)),
                max_age=9 if for_children else 120,
                fee=rng.choice((0.0, 2.5, 4.0, 6.0)),
            )
        )
    return found
