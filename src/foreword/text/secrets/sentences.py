"""Find passwords, codes, keys and document numbers by the word for them in their sentence.

    the password for the wifi is hunter2        hunter2 es la contraseña        your code is 482913

The tie may be strong (`is` or nothing between word and value) or weak (other words between them, or the value first).
With a weaker tie, the value must look more like a secret. `nouns.py` has the words, `passwords.py` the tests of values.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Final, Literal, NamedTuple, TypeAlias, final

from foreword.text.secrets import OMISSION, Kind, Span, nouns
from foreword.text.secrets.keys import is_seed
from foreword.text.secrets.nouns import Noun
from foreword.text.secrets.numbers import NO_NUMBERS, YEAR
from foreword.text.secrets.passwords import (
    AROUND,
    DIGITS,
    asks_unspaced,
    credential_pairs,
    in_forms,
    is_code,
    is_named_thing,
    is_no_value,
    is_strong,
    is_thing,
    is_unspaced,
    is_weak,
    unspaced,
    value_of_unspaced,
)

Tie: TypeAlias = Literal["tied", "beside", "near"]
"""The tie of a value to its word: by `is` or a colon; with at most a place between them; or further away."""

_LONGEST_ASKING: Final = 80  # characters
_NEARBY: Final = 80  # characters
_MARGIN: Final = 8  # tokens between a word and its value, or two values, at most
_SMALL_WORDS: Final = nouns.STILL | nouns.FOR
"""Words that may stand behind a word for a secret in a question: `code de la porte again?`"""

_LIKELY: Final = re.compile(r"[\d\"“„«`]|\w[!@#$%^&*+=~?]\w|[a-zà-ÿ][A-Z]|(?:[^\W\d_]{3}[-_.]\w*){3}")
_ENTERED: Final = re.compile(r"(?<!\S)\d{5}")
_YEAR: Final = re.compile(YEAR)
_MIXED: Final = re.compile(r"(?=\D*\d)(?=\d*[A-Z])[A-Z\d]{5,10}")
_KEYPAD: Final = re.compile(r"(?=(?:\D?\d){4})[A-Za-dВКвк\d]{5,8}")
_IDENTITY: Final = re.compile(r"(?<!\w)(?:[A-Z]{1,3}[ -]?)?\d(?:[ ./-]?[A-Z0-9]){4,20}(?!\w)")
_LIKE_DATES: Final = re.compile(r"\d\d-\d\d-\d\d(?!\d)|(?:\d\d\.){2}\d\d-\d")
"""British sort codes and Belgian national numbers."""
_PLAIN: Final = re.compile(
    rf"(?:(?:\d\d?[./-])?{YEAR}(?:[/-](?:\d\d?[./-])?{YEAR})?|{YEAR}[./-]\d\d?"
    r"|\d{1,4}\.\d\d(?: \d{1,4}\.\d\d)*"
    rf"|\d{{1,3}}(?:[ .]\d{{3}})+(?= ?(?:[€$£%]|(?:{'|'.join(nouns.UNITS)}|euro|eur|usd|zł|kč)\b)))"
    r"(?!\w|[ ./-]?[A-Z0-9])"
)
"""Years, months, prices and amounts. They are no numbers of documents."""
_WORDY: Final = re.compile(r"\w")
_TOKEN: Final = re.compile(r"\d+(?P<sign>[ -])\d+(?:(?P=sign)\d+)*(?=[,;.)]?(?:\s|$))|\S+")


class _Token(NamedTuple):
    """The text between spaces: `raw`; `text`, without quotes and punctuation; `low`, in small letters."""

    start: int
    end: int
    text: str
    low: str
    raw: str
    noun: Noun | None
    ties: bool
    """Whether it is, or ends in, a sign or a word that ties a word and its value."""
    is_place: bool
    """Whether it may name the purpose of a code or a password."""

    @property
    def is_tied(self) -> bool:
        """Whether it begins with a sign that ties."""
        return self.raw.lstrip("*_`\"'”’)").startswith((":", "=", "："))

    @property
    def stops(self) -> bool:
        """Whether it ends a sentence."""
        return self.raw.endswith((".", "?", "!", ";"))


class Announced(NamedTuple):
    """A secret named without its value. The next line may hold it. `surely`: the line ends in a tie (a colon)."""

    noun: Noun
    surely: bool


@final
class Sentence:
    """A line, with its words for secrets and its tokens. Both are computed at first use."""

    def __init__(self, line: str) -> None:
        self.line = line
        self.small = nouns.in_small(line)

    @cached_property
    def names(self) -> list[tuple[int, int, Noun]]:
        """The positions of the words for secrets, and their nouns."""
        return nouns.named_in(self.line, self.small)

    @cached_property
    def tokens(self) -> list[_Token]:
        """The tokens. A word for a secret is a separate token, also inside a longer word."""
        found: list[_Token] = []
        names = self.names[::-1]
        done = 0
        for each in _TOKEN.finditer(self.line):
            start, end = max(done, each.start()), each.end()
            while names and names[-1][0] < end:
                first, last, noun = names.pop()
                if self.line[start:first].strip(AROUND + "-/"):
                    found.append(self._token(start, first))
                found.append(self._token(max(first, start), last, noun))
                start = done = last
            if start < end:
                rest = self._token(start, end)
                if rest.text or rest.ties or not found:
                    found.append(rest)
                else:
                    before = found[-1]
                    raw = before.raw + rest.raw
                    found[-1] = before._replace(raw=raw, ties=_ties(raw, before.low, before.noun))
        return found

    def _token(self, start: int, end: int, noun: Noun | None = None) -> _Token:
        raw = self.line[start:end]
        text = raw.strip(AROUND)
        left = start + raw.index(text)
        right = left + len(text)
        low = self.small[left:right]
        # French and Italian write an article together with its noun.
        bare = low.replace("’", "'").rpartition("'")[2] if "'" in low or "’" in low else low
        return _Token(left, right, text, low, raw, noun, _ties(raw, low, noun), bare in nouns.PLACES)


def _ties(raw: str, low: str, noun: Noun | None) -> bool:
    bare = raw[-_NEARBY:].rstrip("*_`\"'”’)")
    return noun is None and (low in nouns.TIES or bare.endswith((":", "=", "：")))


def passwords(sentence: Sentence) -> Iterator[Span]:
    """The positions of passwords, codes, keys and document numbers. Their form or a word shows them."""
    line, small, names = sentence.line, sentence.small, sentence.names
    is_unspaced = not line.isascii() and any(word in line for word in nouns.UNSPACED)
    yield from in_forms(line, by_words=bool(names) or is_unspaced)
    if is_unspaced:
        yield from unspaced(line)
    if "@" in line or " / " in line or (names and " | " in line):
        of_users = any(noun in {Noun.LOGIN, Noun.PASSWORD, Noun.PASS} for _, _, noun in names)
        yield from credential_pairs(line, has_word=of_users or nouns.ACCESS.search(small) is not None)
    if not (names and _LIKELY.search(line)) and not _ENTERED.search(line):
        return
    tokens = sentence.tokens
    for at, token in enumerate(tokens):
        noun = token.noun
        if noun is Noun.IDENTITY:
            yield from _identity(line, token.end)
        elif noun is Noun.LOGIN:
            yield from _second(tokens, at)
        elif noun is not None and noun is not Noun.PHRASE and not _is_other_code(tokens, at):
            yield from _after(tokens, at, noun, small)
            yield from _before(tokens, at, noun)
    yield from _entered(tokens, small)


def announces(sentence: Sentence) -> Announced | None:
    """The secret that the end of the line names without a value."""
    if len(sentence.line) > _LONGEST_ASKING:
        sentence = Sentence(sentence.line[-_LONGEST_ASKING:])
    if not sentence.names:
        line = sentence.line.rstrip()
        return Announced(Noun.PASSWORD, line.endswith((":", "："))) if asks_unspaced(line) else None
    tokens = sentence.tokens
    at = next((at for at in range(len(tokens) - 1, -1, -1) if tokens[at].noun), len(tokens))
    after, surely = tokens[at + 1 :], bool(tokens) and tokens[-1].ties
    if at == len(tokens) or _is_other_code(tokens, at):
        return None
    noun, low, line = tokens[at].noun, tokens[at].low, sentence.line.rstrip()
    is_for = not after or surely or after[0].low in nouns.FOR
    if noun in {Noun.PASS, Noun.KEY, Noun.LOGIN} and not is_for:  # je passe la porte
        return None
    if line.endswith((":", "：", "=")):
        longest = _MARGIN - 2
    elif is_for and line.endswith(("?", "？", "؟")) and noun in {Noun.PASSWORD, Noun.PIN}:
        longest = 3
    else:
        longest = 1 if surely else 0
    kept = (each for each in after if not (each.is_place or each.low in _SMALL_WORDS))
    after = [each for each in kept if not nouns.CHANGES.match(each.low)]
    if len(after) > longest:
        return None
    assert noun is not None  # noqa: S101 - it was looked for
    if noun is Noun.PHRASE:
        is_announced = low != "phrase" or (at > 0 and tokens[at - 1].low in {"recovery", "wallet", "backup"})
    elif noun is Noun.IDENTITY:
        is_announced = low.startswith(nouns.ASKING)
    else:
        is_announced = noun not in {Noun.PASS, Noun.KEY, Noun.LOGIN} or surely or _is_qualified(tokens, at)
    return Announced(noun, surely) if is_announced else None


def answers(sentence: Sentence, announced: Announced) -> Iterator[Span]:
    """The positions of the answer to the line before."""
    noun, surely = announced
    if noun is Noun.IDENTITY:
        yield from _identity(sentence.line, 0)
        return
    tokens = sentence.tokens
    if noun is Noun.PHRASE:
        are_seeds = all(is_seed(each.text) or not each.text or each.text.isdigit() for each in tokens)
        if surely and tokens and are_seeds:
            yield tokens[0].start, tokens[-1].end, Kind.PASSWORD
        return
    for at, token in enumerate(tokens):
        if is_unspaced(token.text):
            yield from _of_unspaced(token, announced)
            continue
        if _is_amount_or_year(tokens, at):
            continue
        is_alone = len(tokens) <= 2 or (
            0 < at < 3 and tokens[at - 1].ties and (at == 1 or tokens[0].low in nouns.THAT)
        )
        is_password = noun is Noun.PASSWORD
        is_unsure = noun is Noun.LOGIN or (is_password and not surely)
        if is_alone and is_unsure and token.text.isalpha():
            continue  # two words written as one, as in a list
        if _fits(noun, token.text, "tied" if is_alone else "near", is_qualified=True):
            yield token.start, token.end, _kind(noun)
        elif surely and is_password and len(tokens) == 1 and not token.ties and len(token.text) > 3:
            yield token.start, token.end, Kind.PASSWORD


def _of_unspaced(token: _Token, announced: Announced) -> Iterator[Span]:
    """The value in a token that may be a whole sentence, with a time or the name of a thing."""
    value = value_of_unspaced(token.text)
    if value and (announced.surely or is_weak(value["value"]) or is_code(value["value"])):
        yield token.start + value.start("value"), token.start + value.end("value"), _kind(announced.noun)


def _is_amount_or_year(tokens: list[_Token], at: int) -> bool:
    """Whether an answer is of the kind `4012 lines` or `in 2019`."""
    after, before = tokens[at + 1 : at + 2], tokens[at - 1 : at]
    is_amount = any(each.low in nouns.UNITS for each in after)
    return is_amount or any(each.low in nouns.BETWEEN and _YEAR.fullmatch(tokens[at].text) for each in before)


def _kind(noun: Noun) -> Kind:
    return Kind.KEY if noun in {Noun.KEY, Noun.API_KEY} else Kind.PASSWORD


def _after(tokens: list[_Token], at: int, noun: Noun, small: str) -> Iterator[Span]:
    word = tokens[at]
    is_qualified = _is_qualified(tokens, at)
    how: Tie = "tied" if word.text.endswith(("'s", "’s")) else "beside"
    nearby = max(0, word.start - _NEARBY), word.end + _NEARBY
    has_stopped = is_for = False
    stop = at  # the last token of the word's sentence, or the word
    last = at  # the last value, or the word
    for place in range(at + 1, len(tokens)):
        token, before = tokens[place], tokens[place - 1]
        if token.noun is noun or place > last + _MARGIN:
            return
        is_year, is_last = _YEAR.fullmatch(token.text), place + 1 == len(tokens)
        ends = is_last or token.stops or token.raw.endswith(",")
        own_tie = word.low.startswith(nouns.OWN_TIES.get(before.low, ()))
        changed = before.low in nouns.TO and not is_year and nouns.CHANGES.search(small, *nearby)
        # Some words between a word and its value keep the tie.
        is_alike = _WORDY.sub("a", before.text) == _WORDY.sub("a", token.text)
        is_another = last > at and (is_alike or {before.low, token.low} & nouns.OR)
        is_listed = before.raw.endswith(f"{OMISSION},")
        keeps = is_listed or before.low in nouns.STILL or (how == "beside" and before.is_place)
        if before.ties or token.is_tied or own_tie or changed:
            how = "tied"
        elif place > at + 1 and not (keeps or is_another):
            how = "near"
        is_for = is_for or (place == at + 1 and token.low in nouns.FOR)
        if before.stops and place > at + 1:
            has_stopped, stop = True, stop if has_stopped else place
        if token.noun is not None or (before.low in nouns.BETWEEN and how != "tied"):
            continue
        is_end = is_last or (place + 2 == len(tokens) and tokens[-1].ties)  # Hindi: कोड 4821 है
        is_lone_code = noun is Noun.CODE and how == "beside" and is_end and is_code(token.text)
        is_qualified = is_qualified or (is_lone_code and not is_year)
        now = how
        if has_stopped and not (
            # My PIN changed. The new one is 4821
            how == "tied"
            and place < stop + 5
            and is_code(token.text)
            and nouns.CHANGES.search(small, *nearby)
        ):
            now = "near"
        elif how == "near" and is_for and place < at + 5 and ends:
            now = "beside"
        is_amount = not ends and tokens[place + 1].low in nouns.UNITS
        if not is_amount and _fits(noun, token.text, now, is_qualified=is_qualified):
            last = place
            yield token.start, token.end, _kind(noun)


def _before(tokens: list[_Token], at: int, noun: Noun) -> Iterator[Span]:
    """The values before a word for them: `… is the password`."""
    is_tied = False
    for token in tokens[max(0, at - _MARGIN) : at][::-1]:
        if token.noun and (token.noun is not Noun.LOGIN or token.raw != token.text):  # `the login password`
            return
        if token.ties or token.low in nouns.AS:
            is_tied = True
        elif is_tied or is_strong(token.text):
            how: Tie = "tied" if is_tied else "near"
            fits = _fits(noun, token.text, how, is_qualified=_is_qualified(tokens, at))
            if fits and (noun is not Noun.KEY or is_strong(token.text)) and not _YEAR.fullmatch(token.text):
                yield token.start, token.end, _kind(noun)
            if is_tied:
                return
        if token.stops:
            return


def _second(tokens: list[_Token], at: int) -> Iterator[Span]:
    """The value after the name of a user. The name follows a word for both, such as `login`."""
    users = 0
    for token in tokens[at + 1 : at + 6]:
        rest = token.text.partition(":" if ":" in token.text else "/")[2]
        if is_weak(rest) and not is_no_value(token.text):
            yield token.end - len(rest), token.end, Kind.PASSWORD
            return
        if token.ties or not token.text.strip("/|-"):
            continue
        if users == 1 and is_weak(token.text) and not (token.text.isalpha() or is_named_thing(token.text)):
            yield token.start, token.end, Kind.PASSWORD
            return
        users += 1
        if token.stops:
            return


def _entered(tokens: list[_Token], small: str) -> Iterator[Span]:
    """One-time codes: `use 482913 to log in`."""
    has_access = nouns.ACCESS.search(small) is not None
    codes = {Noun.CODE, Noun.PIN, Noun.CVV, Noun.PASSWORD}
    is_once = nouns.ONCE.search(small) and any(each.noun in codes for each in tokens)
    for at, token in enumerate(tokens):
        after = "" if at + 1 == len(tokens) or token.raw[-1:] in ",.;:)" else tokens[at + 1].low
        is_entered = has_access and at > 0 and tokens[at - 1].low in nouns.ENTER and len(token.text) > 4
        fits = (is_entered and (after == "" or after in nouns.PURPOSES)) or is_once
        if fits and after not in nouns.UNITS and is_code(token.text) and not _YEAR.fullmatch(token.text):
            yield token.start, token.end, Kind.PASSWORD


def _identity(line: str, start: int) -> Iterator[Span]:
    """The number of a document, after the word for it."""
    if line.startswith(" longer", start):  # an account no longer in use
        return
    first = max(0, start - 3)
    near = line[first : start + 80]
    dateless = NO_NUMBERS.sub(
        lambda date: date[0] if _LIKE_DATES.match(near, date.start()) else "\0" * len(date[0]), near
    )
    for found in _IDENTITY.finditer(dateless, start - first, start - first + 60):
        if not _PLAIN.match(near, found.start()):
            if sum(each.isdigit() for each in found.group()) >= 6 or is_strong(found.group()):
                yield first + found.start(), first + found.end(), Kind.NUMBER
            return


def _is_qualified(tokens: list[_Token], at: int) -> bool:
    """Whether the sentence names the purpose of the code or the password."""
    around = [*tokens[max(0, at - 2) : at], *tokens[at + 1 : at + 5]]
    return any(each.is_place for each in around) or (
        tokens[at].noun is Noun.CODE and tokens[at - 1].end == tokens[at].start
    )


def _is_other_code(tokens: list[_Token], at: int) -> bool:
    """Whether a code is a postcode, program code or the like."""
    token = tokens[at]
    if token.noun is not Noun.CODE:
        return False
    before = tokens[at - 1].low.removesuffix("-") if at else ""
    if tokens[at - 1].end == token.start:
        return before in nouns.PARTS | nouns.NO_SECRETS
    return not nouns.NO_SECRETS.isdisjoint({before, *(each.low for each in tokens[at + 1 : at + 3])})


def _fits(noun: Noun, text: str, how: Tie, *, is_qualified: bool) -> bool:
    """Whether the text looks enough like a value of this word. A weaker tie needs a clearer value."""
    if noun in {Noun.PIN, Noun.CVV, Noun.CODE}:
        return how != "near" and _fits_code(noun, text, how, is_qualified=is_qualified)
    is_likely = is_weak(text) and not is_thing(text)
    if noun in {Noun.PASSWORD, Noun.LOGIN} or (noun is Noun.PASS and is_qualified):
        return (
            is_strong(text)
            or (how == "tied" and is_weak(text))
            or (how == "beside" and is_likely and not text.isalpha())
        )
    if noun is Noun.API_KEY and len(text) >= 8:
        is_long = how != "near" and len(text) >= 12
        return is_strong(text) or ((is_long or how == "tied") and is_weak(text))
    if noun is Noun.PASS or (noun is Noun.KEY and len(text) >= 8):
        return how != "near" and (is_strong(text) or (how == "tied" and is_likely))
    return False


def _fits_code(noun: Noun, text: str, how: Tie, *, is_qualified: bool) -> bool:
    if DIGITS.fullmatch(text):
        is_surely = noun is not Noun.CODE or is_qualified
        enough = 3 if noun is Noun.CVV else 4 if is_surely or how == "tied" else 5
        return sum(each.isdigit() for each in text) >= enough and (is_surely or not _YEAR.fullmatch(text))
    if (noun is not Noun.CODE or is_qualified) and _KEYPAD.fullmatch(text):
        return True
    if how == "tied" and not is_thing(text):
        return bool(_MIXED.fullmatch(text)) or (is_qualified and is_weak(text)) or is_strong(text)
    return is_strong(text)
