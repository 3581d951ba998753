"""Find passwords by their form alone, and test whether a text looks like a password.

    Passwort: hunter2          https://ana:hunter2@example.org          mysql -u ana -phunter2          *7741#

A value in a command, in an address, or after a word for a password and a colon is always a password.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Final, TypeAlias

from foreword.text.secrets import OMISSION, Kind, Span, nouns
from foreword.text.secrets.keys import is_random, turns
from foreword.text.secrets.nouns import Noun
from foreword.text.secrets.numbers import SPACE

AROUND: Final = f"\"'“”„«»‘’`.,;:!?¿¡、。，！？،؟()[]{{}}<>*_ {OMISSION}"
"""Quotes and punctuation, which are no part of a value."""

_EQUALS: Final = rf"[*_`\"'”’)\]]{{0,3}}{SPACE}{{0,3}}(?::=|=>|->|→|==?|[:：](?!//))[*_]{{0,3}}{SPACE}{{0,3}}"
_QUOTED: Final = "|".join(  # not to the end of a long line, if the quotation never ends
    f"{begin}[^{end}\\n]{{1,500}}+{end}" for begin, end in ('""', "''", "“”", "„“", "«»", "``")
)
# A lookahead, because the value may itself be a word for the password after it.
_CUT: Final = 100  # characters; otherwise each word in a long text without spaces reads to the end
_VALUE: Final = rf"(?=(?P<value>\d+(?:[ -]\d+)+|{_QUOTED}|\S{{1,{_CUT}}}))"
_NAME: Final = r"(?<![A-Za-z0-9$])(?:[A-Z0-9]{1,20}_){0,6}"
_PROGRAMS: Final = (
    r"\b(?:sshpass|mysql\w{0,10}|mariadb\w{0,10}|mongo\w{0,10}|docker|podman|oc|7z\w?|rar|unrar|unzip|zip|xfreerdp|psexec|"
    r"htpasswd|ldapsearch|redis-cli|vncviewer|ipmitool|az|helm|npm|openssl|smbclient|net use|kinit|keytool|gpg)\b"
)
_SPACE: Final = re.compile(r"\s")
_IN_ADDRESS: Final = re.compile(r"(?<=//)[^\s/:@]{0,200}:(?P<value>[^\s/]{1,200})@(?=[\w\[])")
_COMMANDS: Final = (
    r"(?<!\S)(?:-u|--user)[ =]?[\"']?[^\s:\"']+:(?P<value>[^\s\"'/][^\s\"']*)",
    r"\bwifi:(?=(?:[^\n;]{0,80};){0,6}?p:(?P<value>(?:\\.|[^;\\\n]){1,80});)",
    r"\b(?:wi-?fi|wlan): ?(?P<value>(?=\S{8})[^\W\d_]{4,}\d{2,}\W?)\s*$",  # or the name of a network
    rf"{_PROGRAMS}[^\n|]{{0,80}}? (?:-p|/p:)(?P<value>[^\s\d-]\S{{3,80}}|\d+[A-Za-z]\S*)",
    rf"(?!\b(?:mysql|mariadb)){_PROGRAMS}[^\n|]{{0,80}}? -[paw] (?P<value>[^\s-]\S{{2,80}})",
    r"\bnet use\b[^\n|]{0,80}? /user:\S{1,80} (?P<value>\S+)",
    rf"(?<!\S)--?(?:pass(?:word|wd|phrase)?|pwd|token|api-?key|secret)(?:{SPACE}+|=){_VALUE}",
)
"""Commands. The value at this place is always a password."""

_IN_PROGRAMS: Final = re.compile(
    r"(?:None|null|nil|undefined|[Tt]rue|[Ff]alse|(?:self|this)\.\w+)(?!\w)|[A-Za-z_][A-Za-z_.]{0,80}[(\[].{0,200}[)\]]"
)
"""Program code after a word for a password. It is an expression, not a password."""

_ODD: Final = re.compile(r"\d|\w[!@#$%^&*+=~?]\w|[a-zà-ÿ][A-Z]")
_DASHED: Final = re.compile(r"[^\W\d_]{3,}(?:[-_.][^\W\d_]{3,}){3,}")
is_no_value: Final = re.compile(
    r"[$€£#@/~].*|.*(?:://|@\w|www\.).*|\d{1,3}(?:[.,:/x×+-]\d{1,4})*[a-z%°€$]{0,8}|\d+(?:[.,:/-]\d+)+[a-z%]{0,3}|"
    r"\d{3,6}(?:[a-z]{1,2}|x\d+|mhz|mph|kmh|kwh|mah|rpm|lbs|usd|eur|dpi|fps|mbps)|v?\d+(?:\.\d+)+[\w~+-]*|"
    r"\w+\.[a-z]{2,4}\d?(?:/.*)?|--?[a-z].*|[a-z_][\w-]*=.*|0x[0-9a-f]{1,8}|[a-z_][\w.:-]*[(\[].*",
    re.IGNORECASE,
).fullmatch
"""Amounts, times, addresses and file names. They are never passwords."""
is_thing: Final = re.compile(
    r"[a-z]{1,3}-?\d{1,4}[a-z]?|(?:covid|windows|win|office|iphone|ipad|xbox|playstation|galaxy|python|java|http|utf|sha|base|area|"
    r"web|level|chapter|page|version|apollo|formula|boeing|airbus|route|highway|channel|room|gate|ubuntu|android)-?\d+\w{0,2}",
    re.IGNORECASE,
).fullmatch
"""Names with a number. They are passwords only if the sentence says so."""
_NUMBERED: Final = re.compile(r"[^\W\d_]+\d")
_JOINTS: Final = re.compile(r"[-_./'’,]")
DIGITS: Final = re.compile(r"[#*]?(?:\d{3,8}|\d{3,5}[- ]\d{3,5}|\d{1,2}(?:-\d{1,2}){2,3})[#*]?")
_PAIR: Final = re.compile(
    r"(?<!\S)(?:\S{1,64}@[\w.-]{3,64} ?[/|:] ?|(?P<user>\S{2,64}) [/|] )(?P<value>\S{4,64})"
)
_USERS: Final = frozenset({"root", "admin", "user", "guest", "test"})
_ALONE: Final = re.compile(r"[a-zа-я][\w.-]{1,30} / \S{6,64}\s*$")
_SIGN: Final = re.compile(r"(?<!\S)[-/]|://|[wW](?:[iI]-?[fF][iI]|[lL][aA][nN]):")
_EQUAL: Final = re.compile(
    rf"[:：=→>\"“„«](?:(?![:>\"“„«])[{re.escape(AROUND)}\s])*+[^{re.escape(AROUND)}\s]"
)  # only the last sign before the value, or each of many signs would read to the end
_NAMED: Final = rf"(?:{'|'.join(nouns.UNSPACED)})"
_CJK: Final = re.compile(rf"{_NAMED}[^\x00-\x7f]{{0,6}}[:：]?{SPACE}?(?P<value>[!-~]{{4,64}})")
asks_unspaced: Final = re.compile(
    rf"{_NAMED}(?:は|[^\x00-\x7f{OMISSION}]{{0,6}}(?:[:：?？]|多少|什么|何))?$"
).search
"""Whether the end of a line names a secret or asks for it, in a script without spaces."""
is_unspaced: Final = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]").search
"""Whether a text has letters of a script without spaces."""
value_of_unspaced: Final = re.compile(
    r"[^\x00-\x7f]{0,4}(?P<value>[!-~]{4,64})(?:です|だよ|哦|喔|呀|吧|啊|的|ครับ|ค่ะ)?(?:[、。，！？（].*)?"
).fullmatch
"""The value in a short answer of such a script: `是88886666`, but not `明天10点见`."""
_DOOR: Final = re.compile(r"(?<!\S)(?:\*\d{4,8}#?|G-\d{6}|(?P<plain>\d{4,8}#))(?=[\s.,!?;)]|$)")
_DOORS: Final = re.compile(
    r"door|gate|entr|alarm|lock|buzz|tür|tor\b|porte|puerta|двер|porta|deur|drzwi|kapı", re.IGNORECASE
)

Form: TypeAlias = tuple[re.Pattern[str], int, Kind]
"""A pattern of a secret, the fewest characters of its value, and its kind."""
_LONGEST_FORM: Final = 640  # characters, at the end of a line: a value of 500 and the words before it


@lru_cache(maxsize=1)  # compiling them is slow
def _forms() -> tuple[tuple[Form, ...], tuple[Form, ...]]:
    """The forms of commands, and the forms with a word for a secret."""
    table = nouns.WORDS
    rows = (nouns.INSIDE, nouns.UNSPACED, table[Noun.PASSWORD])
    first = {word[0] for row in rows for word in row}
    password = (
        rf"(?=[{''.join(sorted(first))}])"  # faster: otherwise each word is tried at each place
        rf"(?:{_any(nouns.INSIDE, nouns.UNSPACED)}"
        rf"|(?<![^\W_])(?:{_any(table[Noun.PASSWORD])}))[0-9_]{{0,2}}"
    )
    loose = rf"(?<![^\W_])(?<!una )(?<!sola )(?:{_any(table[Noun.PASS])})[0-9_]{{0,2}}"
    pin = rf"(?<![^\W_])(?:{_any(table[Noun.PIN], table[Noun.CVV])})"
    last = rf"{_EQUALS}(?=(?P<value>\S{{1,500}}+)\s*$)"
    purpose = rf"{SPACE}(?:{'|'.join(nouns.FOR)})(?:{SPACE}[\w-]{{1,16}}){{1,3}}"
    joint = "(?:is|was|ist|lautet|es|est|è|é|это|такой)"
    remark = r"\([^()\n]{1,30}\)"
    few = rf"(?:{SPACE}[\w-]{{1,16}}){{0,4}}?{SPACE}{joint}{SPACE}"
    both = rf"(?:user|login)\w{{0,8}} ?[/|&+,] ?(?:{password}|{loose}){_EQUALS}\S+ ?[/|,] ?"
    phrase = rf"(?:pass-?|(?:seed|recovery|wallet) )phrase{_EQUALS}"
    scheme = rf"(?:(?:bearer|basic|token|digest){SPACE}+)?"
    variable = rf"{_NAME}(?:SECRET|TOKEN|PASS(?:WORD|WD|PHRASE)?|PWD|PW)"
    rest = r"(?:_[A-Z0-9]{1,20}){0,4}=[\"']?"
    router = rf"{SPACE}(?:\w{{1,4}}{SPACE}){{0,2}}(?:wi-?fi|wlan|router|internet)"
    code = r"(?=(?P<value>(?=\D{0,40}\d)\S{1,500}+)\s*$)"
    return tuple((_compile(pattern), 1, Kind.PASSWORD) for pattern in _COMMANDS), (
        (_compile(rf"{password}{_EQUALS}{_VALUE}"), 1, Kind.PASSWORD),
        (_compile(rf"{password}(?:{purpose}|{SPACE}(?:{joint}|{remark})){last}"), 4, Kind.PASSWORD),
        (_compile(rf"{password}{few}(?P<value>{_QUOTED})"), 4, Kind.PASSWORD),
        (_compile(rf"{both}{_VALUE}"), 1, Kind.PASSWORD),
        (_compile(rf"{loose}{last}"), 3, Kind.PASSWORD),
        (_compile(rf"{pin}{_EQUALS}{code}"), 3, Kind.PASSWORD),
        (_compile(rf"(?:{password}|{loose}){router}{last}"), 4, Kind.PASSWORD),
        (_compile(rf"{phrase}(?P<value>\S+(?:{SPACE}\S+){{0,24}})"), 1, Kind.PASSWORD),
        (_compile(rf"\bauthorization{_EQUALS}{scheme}(?P<value>\S+)"), 8, Kind.KEY),
        (re.compile(rf"{variable}{rest}(?P<value>[^\s\"'$;]+)"), 4, Kind.PASSWORD),
        (re.compile(rf"{_NAME}KEY{rest}(?P<value>[^\s\"'$;/]+)"), 16, Kind.KEY),
    )


def _any(*rows: tuple[str, ...]) -> str:
    """A pattern for the words in some rows of the table. It does not check the end of a word."""
    each = [word for row in rows for word in row]
    spelled = [
        re.escape(word.partition("*")[0]).replace(r"\ ", "[ _-]?") + r"\w{0,8}" * word.endswith("*")
        for word in each
    ]
    return "|".join(sorted(spelled, key=len, reverse=True))


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def in_forms(line: str, *, by_words: bool) -> Iterator[Span]:
    """The positions of passwords in commands and addresses; `by_words`: also after a word for a password."""
    if "//" in line:
        yield from ((*found.span("value"), Kind.PASSWORD) for found in _IN_ADDRESS.finditer(line))
    of_commands, of_words = _forms()
    forms = of_commands if _SIGN.search(line) else ()
    if by_words and _EQUAL.search(line):
        forms += of_words
    for pattern, least, kind in forms:
        is_last = pattern.pattern.endswith("$)")
        last = len(line.rstrip()) if is_last else len(line)
        first = max(0, last - _LONGEST_FORM) if is_last else 0
        most = 1 if is_last and "&" not in line else None  # the first value holds the later ones
        while spans := list(islice(_values(pattern, line, first, last, least), most)):
            yield from ((*span, kind) for span in spans)
            last = spans[0][0]
            if not is_last or not line[last - 1 : last].strip():
                break
            first = max(0, last - _LONGEST_FORM)  # the value may end an earlier one: `pass:pass:hunter2`


def credential_pairs(line: str, *, has_word: bool) -> Iterator[Span]:
    """The values after a user's name or address and a `/`, `|` or `:`. `has_word`: the line is about access."""
    has_word = has_word or _ALONE.match(line) is not None
    for found in _PAIR.finditer(line):
        text = found["value"].strip(AROUND)
        is_known = has_word or (found["user"] or "root").lower() in _USERS
        # An address and its password without a space. After the name of a computer, it may be a file.
        is_joined = re.search(r"\.[^\W\d_]+:$", line[found.start() : found.start("value")])
        if is_known and is_weak(text) and (is_joined or not is_named_thing(text)):
            start = found.start("value") + found["value"].index(text)
            yield start, start + len(text), Kind.PASSWORD


