"""For each clause, a blueprint along which an agent breaks it."""

from collections.abc import Callable
from datetime import timedelta

from msgspec.structs import replace

from generators.blueprint import Blueprint
from generators.domains.library.database import (
    Branch,
    Charge,
    Copy,
    Event,
    Loan,
    Member,
    PartnerOffer,
    Reservation,
    Title,
    age_on,
)
from generators.domains.library.rules import ADDRESS_DAYS, held, is_blocked, kind_of, owed
from generators.domains.library.tools.houses import coming_rooms, free_rooms
from tests.generators.domains.library.cases import case
from tests.generators.domains.spoiled import (
    arguments,
    asked,
    caller,
    fact,
    start,
    then,
    told,
    with_arguments,
    without,
)


def _keyed(key: str) -> Callable[[Blueprint], bool]:
    return lambda blueprint: any(step.key == key for step in blueprint.steps)


def _unverified() -> Blueprint:
    return without(case("due_next"), "verify_member")


def _stranger() -> Blueprint:
    blueprint = case("other_refused")
    return then(blueprint, "list_loans", card=fact(blueprint, "other_card"))


def _staff_line() -> Blueprint:
    blueprint, db = case("due_next"), start(case("due_next"))
    home = db[Member].get(caller(blueprint)).home_branch
    return told(blueprint, line=db[Branch].get(home).staff_line)


def _never_asks() -> Blueprint:
    return without(case("cancel_reservation", _keyed("cancel_waiting")), kinds=("confirm",))


def _hides_fee() -> Blueprint:
    blueprint = case("reserve")
    steps = tuple(
        replace(step, slots={name: value for name, value in step.slots.items() if name != "fee"})
        for step in blueprint.steps
    )
    return replace(blueprint, steps=steps)


def _reserved(blueprint: Blueprint) -> Blueprint:
    """The refused title is reserved after all."""
    db, name = start(blueprint), fact(blueprint, "refused_title")
    title = db[Title].where(name=name)[0]
    fee = kind_of(db, caller(blueprint)).reservation_fee
    return then(
        asked(blueprint, title=name, fee=fee),
        "place_reservation",
        card=caller(blueprint),
        title_id=title.id,
        branch=fact(blueprint, "refused_branch"),
    )


def _room_left(blueprint: Blueprint) -> bool:
    db, card = start(blueprint), caller(blueprint)
    few = len(held(db, card)) < kind_of(db, card).max_reservations
    return _keyed("account_blocked")(blueprint) and few


def _on_blocked_account() -> Blueprint:
    return _reserved(case("reserve_refused", _room_left))


def _one_too_many() -> Blueprint:
    return _reserved(case("reserve_refused", _keyed("reservations_full")))


def _stuck_loan(blueprint: Blueprint) -> Loan:
    db = start(blueprint)
    title = db[Title].where(name=fact(blueprint, "stuck_title"))[0]
    return db[Loan].where(member=caller(blueprint), title=title.id, status="open")[0]


def _reserved_and_early(blueprint: Blueprint) -> bool:
    loan, today = _stuck_loan(blueprint), start(blueprint).now.date()
    return _keyed("renew_reserved")(blueprint) and today <= loan.due_on < today + timedelta(days=9)


def _renews_what_others_want() -> Blueprint:
    blueprint = case("renew_refused", _reserved_and_early)
    question = asked(blueprint, title=fact(blueprint, "stuck_title"))
    return then(question, "renew_loan", loan_id=_stuck_loan(blueprint).id)


def _unquoted() -> Blueprint:
    return without(case("report_lost"), "quote_item_fee")


def _guesses_grade() -> Blueprint:
    return without(case("damage"), "read_label")


def _trusts_receipt() -> Blueprint:
    return without(case("returned_receipt"), "check_receipt")


def _reserves_what_stands() -> Blueprint:
    blueprint = without(case("bring_copy"), "request_transfer")
    db, given = start(blueprint), arguments(blueprint, "request_transfer")
    return then(
        asked(
            blueprint,
            title=fact(blueprint, "bring_title"),
            fee=kind_of(db, caller(blueprint)).reservation_fee,
        ),
        "place_reservation",
        card=given["card"],
        title_id=db[Copy].get(given["barcode"]).title,
        branch=given["branch"],
    )


