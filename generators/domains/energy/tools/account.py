"""Agent tools around the customer: who is calling, bank details, documents, hand-overs."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from msgspec import Meta

from generators.domains.energy.database import Bill, Contract, Customer, Document, Ticket
from generators.domains.energy.iban import is_valid
from generators.domains.energy.tariffs import first_of_month
from generators.domains.energy.tools.keys import AccountNumber
from generators.domains.table import Database, ToolFailure

Reason = Literal[
    "gas_smell", "refund_above_limit", "meter_in_use", "solar_above_limit", "complaint", "other"
]
_TEAMS = {
    "gas_smell": "gas emergency team",
    "refund_above_limit": "billing team",
    "meter_in_use": "registration team",
    "solar_above_limit": "grid connection team",
    "complaint": "complaints team",
    "other": "back office",
}


def find_customer(db: Database, account_number: AccountNumber, postcode: str) -> dict[str, Any]:
    """Find the customer's account by account number and postcode.

    Args:
        account_number: The eight digits on every bill and letter.
        postcode: The postcode of the supplied home.
    """
    customer = db[Customer].find(account_number)
    if customer is None or _plain(customer.postcode) != _plain(postcode):
        raise ToolFailure("no_match", "no account with this number and postcode")
    return {
        "account_number": customer.account_number,
        "name": customer.name,
        "street": customer.street,
        "postcode": customer.postcode,
        "city": customer.city,
        "email": customer.email,
        "phone": customer.phone,
        "network_area": customer.area,
        "customer_since": customer.customer_since.isoformat(),
    }


def _plain(postcode: str) -> str:
    return "".join(letter for letter in postcode.upper() if letter.isalnum())


def check_security(
    db: Database,
    account_number: AccountNumber,
    birth_date: date,
    iban_last4: Annotated[str, Meta(pattern=r"^\d{4}$")],
) -> dict[str, Any]:
    """Check the extra security answers that a change of bank details needs.

    Args:
        account_number: The customer's account number.
        birth_date: The account holder's date of birth, as the caller gives it.
        iban_last4: The last four digits of the bank account on file, as the caller gives them.
    """
    customer = db[Customer].get(account_number)
    passed = customer.birth_date == birth_date.isoformat() and customer.iban.endswith(iban_last4)
    next_try = db.now.date() + timedelta(days=1)
    return {"passed": passed} if passed else {"passed": False, "next_try": next_try.isoformat()}


def change_bank_details(db: Database, account_number: AccountNumber, iban: str) -> dict[str, Any]:
    """Replace the bank account from which advances are collected.

    Args:
        account_number: The customer's account number.
        iban: The new IBAN, without spaces.
    """
    if not is_valid(iban):
        raise ToolFailure("invalid_iban", "the check digits of this IBAN are wrong")
    if db[Customer].get(account_number).iban == iban:
        raise ToolFailure("unchanged", "this bank account is on file already")
    db[Customer].change(account_number, iban=iban)
    return {
        "account_number": account_number,
        "iban_ending": iban[-4:],
        "first_collection": first_of_month(db.now.date(), 1).isoformat(),
    }


def send_document(
    db: Database,
    account_number: AccountNumber,
    kind: Literal["bill_copy", "closure_confirmation"],
    reference: str,
    email: Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")],
) -> dict[str, Any]:
    """Send a document by e-mail.

    Args:
        account_number: The customer's account number.
        kind: What to send: a copy of a bill, or the confirmation that a contract ends.
        reference: The bill id for a copy, the contract id for a confirmation.
        email: Where to send it.
    """
    db[Customer].get(account_number)
    subject = db[Bill if kind == "bill_copy" else Contract].get(reference)
    if subject.account_number != account_number:
        raise ToolFailure("not_found", f"{reference} does not belong to this account")
    if isinstance(subject, Contract) and subject.ends_on is None:
        raise ToolFailure("not_closed", f"{reference} has no end date to confirm")
    document = Document(
        document_id=db.new_id("L", account_number, kind, reference, email),
        account_number=account_number,
        kind=kind,
        reference=reference,
        email=email,
    )
    db[Document].insert(document)
    return {"document_id": document.document_id, "kind": kind, "sent_to": email}


def hand_over(
    db: Database, account_number: AccountNumber, reason: Reason, summary: str
) -> dict[str, Any]:
    """Hand the customer over to a team of people who take it from here.

    Args:
        account_number: The customer's account number.
        reason: Why this needs people.
        summary: What the team should know, in one or two sentences.
    """
    db[Customer].get(account_number)
    urgent = reason == "gas_smell"
    ticket = Ticket(
        ticket_id=db.new_id("T", account_number, reason),
        account_number=account_number,
        reason=reason,
        team=_TEAMS[reason],
        summary=summary,
    )
    db[Ticket].insert(ticket)
    due = db.now + (timedelta(minutes=45) if urgent else timedelta(days=2))
    when = {"arrives_by": f"{due:%H:%M}"} if urgent else {"call_back_by": due.date().isoformat()}
    return {"ticket_id": ticket.ticket_id, "team": ticket.team, **when}
