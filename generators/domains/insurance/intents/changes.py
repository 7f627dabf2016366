"""Callers who want their policy widened or made longer, and a certificate of that."""

from datetime import date, timedelta
from typing import Any

from generators.blueprint import Fact
from generators.domains.domain import Draw, Situation
from generators.domains.insurance.database import (
    InsuredPerson,
    Product,
    ProductCover,
    age_on,
)
from generators.domains.insurance.intents.drawing import (
    day_fact,
    day_said,
    held,
    policies,
    policy_fact,
    today,
)
from generators.domains.insurance.intents.losses import COVER_SAID, cover_fact
from generators.domains.insurance.products import COVER_NAMES, closes_on, days_of
from generators.domains.plan import Plan

_CHANGING = ("add_cover", "add_person", "extend_trip")
_NAMES = ("Aino", "Bram", "Celia", "Dario", "Edda", "Felix", "Greta", "Hugo", "Ilka", "Jonas")
_LANGUAGES = {
    "french": (
        "It's for a hotel in Lyon that wants to read it.",
        "The landlord in Marseille has to understand it.",
        "I have to show it at an office in Paris.",
    ),
    "german": (
        "It's for a hotel in Vienna that wants to read it.",
        "The landlord in Hamburg has to understand it.",
        "I have to show it at an office in Berlin.",
    ),
    "spanish": (
        "It's for a hotel in Seville that wants to read it.",
        "The landlord in Valencia has to understand it.",
        "I have to show it at an office in Madrid.",
    ),
}
"""The languages of certificates, and what callers say who do not name theirs."""


def _draw_cover(situation: Situation, late: bool) -> Draw | None:
    for policy in policies(situation):
        if (closes_on(policy) < today(situation)) != late or policy.ends_on < today(situation):
            continue
        covers = held(situation.db, policy.number)
        offered = [
            row.cover
            for row in situation.db[ProductCover].where(product=policy.product)
            if row.cover not in covers
        ]
        if not offered:
            continue
        cover = situation.rng.choice(offered)
        return Draw(
            need=f"You want to add {COVER_SAID[cover]} to your policy {policy.number}.",
            facts=(
                policy_fact(situation, "wide_policy", policy),
                cover_fact("wide_cover", cover, COVER_SAID),
            ),
        )
    return None


def draw_cover(situation: Situation) -> Draw | None:
    """A cover that a policy lacks, early enough."""
    return _draw_cover(situation, late=False)


def draw_cover_refused(situation: Situation) -> Draw | None:
    """The same, too late."""
    return _draw_cover(situation, late=True)


def _widening(plan: Plan) -> dict[str, Any]:
    plan.ask("wide_policy", "wide_cover")
    plan.outputs["policy"] = plan.value("wide_policy")
    return plan.call(
        "quote_cover", policy_number=plan.value("wide_policy"), cover=plan.value("wide_cover")
    )


def solve_cover(plan: Plan) -> None:
    """Say what it costs, and add it."""
    quote = _widening(plan)
    name = COVER_NAMES[plan.value("wide_cover")]
    plan.confirm("add_cover", cover_name=name, premium=quote["premium"])
    done = plan.call(
        "add_cover", policy_number=plan.value("wide_policy"), cover=plan.value("wide_cover")
    )
    plan.tell("cover_added", charged=done["charged"], covered_from=done["covered_from"])


def solve_cover_refused(plan: Plan) -> None:
    """Say until when it would have been possible."""
    plan.refuse("changes_closed", closes_on=_widening(plan)["closes_on"])


def draw_person(situation: Situation) -> Draw | None:
    """Somebody who fits into a policy, early enough."""
    return _draw_person(situation, fits=True)


def draw_person_refused(situation: Situation) -> Draw | None:
    """Somebody who is too old, or too many."""
    return _draw_person(situation, fits=False)


def _draw_person(situation: Situation, fits: bool) -> Draw | None:
    rng = situation.rng
    for policy in policies(situation):
        product = situation.db[Product].get(policy.product)
        rows = situation.db[InsuredPerson].where(policy=policy.number)
        full = len(rows) >= product.max_persons
        if closes_on(policy) < today(situation) or (fits and full):
            continue
        old = not fits and not full
        age = rng.randint(product.max_age + 1, 88) if old else rng.randint(3, product.max_age - 1)
        born = date(today(situation).year - age - 1, rng.randint(9, 12), rng.randint(1, 28))
        if (age_on(born.isoformat(), policy.starts_on) > product.max_age) != old:
            continue
        name = rng.choice([each for each in _NAMES if each not in {row.given_name for row in rows}])
        return Draw(
            need=f"You want {name}, born on {born.day} {born:%B} {born.year}, to be insured under "
            f"your policy {policy.number} as well.",
            slots={"why": "full" if full else "old"},
            facts=(
                policy_fact(situation, "party_policy", policy),
                Fact(
                    key="person_name",
                    value=name,
                    reveal="upfront",
                    cues=("name", "who is it", "who would", "called"),
                ),
                Fact(
                    key="person_birth",
                    value=born.isoformat(),
                    spoken=f"{born.day} {born:%B} {born.year}",
                    reveal="upfront",
                    cues=(
                        "person born",
                        "they born",
                        "person's date of birth",
                        "their date of birth",
                    ),
                ),
            ),
        )
    return None


