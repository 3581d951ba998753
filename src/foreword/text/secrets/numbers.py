"""Long numbers in a line of text: card numbers, account numbers, and others of more than eight digits.

Dates, times, years, internet addresses and lists of short numbers do not count. Groups of digits make a number if they
begin like telephone numbers (`+`, `0`, a bracket) or have 3, 3 and 4 digits. So do groups whose separators are alike,
with at most one change, if one group has three digits or more and is no year. Sources (docs/sources.md): Luhn 1960
(ISO/IEC 7812-1) and ISO 7064 (ISO 13616), for check digits; the register of IBANs, for lengths.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from foreword.text.secrets import Kind, Span

SHORTEST_CARD: Final = 13
LONGEST_CARD: Final = 19

_LENGTHS: Final = """
    NO15 BE16 DK18 FI18 FK18 FO18 GL18 NL18 SD18 MK19 SI19 AT20 BA20 EE20 KZ20 LT20 LU20 MN20 XK20 CH21
    HR21 LI21 LV21 BG22 BH22 CR22 DE22 GB22 GE22 IE22 ME22 RS22 VA22 AE23 GI23 IL23 IQ23 OM23 SO23 TL23
    AD24 CZ24 ES24 MD24 PK24 RO24 SA24 SE24 SK24 TN24 VG24 LY25 PT25 ST25 IS26 TR26 BI27 DJ27 FR27 GR27
    IT27 MC27 MR27 SM27 AL28 AZ28 BY28 CY28 DO28 GT28 HN28 HU28 LB28 NI28 PL28 SV28 BR29 EG29 PS29 QA29
    UA29 JO30 KW30 MU30 YE30 MT31 SC31 LC32 RU33
"""
ACCOUNT_LENGTHS: Final = {each[:2]: int(each[2:]) for each in _LENGTHS.split()}
"""Letters and digits of an account number, by country."""

_DOUBLED: Final = bytes.maketrans(b"0123456789", b"0246813579")  # twice the digit, then the sum of its digits


def is_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others. The decimal digits may be of any script."""
    if not digits.isascii():
        digits = "".join(str(int(digit)) for digit in digits)
    values = digits.encode()
    return (sum(values[-1::-2]) + sum(values[-2::-2].translate(_DOUBLED)) - ord("0") * len(values)) % 10 == 0


def _is_card(digits: str) -> bool:
    # No payment card begins with 0 or 1.
    return SHORTEST_CARD <= len(digits) <= LONGEST_CARD and int(digits[0]) > 1 and is_luhn(digits)


SHORTEST: Final = 9  # digits of a long number
_LONGEST_PHONE: Final = 15  # digits, ITU-T E.164
_MOST_GROUPS: Final = 40  # a longer run is several numbers

SPACE: Final = r"[ \t\u00a0\u2007\u2009\u202f]"
_DASH: Final = r"[-\u2010-\u2014\u2212]"
BETWEEN: Final = r"[ \t\u00a0\u2007\u2009\u202f\-\u2010-\u2014\u2212./()]"
"""Characters that may stand between the digits of a number."""

_CANDIDATE: Final = re.compile(rf"[+(]{{0,2}}\d(?:{BETWEEN}{{0,3}}\d){{{SHORTEST - 1},}}")
_GROUP: Final = re.compile(r"\d+")
_BULKY: Final = re.compile(r"\d{3}")
_ONE_SPACE: Final = re.compile(SPACE)
_TIGHT: Final = re.compile(rf"{_DASH}|[./]")
_IN_CARDS: Final = re.compile(rf"{SPACE}{{1,2}}|{_DASH}|\.")
_THREE_THREE_FOUR: Final = re.compile(
    rf"(?:1(?:{SPACE}|{_DASH}|\.))?\d{{3}}(?:{SPACE}|{_DASH}|\.)\d{{3}}(?:{SPACE}|{_DASH}|\.)\d{{4}}(?!\d)"
)
_ODD_CARD: Final = re.compile(
    r"(?<!\d)\d{4}(?P<between>[^\w\n]{1,3}|_)(?:\d{4}(?P=between)\d{4}(?P=between)\d{1,7}|\d{6}(?P=between)\d{4,5})(?!\d)"
)
_CARD_SIZES: Final = frozenset(
    {(4, 4, 4, 4), (4, 4, 4, 4, 3), (4, 6, 5), (4, 6, 4), (4, 4, 5), (6, 13), (4, 15)}
)
_MOST_IN_CARDS: Final = max(map(len, _CARD_SIZES))
_ACCOUNT: Final = re.compile(
    rf"(?<![A-Za-z0-9])[A-Za-z]{{2}}\d{{2}}(?:(?:{SPACE}|{_DASH}|\.)?[A-Za-z0-9]){{11,30}}", re.ASCII
)
_IN_FOURS: Final = re.compile(r"(?:\w{4}\W)+\w{1,4}")

