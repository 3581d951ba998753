"""Check digits: whether a row of digits can be a card number, or letters and digits an account number.

Card numbers end in the digit of Luhn 1960 (ISO/IEC 7812-1); in account numbers the remainder by 97 is 1 (ISO 13616,
ISO 7064). How long an account number of each country is, is from the register of IBANs (docs/sources.md).
"""

from typing import Final

SHORTEST_CARD: Final = 13
LONGEST_CARD: Final = 19

_LENGTHS: Final = {
    15: "NO",
    16: "BE",
    18: "DK FI FK FO GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
}
ACCOUNT_LENGTHS: Final = {
    country: length for length, countries in _LENGTHS.items() for country in countries.split()
}
"""Letters and digits of an account number, by country."""

_DOUBLED: Final = bytes.maketrans(b"0123456789", b"0246813579")  # the sum of the digits of twice the digit


def is_luhn(digits: str) -> bool:
    """Whether the last of these decimal digits, of any script, is the check digit of the others."""
    if not digits.isascii():
        digits = "".join(str(int(digit)) for digit in digits)
    values = digits.encode()
    return (sum(values[-1::-2]) + sum(values[-2::-2].translate(_DOUBLED)) - ord("0") * len(values)) % 10 == 0


def is_card(digits: str) -> bool:
    """Whether these can be a card number; none that people pay with begins with 0 or 1."""
    return SHORTEST_CARD <= len(digits) <= LONGEST_CARD and int(digits[0]) > 1 and is_luhn(digits)


def is_account(text: str) -> bool:
    """Whether these letters and digits, without blanks, in either case, are an account number (IBAN)."""
    if ACCOUNT_LENGTHS.get(text[:2].upper()) != len(text):
        return False
    return int("".join(str(int(each, 36)) for each in text[4:] + text[:4])) % 97 == 1
