"""Everything that callers of the permits counter want, by name."""

from generators.domains.permits.intents.applications import APPLICATIONS
from generators.domains.permits.intents.drawing import arranged
from generators.domains.permits.intents.gardens import GARDENS
from generators.domains.permits.intents.ground import GROUND
from generators.domains.permits.intents.offices import OFFICES
from generators.domains.permits.intents.parking import PARKING
from generators.domains.permits.intents.permits import PERMITS

INTENTS = {
    intent.name: arranged(intent)
    for intent in (*PARKING, *GROUND, *GARDENS, *PERMITS, *APPLICATIONS, *OFFICES)
}
