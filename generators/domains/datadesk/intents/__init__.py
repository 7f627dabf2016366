"""What colleagues who call the desk want, by name."""

from generators.domains.datadesk.intents.access import ACCESS
from generators.domains.datadesk.intents.figures import FIGURES
from generators.domains.datadesk.intents.improper import IMPROPER
from generators.domains.datadesk.intents.keeping import KEEPING
from generators.domains.datadesk.intents.reports import REPORTS
from generators.domains.datadesk.intents.sending import SENDING
from generators.domains.datadesk.intents.terms import TERMS
from generators.domains.datadesk.intents.unclear import UNCLEAR
from generators.domains.datadesk.intents.upkeep import UPKEEP

INTENTS = {
    intent.name: intent
    for intent in (
        *FIGURES,
        *UNCLEAR,
        *IMPROPER,
        *ACCESS,
        *REPORTS,
        *SENDING,
        *UPKEEP,
        *TERMS,
        *KEEPING,
    )
}