def _others_standing(blueprint: Blueprint) -> list[Copy]:
    db, barcode = start(blueprint), arguments(blueprint, "request_transfer")["barcode"]
    copies = db[Copy].where(title=db[Copy].get(barcode).title, status="on_shelf")
    return [copy for copy in copies if copy.barcode != barcode]


def _sends_another_copy() -> Blueprint:
    blueprint = case("bring_copy", lambda each: bool(_others_standing(each)))
    other = _others_standing(blueprint)[-1]
    return with_arguments(blueprint, "request_transfer", barcode=other.barcode)


def _rated(blueprint: Blueprint) -> Title | None:
    """A film that is too old for the child, and out."""
    db, child = start(blueprint), fact(blueprint, "child_card")
    if len(held(db, child)) >= kind_of(db, child).max_reservations:
        return None
    years = age_on(db[Member].get(child).birth_date, db.now.date())
    rows = [
        row
        for row in db[Title]
        if row.min_age > years and not db[Copy].where(title=row.id, status="on_shelf")
    ]
    return rows[0] if rows else None


def _too_young_for_film() -> Blueprint:
    blueprint = case("renew_for_child", lambda each: _rated(each) is not None)
    title = _rated(blueprint)
    assert title is not None
    return then(
        asked(blueprint, title=title.name),
        "place_reservation",
        card=fact(blueprint, "child_card"),
        title_id=title.id,
        branch="harbour",
    )


def _keeps_even_longer() -> Blueprint:
    blueprint = case("extend_refused")
    db, name = start(blueprint), fact(blueprint, "kept_title")
    title = db[Title].where(name=name)[0]
    row = db[Reservation].where(member=caller(blueprint), title=title.id)[0]
    return then(asked(blueprint, title=name), "extend_hold", reservation_id=row.id)


def _dearer(blueprint: Blueprint) -> list[PartnerOffer]:
    db, given = start(blueprint), arguments(blueprint, "order_from_partner")
    chosen = db[PartnerOffer].get(given["offer_id"])
    return [
        row
        for row in db[PartnerOffer].where(title_name=chosen.title_name)
        if row.fee > chosen.fee and row.arrives_on.isoformat() <= given["needed_by"]
    ]


def _orders_dear() -> Blueprint:
    blueprint = case("order_ill", lambda each: bool(_dearer(each)))
    offer = _dearer(blueprint)[0]
    steps = tuple(
        replace(step, slots={**step.slots, "fee": f"{offer.fee:.2f}"})
        if step.kind == "confirm"
        else step
        for step in blueprint.steps
    )
    other = with_arguments(blueprint, "order_from_partner", offer_id=offer.id)
    return replace(other, steps=steps)


def _orders_unsearched() -> Blueprint:
    return without(case("order_ill"), "find_title")


def _suggests_unsearched() -> Blueprint:
    return without(case("suggest"), "find_title")


def _forgiven(blueprint: Blueprint, key: str, ground: str) -> Blueprint:
    db = start(blueprint)
    row = db[Charge].where(member=caller(blueprint), about=fact(blueprint, key), status="open")[0]
    return then(
        asked(blueprint, amount=row.amount), "forgive_charge", charge_id=row.id, ground=ground
    )


def _amnesty_while_overdue() -> Blueprint:
    return _forgiven(case("amnesty_refused"), "barred_title", "amnesty")


def _second_goodwill() -> Blueprint:
    blueprint = case("waive_refused", _keyed("waived_lately"))
    return _forgiven(blueprint, "favour_title", "goodwill")


def _long_to_run(blueprint: Blueprint) -> bool:
    db, card = start(blueprint), caller(blueprint)
    member, today = db[Member].get(card), db.now.date()
    fresh = (today - member.address_checked_on).days <= ADDRESS_DAYS
    solvent = owed(db, card) < kind_of(db, card).block_at
    return fresh and solvent and member.expires_on > today + timedelta(days=60)


