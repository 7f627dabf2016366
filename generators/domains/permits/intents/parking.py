"""Residents who want to park: new permits, other vehicles, giving permits back, visitors."""

from typing import Any

from generators.domains.domain import Draw, Intent, Situation
from generators.domains.permits.catalogue import MAX_TICKETS, TICKET_PRICE, VEHICLE_CHANGE_FEE
from generators.domains.permits.database import ParkingPermit, Person, Vehicle, Zone
from generators.domains.permits.intents.drawing import (
    cars_without,
    fact,
    number_fact,
    overdue_fees,
    permits_of,
    picked,
)
from generators.domains.plan import Plan

_FAMILY = {"family": "parking"}


def _has_places(situation: Situation) -> bool:
    zone = situation.db[Zone].get(situation.db[Person].get(situation.subject).zone)
    return zone.taken < zone.places


def _eligible(situation: Situation) -> Vehicle | None:
    """A vehicle for which nothing but a full zone could stand in the way."""
    if len(permits_of(situation)) > 1 or overdue_fees(situation, situation.subject):
        return None
    return picked(situation, cars_without(situation))


def _want(vehicle: Vehicle, rest: str = "", **slots: Any) -> Draw:
    return Draw(
        need=f"You want a residents' parking permit for your car with the number plate "
        f"{vehicle.plate}.{rest}",
        slots={**_FAMILY, **slots},
        facts=(number_fact("plate", vehicle.plate),),
    )


def draw_new(situation: Situation) -> Draw | None:
    """A zone with places, and a vehicle that may have a permit."""
    vehicle = _eligible(situation) if _has_places(situation) else None
    return _want(vehicle) if vehicle else None


def _looked_up(plan: Plan) -> tuple[list[Any], list[Any], list[Any]]:
    plan.ask("plate")
    with plan.together():
        parking = plan.call("list_parking", person_number=plan.subject)
        fees = plan.call("list_fees", person_number=plan.subject)
    return parking["vehicles"], parking["permits"], fees


def _quote(plan: Plan) -> dict[str, Any]:
    return plan.call(
        "quote_parking_fee",
        person_number=plan.subject,
        plate=plan.value("plate"),
        zone=plan.db[Person].get(plan.subject).zone,
    )


def solve_new(plan: Plan) -> None:
    """Check keeper, permits and arrears, quote, issue."""
    _looked_up(plan)
    quote = _quote(plan)
    plan.confirm("parking", plate=plan.value("plate"), zone=quote["zone_name"], fee=quote["fee"])
    done = plan.call(
        "issue_parking_permit",
        person_number=plan.subject,
        plate=plan.value("plate"),
        zone=quote["zone"],
        fee=quote["fee"],
    )
    plan.tell("parking_issued", number=done["permit_number"], until=done["valid_until"])
    plan.outputs["permit"] = done["permit_number"]


def draw_price(situation: Situation) -> Draw | None:
    """A car whose keeper has no permit yet, and wants to know what one would cost."""
    vehicle = picked(situation, cars_without(situation))
    if vehicle is None or permits_of(situation):
        return None
    return Draw(
        need=f"You want to know what a residents' parking permit for your car {vehicle.plate} would "
        "cost you in a year, and what the full price is. You do not want one yet.",
        slots=_FAMILY,
        facts=(number_fact("plate", vehicle.plate),),
    )


def solve_price(plan: Plan) -> None:
    """Work it out and say."""
    plan.ask("plate")
    quote = _quote(plan)
    plan.tell("parking_price", fee=quote["fee"], full=quote["full_fee"])


def draw_full(situation: Situation) -> Draw | None:
    """The same, in a zone that is full."""
    vehicle = None if _has_places(situation) else _eligible(situation)
    if vehicle is None:
        return None
    return _want(vehicle, " If there is no place free, you want to be put on the waiting list.")


