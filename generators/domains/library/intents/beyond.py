"""Callers who want what we do not have, or somebody else in the house."""

from datetime import timedelta

from generators.blueprint import Fact
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.library.catalogue import WISHES
from generators.domains.library.database import PartnerOffer, PartnerRequest, Suggestion
from generators.domains.library.intents.drawing import (
    day_fact,
    day_said,
    title_fact,
    today,
    touched,
)
from generators.domains.library.rules import (
    MAX_PARTNER_REQUESTS,
    MAX_SUGGESTIONS,
    QUEUES,
    is_blocked,
)
from generators.domains.plan import Plan


def _offers(situation: Situation) -> list[PartnerOffer]:
    """A partners' title that nothing was done about, by arrival."""
    db = situation.db
    own = {
        db[PartnerOffer].get(row.offer).title_name
        for row in db[PartnerRequest].where(member=situation.subject)
    }
    names = sorted({row.title_name for row in db[PartnerOffer]} - own - touched(situation))
    rows = db[PartnerOffer].where(title_name=situation.rng.choice(names))
    return sorted(rows, key=lambda row: row.arrives_on)


def draw_order(situation: Situation) -> Draw | None:
    """A title that a partner can send in time."""
    db, card = situation.db, situation.subject
    if is_blocked(db, card) or len(db[PartnerRequest].where(member=card)) >= MAX_PARTNER_REQUESTS:
        return None
    offers = _offers(situation)
    by = situation.rng.choice(offers).arrives_on + timedelta(days=situation.rng.randint(0, 2))
    return Draw(
        need=f"You need {offers[0].title_name}, which the library does not seem to have, by "
        f"{day_said(by)}; you want it got from elsewhere as cheaply as possible and accept the fee.",
        facts=(
            title_fact("order_title", offers[0].title_name),
            day_fact("order_by", by, by + timedelta(days=14)),
        ),
    )


def solve_order(plan: Plan) -> None:
    """See that we lack it, take the cheapest offer in time, name its fee, order."""
    plan.ask("order_title", "order_by")
    with plan.together():
        plan.call("find_title", name=plan.value("order_title"))
        offers = plan.call("find_partner_offers", title_name=plan.value("order_title"))
        plan.call("get_membership", card=plan.subject)
    in_time = [row for row in offers if row["arrives_on"] <= plan.value("order_by")]
    offer = min(in_time, key=lambda row: row["fee"])
    plan.confirm(
        "order",
        title=offer["title_name"],
        partner=offer["partner"],
        arrives=offer["arrives_on"],
        fee=offer["fee"],
    )
    done = plan.call(
        "order_from_partner",
        card=plan.subject,
        offer_id=offer["offer_id"],
        needed_by=plan.value("order_by"),
    )
    plan.tell("ordered", reference=done["request_id"], arrives=done["arrives_on"])
    plan.outputs.update(charge=done["charge_id"], title=done["title_name"])


def draw_too_late(situation: Situation) -> Draw | None:
    """A title that nobody can send in time."""
    if is_blocked(situation.db, situation.subject):
        return None
    offers = _offers(situation)
    by = offers[0].arrives_on - timedelta(days=situation.rng.randint(1, 2))
    if by <= today(situation):
        return None
    return Draw(
        need=f"You need {offers[0].title_name}, which the library does not seem to have, by "
        f"{day_said(by)}; later it is of no use to you.",
        facts=(
            title_fact("hurried_title", offers[0].title_name),
            day_fact("hurried_by", by, by + timedelta(days=14)),
        ),
    )


def solve_too_late(plan: Plan) -> None:
    """Look, order nothing, name the earliest arrival."""
    plan.ask("hurried_title", "hurried_by")
    with plan.together():
        plan.call("find_title", name=plan.value("hurried_title"))
        offers = plan.call("find_partner_offers", title_name=plan.value("hurried_title"))
    earliest = min(row["arrives_on"] for row in offers)
    plan.refuse("not_in_time", title=plan.value("hurried_title"), earliest=earliest)
    plan.outputs["title"] = plan.value("hurried_title")


def draw_suggest(situation: Situation) -> Draw | None:
    """Fewer than three suggestions this year."""
    rows = situation.db[Suggestion].where(member=situation.subject)
    if sum(row.made_on.year == today(situation).year for row in rows) >= MAX_SUGGESTIONS:
        return None
    name = situation.rng.choice(sorted(set(WISHES) - {row.title_name for row in rows}))
    return Draw(
        need=f"You think that the library should buy {name} and want to suggest it.",
        facts=(title_fact("wish_title", name),),
    )


