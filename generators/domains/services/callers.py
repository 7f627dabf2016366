"""The people whom a service knows: seeded, found by their phone number, one of them the persona."""

from typing import Annotated, Any

import msgspec
from mimesis import Person
from mimesis.locales import Locale
from msgspec import Meta

from generators.blueprint import Fact, RowPatch
from generators.domains.plan import Plan
from generators.domains.table import Database, Row, TableSpec, ToolFailure
from generators.domains.tool import Tool, read
from generators.event import AGENT
from personas.persona import Persona
from personas.record import seeded

FIND_CALLER = "find_caller"
CALLER_PHONE = "caller_phone"
MOST_CALLERS = 2000

_PREFIXES = tuple(f"555-{number:03d}" for number in range(100, 200))
_CUES = ("phone", "telephone", "mobile")


class Caller(Row):
    """Somebody with an account at the service."""

    caller_id: str
    name: str
    phone: str


CALLERS = TableSpec(Caller, "callers", "caller_id")


def caller_ids(count: int) -> list[str]:
    """The ids of so many callers: ``C0001`` and on."""
    return [f"C{number:04d}" for number in range(1, count + 1)]


def people(count: int, number: int) -> list[Caller]:
    """So many callers of one world: names and numbers follow from the world's ``number``."""
    rng = seeded(number, "callers", "seed")
    person = Person(Locale.EN, seed=rng.getrandbits(32))
    phones = rng.sample(range(len(_PREFIXES) * 10000), count)
    return [
        Caller(
            caller_id=caller_id,
            name=person.full_name(),
            phone=f"{_PREFIXES[phone // 10000]}-{phone % 10000:04d}",
        )
        for caller_id, phone in zip(caller_ids(count), phones, strict=True)
    ]


Phone = Annotated[str, Meta(pattern=r"^\d{3}-\d{3}-\d{4}$")]


def find_caller(db: Database, phone: Phone) -> dict[str, Any]:
    """Find the person who is calling.

    Args:
        phone: The phone number of the person's account, such as 555-010-4477.
    """
    found = db[Caller].where(phone=phone)
    if not found:
        raise ToolFailure("not_found", f"nobody has the phone number {phone}")
    return msgspec.to_builtins(found[0])


def find_caller_tool() -> Tool:
    """The tool of every service that knows its callers."""
    return read(find_caller)


def subjects(db: Database) -> list[str]:
    """Everybody may call."""
    return [caller.caller_id for caller in db[Caller]]


def settle(db: Database, subject: str, persona: Persona) -> tuple[RowPatch, ...]:
    """The caller gets the persona's name."""
    return (RowPatch(table=CALLERS.name, key=subject, fields={"name": persona.name}),)


def identity(db: Database, subject: str) -> tuple[Fact, ...]:
    """A caller is known by the phone number, and tells it when asked: not every wish needs it."""
    phone = db[Caller].get(subject).phone
    return (Fact(key=CALLER_PHONE, value=phone, reveal="when_asked", cues=_CUES),)


def look_up_once(plan: Plan) -> None:
    """Ask for the number and find the caller, unless that has been done in this dialogue."""
    if any(action.party == AGENT and action.tool == FIND_CALLER for action in plan.actions):
        return
    plan.ask(CALLER_PHONE)
    plan.call(FIND_CALLER, phone=plan.value(CALLER_PHONE))
