"""Passwords, and keys of any form, known by the words before them, in many languages; and those in addresses.

    Passwort: hunter2          the password for the wifi is hunter2        https://ana:hunter2@example.org
    API_KEY="…"                Authorization: Bearer …                     curl -u ana:hunter2

After a word for a password and a colon, whatever follows is one. After words that mean much else besides (`pass`,
`key`), or where more words stand between, it must look like one: have a digit in it, a sign or a capital.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from foreword.text.long_numbers import BLANK
from foreword.text.secret_kinds import Kind, Span

INSIDE: Final = (
    "pass ?words?", "passwd", "passwort", "passwörter", "pass-?codes?", "passord", "kennwort", "zugangscode",
    "wachtwoord", "lösenord", "adgangskode", "kodeord", "salasana", "密[码碼]", "口令", "パスワード", "暗証番号",
    "비밀번호", "암호", "รหัสผ่าน",
)  # fmt: skip
"""Words for a password that may be part of a longer word."""

ALONE: Final = (
    "pwd", "pw", "contrase(?:ñ|n\u0303|n)as?", "senhas?", "mots? de passe", "mdp", "parola d'ordine", "lykilorð",
    "has[łl]o", "heslo", "jelsz[óo]", "ş[iİ]fre", "parolă", "lozinka", "geslo", "пароль", "лозинка", "κωδικός",
    "كلمة (?:السر|المرور)", "סיסמ[הא]", "पासवर्ड", "mật khẩu", "kata sandi",
)  # fmt: skip
"""Words for a password that are no part of another."""

PHRASES: Final = ("pass-?phrase", "(?:seed|recovery) phrase", "mnemonic")
"""Words for a password of several words."""

LOOSE: Final = (
    "pass", "pin(?:[ -]?(?:code|number|nummer))?", "puk", "cvv2?", "cvc2?", "geheimzahl", "clave", "parola", "parole",
    "парола", "šifra",
)  # fmt: skip
"""Words for a password that mean something else, too."""

KEYS: Final = (
    "api[ _-]?(?:key|token|secret)s?", "(?:access|auth|client)[ _-]?(?:key|token|secret|code)s?(?:[ _-]?id)?",
    "(?:private|secret)[ _-]?(?:access[ _-]?)?(?:key|token)s?", "x-[a-z-]*(?:key|token)", "tokens?", "secrets?",
    "(?:account|encryption|licen[cs]e|recovery|signing)[ _-]?(?:code|key)s?", "authorization", "bearer",
)  # fmt: skip
"""Words for a key."""

STEMS: Final = (
    "passw", "pass w", "passc", "pass-c", "passor", "kennwo", "zugangsc", "wachtw", "lösen", "adgangsk", "kodeord",
    "salasana", "密码", "密碼", "口令", "パスワード", "暗証番号", "비밀번호", "암호", "รหัสผ่าน", "pw", "contrase",
    "senha", "de passe", "mdp", "parola", "lykilor", "hasło", "haslo", "heslo", "jelsz", "şifre", "parolă", "lozink",
    "geslo", "парол", "лозинк", "κωδικ", "كلمة", "סיסמ", "पासवर्ड", "mật khẩu", "kata sandi", "passph", "pass-ph",
    "phrase", "mnemonic", "--pass", "-secret", "bearer",
    "private key", "putty-user-key-file",
)  # fmt: skip
"""Small letters by one of which a line with such a word is known."""

LOOSE_STEMS: Final = (
    "pass", "pin", "puk", "cvv", "cvc", "geheimz", "clave", "parole", "šifra", "key", "token", "secret", "authoriz",
    "sig", "code",
)  # fmt: skip
"""The same for words that often mean something else, after which a colon or a digit must come."""

_IS: Final = r"(?:is|was|are|ist|war|lautet|es|era|est|était|è|é|är|var|er|on|to|jest|je)"
_IS_UNSPACED: Final = r"(?:是|は|为|為|는|은)"
_EQUALS: Final = rf"[*_`\"'”’)\]]{{0,3}}{BLANK}{{0,3}}(?::=|=>|->|→|==?|[:：](?!//))[*_]{{0,3}}{BLANK}{{0,3}}"
_TELLS: Final = (
    rf"(?:{_EQUALS}|{BLANK}+[-–—]{BLANK}+|{BLANK}+{_IS}(?:{BLANK}*[:：])?{BLANK}+"
    rf"|{BLANK}*{_IS_UNSPACED}{BLANK}*[:：]?{BLANK}*)"
)
_QUOTED: Final = r"\"[^\"\n]+\"|'[^'\n]+'|“[^”\n]+”|„[^“\n]+“|«[^»\n]+»|`[^`\n]+`"
# It is looked at only, for it may itself be the word for a password that comes after it.
_VALUE: Final = rf"(?=(?P<value>\d+(?:[ -]\d+)+|{_QUOTED}|\S+))"
_SUFFIX: Final = r"[0-9_]{0,2}"
_BEGIN: Final = r"(?<![^\W_])"  # no letter or digit before


def _any(words: tuple[str, ...]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_SURE: Final = rf"(?:{_any(INSIDE)}|{_BEGIN}(?:{_any(ALONE)})){_SUFFIX}"
_KEY: Final = rf"{_BEGIN}(?:{_any(KEYS)}){_SUFFIX}"
_LOOSE: Final = rf"{_BEGIN}(?:{_any(LOOSE)}){_SUFFIX}"
_NUMBERED: Final = rf"{_BEGIN}(?:pin(?:[ -]?code)?|puk|cvv2?|cvc2?|geheimzahl)"
_SCHEME: Final = rf"(?:(?:bearer|basic|token){BLANK}+)?"

_SURELY_BESIDE: Final = (
    re.compile(r"(?<=//)[^\s/:@]*:(?P<value>[^\s/]+)@(?=[\w\[])"),
    re.compile(r"(?<!\S)(?:-u|--user)[ =]?[\"']?[^\s:\"']+:(?P<value>[^\s\"'/][^\s\"']*)"),
)
"""What comes there is a password, behind the name of its user."""

_AROUND: Final = "\"'“”„«»`.,;:!?()[]{}<>*_ "
_IN_PROGRAMS: Final = re.compile(
    r"(?:None|null|nil|undefined|[Tt]rue|[Ff]alse|(?:self|this)\.\w+)(?!\w)|[A-Za-z_][A-Za-z_.]*[(\[].*[)\]]"
)
"""What programs write behind such a name: no password, but how to get one."""

_ODD: Final = re.compile(r"\d|\w[!@#$%^&*+=~?]\w|[a-zà-ÿ][A-Z]")


@lru_cache(maxsize=1)
def _surely_after() -> tuple[re.Pattern[str], ...]:
    """What comes there is a password, behind a word for it.

    To compile these takes a while, and most texts do without.
    """
    return (
        _compile(rf"{_SURE}{_EQUALS}{_VALUE}"),
        _compile(rf"{_LOOSE}{_EQUALS}(?=(?P<value>\S+)\s*$)"),
        _compile(rf"(?<!\S)--?(?:pass(?:word|wd|phrase)?|pwd|token|api-?key|secret){BLANK}+{_VALUE}"),
        _compile(rf"(?:{_any(PHRASES)}){_EQUALS}(?P<value>\S+(?:{BLANK}\S+){{0,24}})"),
    )


@lru_cache(maxsize=1)
def _likely_after() -> tuple[tuple[Kind, re.Pattern[str], int], ...]:
    """What comes there may be one: of so many characters, if it looks like one."""
    return (
        (Kind.PASSWORD, _compile(rf"{_SURE}(?:{BLANK}+[^\W\d_]+){{0,5}}?{_TELLS}{_VALUE}"), 4),
        (Kind.PASSWORD, _compile(rf"{_SURE}{BLANK}{_VALUE}"), 4),
        (Kind.PASSWORD, _compile(rf"{_LOOSE}{_TELLS}{_VALUE}"), 3),
        (Kind.PASSWORD, _compile(rf"{_NUMBERED}{BLANK}(?P<value>\d{{3,8}})(?![\w:/.-])"), 3),
        (Kind.KEY, _compile(rf"{_KEY}{_TELLS}{_SCHEME}{_VALUE}"), 8),
        (Kind.KEY, _compile(rf"{_BEGIN}bearer{BLANK}+{_VALUE}"), 16),
        (Kind.KEY, _compile(r"[?&;](?:auth|code|key|secret|sig|signature|token)=(?P<value>[^\s&#]+)"), 8),
    )


@lru_cache(maxsize=1)
def _no_password() -> re.Pattern[str]:
    """An address of the web, or the word for a password once more."""
    return _compile(rf"[a-z]+://|(?:{_any(INSIDE)}|{_any(ALONE)})(?=$|[\s)\]}}\"',.;])")


def in_small(text: str) -> str:
    """`text` in small letters, each at its place: of one capital, that of Turkish i, the small letter is longer."""
    return text.replace("\u0130", "i").lower()


def passwords(line: str) -> Iterator[Span]:
    """Where they stand."""
    small = in_small(line)
    has_word = any(stem in small for stem in (*STEMS, *LOOSE_STEMS))
    for pattern in (*_SURELY_BESIDE, *(_surely_after() if has_word else ())):
        for start, end in _values(pattern, line):
            yield start, end, Kind.PASSWORD
    for kind, pattern, least in _likely_after() if has_word else ():
        for start, end in _values(pattern, line):
            if end - start >= least and _ODD.search(line, start, end):
                yield start, end, kind


def _values(pattern: re.Pattern[str], line: str) -> Iterator[tuple[int, int]]:
    """Where passwords stand by this pattern, without quotes and the signs of the sentence."""
    for found in pattern.finditer(line):
        start, end = found.span("value")
        if line[max(0, found.start() - 1) : found.start()] in {"?", "&"}:
            end = start + len(found["value"].partition("&")[0])  # one of several in an address
        start += len(line[start:end]) - len(line[start:end].lstrip(_AROUND))
        end = start + len(line[start:end].rstrip(_AROUND))
        in_program = "=" in line[found.start() : start] and _IN_PROGRAMS.match(line, start)
        if not in_program and not _no_password().match(line, start, end):
            yield start, end