def solve_full(plan: Plan) -> None:
    """Find no place, offer the list, tell the position."""
    _looked_up(plan)
    quote = _quote(plan)
    plan.confirm("parking_wait", plate=plan.value("plate"), zone=quote["zone_name"])
    done = plan.call(
        "join_parking_waiting_list",
        person_number=plan.subject,
        plate=plan.value("plate"),
        zone=quote["zone"],
    )
    plan.tell("parking_waiting", position=done["position"], entry=done["entry_id"])


def draw_refused(situation: Situation) -> Draw | None:
    """A vehicle that is too long, two permits already, or an overdue fee."""
    late = overdue_fees(situation, situation.subject)
    many = len(permits_of(situation)) > 1
    reasons = {
        "long": None if late or many else picked(situation, cars_without(situation, long=True)),
        "many": picked(situation, cars_without(situation)) if many and not late else None,
        "late": picked(situation, cars_without(situation)) if late and not many else None,
    }
    for why, vehicle in reasons.items():
        if vehicle:
            return _want(vehicle, why=why)
    return None


def solve_refused(plan: Plan) -> None:
    """Look, and decline with what stands in the way."""
    vehicles, permits, fees = _looked_up(plan)
    match plan.slots["why"]:
        case "long":
            own = next(each for each in vehicles if each["plate"] == plan.value("plate"))
            plan.refuse("parking_too_long", length=own["length_cm"])
        case "many":
            active = [each for each in permits if each["status"] == "active"]
            plan.refuse("parking_two_already", until=active[0]["valid_until"])
        case _:
            late = next(each for each in fees if each["overdue"])
            plan.refuse("parking_arrears", fee=late["number"])


def draw_vehicle(situation: Situation) -> Draw | None:
    """A permit, and another vehicle to put on it."""
    permit, vehicle = (
        picked(situation, permits_of(situation)),
        picked(situation, cars_without(situation)),
    )
    if permit is None or vehicle is None:
        return None
    return Draw(
        need=f"You have another car, {vehicle.plate}, and want it on the parking permit that is now "
        f"for {permit.plate}.",
        slots={**_FAMILY, "permit": permit.number},
        facts=(fact("old_plate", permit.plate), number_fact("plate", vehicle.plate)),
    )


def solve_vehicle(plan: Plan) -> None:
    """Find permit and vehicle, name the price, change it."""
    plan.ask("old_plate", "plate")
    plan.call("list_parking", person_number=plan.subject)
    plan.confirm("vehicle", plate=plan.value("plate"), fee=VEHICLE_CHANGE_FEE)
    done = plan.call(
        "change_parking_vehicle", permit_number=plan.slots["permit"], plate=plan.value("plate")
    )
    plan.tell("vehicle_changed", until=done["valid_until"], fee=done["charged"])
    plan.outputs["permit"] = done["permit_number"]


def draw_return(situation: Situation) -> Draw | None:
    """A permit that is no longer needed."""
    permit = picked(situation, permits_of(situation))
    if permit is None:
        return None
    return Draw(
        need=f"You no longer need your parking permit for {permit.plate} and want to give it back. "
        "You have your phone at hand.",
        slots={"family": "parking code", "permit": permit.number},
        facts=(fact("old_plate", permit.plate),),
    )


def with_code(plan: Plan) -> None:
    """A code goes to the phone, is read out and checked."""
    plan.call("send_code", person_number=plan.subject)
    code = plan.act("read_code", "read_code", person_number=plan.subject)["code"]
    plan.call("check_code", person_number=plan.subject, code=code)


def solve_return(plan: Plan) -> None:
    """Make sure who it is, take it back, tell the refund."""
    plan.ask("old_plate")
    plan.call("list_parking", person_number=plan.subject)
    with_code(plan)
    plan.confirm("parking_return", plate=plan.value("old_plate"))
    done = plan.call("return_parking_permit", permit_number=plan.slots["permit"])
    plan.tell("parking_returned", refund=done["refund"])


