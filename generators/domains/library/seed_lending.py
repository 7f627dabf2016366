"""Seed data of lending: copies, loans, reservations, charges, and what lies at a member's home."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from generators.domains.library.catalogue import BRANCHES, KINDS, WISHES
from generators.domains.library.database import (
    Charge,
    Copy,
    Event,
    Keepsake,
    Loan,
    Member,
    MembershipKind,
    Registration,
    Reservation,
    RoomBooking,
    RoomSlot,
    Suggestion,
    Title,
)
from generators.domains.library.rules import working_day
from generators.domains.table import Row

_KINDS: dict[str, MembershipKind] = {kind.code: kind for kind in KINDS}
_SOUGHT = 110
"""How many titles have no copy on any shelf, so that people queue for them."""


class Shelves:
    """The copies as they are handed out while the seed is made."""

    def __init__(self, rng: Random, titles: Sequence[Title], today: date) -> None:
        self.rng = rng
        self.today = today
        self.titles = list(titles)
        self.sought = self.titles[:_SOUGHT]
        self.copies: list[Copy] = []
        self.held_hours: set[str] = set()
        self._count = 0
        for title in self.titles[_SOUGHT:]:
            for branch in rng.sample(BRANCHES, rng.randint(1, 3)):
                self.copy(title, branch.code, "on_shelf")
        for title in self.sought:
            self.copy(title, rng.choice(BRANCHES).code, "in_transit")

    def number(self, prefix: str) -> str:
        """A fresh id."""
        self._count += 1
        return f"{prefix}-{1_000_000 + self._count}"

    def copy(self, title: Title, branch: str, status: str) -> Copy:
        """One more copy."""
        rng = self.rng
        made = Copy(
            barcode=f"3{len(self.copies) + 1_000_000}",
            title=title.id,
            branch=branch,
            shelf=f"{rng.choice('ABCDEFGH')}{rng.randint(10, 89)}",
            status=status,
            bought_on=self.today - timedelta(days=rng.randint(60, 3000)),
            label_grade=rng.choice("ABCD"),
        )
        self.copies.append(made)
        return made

    def lend(self, member: Member, count: int, sought: int = 0) -> Iterator[Loan]:
        """Loans of one member, ``sought`` of them of titles that others queue for."""
        rng = self.rng
        chosen = rng.sample(self.sought, sought)
        chosen += rng.sample(self.titles[_SOUGHT:], count - sought)
        for title in chosen:
            copy = self.copy(title, member.home_branch, "on_loan")
            late = rng.choices((False, True), (80, 20))[0]
            due = self.today + timedelta(days=-rng.randint(1, 11) if late else rng.randint(1, 25))
            renewals = rng.choices((0, 1, 2, 3), (45, 20, 15, 20))[0] if title.renewable else 0
            yield Loan(
                id=self.number("LN"),
                member=member.card,
                title=title.id,
                copy=copy.barcode,
                borrowed_on=due - timedelta(days=title.loan_days * (renewals + 1)),
                due_on=due,
                renewals=renewals,
                status="open",
            )


def lending(
    rng: Random,
    member: Member,
    shelves: Shelves,
    hours: Sequence[RoomSlot],
    meetings: Sequence[Event],
    now: datetime,
) -> Iterator[Row]:
    """Everything that hangs on one grown-up member."""
    loans = list(shelves.lend(member, rng.randint(3, 6), sought=rng.choice((0, 0, 1, 2))))
    yield from loans
    yield from _ebooks(rng, member, shelves)
    yield from _receipt(rng, member, loans, shelves)
    if rng.random() < 0.95:
        yield Keepsake(
            code=f"AC-{member.card[-4:]}{rng.randint(10, 99)}",
            member=member.card,
            kind="postcard",
            loan="",
            branch="",
            printed_on=shelves.today - timedelta(days=rng.randint(2, 9)),
        )
    yield from _reservations(rng, member, loans, shelves, now)
    yield from _charges(rng, member, shelves)
    yield from _rooms(rng, member, shelves, hours, now)
    if rng.random() < 0.3:
        meeting = rng.choice([each for each in meetings if 0 < each.taken < each.seats])
        yield Registration(
            id=shelves.number("RG"), event=meeting.id, member=member.card, status="registered"
        )
    for _ in range(rng.choice((0, 0, 0, 1, 2, 3))):
        made = shelves.today - timedelta(days=rng.randint(20, 250))
        yield Suggestion(
            id=shelves.number("SG"),
            member=member.card,
            title_name=rng.choice(WISHES),
            made_on=made,
            answer_by=working_day(made, 15),
        )


def _ebooks(rng: Random, member: Member, shelves: Shelves) -> Iterator[Loan]:
    quota = _KINDS[member.kind].ebooks_per_month
    for title in rng.sample(shelves.titles, rng.randint(0, quota)):
        borrowed = shelves.today - timedelta(days=rng.randint(1, 14))
        yield Loan(
            id=shelves.number("LE"),
            member=member.card,
            title=title.id,
            copy="",
            borrowed_on=borrowed,
            due_on=borrowed + timedelta(days=21),
            renewals=0,
            status="returned",
        )


def _receipt(
    rng: Random, member: Member, loans: list[Loan], shelves: Shelves
) -> Iterator[Keepsake]:
    """A thing that went back through a kiosk and is still on the account, early or late."""
    if rng.random() < 0.4:
        loan = rng.choice(loans)
        yield Keepsake(
            code=f"K-{rng.randint(1000, 9999)}{loan.id[-3:]}",
            member=member.card,
            kind="receipt",
            loan=loan.id,
            branch=rng.choice(BRANCHES).code,
            printed_on=shelves.today - timedelta(days=rng.randint(1, 6)),
        )


def _reservations(
    rng: Random, member: Member, loans: list[Loan], shelves: Shelves, now: datetime
) -> Iterator[Reservation]:
    most = _KINDS[member.kind].max_reservations
    count = most if rng.random() < 0.2 else rng.randint(0, most - 1)
    borrowed = {loan.title for loan in loans}
    free = [title for title in shelves.sought if title.id not in borrowed]
    for title in rng.sample(free, count):
        ready = rng.random() < 0.3
        placed = now - timedelta(days=rng.randint(2, 60), minutes=rng.randint(1, 900))
        yield Reservation(
            id=shelves.number("RV"),
            member=member.card,
            title=title.id,
            branch=rng.choice(BRANCHES).code,
            placed_at=placed,
            status="ready" if ready else "waiting",
            ready_until=shelves.today + timedelta(days=rng.randint(1, 6)) if ready else None,
            extended=ready and rng.random() < 0.3,
        )


def _charges(rng: Random, member: Member, shelves: Shelves) -> Iterator[Charge]:
    """Open charges about different titles, and now and then one that was waived or paid."""
    kind = _KINDS[member.kind]
    count = rng.choices((0, 1, 2, 3), (25, 35, 25, 15))[0]
    settled = rng.choices((0, 1, 2), (45, 35, 20))[0]
    titles = rng.sample(shelves.titles, count + settled)
    days = rng.sample(range(4, 230), count + settled)
    for index, (title, ago) in enumerate(zip(titles, days, strict=True)):
        raised = shelves.today - timedelta(days=ago)
        what = rng.choices(("late", "lost", "damage"), (70, 15, 15))[0]
        late = min(kind.fine_cap, rng.randint(2, 34) * kind.daily_fine)
        amount = {"late": late, "lost": title.price + 6.5, "damage": rng.choice((2.0, 4.5, 6.0))}
        past = index >= count
        yield Charge(
            id=shelves.number("CH"),
            member=member.card,
            kind=what,
            about=title.name,
            amount=round(amount[what], 2),
            raised_on=raised,
            status=("waived" if what == "late" and rng.random() < 0.8 else "paid")
            if past
            else "open",
            settled_on=raised + timedelta(days=rng.randint(1, min(3, ago))) if past else None,
        )


def _rooms(
    rng: Random, member: Member, shelves: Shelves, hours: Sequence[RoomSlot], now: datetime
) -> Iterator[RoomBooking]:
    """Up to two bookings on different days; many are for tomorrow morning."""
    days: set[date] = set()
    for _ in range(rng.choices((0, 1, 2), (40, 45, 15))[0]):
        soon = rng.random() < 0.3
        limit = datetime.combine(now.date() + timedelta(days=2), time())
        free = [
            slot
            for slot in hours
            if slot.status == "booked"
            and slot.id not in shelves.held_hours
            and slot.start.date() not in days
            and (slot.start < limit) == soon
            and slot.start > now + timedelta(hours=2)
        ]
        if not free:
            continue
        slot = rng.choice(free)
        days.add(slot.start.date())
        shelves.held_hours.add(slot.id)
        yield RoomBooking(
            id=shelves.number("RB"),
            member=member.card,
            slot=slot.id,
            start=slot.start,
            status="booked",
        )
