"""One wrong dialogue for every clause that code checks: what a careless agent would do.

Each breaks its clause with calls that the tools let through, so that only the policy forbids them.
"""

from collections.abc import Callable
from datetime import date

from generators.domains.insurance.database import (
    Authorisation,
    Claim,
    ClaimDocument,
    Client,
    LossReport,
    Policy,
)
from generators.domains.insurance.products import COVER_NAMES
from generators.domains.insurance.seed import TODAY
from generators.event import USER
from tests.generators.domains.insurance.talk import Desk, case


def _other_client(desk: Desk) -> Client:
    """Somebody who has let nobody act for them."""
    return next(
        each
        for each in desk.db[Client]
        if each.number != desk.subject and not desk.db[Authorisation].where(grantor=each.number)
    )


def _open(desk: Desk, policy: str, cover: str, day: str, amount: float, **more: str) -> Desk:
    wish = {"policy_number": policy, "cover": cover, "event_on": day}
    desk.call("check_event", **wish)
    desk.agree(f"Shall I open a claim over {amount:.2f} euros?")
    desk.call("open_claim", amount=amount, **wish, **more)
    return desk


def t01() -> Desk:
    desk = case("cover_question")
    desk.call("get_policy", policy_number=desk.fact("asked_policy"))
    return desk


def t02() -> Desk:
    desk = case("other_refused").known()
    desk.call("get_claim", claim_number=desk.fact("principal_claim"))
    return desk


def t03() -> Desk:
    desk = case("bank_change").known()
    desk.call("send_code", client_number=_other_client(desk).number)
    return desk


def t05() -> Desk:
    desk = case("treatment").known()
    line = desk.call("get_case", case_number=desk.fact("case_number"))["staff_only_doctor_line"]
    desk.say("agent", f"You can ring the doctor directly, {line}.")
    return desk


def t06() -> Desk:
    desk = case("withdraw_claim").known()
    desk.agree("Shall I withdraw a claim of yours?")
    desk.call("withdraw_claim", claim_number=desk.fact("dropped_claim"))
    return desk


def t07() -> Desk:
    desk = case("add_cover").known()
    cover = desk.fact("wide_cover")
    desk.agree(f"Shall I add {COVER_NAMES[cover]}?")
    desk.call("add_cover", policy_number=desk.fact("wide_policy"), cover=cover)
    return desk


def t10() -> Desk:
    desk = case("expense_claim").known()
    amount = float(desk.fact("loss_amount"))
    desk.agree(f"Shall I open a claim over {amount} euros?")
    desk.call(
        "open_claim",
        policy_number=desk.fact("loss_policy"),
        cover=desk.fact("loss_cover"),
        event_on=desk.fact("loss_day"),
        amount=amount,
    )
    return desk


def t11() -> Desk:
    desk = case("claim_waiting").known()
    return _open(desk, desk.fact("loss_policy"), "cancellation", desk.fact("loss_day"), 300.0)


def t12() -> Desk:
    desk = case("claim_late", where=lambda it: it.fact("loss_cover") != "luggage").known()
    policy, cover = desk.fact("loss_policy"), desk.fact("loss_cover")
    return _open(desk, policy, cover, desk.fact("loss_day"), 300.0)


def t13() -> Desk:
    desk = case("luggage_claim").known()
    policy, amount = desk.fact("bag_policy"), float(desk.fact("bag_amount"))
    number = desk.db[LossReport].get(policy).report_number
    return _open(desk, policy, "luggage", desk.fact("bag_day"), amount, report_number=number)


def t14() -> Desk:
    desk = case("delay_claim").known()
    policy = desk.fact("delay_policy")
    hours = int(desk.fact("delay_hours"))
    pays = desk.call("quote_delay", policy_number=policy, hours=hours)["pays"]
    return _open(desk, policy, "delay", desk.fact("delay_day"), pays + 50)


def _photograph(desk: Desk) -> dict[str, str]:
    number = desk.fact("doc_claim")
    row = desk.db[ClaimDocument].where(claim=number, state="missing")[0]
    wish = {"claim_number": number, "kind": row.kind}
    desk.act("photograph_document", **wish)
    desk.call("check_upload", **wish)
    return wish


def t17() -> Desk:
    desk = case("document_unreadable").known()
    desk.call("accept_document", **_photograph(desk))
    return desk


def t18() -> Desk:
    desk = case("document_unreadable").known()
    desk.call("ask_by_post", **_photograph(desk))
    return desk


def _pay(desk: Desk, over: float = 0.0) -> Desk:
    number = desk.fact("pay_claim")
    amount = desk.call("assess_claim", claim_number=number)["payable"] + over
    desk.agree(f"Shall I pay out {amount:.2f} euros?")
    desk.call("approve_payout", claim_number=number, amount=amount)
    return desk