def _permit_before(situation: Situation) -> ParkingPermit | None:
    for name in ("parking_new", "parking_vehicle"):
        if name in situation.earlier:
            return situation.db[ParkingPermit].get(str(situation.earlier[name]["permit"]))
    return None


def draw_capped(situation: Situation) -> Draw | None:
    """More visitor tickets than are left this year."""
    permit = _permit_before(situation)
    left = MAX_TICKETS - permit.tickets if permit else 0
    if permit is None or left < 2:
        return None
    count = left + situation.rng.randint(2, 15)
    return Draw(
        need=f"You want {count} visitor tickets on the parking permit that was just dealt with. If "
        "that is too many, you take as many as you can have.",
        slots={"permit": permit.number, "left": left},
        facts=(fact("ticket_count", str(count)),),
    )


def solve_capped(plan: Plan) -> None:
    """Name the limit, offer what is left, sell that."""
    plan.ask("ticket_count")
    left = plan.slots["left"]
    price = round(TICKET_PRICE * left, 2)
    plan.confirm("tickets_capped", wanted=plan.value("ticket_count"), count=left, price=price)
    done = plan.call("sell_visitor_tickets", permit_number=plan.slots["permit"], count=left)
    plan.tell("tickets_sold", price=done["charged"], year=done["this_year"])


def draw_tickets(situation: Situation) -> Draw | None:
    """Visitor tickets on the permit that was spoken of just now."""
    permit = _permit_before(situation)
    if permit is None or permit.tickets > MAX_TICKETS - 2:
        return None
    count = situation.rng.randint(2, MAX_TICKETS - permit.tickets)
    return Draw(
        need=f"You want {count} visitor tickets on the parking permit that was just dealt with.",
        slots={"permit": permit.number},
        facts=(fact("ticket_count", str(count)),),
    )


def solve_tickets(plan: Plan) -> None:
    """Ask how many, name the price, sell them."""
    plan.ask("ticket_count")
    count = int(plan.value("ticket_count"))
    plan.confirm("tickets", count=count, price=round(TICKET_PRICE * count, 2))
    done = plan.call("sell_visitor_tickets", permit_number=plan.slots["permit"], count=count)
    plan.tell("tickets_sold", price=done["charged"], year=done["this_year"])


PARKING = (
    Intent(
        "parking_new",
        "Residents' parking permit",
        "fulfilled",
        draw_new,
        solve_new,
        ("M01", "M06", "M07", "M10", "M11", "M12", "M13", "M14"),
        weight=2.5,
    ),
    Intent(
        "parking_price",
        "What residents' parking costs",
        "informed",
        draw_price,
        solve_price,
        ("M01", "M10"),
        weight=0.7,
    ),
    Intent(
        "parking_full",
        "Residents' parking in a zone that is full",
        "partial",
        draw_full,
        solve_full,
        ("M01", "M06", "M14", "M15"),
        weight=2.5,
    ),
    Intent(
        "parking_refused",
        "Residents' parking that cannot be had",
        "refused",
        draw_refused,
        solve_refused,
        ("M01", "M12", "M13", "M14"),
        weight=1.8,
    ),
    Intent(
        "parking_vehicle",
        "Another vehicle on a parking permit",
        "fulfilled",
        draw_vehicle,
        solve_vehicle,
        ("M06", "M07", "M12", "M16"),
        weight=2.0,
    ),
    Intent(
        "parking_return",
        "Give a parking permit back",
        "fulfilled",
        draw_return,
        solve_return,
        ("M04", "M05", "M06", "M17"),
    ),
    Intent(
        "visitor_tickets",
        "Day tickets for visitors",
        "fulfilled",
        draw_tickets,
        solve_tickets,
        ("M06", "M07", "M18"),
        after=("parking_new", "parking_vehicle"),
    ),
    Intent(
        "tickets_capped",
        "More day tickets than are left",
        "partial",
        draw_capped,
        solve_capped,
        ("M06", "M07", "M18"),
        after=("parking_new", "parking_vehicle"),
    ),
)
