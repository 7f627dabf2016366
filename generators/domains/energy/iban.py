"""Bank account numbers that are well-formed and belong to no bank."""

from random import Random


def is_valid(iban: str) -> bool:
    """Whether the check digits are right: moved to the end and with letters as numbers from 10, the
    whole leaves 1 when divided by 97."""
    if not 15 <= len(iban) <= 34 or not iban.isalnum() or not iban.isascii():
        return False
    return _as_number(iban[4:] + iban[:4]) % 97 == 1


def invented_iban(rng: Random) -> str:
    """A valid number with an invented bank code."""
    digits = "".join(str(rng.randrange(10)) for _ in range(14))
    return f"IE{98 - _as_number(f'FNHB{digits}IE00') % 97:02d}FNHB{digits}"


def _as_number(text: str) -> int:
    return int("".join(str(int(letter, 36)) for letter in text))