_DOCUMENTS: Final = re.compile(
    r"(?<!\w)(?:"
    r"(?i:[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z])"  # Italy, codice fiscale
    r"|C[A-Z]\d{5}[A-Z]{2}"  # Italy, identity card
    r"|[A-CEGHJ-PR-TW-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D]"  # United Kingdom, national insurance
    r"|[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z0-9]\d"  # Mexico, CURP
    r"|(?P<dni>[XYZ]?\d{7,8})-?(?P<letter>[A-HJ-NP-TV-Z])"  # Spain, DNI and NIE
    r")(?!\w)"
)
_DNI: Final = "TRWAGMYFPDXBNJZSQVHLCKE"

YEAR: Final = r"(?:19|20)\d\d"
_MONTH: Final = r"(?:0?[1-9]|1[0-2])"
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
_CLOCK: Final = r"(?<![\d:])\d{1,2}:[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?(?![\d:])"
_MOMENT: Final = (
    rf"(?<!\d){YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?(?!\d)"
)
_BYTE: Final = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_INTERNET: Final = rf"(?<![\d.]){_BYTE}(?:\.{_BYTE}){{3}}(?!\.?\d)"


def _dates(between: str) -> str:
    """Dates with this sign between their numbers. A date with the year last may not be part of a longer row."""
    year_first = rf"{YEAR}{between}{_MONTH}{between}{_DAY}"
    year_last = rf"(?<!\d{between}){_DAY}{between}{_DAY}{between}(?:{YEAR}|\d\d)(?!{between}\d)"
    return rf"(?<!\d)(?:{year_first}|{year_last})(?!\d)"


_OTHERS: Final = "|".join([_CLOCK, _MOMENT, _INTERNET, *map(_dates, (r"\.", "-", "/"))])
NO_NUMBERS: Final = re.compile(rf"(?=\d)(?:{_OTHERS})")
"""Dates, times and internet addresses."""
_WHOLE_YEAR: Final = re.compile(YEAR)


def accounts(line: str) -> Iterator[Span]:
    """The positions of account numbers (IBAN) with correct check digits, in any grouping."""
    for found in _ACCOUNT.finditer(line):
        if end := _account_end(found.group()):
            yield found.start(), found.start() + end, Kind.ACCOUNT


def _account_end(text: str) -> int:
    """The end of the account number at the beginning of `text`; 0 if there is none."""
    length = ACCOUNT_LENGTHS.get(text[:2].upper(), 0)
    places = [at for at, each in enumerate(text) if each.isalnum()][:length]
    written = "".join(text[at] for at in places)
    in_digits = "".join(str(int(each, 36)) for each in written[4:] + written[:4])
    if not length or len(written) != length or int(in_digits) % 97 != 1:
        return 0
    end = places[-1] + 1
    # Words in small letters may pass the check by chance, but not all of them have four letters.
    may_be_words = any(each.islower() for each in text[:end]) and " " in text[:end]
    return end if not may_be_words or _IN_FOURS.fullmatch(text, 0, end) else 0


def cards(line: str) -> Iterator[Span]:
    """The positions of card numbers with a correct check digit."""
    for found in _ODD_CARD.finditer(line):
        groups = _GROUP.findall(found.group())
        if _is_card("".join(groups)) and not all(map(_WHOLE_YEAR.fullmatch, groups)):
            yield *found.span(), Kind.CARD
    for offset, text, groups in _candidates(line):
        first = 0
        while first < len(groups):
            if last := _card_end(text, groups, first):
                yield offset + groups[first][0], offset + groups[last - 1][1], Kind.CARD
            first = last or first + 1


def numbers(line: str) -> Iterator[Span]:
    """The positions of other numbers of more than eight digits."""
    for offset, text, groups in _candidates(line):
        first = 0
        while first < len(groups):
            if last := _phone_end(text, groups, first) or _alike_end(text, groups, first):
                start, end = groups[first][0], groups[last - 1][1]
                if first == 0:  # include the plus sign, and an opening bracket if the number closes it
                    start = 0 if ")" in text[start:end] else text.rfind("(", 0, start) + 1
                yield offset + start, offset + end, Kind.NUMBER
            first = last or first + 1


def document_numbers(line: str) -> Iterator[Span]:
    """The positions of document numbers with a known form."""
    for found in _DOCUMENTS.finditer(line):
        digits = (found["dni"] or "").translate(str.maketrans("XYZ", "012"))
        if not digits or (len(digits) == 8 and _DNI[int(digits) % 23] == found["letter"]):
            yield *found.span(), Kind.NUMBER


