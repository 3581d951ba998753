"""The secrets in a text: found, replaced by a sign of omission, counted by kind.

    scrub("my card is 4111 1111 1111 1111").text                # "my card is …"

It is on by default wherever words are learned. A text is read line by line. A private key may go over several lines, a
card number may be broken, and a line may tell what the one before asks for. The sign of omission is never found as a
secret, so scrubbing twice changes nothing. Text without secrets stays as it is.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import cycle, islice
from typing import Final, final

from foreword.text.secrets import NEUTRAL, OMISSION, Kind, Span, keys, numbers
from foreword.text.secrets.keys import SEEDS, SEEDS_BEGIN, KeyBlocks
from foreword.text.secrets.nouns import telling_places
from foreword.text.secrets.numbers import BETWEEN, LINES_OF_A_NUMBER, LONGEST_BROKEN, broken_number, goes_on
from foreword.text.secrets.passwords import door_codes
from foreword.text.secrets.sentences import Announced, Sentence, announces, answers, passwords

LONGEST_LINE: Final = (
    1 << 16
)  # characters; a longer line is searched in pieces, cut where no secret should be
KEY_END: Final = 64  # characters that stand for a private key, for many keys begin alike
_ROUNDS: Final = 10
_PATIENCE: Final = 2  # lines after one that asks in which the answer may stand
_SHORT_NUMBER: Final = re.compile(r"[ \t]{0,2}(?:\d[ \t]?){1,8}[ \t]?\n?")
_SENTENCE_END: Final = re.compile(r"[^\W\d_][.,;!?] (?=[^\W\d_])")
_IN_KEY: Final = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
_DIGIT: Final = re.compile(r"\d")

_IN_KEYS: Final = r"[A-Za-z0-9_+/.:=~%-]"
_AFTER_DIGIT: Final = (
    # a long number; a digit beside a letter, and among 16 characters without a space; how account numbers begin
    rf"(?:(?:{BETWEEN}{{0,3}}+\d){{{numbers.SHORTEST - 1}}}"
    rf"|(?:(?=[A-Za-z])|(?<=[A-Za-z]\d))(?:(?={_IN_KEYS}{{7}})|(?<={_IN_KEYS}{{9}}))"
    r"|(?<=[A-Za-z]{2}\d)\d"
    # a code; a number of a document in pairs; a code for a door; a card with other signs between; one in two lines
    r"|(?=\d{4})|(?= ?\d\d ?\d\d ?[A-D]\b)|(?=-[A-Z]{4,8}-)|(?=#)|(?=[ -]word)|(?<=1)(?=[.)]? ?[A-Za-z]{3,8} 2)"
    r"|(?<=\d{4})(?=[^\w\n]{1,3}\d{4,6}[^\w\n]|_\d{4,6}_)"
    r"|(?<=\d{3})(?=[ \t]{0,2}\n[ \t]{0,2}\d{3}))"
)
_SIGNS: Final = (
    rf"\d{_AFTER_DIGIT}",
    r"_(?=[A-Za-z0-9_-]{16})",  # a key without digits
    r"-(?:(?=[A-Za-z0-9_-]{16})|(?=[awb] |u|p|-user)(?<!\S.)|(?=-(?:pass|token|secret|api))|(?=User-Key-File))",
    r"/(?:(?= )(?<= /)|(?=/[^\s/:@]{0,200}:))",
    r"@(?=[\w.-]{3,80} ?[/|:] ?\S)",
    r"A(?:KIA|SIA|BIA|CCA|3T|Iza)",
    rf":(?:(?=//)|(?<=/user:)|(?<=/p:)|(?<=[cC]ookie:)|(?<=COOKIE:)|(?<=[cC]ookie\d:)|(?<=(?i:wifi):)|(?= ?{SEEDS}))",
    rf"\n(?=(?:\w{{3,10}}+[ ,;]{{1,3}}+){{11}})(?={SEEDS})",  # a seed phrase
)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Scrubbed:
    """A text without its secrets, and how many of each kind there were."""

    text: str
    found: Counter[Kind]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A secret, for those who look whether a model knows it all the same; not even an error's traceback shows it.

    `before` is its line up to there, without other secrets. Of a private key `text` is the end, `before` all the rest.
    """

    kind: Kind
    text: str = field(repr=False)
    before: str = field(repr=False)


def scrub(text: str) -> Scrubbed:
    """`text` without its secrets; the same object where there are none."""
    found = Counter[Kind]()
    clear = "".join(scrub_pieces([text], found))
    return Scrubbed(text=clear if found else text, found=found)


