"""The price lists, and the sums that follow from them."""

from datetime import date, timedelta
from math import ceil, floor
from typing import Any

from generators.domains.energy.database import Contract, Fuel, Tariff

KWH_PER_CUBIC_METRE = 10.4
"""One cubic metre of gas in kWh, as the supplier bills it."""

LOWEST_SHARE, HIGHEST_SHARE = 0.85, 1.5
"""The monthly advance may lie between these shares of the calculated one."""


def _tariff(
    tariff_id: str, name: str, fuel: Fuel, cents: float, standing: float, **more: Any
) -> Tariff:
    fields: dict[str, Any] = {
        "kind": "variable",
        "term_months": 0,
        "green": False,
        "smart_only": False,
        "open_to_new": True,
    }
    return Tariff(
        tariff_id=tariff_id,
        name=name,
        fuel=fuel,
        unit_cents=cents,
        standing_charge=standing,
        **{**fields, **more},
    )


_YEAR: dict[str, Any] = {"kind": "fixed", "term_months": 12}
_TWO_YEARS: dict[str, Any] = {"kind": "fixed", "term_months": 24}

TARIFFS = (
    _tariff("E-EVERYDAY", "Everyday Electricity", "electricity", 31.2, 11.4),
    _tariff("E-STEADY12", "Steady 12 Electricity", "electricity", 28.9, 12.1, **_YEAR),
    _tariff("E-STEADY24", "Steady 24 Electricity", "electricity", 29.7, 12.3, **_TWO_YEARS),
    _tariff("E-MEADOW", "Meadow Electricity", "electricity", 32.6, 10.9, green=True),
    _tariff("E-NIGHTOWL", "Night Owl Electricity", "electricity", 27.4, 13.5, smart_only=True),
    _tariff("E-CLASSIC", "Classic Electricity", "electricity", 33.5, 10.2, open_to_new=False),
    _tariff("G-EVERYDAY", "Everyday Gas", "gas", 10.8, 10.6),
    _tariff("G-STEADY12", "Steady 12 Gas", "gas", 9.6, 11.3, **_YEAR),
    _tariff("G-STEADY24", "Steady 24 Gas", "gas", 9.9, 11.5, **_TWO_YEARS),
    _tariff("G-MEADOW", "Meadow Gas", "gas", 12.4, 9.8, green=True),
    _tariff("G-CLASSIC", "Classic Gas", "gas", 11.7, 9.2, open_to_new=False),
)

EVERYDAY: dict[Fuel, str] = {"electricity": "E-EVERYDAY", "gas": "G-EVERYDAY"}
"""The tariff on which a new home begins."""


def calculated_advance(annual_kwh: int, tariff: Tariff) -> float:
    """A twelfth of a year's cost, in whole euros."""
    return float(round(annual_kwh * tariff.unit_cents / 1200 + tariff.standing_charge))


def advance_limits(calculated: float) -> tuple[float, float]:
    """The lowest and the highest advance that the policy allows, in whole euros."""
    return float(ceil(calculated * LOWEST_SHARE)), float(floor(calculated * HIGHEST_SHARE))


def units_of(kwh: float, fuel: Fuel) -> float:
    """kWh in what the meter counts."""
    return kwh / KWH_PER_CUBIC_METRE if fuel == "gas" else kwh


def kwh_of(units: float, fuel: Fuel) -> int:
    """What the meter counts in kWh, rounded."""
    return round(units * KWH_PER_CUBIC_METRE if fuel == "gas" else units)


def expected_units(contract: Contract, days: int) -> int:
    """What the meter should have counted in so many days, from the year's usage on file."""
    return round(units_of(contract.annual_kwh * days / 365, contract.fuel))


def term_end(begins: date, tariff: Tariff) -> date | None:
    """The last day of a fixed term that begins on this day; None for a variable tariff."""
    if tariff.kind == "variable":
        return None
    return first_of_month(begins, tariff.term_months) - timedelta(days=1)


def first_of_month(day: date, later: int) -> date:
    """The first day of the month so many months after the day's own."""
    months = day.year * 12 + day.month - 1 + later
    return date(months // 12, months % 12 + 1, 1)
