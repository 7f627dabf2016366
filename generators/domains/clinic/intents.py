"""Everything that callers of the front desk want, by name."""

from collections.abc import Callable
from dataclasses import replace

from generators.domains.clinic.bills import BILL_INTENTS
from generators.domains.clinic.bookings import BOOKINGS
from generators.domains.clinic.changes import CHANGES
from generators.domains.clinic.medicines import MEDICINE_INTENTS
from generators.domains.clinic.nurses import NURSE_INTENTS
from generators.domains.clinic.papers import PAPER_INTENTS
from generators.domains.domain import Draw, Situation


def _unless_urgent(
    draw: Callable[[Situation], Draw | None],
) -> Callable[[Situation], Draw | None]:
    """The draw, but none once the triage nurse has taken the call: nothing comes after that."""

    def guarded(situation: Situation) -> Draw | None:
        return None if "urgent" in situation.earlier else draw(situation)

    return guarded


INTENTS = {
    intent.name: replace(intent, draw=_unless_urgent(intent.draw))
    for intent in (
        *BOOKINGS,
        *CHANGES,
        *MEDICINE_INTENTS,
        *BILL_INTENTS,
        *PAPER_INTENTS,
        *NURSE_INTENTS,
    )
}
