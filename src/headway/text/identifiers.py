"""Identifiers that prove themselves: checksums, regions and dates of cards, resident IDs and credit codes."""

from __future__ import annotations

from datetime import date

#: first two digits of a region of China, GB/T 2260
_PROVINCE_NUMBERS = (
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65"
)
_PROVINCES = frozenset(_PROVINCE_NUMBERS.split())
#: of the residence permits for people from Hong Kong, Macao and Taiwan
_PERMIT_PROVINCES = frozenset({"81", "82", "83"})

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"

_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
#: registering authority of a unified social credit code, and the kinds of organisation it registers
_CODE_AUTHORITIES = frozenset("123456789ANY")

#: issuers of payment cards: (first and last prefix, lengths), after ISO/IEC 7812 and the networks' manuals
_ISSUERS = (
    ("4", "4", (13, 16, 19)),
    ("51", "55", (16,)),
    ("2221", "2720", (16,)),
    ("34", "34", (15,)),
    ("37", "37", (15,)),
    ("62", "62", (16, 17, 18, 19)),
    ("6011", "6011", (16, 19)),
    ("644", "659", (16, 19)),
    ("3528", "3589", (16, 19)),
    ("300", "305", (14, 16)),
    ("36", "36", (14, 16)),
    ("38", "39", (14, 16)),
    ("2200", "2204", (16, 19)),
    ("9558", "9558", (19,)),
)


def luhn(digits: str) -> bool:
    """Whether a string of digits ends with its Luhn check digit (ISO/IEC 7812-1)."""
    total = sum(map(int, digits[-1::-2]))
    total += sum(int(digit) * 2 - 9 * (digit > "4") for digit in digits[-2::-2])
    return total % 10 == 0


def is_card(digits: str) -> bool:
    """Whether digits are the number of a payment card: prefix and length of a network, Luhn check digit."""
    return luhn(digits) and any(_issued_by(digits, *issuer) for issuer in _ISSUERS)


def _issued_by(digits: str, first: str, last: str, lengths: tuple[int, ...]) -> bool:
    return len(digits) in lengths and first <= digits[: len(first)] <= last


def is_resident_id(value: str) -> bool:
    """Whether 18 characters are a resident ID of China: region, birthday, check character (GB 11643)."""
    return value[:2] in _PROVINCES and _has_date_and_check(value)


def is_residence_permit(value: str) -> bool:
    """The same for the residence permit of people from Hong Kong, Macao and Taiwan, regions 81 to 83."""
    return value[:2] in _PERMIT_PROVINCES and _has_date_and_check(value)


def is_old_resident_id(value: str) -> bool:
    """Whether 15 digits are a resident ID as issued until 1999: region and birthday, no check digit."""
    return value[:2] in _PROVINCES and _is_date(f"19{value[6:12]}")


def _has_date_and_check(value: str) -> bool:
    """Of 18 characters: a date of birth at 6 to 14, and a check character by ISO 7064 MOD 11-2."""
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, value, strict=False))
    return _is_date(value[6:14]) and _ID_CHECKS[total % 11] == value[17].upper()


def _is_date(digits: str) -> bool:
    """Whether YYYYMMDD is a day from 1900 to 2049."""
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    try:
        date(year, month, day)
    except ValueError:
        return False
    return 1900 <= year < 2050


def is_credit_code(value: str) -> bool:
    """Whether 18 characters are a unified social credit code: authority, region, check character (GB 32100).

    The check is modulo 31 over an alphabet without I, O, S, V and Z, with the powers of 3 as weights.
    """
    code = value.upper()
    if len(code) != 18 or not set(code) <= set(_CODE_ALPHABET):
        return False
    if code[0] not in _CODE_AUTHORITIES or not code[2:8].isdigit():
        return False
    if code[2:4] not in _PROVINCES and code[2:4] != "10":
        return False
    total = sum(_CODE_ALPHABET.index(code[place]) * pow(3, place, 31) for place in range(17))
    return _CODE_ALPHABET[(31 - total % 31) % 31] == code[17]