def scrub_pieces(
    pieces: Iterable[str], found: Counter[Kind], *, taken: list[Taken] | None = None
) -> Iterator[str]:
    """The same for a text in pieces, wherever it is cut, in bounded memory; what is taken out is added to `found`.

    The secrets themselves are kept nowhere but in `taken`, if there is such a list.
    """
    scrubber = Scrubber(found, taken)
    held: list[str] = []  # the beginning of a line
    length = 0
    for piece in pieces:
        held.append(piece)
        length += len(piece)
        if "\n" in piece or length > LONGEST_LINE:
            text = "".join(held)
            *_, rest = ["", *_short_pieces(text[text.rfind("\n") + 1 :])]  # what may go on
            text = text.removesuffix(rest)
            clear, left = scrubber.advance(text, _known_until(text))
            held, length = [left, rest], len(left) + len(rest)
            yield clear
    clear = scrubber.feed("".join(held))
    scrubber.close()  # now: what is taken out is known before the last piece is handed on
    yield clear


def secrets_in(pieces: Iterable[str]) -> Iterator[Taken]:
    """The secrets that would be taken out of a text, one by one, each with what a model may know of its line."""
    taken: list[Taken] = []
    for _ in scrub_pieces(pieces, Counter[Kind](), taken=taken):
        for each in taken:
            # What stood before it may itself hold a secret that was found later.
            clear = each.before if each.kind is Kind.PRIVATE_KEY else scrub(each.before).text
            yield replace(each, before=clear)
        taken.clear()


@final
class Scrubber:
    """Takes secrets out of whole lines that are handed in one after the other."""

    def __init__(self, found: Counter[Kind], taken: list[Taken] | None = None) -> None:
        self._found = found
        self._taken = taken
        self._blocks = KeyBlocks(OMISSION)
        self._key = ""  # for `taken`: a private key so far, with what stands before it in its first line
        self._announced: Announced | None = None
        self._patience = 0  # lines

    def feed(self, text: str) -> str:
        """`text`, which ends where a line does or may be cut, without secrets."""
        return self.advance(text, len(text))[0]

    def advance(self, text: str, until: int) -> tuple[str, str]:
        """The lines of `text` that begin before `until` without secrets, and the rest, as it is.

        A number may be broken there, so lines after `until` are looked at as well.
        """
        kept: list[str] = []
        done = 0
        places = iter(suspicious(text))
        while done < until:
            is_rest = done > 0 and text[done - 1] != "\n"  # of a line in which a secret ended
            if is_rest or self._blocks.is_inside or self._announced is not None:
                done = self._line(text, done, kept)
                continue
            place = next((each for each in places if each >= done), None)
            start = until if place is None else text.rfind("\n", done, place) + 1 or done
            if start >= until:
                break
            kept.append(text[done:start])
            done = self._line(text, start, kept)
        end = max(done, until)
        return "".join([*kept, text[done:end]]) if done else text[:end], text[end:]

    def message(self, text: str) -> str:
        """A whole message, after others of the same person, without secrets."""
        clear = self.feed(f"{text}\n").removesuffix("\n")
        self.close()
        return clear

    def follow(self, text: str) -> None:
        """Take note of an earlier message of the person, already scrubbed: it may ask for what comes."""
        for line in text.split("\n"):
            self._remember(Sentence(line))

    def close(self) -> None:
        """The text is over: all lines were handed in."""
        self._end_key()
        self._blocks.close()

    def _line(self, text: str, start: int, kept: list[str]) -> int:
        """Add the line that begins at `start` to `kept`, without secrets; return where it ends.

        If a secret of several lines ends in it, that is where the secret ends: what follows is a line of its own, for
        a second look must not find one line where the first found two.
        """
        end = text.find("\n", start) + 1 or len(text)
        pieces = list(_short_pieces(text[start:end]))
        if self._blocks.is_inside:
            rest = self._after_key(pieces[0])
            kept.append(pieces[0][len(pieces[0].rstrip("\n")) :] if rest is None else "")
            return start + len(pieces[0]) - len(rest or "")
        if broken := broken_number(text, start, end):
            first, end, kind = broken
            pieces = [self._without(text[start:end], [(first - start, end - start, kind)])]
        elif self._announced is None and _SHORT_NUMBER.fullmatch(text, start, end):
            kept.append(text[start:end])
            return end
        sentences = [self._scrubbed(self._without_keys(piece)) for piece in pieces]
        clear = "".join(sentence.line for sentence in sentences)
        if not broken and clear != text[start:end]:  # a number may begin where a key ended
            ahead = clear + text[end : end + LONGEST_BROKEN]
            if broken_number(ahead, 0, len(clear)):
                done = self._line(ahead, 0, kept)
                return end + done - len(clear)
        kept += clear, "\n" * (text.count("\n", start, end) if broken else 0)
        self._remember(sentences[0] if len(sentences) == 1 else Sentence(clear))
        return end

    def _remember(self, sentence: Sentence) -> None:
        """Take note of what a scrubbed line asks for: the next ones may tell it."""
        if not sentence.line.strip():
            return
        announced = announces(sentence)
        if announced is not None:
            self._announced, self._patience = announced, _PATIENCE
        elif OMISSION in sentence.line:
            self._patience = _PATIENCE
        else:
            self._patience -= 1
        if self._patience <= 0:
            self._announced = None

    def _without_keys(self, line: str) -> str:
        """The line, or a piece of one, without what belongs to a private key."""
        if self._blocks.is_inside:
            rest = self._after_key(line)
            return line[len(line.rstrip("\n")) :] if rest is None else self._without_keys(rest)
        before = self._blocks.found
        left = self._blocks.without(line)
        if found := self._blocks.found - before:
            self._found[Kind.PRIVATE_KEY] += found
            self._note_key(line)
        return left

    def _after_key(self, line: str) -> str | None:
        """What follows a private key in this line, the next one inside it; None if the key may go on."""
        rest = self._blocks.rest_of(line)
        self._note_key(line[: len(line) - len(rest or "")])
        return rest

    def _note_key(self, part: str) -> None:
        if self._taken is not None:
            self._key += part
            if not self._blocks.is_inside:
                self._end_key()

    def _end_key(self) -> None:
        """Note the private key that ends here, if there is one."""
        key, self._key = self._key, ""
        runs = list(_IN_KEY.finditer(key))
        if runs and self._taken is not None:
            start = max(runs[-1].start(), runs[-1].end() - KEY_END)
            text = key[start : runs[-1].end()]
            self._taken.append(Taken(kind=Kind.PRIVATE_KEY, before=key[:start], text=text))

    def _scrubbed(self, line: str) -> Sentence:
        """The line without secrets that are on one line: what one rule leaves may be found by another."""
        sentence, announced = Sentence(line), self._announced
        rules = _RULES if announced is None else (lambda sentence: answers(sentence, announced), *_RULES)
        unchanged = 0  # rules that have found nothing since the line changed last
        for rule in islice(cycle(rules), _ROUNDS * len(rules)):
            left = self._without(sentence.line, rule(sentence))
            unchanged += 1
            if left is not sentence.line:
                sentence, unchanged = Sentence(left), 0
            elif unchanged == len(rules):
                break
        return sentence

    def _without(self, line: str, spans: Iterable[Span]) -> str:
        """The line without these spans; the same object where there are none."""
        found = list(spans)
        if not found:
            return line
        kept: list[str] = []
        done = 0
        for start, end, kind in sorted(found, key=lambda span: (span[0], -span[1])):
            if done <= start < end and not NEUTRAL.fullmatch(line, start, end):
                kept.append(line[done:start])
                if self._taken is not None:
                    self._taken.append(Taken(kind=kind, before="".join(kept), text=line[start:end]))
                kept.append(OMISSION)
                done = end
                self._found[kind] += 1
        return "".join([*kept, line[done:]]) if kept else line