def _candidates(line: str) -> Iterator[tuple[int, str, list[tuple[int, int]]]]:
    """Runs of digits and their separators: the position, the text and the groups of digits.

    A date, a time or an internet address ends a run.
    """
    if _CANDIDATE.search(line):
        line = NO_NUMBERS.sub(lambda found: "\0" * len(found.group()), line)
    for found in _CANDIDATE.finditer(line):
        text = found.group()
        yield found.start(), text, [group.span() for group in _GROUP.finditer(text)]


def _card_end(text: str, groups: list[tuple[int, int]], first: int) -> int:
    """The end (exclusive, in groups) of the card number that begins at group `first`; 0 if there is none.

    A number that fills the whole run may have any grouping. Others need a grouping found on cards.
    """
    if first and groups[first][1] - groups[first][0] < 4:
        return 0
    sizes = tuple([end - start for start, end in groups[first : first + _MOST_IN_CARDS]])
    for count in range(1, len(sizes) + 1):
        is_usual = sizes[0] >= SHORTEST_CARD if count == 1 else sizes[:count] in _CARD_SIZES
        if is_usual and _are_card(text, groups[first : first + count]):
            return first + count
    return len(groups) if first == 0 and _are_card(text, groups) else 0


def _are_card(text: str, groups: list[tuple[int, int]]) -> bool:
    return (
        len(groups) <= LONGEST_CARD
        and _is_card("".join([text[start:end] for start, end in groups]))
        and all(_IN_CARDS.fullmatch(text, end, start) for (_, end), (start, _) in pairwise(groups))
    )


def _phone_end(text: str, groups: list[tuple[int, int]], first: int) -> int:
    """The same for a number that begins like a telephone number, or has 3, 3 and 4 digits."""
    start, end = groups[first]
    is_marked = text[max(0, start - 2) : start].strip(" ")[-1:] in {"+", "("}
    digits, last = end - start, first + 1
    while last < len(groups) and digits + (size := groups[last][1] - groups[last][0]) <= _LONGEST_PHONE:
        digits, last = digits + size, last + 1
    is_local = text[start] == "0" and end - start > 1 and text[max(0, start - 1)] != "."  # 15.00 is a price
    if digits >= SHORTEST and (is_marked or is_local):
        return last
    american = _THREE_THREE_FOUR.match(text, start)
    return first + len(_GROUP.findall(american.group())) if american else 0


def _alike_end(text: str, groups: list[tuple[int, int]], first: int) -> int:
    """The same for groups with similar separators."""
    furthest = min(len(groups), first + _MOST_GROUPS)
    if _BULKY.search(text, groups[first][0], groups[furthest - 1][1]) is None:
        return 0
    last, changes, before = first + 1, 0, ""
    while last < furthest:
        between = text[groups[last - 1][1] : groups[last][0]]
        style = "tight" if _TIGHT.fullmatch(between) else "space" if _ONE_SPACE.fullmatch(between) else ""
        changes += bool(before) and style != before
        if not style or changes > 1:
            break
        last, before = last + 1, style
    if last == first + 2 and text[groups[first][1] : groups[last - 1][0]] == ".":
        last -= 1  # a decimal fraction
    written = [text[slice(*group)] for group in groups[first:last]]
    is_bulky = any(len(each) >= 3 and not _WHOLE_YEAR.fullmatch(each) for each in written)
    if sum(map(len, written)) >= SHORTEST and is_bulky:
        return last
    return first + 1 if len(written[0]) >= SHORTEST else 0


LINES_OF_A_NUMBER: Final = 4
LONGEST_BROKEN: Final = 1_000
"""The most lines of a broken card or account number, and the most characters in these lines together."""

_NUMBER_ENDS: Final = re.compile(r"\d{3}[ \t]{0,2}\n?$")
_NUMBER_BEGINS: Final = re.compile(r"[ \t]{0,2}\d{3}")


def goes_on(line: str, following: str) -> bool:
    """Whether a number at the end of this line may go on in the next. `following` may be only its beginning."""
    begins = _NUMBER_BEGINS.match(following)
    return begins is not None and _NUMBER_ENDS.search(line, max(0, len(line) - 8)) is not None


def broken_number(text: str, start: int, end: int) -> Span | None:
    """The position of a card or account number that begins in this line and goes on in the next ones."""
    last = end
    for _ in range(LINES_OF_A_NUMBER - 1):
        if not goes_on(text[start:last], text[last : last + 8]):
            break
        last = text.find("\n", last) + 1 or len(text)
    if last == end or last - start > LONGEST_BROKEN:
        return None
    line = text[start:last].replace("\n", " ")
    if len(line.replace(" ", "")) < SHORTEST_CARD:
        return None
    found = (*cards(line), *accounts(line))
    spans = ((start + first, start + after, kind) for first, after, kind in found)
    return next((span for span in spans if span[0] < end < span[1]), None)
