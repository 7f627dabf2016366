"""Bank account numbers that are well-formed and belong to no bank."""

from random import Random


def is_valid(iban: str) -> bool:
    """Whether the check digits are right: with country and check digits moved to the end, and letters
    as numbers from 10, the whole leaves 1 when divided by 97."""
    return _remainder(iban[4:] + iban[:4]) == 1


def invented_iban(rng: Random, bank: str = "TNHB") -> str:
    """A valid number at a bank that does not exist."""
    digits = "".join(str(rng.randrange(10)) for _ in range(14))
    return f"IE{98 - _remainder(f'{bank}{digits}IE00'):02d}{bank}{digits}"


def _remainder(text: str) -> int:
    return int("".join(str(int(letter, 36)) for letter in text)) % 97
