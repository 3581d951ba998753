"""Secrets that are known by their form alone.

These are seed phrases of wallets, licence keys, numbers of documents, codes for doors, and what addresses of the web
and cookies carry to let somebody in.

Seed phrases are twelve words or more of the lists of BIP-39, which the package mnemonic has in twelve languages.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from itertools import groupby
from typing import Final

from foreword.text.secrets import Kind, Span
from foreword.text.secrets.keys import is_random, turns

SHORTEST_PHRASE: Final = 12  # words

SEEDS: Final = (
    r"(?:(?!(?:the|and|are|for|was|has|had|his|her|its|but|not|from|have|your|when|they|der|die|das|und|que|los|les|des)\b)"
    rf"\w{{3,10}}+[ ,;]{{1,3}}+){{{SHORTEST_PHRASE - 1}}}"
)
"""How a phrase of seeds begins, and hardly anything else."""
_SEEDS: Final = re.compile(
    rf"\b(?:\d{{1,2}}[.):]? ?)?(?:\w{{3,10}}+[ ,;]{{1,3}}+(?:\d{{1,2}}[.):]? ?)?){{{SHORTEST_PHRASE - 1}}}"
)
_SEED: Final = re.compile(r"[^\W\d_]+")

_BLOCKS: Final = re.compile(r"\d[A-Z]{0,3} [A-Z0-9]{4} [A-Z0-9]{4}")
_DIGIT: Final = re.compile(r"\d")
_LICENCE: Final = re.compile(
    r"(?<![\w-])(?:[A-Z0-9]{4,8}|[a-z0-9]{5})(?:-[A-Z0-9]{4,8}|-[a-z0-9]{5}){2,7}(?![\w-])"
    r"|(?<!\w)(?:[A-Z0-9]{4} ){3}[A-Z0-9]{4}(?!\w| \w{4}\b)"
)
_DOCUMENTS: Final = re.compile(
    r"(?<!\w)(?:"
    r"[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z]"  # Italy, codice fiscale
    r"|[A-CEGHJ-PR-TW-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D]"  # United Kingdom, national insurance
    r"|[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z0-9]\d"  # Mexico, CURP
    r"|(?P<dni>[XYZ]?\d{7,8})-?(?P<letter>[A-HJ-NP-TV-Z])"  # Spain, DNI and NIE
    r")(?!\w)"
)
_DNI: Final = "TRWAGMYFPDXBNJZSQVHLCKE"
_DOOR: Final = re.compile(r"(?<!\S)(?:\*\d{4,8}#?|G-\d{6}|(?P<plain>\d{4,8}#))(?=[\s.,!?;)]|$)")
_DOORS: Final = re.compile(
    r"door|gate|entr|alarm|lock|buzz|tür|tor\b|porte|portail|puerta|двер|porta|deur|drzwi|kapı", re.IGNORECASE
)

_LINK: Final = re.compile(r"https?://[^\s/?#]{1,255}(?P<rest>[/?#]\S{8,2000})", re.IGNORECASE)
_LETS_IN: Final = re.compile(
    r"reset|magic|verif|confirm|activat|log-?in|sign-?in|sso|auth|invit|token|session|password|passwd|unlock|recover|one-?time|otp|"
    r"jwt|secret|sig(?:nature)?=|unsubscribe|join|[?&;#](?:t|k|key|code|pwd|sid|ticket|access|api_?key|credential)=",
    re.IGNORECASE,
)
_PART: Final = re.compile(r"(?<=[/?&;=#])[^/?&;=#\s]{6,}")
_TICKET: Final = re.compile(
    r".*(?:token|sig|signature|secret|key|pwd|password|otp|code|jwt|ticket)=", re.IGNORECASE
)
_COOKIE: Final = re.compile(r"(?:\bcookie\d?: ?|(?<= )-b [\"']?)(?P<rest>[^\n]{8,4000})", re.IGNORECASE)
_CRUMB: Final = re.compile(r"(?P<name>[\w.-]{1,64})=(?P<value>[^;\s\"']{6,})")
_NO_CRUMB: Final = frozenset({"expires", "path", "domain", "max-age", "samesite", "version"})


def forms(line: str) -> Iterator[Span]:
    """Where they stand."""
    yield from _phrases(line)
    if _DIGIT.search(line):
        yield from _licences(line) if "-" in line or _BLOCKS.search(line) else ()
        yield from _documents(line)
        for found in _DOOR.finditer(line):
            if not found["plain"] or _DOORS.search(line):
                yield *found.span(), Kind.PASSWORD
    if "://" in line:
        yield from _links(line)
    for found in _COOKIE.finditer(line) if "=" in line else ():
        for crumb in _CRUMB.finditer(line, *found.span("rest")):
            if crumb["name"].lower() not in _NO_CRUMB:
                yield *crumb.span("value"), Kind.KEY


def is_seed(text: str) -> bool:
    """Whether this is a word of a seed phrase, perhaps with its number."""
    found = _SEED.search(text)
    return found is not None and found.group().lower() in _seeds()


@lru_cache(maxsize=1)
def _seeds() -> frozenset[str]:
    lists = (each for each in (files("mnemonic") / "wordlist").iterdir() if each.name.endswith(".txt"))
    return frozenset(word for each in lists for word in each.read_text("utf-8").split())


def _phrases(line: str) -> Iterator[Span]:
    if line.count(" ") < SHORTEST_PHRASE - 1 or _SEEDS.search(line) is None:
        return
    for are_seeds, run in groupby(_SEED.finditer(line), key=lambda word: word.group().lower() in _seeds()):
        words = list(run)
        if (
            are_seeds
            and len(words) >= SHORTEST_PHRASE
            and len({word.group() for word in words}) > SHORTEST_PHRASE // 2
        ):
            yield words[0].start(), words[-1].end(), Kind.PASSWORD


def _licences(line: str) -> Iterator[Span]:
    for found in _LICENCE.finditer(line):
        groups = re.split("[- ]", found.group())
        alike = len({len(group) for group in groups}) == 1
        mixed = sum(turns(group) > 0 for group in groups)
        parted = (
            len(groups) > 3
            and found.group().isupper()
            and any(map(str.isdigit, groups))
            and any(map(str.isalpha, groups))
        )
        if (alike and (mixed >= 2 or parted)) or (len(groups) > 3 and mixed >= 3):
            yield *found.span(), Kind.KEY


def _documents(line: str) -> Iterator[Span]:
    for found in _DOCUMENTS.finditer(line):
        digits = (found["dni"] or "").translate(str.maketrans("XYZ", "012"))
        if not digits or (len(digits) == 8 and _DNI[int(digits) % 23] == found["letter"]):
            yield *found.span(), Kind.NUMBER


def _links(line: str) -> Iterator[Span]:
    """What lets somebody in who has the address."""
    for found in _LINK.finditer(line):
        if _LETS_IN.search(found["rest"]):
            for part in _PART.finditer(line, *found.span("rest")):
                text = part.group().rstrip(".,!?)\"'")
                name = line[max(0, part.start() - 24) : part.start()]
                if _is_ticket(text, name):
                    yield part.start(), part.start() + len(text), Kind.KEY


def _is_ticket(text: str, name: str) -> bool:
    """Whether this part of an address, behind a name or none, is drawn by chance."""
    if len(text) < 8 or text[0] in "%$<{":
        return False
    if len(text) >= 16 and _TICKET.fullmatch(name):
        return True
    changes = [turns(part) for part in re.split(r"[-_.~%+]", text)]
    return max(changes) >= 4 or sum(changes) >= 6 or is_random(text)