def solve_suggest(plan: Plan) -> None:
    """See that we lack it and that there is a suggestion left, agree, pass it on."""
    plan.ask("wish_title")
    with plan.together():
        plan.call("find_title", name=plan.value("wish_title"))
        plan.call("get_membership", card=plan.subject)
    plan.confirm("suggest", title=plan.value("wish_title"))
    done = plan.call("suggest_purchase", card=plan.subject, title_name=plan.value("wish_title"))
    plan.tell("suggested", reference=done["suggestion_id"], by=done["answer_by"])


_MATTERS = {
    "complaint": (
        "the noise in the reading room",
        "how I was spoken to at the counter",
        "the heating in the children's corner",
    ),
    "data_question": (
        "who can see my borrowing history",
        "having my old reading lists deleted",
    ),
    "local_history": (
        "old photographs of the ferry landing",
        "the papers of the rope works",
        "a house that my grandparents had on Weir Lane",
    ),
    "access_needs": (
        "getting into the upper floor with a wheelchair",
        "books being brought to my home after an operation",
    ),
    "lost_property": (
        "a green scarf that I left in the reading room",
        "an umbrella that I forgot by the lockers",
    ),
}


def draw_colleague(situation: Situation) -> Draw | None:
    """A matter for colleagues."""
    reason = situation.rng.choice(sorted(_MATTERS))
    said = situation.rng.choice(_MATTERS[reason])
    told = f" {said} ".replace(" I ", " you ").replace(" my ", " your ").strip()
    told = told.replace("you was", "you were")
    start = "You want to complain about" if reason == "complaint" else "You have a question about"
    return Draw(
        need=f"{start} {told}, and want it passed on to somebody who deals with that.",
        facts=(
            Fact(
                key="matter",
                value=reason,
                spoken=said,
                reveal="upfront",
                cues=("matter", "about", "concern", "tell me more"),
            ),
        ),
    )


def solve_colleague(plan: Plan) -> None:
    """Pass it on to where it belongs."""
    plan.ask("matter")
    done = plan.call(
        "hand_over",
        card=plan.subject,
        queue=QUEUES[plan.value("matter")],
        reason=plan.value("matter"),
    )
    plan.tell("passed_on", reference=done["reference"], by=done["answer_by"])


_CONFIRMED = ("renew_loan", "renew_for_child", "reserve", "bring_copy", "book_room")
_CHANNELS = {"text": "by text message", "email": "by email"}


def draw_confirmation(situation: Situation) -> Draw | None:
    """In writing what one goal before has brought about."""
    references = [
        outputs["reference"]
        for name, outputs in situation.earlier.items()
        if name in _CONFIRMED and "reference" in outputs
    ]
    if len(references) != 1:
        return None
    channel = situation.rng.choice(sorted(_CHANNELS))
    return Draw(
        need=f"You want a written confirmation of that, {_CHANNELS[channel]}.",
        slots={"reference": references[0]},
        facts=(
            Fact(
                key="channel",
                value=channel,
                spoken=_CHANNELS[channel],
                reveal="upfront",
                cues=("text", "email", "e-mail"),
            ),
        ),
    )


def solve_confirmation(plan: Plan) -> None:
    """Ask how, and send it."""
    plan.ask("channel")
    done = plan.call(
        "send_confirmation",
        card=plan.subject,
        reference=plan.slots["reference"],
        channel=plan.value("channel"),
    )
    plan.tell("confirmation_sent", sent_to=done["sent_to"])


BEYOND = (
    Intent(
        "order_ill",
        "Order from another town's library",
        "fulfilled",
        draw_order,
        solve_order,
        ("B01", "B06", "B07", "B10", "B24", "B25"),
        weight=1.3,
    ),
    Intent(
        "ill_too_late",
        "An order that would come too late",
        "refused",
        draw_too_late,
        solve_too_late,
        ("B01", "B24"),
        turn="unanswerable",
    ),
    Intent(
        "suggest",
        "Suggest a purchase",
        "fulfilled",
        draw_suggest,
        solve_suggest,
        ("B01", "B06", "B26"),
    ),
    Intent(
        "staff_question",
        "A matter for colleagues",
        "handed_over",
        draw_colleague,
        solve_colleague,
        ("B01", "B39"),
    ),
    Intent(
        "send_confirmation",
        "Written confirmation",
        "fulfilled",
        draw_confirmation,
        solve_confirmation,
        ("B01", "B06"),
        after=_CONFIRMED,
    ),
)
