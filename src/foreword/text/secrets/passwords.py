"""Passwords, codes, keys and numbers of documents, known by the words around them.

    Passwort: hunter2          the password for the wifi is hunter2        https://ana:hunter2@example.org
    hunter2 es la contraseña   your code is 482913                         mysql -u ana -phunter2

Some forms are sure: after a word for a password and a colon, whatever follows is one. Elsewhere the value must look
like one, and the more so, the looser it is tied to the word: `is` or nothing between them, other words between them,
or the word behind it. `nouns.py` has the words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias, final

from foreword.text.secrets import OMISSION, Kind, Span, nouns
from foreword.text.secrets.forms import is_seed
from foreword.text.secrets.keys import is_random, turns
from foreword.text.secrets.nouns import Noun
from foreword.text.secrets.numbers import BLANK

_AROUND: Final = f"\"'“”„«»‘’`.,;:!?()[]{{}}<>*_ {OMISSION}"
_LONGEST_ASKING: Final = 80  # characters
_NEARBY: Final = 80  # characters
_MARGIN: Final = 8  # tokens between a word and its value, at most

_EQUALS: Final = rf"[*_`\"'”’)\]]{{0,3}}{BLANK}{{0,3}}(?::=|=>|->|→|==?|[:：](?!//))[*_]{{0,3}}{BLANK}{{0,3}}"
_QUOTED: Final = r"\"[^\"\n]+\"|'[^'\n]+'|“[^”\n]+”|„[^“\n]+“|«[^»\n]+»|`[^`\n]+`"
# It is looked at only, for it may itself be the word for a password that comes after it.
_CUT: Final = 100  # characters; or a stretch without blanks would be read to its end at each word in it
_VALUE: Final = rf"(?=(?P<value>\d+(?:[ -]\d+)+|{_QUOTED}|\S{{1,{_CUT}}}))"
_NAME: Final = r"(?<![A-Za-z0-9$])(?:[A-Z0-9]{1,20}_){0,6}"
_PROGRAMS: Final = (
    r"\b(?:sshpass|mysql\w{0,10}|mariadb\w{0,10}|mongo\w{0,10}|docker|podman|oc|7z\w?|rar|unrar|unzip|zip|xfreerdp|psexec|"
    r"htpasswd|ldapsearch|redis-cli|vncviewer|ipmitool|az|helm|npm|openssl|smbclient|net use|kinit|keytool|gpg)\b"
)
_IN_ADDRESS: Final = re.compile(r"(?<=//)[^\s/:@]{0,200}:(?P<value>[^\s/]{1,200})@(?=[\w\[])")
_COMMANDS: Final = (
    r"(?<!\S)(?:-u|--user)[ =]?[\"']?[^\s:\"']+:(?P<value>[^\s\"'/][^\s\"']*)",
    r"\bwifi:(?=(?:[^\n;]{0,80};){0,6}?p:(?P<value>(?:\\.|[^;\\\n]){1,80});)",
    rf"{_PROGRAMS}[^\n|]{{0,80}}? (?:-p|/p:)(?P<value>[^\s\d-]\S{{3,80}}|\d+[A-Za-z]\S*)",
    rf"(?!\b(?:mysql|mariadb)){_PROGRAMS}[^\n|]{{0,80}}? -[paw] (?P<value>[^\s-]\S{{2,80}})",
    r"\bnet use\b[^\n|]{0,80}? /user:\S{1,80} (?P<value>\S+)",
    rf"(?<!\S)--?(?:pass(?:word|wd|phrase)?|pwd|token|api-?key|secret)(?:{BLANK}+|=){_VALUE}",
)
"""What comes there is a password, by the form alone."""

_IN_PROGRAMS: Final = re.compile(
    r"(?:None|null|nil|undefined|[Tt]rue|[Ff]alse|(?:self|this)\.\w+)(?!\w)|[A-Za-z_][A-Za-z_.]{0,80}[(\[].{0,200}[)\]]"
)
"""What programs write behind such a name: no password, but how to get one."""

_ODD: Final = re.compile(r"\d|\w[!@#$%^&*+=~?]\w|[a-zà-ÿ][A-Z]")
_DASHED: Final = re.compile(r"[^\W\d_]{3,}(?:[-_.][^\W\d_]{3,}){3,}")
_SHAPES: Final = re.compile(
    r"[$€£#@/~].*|.*(?:://|@\w|www\.).*|[~<>]?\d{1,3}(?:[.,:/x×+-]\d{1,4})*[a-z%°€$]{0,8}|\d+(?:[.,:/-]\d+)+[a-z%]{0,3}|"
    r"(?:1[0-9]|2[01])\d\d(?:s|er|-\d\d)|\d{3,6}(?:[a-z]{1,2}|x\d+|mhz|mph|kmh|kwh|mah|rpm|lbs|usd|eur|dpi|fps|mbps)|v?\d+(?:\.\d+)+[\w~+-]*|"
    r"\w+\.[a-z]{2,4}\d?(?:/.*)?|--?[a-z].*|[a-z_][\w-]*=.*|0x[0-9a-f]{1,8}|[a-z_][\w.:-]*[(\[].*",
    re.IGNORECASE,
)
"""Amounts, times, addresses, names of files: no password, whatever stands before."""
_THINGS: Final = re.compile(
    r"[a-z]{1,3}-?\d{1,4}[a-z]?|(?:covid|windows|win|office|iphone|ipad|xbox|playstation|galaxy|python|java|http|utf|sha|base|area|"
    r"web|level|chapter|page|version|apollo|formula|boeing|airbus|route|highway|channel|room|gate|ubuntu|android)-?\d+\w{0,2}",
    re.IGNORECASE,
)
"""Names that have a number: no password unless somebody says so."""
_NUMBERED: Final = re.compile(r"[^\W\d_]+\d")
_JOINTS: Final = re.compile(r"[-_./'’,]")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_DIGITS: Final = re.compile(r"[#*]?(?:\d{3,8}|\d{3,5}[- ]\d{3,5}|\d{1,2}(?:-\d{1,2}){2,3})[#*]?")
_MIXED: Final = re.compile(r"(?=\D*\d)(?=\d*[A-Z])[A-Z\d]{5,10}")
_IDENTITY: Final = re.compile(r"(?<!\w)(?:[A-Z]{1,3}[ -]?)?\d(?:[ ./-]?[A-Z0-9]){4,20}(?!\w)")
_PAIR: Final = re.compile(
    r"(?<!\S)(?:\S{1,64}@[\w.-]{3,64} ?[/|:] ?|(?P<user>\S{2,64}) [/|] )(?P<value>\S{4,64})"
)
_ACCOUNT: Final = re.compile(
    r"\b(?:card|account|iban|number|phone|call|mail|address|key|token|secret)\b(?:[^\w\n]+\w+){0,2}[^\w\n]*$",
    re.IGNORECASE,
)
_ALONE: Final = re.compile(r"[a-zа-я][\w.-]{1,30} / \S{6,64}\s*$")
_SIGN: Final = re.compile(r"(?<!\S)[-/]|://|[wW][iI][fF][iI]:")
_EQUAL: Final = re.compile(r"[:：=→>\"“„«]")
_LIKELY: Final = re.compile(r"[\d\"“„«`]|\w[!@#$%^&*+=~?]\w|[a-zà-ÿ][A-Z]|(?:[^\W\d_]{3}[-_.]\w*){3}")
_ENTERED: Final = re.compile(r"(?<!\S)\d{5}")
_UNSPACED: Final = nouns.listed(nouns.UNSPACED)
_CJK: Final = re.compile(
    rf"(?:{'|'.join(_UNSPACED)})[^\x00-\x7f]{{0,6}}[:：]?{BLANK}?(?P<value>[!-~]{{4,64}})"
)
_TOKEN: Final = re.compile(r"\d+(?:[ -]\d+)+(?!\S)|\S+")
_BLANK: Final = re.compile(r"\s")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


Form: TypeAlias = tuple[re.Pattern[str], int, Kind]
"""What comes there is a secret of this kind, if it has so many characters. To compile these takes a while."""


@lru_cache(maxsize=1)
def _by_form() -> tuple[Form, ...]:
    return tuple((_compile(pattern), 1, Kind.PASSWORD) for pattern in _COMMANDS)


@lru_cache(maxsize=1)
def _by_words() -> tuple[Form, ...]:
    table = nouns.WORDS
    rows = (nouns.INSIDE, nouns.UNSPACED, table[Noun.PASSWORD])
    first = {word[0] for row in rows for word in nouns.listed(row)}
    password = (
        rf"(?=[{''.join(sorted(first))}])"  # else each word is tried at each place
        rf"(?:{_any(nouns.INSIDE, nouns.UNSPACED)}"
        rf"|(?<![^\W_])(?:{_any(table[Noun.PASSWORD])}))[0-9_]{{0,2}}"
    )
    loose = rf"(?<![^\W_])(?:{_any(table[Noun.PASS])})[0-9_]{{0,2}}"
    pin = rf"(?<![^\W_])(?:{_any(table[Noun.PIN], table[Noun.CVV])})"
    last = rf"{_EQUALS}(?=(?P<value>\S{{1,500}}+)\s*$)"
    purpose = rf"{BLANK}(?:{'|'.join(nouns.FOR)})(?:{BLANK}[\w-]{{1,16}}){{1,3}}"
    few = rf"(?:{BLANK}[\w-]{{1,16}}){{0,4}}?{BLANK}(?:is|was|ist|lautet|es|est|è|é|это){BLANK}"
    both = rf"(?:user|login)\w{{0,8}} ?[/|&+,] ?(?:{password}|{loose}){_EQUALS}\S+ ?[/|,] ?"
    phrase = rf"(?:pass-?|(?:seed|recovery|wallet) )phrase{_EQUALS}"
    scheme = rf"(?:(?:bearer|basic|token|digest){BLANK}+)?"
    variable = rf"{_NAME}(?:SECRET|TOKEN|PASS(?:WORD|WD|PHRASE)?|PWD|PW)"
    rest = r"(?:_[A-Z0-9]{1,20}){0,4}=[\"']?"
    return (
        (_compile(rf"{password}{_EQUALS}{_VALUE}"), 1, Kind.PASSWORD),
        (_compile(rf"{password}{purpose}{last}"), 4, Kind.PASSWORD),
        (_compile(rf"{password}{few}(?P<value>{_QUOTED})"), 4, Kind.PASSWORD),
        (_compile(rf"{both}{_VALUE}"), 1, Kind.PASSWORD),
        (_compile(rf"{loose}{last}"), 3, Kind.PASSWORD),
        (_compile(rf"{pin}{_EQUALS}(?=(?P<value>(?=\D{{0,40}}\d)\S{{1,500}}+)\s*$)"), 3, Kind.PASSWORD),
        (
            _compile(rf"{loose}{BLANK}(?:\w{{1,4}}{BLANK}){{0,2}}(?:wi-?fi|wlan|router|internet){last}"),
            4,
            Kind.PASSWORD,
        ),
        (_compile(rf"{phrase}(?P<value>\S+(?:{BLANK}\S+){{0,24}})"), 1, Kind.PASSWORD),
        (_compile(rf"\bauthorization{_EQUALS}{scheme}(?P<value>\S+)"), 8, Kind.KEY),
        (re.compile(rf"{variable}{rest}(?P<value>[^\s\"'$;]+)"), 4, Kind.PASSWORD),
        (re.compile(rf"{_NAME}KEY{rest}(?P<value>[^\s\"'$;/]+)"), 16, Kind.KEY),
    )


def _any(*rows: str) -> str:
    """The words of rows of the table, without the ends of their words."""
    each = [word for row in rows for word in nouns.listed(row)]
    spelled = [
        re.escape(word.partition("*")[0]).replace(r"\ ", "[ _-]?") + r"\w{0,8}" * word.endswith("*")
        for word in each
    ]
    return "|".join(sorted(spelled, key=len, reverse=True))


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


class _Token(NamedTuple):
    """What stands between blanks, `raw`; without quotes and the signs of the sentence, `text`; that in small, `low`."""

    start: int
    end: int
    text: str
    low: str
    raw: str
    noun: Noun | None
    ties: bool
    """Whether it is, or ends in, what ties a word and its value."""
    is_place: bool
    """Whether it may say what a code or a password is for."""

    @property
    def tied(self) -> bool:
        """Whether it begins with such a sign."""
        return self.raw.lstrip("*_`\"'”’)").startswith((":", "=", "："))

    @property
    def stops(self) -> bool:
        """Whether it ends a sentence."""
        return self.raw.endswith((".", "?", "!", ";"))


@final
@dataclass(frozen=True, slots=True)
class Asked:
    """What a line names and does not tell, so that the next one may: of which sort, and whether a colon says so."""

    noun: Noun
    surely: bool


def passwords(line: str) -> Iterator[Span]:
    """Where passwords, codes, keys and numbers of documents stand that a word tells."""
    small = nouns.in_small(line)
    names = _names(line, small)
    has_unspaced = not line.isascii() and any(word in line for word in _UNSPACED)
    yield from _surely(line, by_words=bool(names) or has_unspaced)
    yield from _unspaced(line) if has_unspaced else ()
    if "@" in line or " / " in line or " | " in line:
        yield from _pairs(line, small, names)
    if not (names and _LIKELY.search(line)) and not _ENTERED.search(line):
        return
    tokens = _tokens(line, small, names)
    for at, token in enumerate(tokens):
        if token.noun is Noun.IDENTITY:
            yield from _identity(line, token.end)
        elif token.noun is Noun.LOGIN:
            yield from _second(tokens, at)
        elif token.noun not in {None, Noun.PHRASE} and not _is_other_code(tokens, at):
            is_qualified = _is_qualified(tokens, at)
            yield from _behind(tokens, at, small, is_qualified=is_qualified)
            yield from _before(tokens, at, is_qualified=is_qualified)
    yield from _entered(tokens, small)


def _surely(line: str, *, by_words: bool) -> Iterator[Span]:
    """What is a password by the form of the sentence or the command alone."""
    if "//" in line:
        yield from ((*found.span("value"), Kind.PASSWORD) for found in _IN_ADDRESS.finditer(line))
    patterns = [
        *(_by_form() if ("-" in line or ":" in line) and _SIGN.search(line) else ()),
        *(_by_words() if by_words and _EQUAL.search(line) else ()),
    ]
    for pattern, least, kind in patterns:
        for start, end in _values(pattern, line):
            if end - start >= least:
                yield start, end, kind


def asks(line: str) -> Asked | None:
    """What the line names at its end without telling it."""
    line = line[-_LONGEST_ASKING:]
    small = nouns.in_small(line)
    names = _names(line, small)
    if not names:
        return None
    tokens = _tokens(line, small, names)
    at = next((at for at in range(len(tokens) - 1, -1, -1) if tokens[at].noun), len(tokens))
    after, surely = tokens[at + 1 :], bool(tokens) and tokens[-1].ties
    longest = _MARGIN - 2 if line.rstrip().endswith((":", "：", "=")) else 1
    is_told = len(after) > longest or (after and not surely) or any(OMISSION in each.text for each in after)
    if at == len(tokens) or is_told or _is_other_code(tokens, at):
        return None
    noun = tokens[at].noun
    assert noun is not None  # noqa: S101 - it was looked for
    return Asked(noun, surely) if _may_ask(tokens, at, noun, surely=surely) else None


def _may_ask(tokens: list[_Token], at: int, noun: Noun, *, surely: bool) -> bool:
    """Whether a word that is another one as often asks for a secret here."""
    if noun is Noun.PHRASE:
        return tokens[at].low != "phrase" or (
            at > 0 and tokens[at - 1].low in {"recovery", "wallet", "backup"}
        )
    if noun is Noun.IDENTITY:
        return tokens[at].low.startswith(nouns.ASKING)
    return noun not in {Noun.PASS, Noun.KEY, Noun.LOGIN} or surely or _is_qualified(tokens, at)


def leads_to_one(before: str) -> bool:
    """Whether a secret may come behind this text, so that what once stood for one was learned there."""
    line = before.rpartition("\n")[2]
    return asks(line) is not None or _ACCOUNT.search(line, max(0, len(line) - _LONGEST_ASKING)) is not None


def answers(line: str, asked: Asked) -> Iterator[Span]:
    """Where the answer to the line before stands."""
    small = nouns.in_small(line)
    tokens = _tokens(line, small, _names(line, small))
    if asked.noun is Noun.IDENTITY:
        yield from _identity(line, 0)
        return
    if asked.noun is Noun.PHRASE:
        if (
            asked.surely
            and tokens
            and all(is_seed(token.text) or not token.text or token.text.isdigit() for token in tokens)
        ):
            yield tokens[0].start, tokens[-1].end, Kind.PASSWORD
        return
    for at, token in enumerate(tokens):
        is_alone = len(tokens) <= 2 or (
            0 < at < 3 and tokens[at - 1].ties and (at == 1 or tokens[0].low in nouns.THAT)
        )
        if is_alone and not asked.surely and asked.noun is Noun.PASSWORD and token.text.isalpha():
            continue  # two words in one, as in a list
        if _fits(asked.noun, token.text, "tied" if is_alone else "near", is_qualified=True):
            yield token.start, token.end, _kind(asked.noun)
        elif (
            asked.surely
            and asked.noun is Noun.PASSWORD
            and len(tokens) == 1
            and not token.ties
            and len(token.text) > 3
        ):
            yield token.start, token.end, Kind.PASSWORD


def _kind(noun: Noun) -> Kind:
    return Kind.KEY if noun in {Noun.KEY, Noun.API_KEY} else Kind.PASSWORD


def _names(line: str, small: str) -> list[tuple[int, int, Noun]]:
    """Where words for secrets stand, and what they call."""
    return [
        (*each.span(), _noun(each.lastgroup or ""))
        for each in nouns.nouns().finditer(small)
        if each.group() not in nouns.IN_CAPITALS or line[slice(*each.span())].isupper()
    ]


@lru_cache
def _noun(group: str) -> Noun:
    return Noun[group.partition("__")[0]]


def _tokens(line: str, small: str, names: list[tuple[int, int, Noun]]) -> list[_Token]:
    found: list[_Token] = []
    names.reverse()
    done = 0
    for each in _TOKEN.finditer(line):
        start, end = max(done, each.start()), each.end()
        while names and names[-1][0] < end:
            first, last, noun = names.pop()
            if last <= start:
                continue
            if first > start and line[start:first].strip(_AROUND + "-/"):
                found.append(_token(line, small, start, first))
            found.append(_token(line, small, max(first, start), last, noun))
            start = done = last
        if start < end:
            rest = _token(line, small, start, end)
            if rest.text or rest.ties or not found:
                found.append(rest)
            else:
                before = found[-1]
                raw = before.raw + rest.raw
                found[-1] = before._replace(raw=raw, ties=_ties(raw, before.low, before.noun))
    return found


def _token(line: str, small: str, start: int, end: int, noun: Noun | None = None) -> _Token:
    raw = line[start:end]
    text = raw.strip(_AROUND)
    left = start + raw.index(text)
    low = small[left : left + len(text)]
    is_place = low in nouns.PLACES or (("'" in low or "’" in low) and _bare(low) in nouns.PLACES)
    return _Token(left, left + len(text), text, low, raw, noun, _ties(raw, low, noun), is_place)


def _ties(raw: str, low: str, noun: Noun | None) -> bool:
    if noun is not None:
        return False
    if low in nouns.TIES:
        return True
    bare = raw.strip("*_`\"'”’)")
    return bare.endswith((":", "=", "：")) or bare in nouns.TIES


def _behind(tokens: list[_Token], at: int, small: str, *, is_qualified: bool) -> Iterator[Span]:
    """What is told behind a word for it."""
    noun = tokens[at].noun
    assert noun is not None  # noqa: S101 - that of the caller
    how = "beside" if not tokens[at].text.endswith(("'s", "’s")) else "tied"
    start, end = max(0, tokens[at].start - _NEARBY), tokens[at].end + _NEARBY
    has_stopped = is_for = has_value = False
    for place in range(at + 1, min(len(tokens), at + 1 + _MARGIN)):
        token, before = tokens[place], tokens[place - 1]
        if token.noun is noun:
            return
        own_ties = nouns.OWN_TIES.get(before.low)
        is_own_tie = own_ties is not None and tokens[at].low.startswith(own_ties)
        is_now = (
            before.low in nouns.TO
            and not _YEAR.fullmatch(token.text)
            and nouns.CHANGES.search(small, start, end) is not None
        )
        if before.ties or token.tied or is_own_tie or is_now:
            how = "tied"
        elif place > at + 1 and not _keeps(before, how) and not (has_value and before.low in _OR):
            how = "near"
        is_for = is_for or (place == at + 1 and token.low in nouns.FOR)
        has_stopped = has_stopped or (before.stops and place > at + 1)
        if token.noun is not None:
            continue
        if before.low in nouns.BETWEEN and how != "tied":
            continue
        is_last = place + 1 == len(tokens) or token.stops or token.raw.endswith(",")
        is_amount = not is_last and tokens[place + 1].low in nouns.UNITS
        if (
            noun is Noun.CODE
            and how == "beside"
            and place + 1 == len(tokens)
            and not _YEAR.fullmatch(token.text)
        ):
            is_qualified = True
        how_now = (
            "near"
            if has_stopped
            else "beside"
            if how == "near" and is_for and is_last and place < at + 5
            else how
        )
        if not is_amount and _fits(noun, token.text, how_now, is_qualified=is_qualified):
            has_value = True
            yield token.start, token.end, _kind(noun)


def _keeps(token: _Token, how: str) -> bool:
    """Whether this word between another one and a value leaves them together."""
    return token.low in nouns.STILL if how == "tied" else how == "beside" and token.is_place


def _bare(word: str) -> str:
    """The word without the article that French and Italian write together with it."""
    return word.replace("’", "'").rpartition("'")[2]


_PURPOSES: Final = {
    "",
    "on",
    "um",
    "om",
    "aby",
    "and",
    "и",
    "und",
    "in",
    "when",
    "into",
    "per",
    "чтобы",
    "için",
}
_OR: Final = {"or", "and", "oder", "und", "ou", "et", "o", "y", "e", "или", "и", "lub", "ve"}


def _before(tokens: list[_Token], at: int, *, is_qualified: bool) -> Iterator[Span]:
    """What is told before the word for it: `… is the password`."""
    noun = tokens[at].noun
    assert noun is not None  # noqa: S101 - that of the caller
    tied = False
    for place in range(at - 1, max(-1, at - 1 - _MARGIN), -1):
        token = tokens[place]
        if token.noun:
            return
        if token.ties or token.low in nouns.AS:
            tied = True
        elif tied or _is_strong(token.text):
            fits = _fits(noun, token.text, "tied" if tied else "near", is_qualified=is_qualified)
            fits = fits and (noun is not Noun.KEY or _is_strong(token.text))
            if fits and not _YEAR.fullmatch(token.text):
                yield token.start, token.end, _kind(noun)
            if tied:
                return
        if token.stops:
            return


def _second(tokens: list[_Token], at: int) -> Iterator[Span]:
    """What stands behind the name of a user, which stands behind a word for both."""
    users = 0
    for token in tokens[at + 1 : at + 6]:
        user, sign, rest = token.text.partition(":" if ":" in token.text else "/")
        if sign and user and _is_weak(rest) and not _SHAPES.fullmatch(token.text):
            yield token.end - len(rest), token.end, Kind.PASSWORD
            return
        if token.ties or not token.text.strip("/|-"):
            continue
        is_name = _THINGS.fullmatch(token.text) or _NUMBERED.fullmatch(token.text)
        if users == 1 and _is_weak(token.text) and not is_name:
            yield token.start, token.end, Kind.PASSWORD
            return
        users += 1
        if token.stops:
            return


def _pairs(line: str, small: str, names: list[tuple[int, int, Noun]]) -> Iterator[Span]:
    """What stands behind the name or the address of a user and a stroke."""
    has_word = nouns.ACCESS.search(small) or any(
        noun in {Noun.LOGIN, Noun.PASSWORD, Noun.PASS} for _, _, noun in names
    )
    has_word = has_word or _ALONE.match(line) is not None
    for found in _PAIR.finditer(line):
        text = found["value"].strip(_AROUND)
        if (
            (has_word or (found["user"] or "root").lower() in {"root", "admin", "user", "guest", "test"})
            and _is_weak(text)
            and not _THINGS.fullmatch(text)
            and not _NUMBERED.fullmatch(text)
        ):
            start = found.start("value") + found["value"].index(text)
            yield start, start + len(text), Kind.PASSWORD


def _entered(tokens: list[_Token], small: str) -> Iterator[Span]:
    """Codes for once: `use 482913 to log in`."""
    if not any(_DIGITS.fullmatch(token.text) for token in tokens):
        return
    has_access = nouns.ACCESS.search(small) is not None
    is_once = nouns.ONCE.search(small) and any(
        each.noun in {Noun.CODE, Noun.PIN, Noun.CVV, Noun.PASSWORD} for each in tokens
    )
    for at, token in enumerate(tokens):
        entered = has_access and at > 0 and tokens[at - 1].low in nouns.ENTER
        after = "" if at + 1 == len(tokens) or token.raw[-1:] in ",.;:)" else tokens[at + 1].low
        entered = entered and (after in _PURPOSES or after in nouns.AS or after in nouns.TO)
        is_amount = after in nouns.UNITS
        if (
            ((entered and len(token.text) > 4) or is_once)
            and not is_amount
            and _is_code(token.text)
            and not _YEAR.fullmatch(token.text)
        ):
            yield token.start, token.end, Kind.PASSWORD


def _identity(line: str, start: int) -> Iterator[Span]:
    """The number of a document, behind the word for it."""
    found = _IDENTITY.search(line, start, start + 60)
    if found and sum(each.isdigit() for each in found.group()) >= 6:
        yield *found.span(), Kind.NUMBER


def _unspaced(line: str) -> Iterator[Span]:
    """What is told in scripts without blanks: `密码是…`."""
    for start, end in _values(_CJK, line):
        if _is_weak(line[start:end]) or _is_code(line[start:end]):
            yield start, end, Kind.PASSWORD


def _is_qualified(tokens: list[_Token], at: int) -> bool:
    """Whether it is said what the code or the password is for."""
    around = [*tokens[max(0, at - 2) : at], *tokens[at + 1 : at + 5]]
    return any(each.is_place for each in around) or (
        tokens[at].noun is Noun.CODE and at > 0 and tokens[at - 1].end == tokens[at].start
    )


def _is_other_code(tokens: list[_Token], at: int) -> bool:
    """Whether a code is one of the post, of a program or the like."""
    token = tokens[at]
    if token.noun is not Noun.CODE:
        return False
    before = tokens[at - 1].low if at else ""
    is_part = at > 0 and tokens[at - 1].end == token.start
    return (
        before in nouns.PARTS
        if is_part
        else not nouns.NO_SECRETS.isdisjoint({before, *(each.low for each in tokens[at + 1 : at + 3])})
    )


def _fits(noun: Noun, text: str, how: str, *, is_qualified: bool) -> bool:
    """Whether this looks like a value of such a word: the more so, the looser it is tied to it."""
    if noun in {Noun.PIN, Noun.CVV, Noun.CODE}:
        return how != "near" and _fits_code(noun, text, how, is_qualified=is_qualified)
    is_weak, is_strong = _is_weak(text), _is_strong(text)
    is_likely = is_weak and not _THINGS.fullmatch(text)
    if noun is Noun.PASSWORD or (noun is Noun.PASS and is_qualified):
        return is_strong or (how == "tied" and is_weak) or (how == "beside" and is_likely)
    if noun is Noun.PASS:
        return how != "near" and (is_strong or (how == "tied" and is_likely))
    if noun is Noun.API_KEY:
        is_long = how != "near" and len(text) >= 12
        return len(text) >= 8 and (is_strong or ((is_long or how == "tied") and is_weak))
    return (
        noun is Noun.KEY and how != "near" and len(text) >= 8 and (is_strong or (how == "tied" and is_likely))
    )


def _fits_code(noun: Noun, text: str, how: str, *, is_qualified: bool) -> bool:
    if _DIGITS.fullmatch(text):
        is_surely = noun is not Noun.CODE or is_qualified
        enough = 3 if noun is Noun.CVV else 4 if is_surely or how == "tied" else 5
        return sum(each.isdigit() for each in text) >= enough and (is_surely or not _YEAR.fullmatch(text))
    if _SHAPES.fullmatch(text):
        return False
    if how == "tied" and not _THINGS.fullmatch(text):
        return bool(_MIXED.fullmatch(text)) or (is_qualified and _is_weak(text)) or _is_strong(text)
    return _is_strong(text)


def _is_code(text: str) -> bool:
    return _DIGITS.fullmatch(text) is not None and sum(each.isdigit() for each in text) >= 4


def _is_weak(text: str) -> bool:
    """Whether it is hardly a word."""
    return (
        len(text) >= 4 and bool(_ODD.search(text) or _DASHED.fullmatch(text)) and not _SHAPES.fullmatch(text)
    )


def _is_strong(text: str) -> bool:
    """Whether it is nothing that people write but as a password or a key: letters, digits and signs by turns."""
    if len(text) < 6 or not any(each.isdigit() for each in text) or text.isdigit():
        return False
    if _SHAPES.fullmatch(text) or _THINGS.fullmatch(text):
        return False
    changes = [turns(part) for part in _JOINTS.split(text)]
    return max(changes) >= 3 or sum(changes) >= 5 or is_random(text)


def _values(pattern: re.Pattern[str], line: str) -> Iterator[tuple[int, int]]:
    """Where passwords stand by this pattern, without quotes and the signs of the sentence."""
    stretch = 0  # where the one without blanks ends
    for found in pattern.finditer(line):
        start, end = found.span("value")
        if end - start == _CUT:
            if stretch < end:
                blank = _BLANK.search(line, end)
                stretch = blank.start() if blank else len(line)
            end = stretch
        if line[max(0, found.start() - 1) : found.start()] in {"?", "&"}:
            one_of_several = line.find("&", start, end)
            end = end if one_of_several == -1 else one_of_several
        while start < end and line[start] in _AROUND:
            start += 1
        while start < end and line[end - 1] in _AROUND:
            end -= 1
        in_program = "=" in line[found.start() : start] and _IN_PROGRAMS.match(line, start)
        if not in_program and not _no_password().match(line, start, end):
            yield start, end


@lru_cache(maxsize=1)
def _no_password() -> re.Pattern[str]:
    """An address of the web, or the word for a password once more."""
    return _compile(rf"[a-z]+://|(?:{_any(nouns.INSIDE, nouns.WORDS[Noun.PASSWORD])})(?=$|[\s)\]}}\"',.;])")