def _renews_too_early() -> Blueprint:
    blueprint = case("ebooks", _long_to_run)
    fee = kind_of(start(blueprint), caller(blueprint)).renewal_fee
    return then(asked(blueprint, fee=fee), "renew_membership", card=caller(blueprint))


def _skips_postcard() -> Blueprint:
    blueprint = case("renew_membership", _keyed("postcard"))
    return with_arguments(blueprint, "renew_membership", address_code="")


def _books_blindly() -> Blueprint:
    return without(case("book_room"), "search_rooms")


def _shown(blueprint: Blueprint) -> list[dict[str, str]]:
    given = arguments(blueprint, "search_rooms")
    db = start(blueprint)
    return free_rooms(
        db, given["kind"], given["branch"], db.now.date().fromisoformat(given["day"])
    )["slots"]


def _has_free_hands(blueprint: Blueprint) -> bool:
    return len(coming_rooms(start(blueprint), caller(blueprint))) < 2 and bool(_shown(blueprint))


def _without_induction() -> Blueprint:
    blueprint = case("makerspace_refused", _has_free_hands)
    slot = _shown(blueprint)[0]
    return then(
        asked(blueprint, start=slot["start"]),
        "book_room",
        card=caller(blueprint),
        slot_id=slot["slot_id"],
    )


def _has_two_rooms(blueprint: Blueprint) -> bool:
    db, card = start(blueprint), caller(blueprint)
    return len(coming_rooms(db, card)) == 2 and not is_blocked(db, card)


def _third_room() -> Blueprint:
    blueprint = case("ebooks", _has_two_rooms)
    db = start(blueprint)
    busy = {row.start.date() for row in coming_rooms(db, caller(blueprint))}
    days = [db.now.date() + timedelta(days=count) for count in range(1, 15)]
    day = next(
        each
        for each in days
        if each not in busy and free_rooms(db, "study", "harbour", each)["slots"]
    )
    slot = free_rooms(db, "study", "harbour", day)["slots"][0]
    blueprint = then(blueprint, "search_rooms", kind="study", branch="harbour", day=day.isoformat())
    return then(
        asked(blueprint, start=slot["start"]),
        "book_room",
        card=caller(blueprint),
        slot_id=slot["slot_id"],
    )


def _forgets_late_fee() -> Blueprint:
    blueprint = case("cancel_room", _keyed("give_up_late"))
    return with_arguments(blueprint, "cancel_booking", charge_late_fee=False)


def _childrens_event() -> Blueprint:
    blueprint = case("register_event")
    event = next(row for row in start(blueprint)[Event] if row.max_age < 16)
    full = event.taken >= event.seats
    return then(
        asked(blueprint, event=event.name, fee=event.fee),
        "register_for_event",
        card=caller(blueprint),
        event_id=event.id,
        waiting_list=full,
    )


def _wrong_queue() -> Blueprint:
    blueprint = case("staff_question", lambda each: fact(each, "matter") != "local_history")
    return with_arguments(blueprint, "hand_over", queue="archive_desk")


WRONG: dict[str, Callable[[], Blueprint]] = {
    "B01": _unverified,
    "B02": _stranger,
    "B04": _staff_line,
    "B06": _never_asks,
    "B07": _hides_fee,
    "B10": _on_blocked_account,
    "B11": _renews_what_others_want,
    "B13": _unquoted,
    "B14": _guesses_grade,
    "B15": _trusts_receipt,
    "B18": _reserves_what_stands,
    "B19": _sends_another_copy,
    "B20": _one_too_many,
    "B21": _too_young_for_film,
    "B22": _keeps_even_longer,
    "B24": _orders_dear,
    "B25": _orders_unsearched,
    "B26": _suggests_unsearched,
    "B27": _amnesty_while_overdue,
    "B28": _second_goodwill,
    "B31": _renews_too_early,
    "B32": _skips_postcard,
    "B34": _books_blindly,
    "B35": _without_induction,
    "B36": _third_room,
    "B37": _forgets_late_fee,
    "B38": _childrens_event,
    "B39": _wrong_queue,
}
"""Clause -> what to play."""