def _of_a_form(sentence: Sentence) -> Iterator[Span]:
    line = sentence.line
    yield from keys.seed_phrases(line)
    if _DIGIT.search(line):
        yield from keys.licence_keys(line)
        yield from numbers.documents(line)
        yield from door_codes(line)
    yield from keys.tickets(line)


_RULES: Final[tuple[Callable[[Sentence], Iterable[Span]], ...]] = (
    lambda sentence: keys.known_keys(sentence.line),
    lambda sentence: numbers.accounts(sentence.line),
    lambda sentence: numbers.cards(sentence.line),
    _of_a_form,
    passwords,
    lambda sentence: keys.strange_keys(sentence.line),
    lambda sentence: numbers.numbers(sentence.line),
)
"""How to find each sort of secret in a line; what is surest first."""


def suspicious(text: str) -> list[int]:
    """Places in the lines that are worth a closer look, in order; of each search the first in a line.

    Something rare stands there that all secrets have. There may be too many lines, never too few.
    """
    found = [place for pattern in _signs() for place in _places(pattern, text)]
    found += telling_places(text)
    if SEEDS_BEGIN.match(text):
        found.append(0)
    return sorted(found)


@lru_cache(maxsize=1)
def _signs() -> list[re.Pattern[str]]:
    return [re.compile(each) for each in _SIGNS]  # which takes a while, and not every command needs it


def _places(pattern: re.Pattern[str], text: str) -> Iterator[int]:
    """The first place in each line where it is found."""
    place = 0
    while place != -1 and (found := pattern.search(text, place)):
        yield found.end()  # a seed phrase stands behind the newline
        place = text.find("\n", found.end())


def _known_until(text: str) -> int:
    """Up to where lines can be looked through before more of them are known: a number that is broken may go on."""
    until = len(text)
    for _ in range(LINES_OF_A_NUMBER):
        line = text.rfind("\n", 0, max(0, until - 1)) + 1
        if until - line > LONGEST_BROKEN or not goes_on(text[line:until], "000"):
            break
        until = line
    return until


def _short_pieces(line: str) -> Iterator[str]:
    """A line in pieces of at most `LONGEST_LINE`; where it is cut does not depend on what comes after the piece."""
    start = 0
    while len(line) - start > LONGEST_LINE:
        last = start + LONGEST_LINE
        ends = [found.end() for found in _SENTENCE_END.finditer(line, start + LONGEST_LINE // 2, last)]
        cut = ends[-1] if ends else line.rfind(" ", start + 1, last) + 1 or last
        yield line[start:cut]
        start = cut
    if start < len(line):
        yield line[start:]
