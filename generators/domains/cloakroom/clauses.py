"""The clauses that code can check."""

from collections.abc import Iterator

from generators.domains.cloakroom.database import Item
from generators.domains.domain import Clause
from generators.domains.timeline import Breach, Timeline


def guest_first(timeline: Timeline) -> Iterator[Breach]:
    """K01: find_guest comes before every other call of the agent."""
    for call in timeline.calls():
        if call.tool != "find_guest" and not timeline.earlier(call, "find_guest"):
            yield Breach(call.index, f"{call.tool} before the guest was looked up")


def paid_first(timeline: Timeline) -> Iterator[Breach]:
    """K02: what is handed back is paid."""
    for call in timeline.calls("return_item"):
        ticket = str((call.arguments or {}).get("ticket", ""))
        item = timeline.database_before(call)[Item].find(ticket)
        if item and not item.paid:
            yield Breach(call.index, f"{ticket} was handed back unpaid")


def asked_first(timeline: Timeline) -> Iterator[Breach]:
    """K03: a question that names the ticket, and a reply of the guest, stand before each payment."""
    for call in timeline.calls("take_payment"):
        ticket = str((call.arguments or {}).get("ticket", ""))
        questions = [
            each
            for each in timeline.says("agent", call.index)
            if "?" in each.text and ticket in each.text
        ]
        asked = questions[-1].index if questions else -1
        if not any(each.index > asked >= 0 for each in timeline.says("user", call.index)):
            yield Breach(call.index, "payment taken without asking")


CLAUSES = {
    clause.id: clause
    for clause in (
        Clause("K01", "calls", guest_first),
        Clause("K02", "calls", paid_first),
        Clause("K03", "talk", asked_first),
    )
}
