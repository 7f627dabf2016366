"""Intents that the desk gives to others: what is urgent, and what is medical."""

from generators.blueprint import Fact
from generators.domains.clinic.catalogue import QUEUES
from generators.domains.domain import Draw, Intent, Situation
from generators.domains.plan import Plan

SIGNS = {
    "chest_pain": ("chest pain, and it is getting worse", "strong chest pain right now"),
    "breathing_difficulty": (
        "difficulty breathing, even when I sit still",
        "real difficulty breathing right now",
    ),
    "heavy_bleeding": ("heavy bleeding that does not stop", "heavy bleeding from a cut on my leg"),
    "sudden_weakness": ("sudden weakness in my left arm", "sudden weakness in one leg"),
    "severe_allergic_reaction": (
        "a severe allergic reaction, my lips are swelling",
        "a severe allergic reaction after a wasp sting",
    ),
}
"""Warning sign -> how callers speak of it. Each way contains the sign's own words."""

_QUESTIONS = {
    "medicine_question": (
        "whether I can take painkillers with my tablets",
        "whether I may have a glass of wine with my new tablets",
        "what to do about a dose that I forgot",
    ),
    "symptom_question": (
        "whether my rash needs looking at",
        "whether my cough is something to worry about",
        "what my headaches in the evening could mean",
    ),
    "aftercare_question": (
        "when I can do sports again after my treatment",
        "how long I have to keep the dressing on",
        "whether I may shower after my treatment",
    ),
}


def _to_you(said: str) -> str:
    return said.replace(" my ", " your ").replace(" I ", " you ")


def draw_urgent(situation: Situation) -> Draw | None:
    """A warning sign. It comes first or not at all: nobody with chest pain waits for a booking."""
    if situation.earlier:
        return None
    reason = situation.rng.choice(sorted(SIGNS))
    said = situation.rng.choice(SIGNS[reason])
    return Draw(
        need=f"You have {_to_you(said)}, and need help at once.",
        slots={"queue": QUEUES[reason]},
        facts=(
            Fact(
                key="symptom",
                value=reason,
                spoken=said,
                reveal="upfront",
                cues=("symptoms", "feel", "feeling", "wrong", "happening"),
            ),
        ),
    )


def solve_urgent(plan: Plan) -> None:
    """Hand over at once."""
    plan.ask("symptom")
    done = plan.call(
        "hand_over",
        patient_number=plan.subject,
        queue=plan.slots["queue"],
        reason=plan.value("symptom"),
    )
    plan.tell("triage", reference=done["reference"])


def draw_medical_question(situation: Situation) -> Draw | None:
    """A question that only a nurse may answer."""
    reason = situation.rng.choice(sorted(_QUESTIONS))
    said = situation.rng.choice(_QUESTIONS[reason])
    return Draw(
        need=f"You have a medical question: you want to know {_to_you(said)}.",
        slots={"queue": QUEUES[reason]},
        facts=(
            Fact(
                key="question",
                value=reason,
                spoken=said,
                reveal="upfront",
                cues=("question", "what would you like to know", "what is it about"),
            ),
        ),
    )


def solve_medical_question(plan: Plan) -> None:
    """Give no advice; have a nurse call back."""
    plan.ask("question")
    done = plan.call(
        "hand_over",
        patient_number=plan.subject,
        queue=plan.slots["queue"],
        reason=plan.value("question"),
    )
    plan.tell("callback", reference=done["reference"], by=done["answered_by"])


NURSES = (
    Intent(
        "urgent",
        "A warning sign",
        "handed_over",
        draw_urgent,
        solve_urgent,
        ("C01", "C35", "C36", "C37"),
        weight=0.6,
        turn="answerable",
    ),
    Intent(
        "medical_question",
        "A question for the nurse",
        "handed_over",
        draw_medical_question,
        solve_medical_question,
        ("C01", "C36", "C37"),
    ),
)
