"""Personas for tests: one plain person per number."""

from personas.persona import (
    Biography,
    Demographics,
    Expertise,
    Language,
    Persona,
    Personality,
    Preferences,
    Register,
    Style,
)
from personas.record import identified

_REGISTERS: tuple[Register, ...] = ("terse", "chatty", "formal", "impatient")


def person(number: int = 0) -> Persona:
    """The same person for the same number; registers take turns."""
    return identified(
        Persona(
            demographics=Demographics(
                given_name="Ines",
                family_name=f"Halloran{number}",
                gender="female",
                age=41,
                birth_date="1983-05-06",
                locale="en_GB",
                country="GB",
                city="Leeds",
                postcode="LS1 4AB",
                street="Mill Lane 4",
                phone="+44 113 496 0123",
                email=f"ines.halloran{number}@example.org",
                education="bachelor",
                occupation="nurse",
                household="couple",
            ),
            biography=Biography(summary="Ines is a nurse in Leeds."),
            personality=Personality(
                openness="medium",
                conscientiousness="high",
                extraversion="low",
                agreeableness="medium",
                neuroticism="low",
            ),
            style=Style(
                register=_REGISTERS[number % 4], verbosity="medium", politeness="medium", patience=3
            ),
            preferences=Preferences(
                contact_channel="email", contact_time="morning", price_sensitivity="medium"
            ),
            expertise=Expertise(technology="medium", service="low"),
            languages=(Language(code="en", fluency="native"),),
        )
    )
