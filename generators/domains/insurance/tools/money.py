"""Tools for bank details, and the code that protects them."""

from datetime import timedelta
from typing import Any

from generators.domains.insurance.accounts import is_valid
from generators.domains.insurance.database import Client, PhoneCode
from generators.domains.insurance.tools.keys import ClientNumber, Code, Iban
from generators.domains.table import Database, ToolFailure


def send_code(db: Database, client_number: ClientNumber) -> dict[str, Any]:
    """Send a six-digit code to the phone number on file.

    Args:
        client_number: The client's number.
    """
    row = db[PhoneCode].get(client_number)
    if row.sent:
        raise ToolFailure("sent_already", "a code has been sent already and is still good")
    db[PhoneCode].change(client_number, sent=True)
    return {"sent_to_phone_ending": db[Client].get(client_number).phone[-3:]}


def check_code(db: Database, client_number: ClientNumber, code: Code) -> dict[str, Any]:
    """Check the code that the client reads out.

    Args:
        client_number: The client's number.
        code: The six digits.
    """
    row = db[PhoneCode].get(client_number)
    return {"client_number": client_number, "matches": row.sent and row.code == code}


def change_bank_details(db: Database, client_number: ClientNumber, iban: Iban) -> dict[str, Any]:
    """Replace the bank account to which payments go.

    Args:
        client_number: The client's number.
        iban: The new account number, without blanks.
    """
    if not is_valid(iban):
        raise ToolFailure("bad_iban", "the check digits are wrong, a digit must be misread")
    if db[Client].get(client_number).iban == iban:
        raise ToolFailure("no_change", "this is the account on file")
    db[Client].change(client_number, iban=iban)
    used_from = db.now.date() + timedelta(days=1)
    return {"iban_ending": iban[-4:], "used_from": used_from.isoformat()}