def _joining(plan: Plan) -> dict[str, Any]:
    plan.ask("party_policy", "person_name", "person_birth")
    plan.outputs["policy"] = plan.value("party_policy")
    return plan.call(
        "quote_person",
        policy_number=plan.value("party_policy"),
        birth_date=plan.value("person_birth"),
    )


def solve_person(plan: Plan) -> None:
    """Say what it costs, and insure them."""
    quote = _joining(plan)
    plan.confirm("add_person", name=plan.value("person_name"), premium=quote["premium"])
    done = plan.call(
        "add_person",
        policy_number=plan.value("party_policy"),
        given_name=plan.value("person_name"),
        birth_date=plan.value("person_birth"),
    )
    plan.tell("person_added", name=done["given_name"], charged=done["charged"])


def solve_person_refused(plan: Plan) -> None:
    """Say how old, or how many, they may be."""
    quote = _joining(plan)
    if plan.slots["why"] == "full":
        plan.refuse("policy_full", max_persons=quote["max_persons"])
    else:
        plan.refuse("too_old", max_age=quote["max_age"])


def _draw_longer(situation: Situation, possible: bool) -> Draw | None:
    for policy in policies(situation):
        if policy.ends_on < today(situation):
            continue
        begun = policy.starts_on <= today(situation)
        room = situation.db[Product].get(policy.product).max_days - days_of(policy)
        if possible and (begun or room < 1):
            continue
        least, most = (1, min(room, 9)) if possible or begun else (room + 1, room + 6)
        extra = situation.rng.randint(least, max(least, most))
        if not begun and not possible and extra > 30:
            continue
        until = policy.ends_on + timedelta(days=extra)
        return Draw(
            need=f"You want your policy {policy.number} to run until {day_said(until)}, since you are "
            "coming home later.",
            slots={"begun": begun},
            facts=(
                policy_fact(situation, "longer_policy", policy),
                day_fact(
                    "longer_until", until, "until when", "how long", "which day", "last day", "date"
                ),
            ),
        )
    return None


def draw_longer(situation: Situation) -> Draw | None:
    """A journey to come that may be longer."""
    return _draw_longer(situation, possible=True)


def draw_longer_refused(situation: Situation) -> Draw | None:
    """A journey that has begun, or would become too long."""
    return _draw_longer(situation, possible=False)


def _extending(plan: Plan) -> dict[str, Any]:
    plan.ask("longer_policy", "longer_until")
    plan.outputs["policy"] = plan.value("longer_policy")
    return plan.call(
        "quote_extension",
        policy_number=plan.value("longer_policy"),
        new_end=plan.value("longer_until"),
    )


def solve_longer(plan: Plan) -> None:
    """Say what it costs, and extend it."""
    quote = _extending(plan)
    plan.confirm("extend", until=plan.value("longer_until"), premium=quote["premium"])
    done = plan.call(
        "extend_trip",
        policy_number=plan.value("longer_policy"),
        new_end=plan.value("longer_until"),
    )
    plan.tell("extended", charged=done["charged"], premium=done["premium"])


def solve_longer_refused(plan: Plan) -> None:
    """Say what stands against it."""
    quote = _extending(plan)
    if plan.slots["begun"]:
        plan.refuse("begun_already", starts_on=quote["starts_on"])
    else:
        plan.refuse("too_long", max_days=quote["max_days"])


def draw_certificate(situation: Situation) -> Draw | None:
    """A certificate for the policy that was changed just now."""
    changed = [
        outputs["policy"] for name, outputs in situation.earlier.items() if name in _CHANGING
    ]
    if not changed:
        return None
    language = situation.rng.choice(list(_LANGUAGES))
    return Draw(
        need=f"You want a new certificate of insurance for the policy that was changed just now, in "
        f"{language.title()}.",
        slots={"policy": changed[-1]},
        facts=(
            Fact(
                key="certificate_language",
                value=language,
                spoken=f"in {language.title()}",
                reveal="upfront",
                cues=("language", "languages"),
                hints=_LANGUAGES[language],
            ),
        ),
    )


def solve_certificate(plan: Plan) -> None:
    """Ask for the language, and send it."""
    plan.ask("certificate_language")
    done = plan.call(
        "send_certificate",
        policy_number=plan.slots["policy"],
        language=plan.value("certificate_language"),
    )
    plan.tell("certificate_sent", sent_to=done["sent_to"], certificate_id=done["certificate_id"])
