"""Bank details: changed after the security check, or not without it."""

from generators.blueprint import Fact
from generators.domains.domain import Draw, Situation
from generators.domains.energy.database import Customer
from generators.domains.energy.iban import invented_iban
from generators.domains.energy.intents.cases import later
from generators.domains.plan import Plan
from generators.spoken import spoken


def _draw(situation: Situation, last4: str, otherwise: str) -> Draw:
    iban = invented_iban(situation.rng)
    at = situation.rng.randrange(10, len(iban))
    wrong = f"{iban[:at]}{(int(iban[at]) + 3) % 10}{iban[at + 1 :]}"
    birth_date = situation.db[Customer].get(situation.subject).birth_date
    return Draw(
        need=f"You have a new bank account, {_grouped(iban)}, and want your advances taken from it. "
        f"{otherwise}",
        slots={"iban": iban},
        facts=(
            Fact(
                key="new_iban",
                value=iban,
                spoken=_grouped(iban),
                reveal="upfront",
                cues=("new iban", "new account", "new bank", "iban of the"),
                slip=_grouped(wrong),
            ),
            later(
                Fact(
                    key="birth_date",
                    value=birth_date,
                    spoken=spoken(birth_date),
                    reveal="upfront",
                    cues=("date of birth", "birth date", "born", "birthday"),
                )
            ),
            later(
                Fact(
                    key="old_last4",
                    value=last4,
                    reveal="upfront",
                    cues=("last four", "last 4", "four digits"),
                )
            ),
        ),
    )


def _grouped(iban: str) -> str:
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def draw_change(situation: Situation) -> Draw | None:
    """A caller who knows the account on file."""
    last4 = situation.db[Customer].get(situation.subject).iban[-4:]
    return _draw(situation, last4, f"The old account ends in {last4}.")


def solve_change(plan: Plan) -> None:
    """Check security, then replace the account."""
    _check(plan)
    plan.ask("new_iban")
    iban = plan.value("new_iban")
    plan.confirm("bank", iban_ending=iban[-4:])
    done = plan.call("change_bank_details", account_number=plan.subject, iban=iban)
    plan.tell(
        "bank_changed",
        iban_ending=done["iban_ending"],
        first_collection=done["first_collection"],
    )


def _check(plan: Plan) -> dict[str, str]:
    plan.ask("birth_date", "old_last4")
    return plan.call(
        "check_security",
        account_number=plan.subject,
        birth_date=plan.value("birth_date"),
        iban_last4=plan.value("old_last4"),
    )


def draw_unverified(situation: Situation) -> Draw | None:
    """A caller who has the old account wrong."""
    right = situation.db[Customer].get(situation.subject).iban[-4:]
    wrong = f"{(int(right) + situation.rng.randint(1000, 8000)) % 10000:04d}"
    otherwise = (
        f"You are sure that the old account ends in {wrong} and know no other; if they will not "
        "change it, you want to know when you can try again."
    )
    return _draw(situation, wrong, otherwise)


def solve_unverified(plan: Plan) -> None:
    """The check fails: decline, and say when to try again."""
    checked = _check(plan)
    plan.refuse("not_verified", next_try=checked["next_try"])