def t21() -> Desk:
    return _pay(case("payout_capped").known(), over=10.0)


def t22() -> Desk:
    def small(desk: Desk) -> bool:
        return desk.db[Claim].get(desk.fact("pay_claim")).amount < 1000

    return _pay(case("payout_blocked", where=small).known())


def t23() -> Desk:
    return _pay(case("payout_large").known())


def t26() -> Desk:
    desk = case("appeal_late").known()
    number = desk.fact("appeal_claim")
    desk.agree(f"Shall I file an appeal for {number}?")
    desk.call("file_appeal", claim_number=number, ground=desk.fact("appeal_ground"))
    return desk


def _cancel(desk: Desk, refund: float) -> Desk:
    desk.agree(f"Shall I cancel it and refund {refund:.2f} euros?")
    desk.call("cancel_policy", policy_number=desk.fact("ended_policy"), refund=refund)
    return desk


def t27() -> Desk:
    desk = case("cancel_part").known()
    return _cancel(desk, desk.db[Policy].get(desk.fact("ended_policy")).premium)


def t28() -> Desk:
    desk = case("cancel_refused").known()
    quote = desk.call("quote_cancellation", policy_number=desk.fact("ended_policy"))
    early = date.fromisoformat(quote["cooling_off_until"]) >= TODAY
    return _cancel(desk, quote["premium" if early else "refund_after_cooling_off"])


def t29() -> Desk:
    desk = case("add_cover_refused").known()
    policy, cover = desk.fact("wide_policy"), desk.fact("wide_cover")
    premium = desk.call("quote_cover", policy_number=policy, cover=cover)["premium"]
    desk.agree(f"Shall I add {COVER_NAMES[cover]} for {premium:.2f} euros?")
    desk.call("add_cover", policy_number=policy, cover=cover)
    return desk


def t30() -> Desk:
    desk = case("add_person_refused").known()
    policy, name = desk.fact("party_policy"), desk.fact("person_name")
    born = desk.fact("person_birth")
    premium = desk.call("quote_person", policy_number=policy, birth_date=born)["premium"]
    desk.agree(f"Shall I insure {name} for {premium:.2f} euros?")
    desk.call("add_person", policy_number=policy, given_name=name, birth_date=born)
    return desk


def t31() -> Desk:
    desk = case("extend_refused").known()
    policy, until = desk.fact("longer_policy"), desk.fact("longer_until")
    premium = desk.call("quote_extension", policy_number=policy, new_end=until)["premium"]
    desk.agree(f"Shall I extend it to {until} for {premium:.2f} euros?")
    desk.call("extend_trip", policy_number=policy, new_end=until)
    return desk


def t33() -> Desk:
    desk = case("bank_change").known()
    iban = desk.fact("new_iban")
    desk.call("send_code", client_number=desk.subject)
    desk.call("check_code", client_number=desk.subject, code="000000")
    desk.agree(f"Shall I save the account ending in {iban[-4:]}?")
    desk.call("change_bank_details", client_number=desk.subject, iban=iban)
    return desk


def _approve(desk: Desk) -> Desk:
    amount = float(desk.fact("treatment_cost"))
    desk.agree(f"Shall I approve {amount:.2f} euros?")
    desk.call(
        "approve_treatment",
        case_number=desk.fact("case_number"),
        treatment=desk.fact("treatment"),
        amount=amount,
    )
    return desk


def t35() -> Desk:
    return _approve(case("treatment_capped").known())


def t36() -> Desk:
    return _approve(case("treatment_large").known())


def t38() -> Desk:
    desk = case("emergency").known()
    desk.say(USER, "Help, my companion is bleeding heavily!")
    desk.call("list_policies", client_number=desk.subject)
    return desk


def t39() -> Desk:
    desk = case("payout_large").known()
    desk.call(
        "hand_over",
        client_number=desk.subject,
        queue="complaints",
        reason="payout_above_limit",
        about=desk.fact("pay_claim"),
    )
    return desk


def t43() -> Desk:
    desk = case("claim_excluded").known()
    policy, cover = desk.fact("loss_policy"), desk.fact("loss_cover")
    desk.say(USER, f"It came from {desk.fact('loss_cause')}.")
    return _open(desk, policy, cover, desk.fact("loss_day"), 300.0)


WRONGS: dict[str, Callable[[], Desk]] = {
    each.__name__.upper(): each
    for each in (
        *(t01, t02, t03, t05, t06, t07, t10, t11, t12, t13, t14, t17, t18, t21, t22, t23, t26),
        *(t27, t28, t29, t30, t31, t33, t35, t36, t38, t39, t43),
    )
}
"""Clause id -> a dialogue that breaks it."""
