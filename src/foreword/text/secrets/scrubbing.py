"""Find the secrets in a text, replace them by a sign of omission, and count them by kind.

    scrub("my card is 4111 1111 1111 1111").text                # "my card is …"

A text is read line by line, but a private key may have several lines, a card number may be broken, and a line may
answer the line before. The sign of omission never counts as a secret, so scrubbing twice changes nothing.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import cycle, islice
from typing import Final, NamedTuple, final

from foreword.text.secrets import NEUTRAL, OMISSION, Kind, Span, keys, numbers
from foreword.text.secrets.keys import SEEDS, SEEDS_BEGIN, open_key, private_keys
from foreword.text.secrets.nouns import names_document, telling_places
from foreword.text.secrets.numbers import BETWEEN, LINES_OF_A_NUMBER, LONGEST_BROKEN, broken_number, goes_on
from foreword.text.secrets.passwords import door_codes
from foreword.text.secrets.sentences import Announced, Sentence, announces, answers, passwords

LONGEST_LINE: Final = 1 << 16  # characters; a longer line is cut into pieces at spaces
_ROUNDS: Final = 10
_PATIENCE: Final = 2  # lines after a question that may hold the answer
_BLANK_LINES: Final = re.compile(r"(?:[^\S\n]*+\n)++")
_DIGIT: Final = re.compile(r"\d")

_IN_KEYS: Final = r"[A-Za-z0-9_+/.:=~%-]"
_AFTER_DIGIT: Final = (
    # a long number; a digit beside a letter, in 16 characters without a space; the beginning of an account number
    rf"(?:(?:{BETWEEN}{{0,3}}+\d){{{numbers.SHORTEST - 1}}}"
    rf"|(?:(?=[A-Za-z])|(?<=[A-Za-z]\d))(?:(?={_IN_KEYS}{{7}})|(?<={_IN_KEYS}{{9}}))"
    r"|(?<=[A-Za-z]{2}\d)\d"
    # a code; a document number in pairs; a door code; a card number with other signs between; one on two lines
    r"|(?=\d{4})|(?= ?\d\d ?\d\d ?[A-D]\b)|(?=-[A-Z]{4,8}-)|(?=#)|(?=[ -]word)|(?<=1)(?=[.)]? ?[A-Za-z]{3,8} 2)"
    r"|(?<=\d{4})(?=[^\w\n]{1,3}\d{4,6}[^\w\n]|_\d{4,6}_)"
    r"|(?<=\d{3})(?=[ \t]{0,2}\n[ \t]{0,2}\d{3})"
    r"|(?P<document>(?<!\d\d)(?=(?:[ ./A-Z-]{0,32}+\d){5})|(?=[ ./-]?[A-Z][ ./A-Z-]{0,32}+\d)))"
)
_SIGNS: Final = (
    rf"\d{_AFTER_DIGIT}",
    r"_(?=[A-Za-z0-9_-]{16})",  # a key without digits
    (
        r"-(?:(?=[A-Za-z0-9_-]{16})|(?=(?i:[abw] |-user)|[pu]|P(?!ass )|U[ =])(?<!\S.)"
        r"|(?=-(?:pass|token|secret|api)|User-Key-File))"
    ),
    r"/(?:(?= )(?<= /)|(?=/[^\s/:@]{0,200}:))",
    r"@(?=[\w.-]{3,80} ?[/|:] ?\S)",
    r"\*(?=\d{4})",  # a door code
    r"A(?:KIA|SIA|BIA|CCA|3T|Iza)",
    rf":(?:(?=//)|(?i:(?<=/user:)|(?<=/p:)|(?<=cookie:)|(?<=cookie\d:)|(?<=wifi:)|(?<=wi-fi:)|(?<=wlan:))|(?=[^\w\n]{{0,2}}{SEEDS}))",
    rf"\n[^\w\n]{{0,3}}(?=(?:\w{{3,10}}+[ ,;]{{1,3}}+){{11}})(?={SEEDS})",  # a seed phrase
    rf"words?(?: are)?[^\w\n]{{1,3}}(?={SEEDS})",
    rf"seed(?: is)?[^\w\n]{{1,3}}(?={SEEDS})",
)


class Scrubbed(NamedTuple):
    """A text without its secrets, and their number by kind."""

    text: str
    found: Counter[Kind]


def scrub(text: str) -> Scrubbed:
    """`text` without its secrets; the same object if there are none."""
    found = Counter[Kind]()
    clear = "".join(scrub_pieces([text], found))
    return Scrubbed(text=clear if found else text, found=found)


def scrub_pieces(pieces: Iterable[str], found: Counter[Kind]) -> Iterator[str]:
    """The same for a text in pieces, in bounded memory. The cuts may be anywhere. `found` counts the secrets."""
    scrubber = Scrubber(found)
    held: list[str] = []  # the beginning of a line
    length = 0
    for piece in pieces:
        held.append(piece)
        length += len(piece)
        if "\n" in piece or length > LONGEST_LINE:
            text = "".join(held)
            *_, rest = ["", *short_pieces(text[text.rfind("\n") + 1 :])]  # text that may go on
            text = text.removesuffix(rest)
            clear, left = scrubber.advance(text, _known_until(text))
            held, length = [left, rest], len(left) + len(rest)
            yield clear
    yield scrubber.feed("".join(held))


@final
class Scrubber:
    """Removes secrets from whole lines. The caller passes the lines in order."""

    def __init__(self, found: Counter[Kind]) -> None:
        self._found = found
        self._announced: Announced | None = None
        self._patience = 0  # lines

    def feed(self, text: str) -> str:
        """`text` without secrets. It ends at the end of a line, or where a line may be cut."""
        return self.advance(text, len(text))[0]

    def advance(self, text: str, until: int) -> tuple[str, str]:
        """The lines of `text` that begin before `until`, without secrets; and the rest, unchanged.

        A secret may go on there, so lines after `until` are read as well.
        """
        kept: list[str] = []
        done = 0
        places = iter(suspicious(text))
        while done < until:
            is_rest = done > 0 and text[done - 1] != "\n"  # of a line, after a secret
            is_asked = self._announced is not None
            if is_asked and not is_rest and (blank := _BLANK_LINES.match(text, done, until)):
                kept.append(blank.group())
                done = blank.end()
                continue
            if is_rest or is_asked:
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
        """A whole message without secrets. It follows earlier messages of the same person."""
        return self.feed(f"{text}\n").removesuffix("\n")

    def follow(self, text: str) -> None:
        """Read an earlier message of the person, already scrubbed. The next message may answer it."""
        for line in text.split("\n"):
            self._remember(Sentence(line))

    def _line(self, text: str, start: int, kept: list[str]) -> int:
        """Add the line that begins at `start` to `kept`, without secrets. Return the end of the line.

        If a secret of several lines ends in this line, return the end of the secret. The rest counts as a separate
        line, so that a second scrubbing sees the same lines. So does each piece of a very long line.
        """
        end = text.find("\n", start, start + LONGEST_LINE) + 1 or len(text)
        end = start + len(next(short_pieces(text[start : min(end, start + LONGEST_LINE + 1)])))
        line, newlines = text[start:end], ""
        private_key = next((span for span in private_keys(text, start, end) if span[1] > end), None)
        if secret := private_key or broken_number(text, start, end):
            first, last, kind = secret
            line, newlines = text[start:last], "\n" * text.count("\n", start, last)
            line, end = self._without(line, [(first - start, last - start, kind)]), last
        sentence = self._scrubbed(line)
        if not secret and sentence.line != line:  # a number may begin at the end of a secret
            ahead = sentence.line + text[end : end + LONGEST_BROKEN]
            if broken_number(ahead, 0, len(sentence.line)):
                done = self._line(ahead, 0, kept)
                return end + done - len(sentence.line)
        kept += sentence.line, newlines
        self._remember(sentence)
        return end

    def _remember(self, sentence: Sentence) -> None:
        """Note the secret that a scrubbed line asks for. The next lines may hold it."""
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

    def _scrubbed(self, line: str) -> Sentence:
        """The line without secrets on one line. The rules repeat, because one rule may uncover a secret for another."""
        sentence, announced = Sentence(line), self._announced
        rules = _RULES if announced is None else (lambda sentence: answers(sentence, announced), *_RULES)
        unchanged = 0  # rules without a find since the last change of the line
        for rule in islice(cycle(rules), _ROUNDS * len(rules)):
            left = self._without(sentence.line, rule(sentence))
            unchanged += 1
            if left is not sentence.line:
                sentence, unchanged = Sentence(left), 0
            elif unchanged == len(rules):
                break
        return sentence

    def _without(self, line: str, spans: Iterable[Span]) -> str:
        """The line without these spans; the same object if there are none."""
        found = list(spans)
        if not found:
            return line
        kept: list[str] = []
        done = 0
        for start, end, kind in sorted(found, key=lambda span: (span[0], -span[1])):
            if done <= start < end and not NEUTRAL.fullmatch(line, start, end):
                kept += line[done:start], OMISSION
                done = end
                self._found[kind] += 1
        return "".join([*kept, line[done:]]) if kept else line


def _of_a_form(sentence: Sentence) -> Iterator[Span]:
    line = sentence.line
    yield from keys.seed_phrases(line)
    if _DIGIT.search(line):
        yield from keys.licence_keys(line)
        yield from numbers.document_numbers(line)
        yield from door_codes(line)
    yield from keys.tickets(line)


_RULES: Final[tuple[Callable[[Sentence], Iterable[Span]], ...]] = (
    lambda sentence: private_keys(sentence.line),
    lambda sentence: keys.known_keys(sentence.line),
    lambda sentence: numbers.accounts(sentence.line),
    lambda sentence: numbers.cards(sentence.line),
    _of_a_form,
    passwords,
    lambda sentence: keys.strange_keys(sentence.line),
    lambda sentence: numbers.numbers(sentence.line),
)
"""The rules for each sort of secret in a line. The most certain rule comes first."""


def suspicious(text: str) -> list[int]:
    """Positions in the lines that may hold a secret, in order. Each search gives the first position in a line.

    Each position has a rare sign; every secret has one. There may be too many lines, never too few.
    """
    found = [place for pattern in _signs() for place in _places(pattern, text)]
    found += telling_places(text)
    if SEEDS_BEGIN.match(text):
        found.append(0)
    return sorted(found)


@lru_cache(maxsize=1)
def _signs() -> list[re.Pattern[str]]:
    return [re.compile(each) for each in _SIGNS]  # slow, and not every command needs it


def _places(pattern: re.Pattern[str], text: str) -> Iterator[int]:
    """The first place of the pattern in each line."""
    place = end = 0  # of the line
    while place != -1 and (found := pattern.search(text, place)):
        place = found.end()  # a seed phrase follows the newline
        if found.lastgroup:
            if place < end:
                continue
            start, end = text.rfind("\n", 0, place) + 1, text.find("\n", place)
            end = len(text) if end == -1 else end
            if not names_document(text[start:end]):
                continue
        yield place
        place = text.find("\n", place)


def _known_until(text: str) -> int:
    """The end of the lines that can be searched now. A secret may go on in the next, unknown lines."""
    if (key := open_key(text)) is not None:
        line = text.rfind("\n", 0, key) + 1
        if len(text) - line < 2 * LONGEST_LINE:
            return line
    until = len(text)
    for _ in range(LINES_OF_A_NUMBER):
        line = text.rfind("\n", 0, max(0, until - 1)) + 1
        if until - line > LONGEST_BROKEN or not goes_on(text[line:until], "000"):
            break
        until = line
    return until


def short_pieces(line: str) -> Iterator[str]:
    """A line in pieces of at most `LONGEST_LINE`. The text after a piece does not change its cut."""
    start = 0
    while len(line) - start > LONGEST_LINE:
        last = start + LONGEST_LINE
        cut = line.rfind(" ", start + 1, last) + 1 or last
        yield line[start:cut]
        start = cut
    if start < len(line):
        yield line[start:]