def unspaced(line: str) -> Iterator[Span]:
    """The positions of values in scripts without spaces: `密码是…`."""
    for start, end in _values(_CJK, line, 0, len(line)):
        if is_weak(line[start:end]) or is_code(line[start:end]):
            yield start, end, Kind.PASSWORD


def door_codes(line: str) -> Iterator[Span]:
    """The positions of codes for the keypad of a door: `*7741#`."""
    codes = list(_DOOR.finditer(line))
    has_door = bool(codes) and _DOORS.search(line) is not None
    yield from ((*found.span(), Kind.PASSWORD) for found in codes if has_door or not found["plain"])


def is_code(text: str) -> bool:
    """Whether the text is a code of four digits or more."""
    return DIGITS.fullmatch(text) is not None and sum(each.isdigit() for each in text) >= 4


def is_named_thing(text: str) -> bool:
    """Whether the text is a name with a number, or a word with a digit after it."""
    return bool(is_thing(text) or _NUMBERED.fullmatch(text))


def is_weak(text: str) -> bool:
    """Whether the text is probably not a word."""
    return len(text) >= 4 and bool(_ODD.search(text) or _DASHED.fullmatch(text)) and not is_no_value(text)


def is_strong(text: str) -> bool:
    """Whether the text can only be a password or a key: letters, digits and signs alternate."""
    has_digits = any(map(str.isdigit, text)) and not text.isdigit()
    if len(text) < 6 or not has_digits or is_no_value(text) or is_thing(text):
        return False
    changes = [turns(part) for part in _JOINTS.split(text)]
    return max(changes) >= 3 or sum(changes) >= 5 or is_random(text)


