"""What callers of the service desk want, by name."""

from generators.domains.library.intents.beyond import BEYOND
from generators.domains.library.intents.holds import HOLDS
from generators.domains.library.intents.houses import HOUSES
from generators.domains.library.intents.loans import LOANS
from generators.domains.library.intents.members import MEMBERS
from generators.domains.library.intents.money import MONEY
from generators.domains.library.intents.reservations import RESERVATIONS
from generators.domains.library.intents.returns import RETURNS

INTENTS = {
    intent.name: intent
    for intent in (*LOANS, *RETURNS, *RESERVATIONS, *HOLDS, *MONEY, *MEMBERS, *HOUSES, *BEYOND)
}
