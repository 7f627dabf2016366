"""Everything that callers of the front desk want, by name."""

from collections.abc import Callable
from dataclasses import replace

from generators.domains.clinic.intents.afterwards import AFTERWARDS
from generators.domains.clinic.intents.bills import BILLS
from generators.domains.clinic.intents.bookings import BOOKINGS
from generators.domains.clinic.intents.changes import CHANGES
from generators.domains.clinic.intents.children import CHILDREN
from generators.domains.clinic.intents.fees import FEES
from generators.domains.clinic.intents.medicines import MEDICINES
from generators.domains.clinic.intents.nurses import NURSES
from generators.domains.clinic.intents.papers import PAPERS
from generators.domains.clinic.intents.waiting import WAITING
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
        *CHILDREN,
        *WAITING,
        *CHANGES,
        *AFTERWARDS,
        *MEDICINES,
        *BILLS,
        *FEES,
        *PAPERS,
        *NURSES,
    )
}