def _values(
    pattern: re.Pattern[str], line: str, first: int, last: int, least: int = 0
) -> Iterator[tuple[int, int]]:
    """The positions of the values of this pattern, without quotes and punctuation; each has `least` characters."""
    stretch = 0  # the end of the text without spaces
    whole = bare = 0  # the end of the value before, with and without punctuation
    for found in pattern.finditer(line, first, last):
        start, end = found.span("value")
        if end - start == _CUT:
            if stretch < end:
                space = _SPACE.search(line, end)
                stretch = space.start() if space else len(line)
            end = stretch
        if line[max(0, found.start() - 1) : found.start()] in {"?", "&"}:
            one_of_several = line.find("&", start, end)
            end = end if one_of_several == -1 else one_of_several
        while start < end and line[start] in AROUND:
            start += 1
        bare = bare if end == whole else end  # many values may have the same end
        whole = end
        while start < bare and line[bare - 1] in AROUND:
            bare -= 1
        end = max(start, bare)
        in_program = "=" in line[found.start() : start] and _IN_PROGRAMS.match(line, start)
        if end - start >= least and not in_program and not _no_password().match(line, start, end):
            yield start, end


@lru_cache(maxsize=1)
def _no_password() -> re.Pattern[str]:
    """Web addresses, and words for a password. Neither is a value."""
    return _compile(rf"[a-z]+://|(?:{_any(nouns.INSIDE, nouns.WORDS[Noun.PASSWORD])})(?=$|[\s)\]}}\"',.;])")
