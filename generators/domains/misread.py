"""How people misread a number."""

from typing import Any

from generators.domains.table import Table


def misread(number: str, table: Table[Any]) -> str:
    """The number with two neighbouring digits exchanged, the last that can be; it is no key of the
    table. Empty where there is none."""
    for at in range(len(number) - 2, -1, -1):
        one, other = number[at : at + 2]
        wrong = f"{number[:at]}{other}{one}{number[at + 2 :]}"
        if one != other and (one + other).isdigit() and table.find(wrong) is None:
            return wrong
    return ""
