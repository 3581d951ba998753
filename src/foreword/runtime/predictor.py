"""The network at a cursor: where it reads the half-typed word from, and its predictions there.

Its states are cached by text: one more character costs one step, a deletion none.

A quantised network answers a little differently in another batch. So the state of a text always advances alone, token
by token, from a place computed from the text itself. Suggestions depend on the text, not on the way it was typed.
"""

from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Final, final

import numpy as np
import regex

from foreword.libraries import Float32, Int32, Integer
from foreword.runtime.model import Model
from foreword.runtime.network import State
from foreword.text.cleaning import clean
from foreword.text.words import is_inside_word, word_start

STRIDE: Final = 1_000
"""A text is read from the last start of a line that is about one to two thousand characters back. Earlier text hardly
matters to a recurrent network. The place moves only once in a thousand keys, because then all is read again."""

ENOUGH: Final = 500
"""A text with more characters shows its writer's style: nothing is read before it. So at most this much is read again
when something was learned, and when a text becomes that long."""

LONGEST_SPELLING: Final = 256  # code points that one typed word may have, with marks and controls inside

_MARKS_AT_END: Final = regex.compile(r"[\p{M}\p{Cf}]+$")  # they belong to the sign before, as in ❤️

CACHE_BYTES: Final = 16_000_000
FEWEST_CACHED: Final = 32


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reading:
    """The network's knowledge after a text; `log_total` is the natural logarithm of P(all of it but `preceding`)."""

    state: State
    log_probabilities: Float32[np.ndarray, " vocabulary"]  # natural logarithms, of the next token
    log_total: float


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cursor:
    """The end of a text, where a word may be half typed.

    If tokens are longer than characters, one may begin before the cursor and end after it. The reading then stops
    before the word, and its letters are `owed`: the next tokens must spell them first.
    """

    reading: Reading  # of the text before the owed letters
    owed: bytes  # UTF-8, the word's letters with the space before them; empty for a model of characters
    word: str  # the letters typed of the word at the end, "" if there are none
    typed: int  # the number of code points of these letters in the text as given
    log_typed: float  # the natural logarithm of P(these letters | text before them), as far as they are read
    touches: bool  # the text ends in a mark, such as a comma, with no space before the next word
    first: Reading | None  # of the text before the word, if its letters are read
    text: str  # the whole text, as given
    read: str  # the text before the word, cleaned, from the place where reading begins
    preceding: str  # the text that is read before `read`

    @property
    def before(self) -> str:
        """The text as given, without the letters of the word."""
        return self.text[: len(self.text) - self.typed]


@final
class Predictor:
    """Reads texts that grow and shrink at their ends, and caches its readings. Threads may share it."""

    def __init__(self, model: Model) -> None:
        self.tokenizer = model.tokenizer
        self.network = model.network
        self._cache: OrderedDict[tuple[str, bytes], Reading] = OrderedDict()
        self._lock = Lock()
        self._ids = lru_cache(maxsize=64)(self._encode)  # all keys of a word have the same text before it

    def read_to_cursor(self, text: str, preceding: str = "") -> Cursor:
        """The reading from which to search for the word at the end of `text`, or to continue a passage.

        The text may have any length and any characters. `preceding` is earlier text of the same person: whole lines,
        without the newline of the last. It is read first, as one block, unless the text is long enough by itself.
        The text before the word decides where reading begins, and whether `preceding` is read. So neither changes
        within a word.
        """
        word = word_at_end(text)
        typed = typed_length(text, word)
        before = text[: len(text) - typed] if typed <= LONGEST_SPELLING else text
        preceding = "" if len(before) > ENOUGH else preceding
        cleaned = clean(text[anchor(before) :])
        start = len(cleaned) - len(word)
        owed = "" if self.tokenizer.unit == "characters" else cleaned[start - cleaned[:start].endswith(" ") :]
        sign = cleaned[-1:]
        if not sign.isascii():
            sign = _MARKS_AT_END.sub("", cleaned[-LONGEST_SPELLING:])[-1:]
        first = self._read(cleaned[:start], preceding) if word and not owed else None
        reading = self._read(cleaned[: len(cleaned) - len(owed)], preceding)
        return Cursor(
            reading=reading,
            owed=owed.encode(),
            word=word,
            typed=typed,
            log_typed=reading.log_total - first.log_total if first is not None else 0.0,
            touches=not word and sign != "" and not sign.isspace() and not is_inside_word(sign),
            first=first,
            text=text,
            read=cleaned[:start],
            preceding=preceding,
        )

    def read_instead(self, cursor: Cursor, word: str) -> Reading:
        """The reading after the text before a cursor's word, with `word` in place of its letters."""
        return self._read(cursor.read + word, cursor.preceding)

    def clear(self) -> None:
        """Forget all readings."""
        with self._lock:
            self._cache.clear()
            self._ids.cache_clear()

    def _read(self, text: str, preceding: str) -> Reading:
        ids = self._ids(text)
        with self._lock:
            known, reading = self._longest_known(ids, preceding)
            if reading is None and preceding:
                before = np.concatenate([[self.network.newline], self.tokenizer.encode(clean(preceding))])
                reading = self._step(before, None)  # it does not grow: one block is several times as fast
                self._remember(ids[:0], preceding, reading)
            for at in range(known, len(ids)):
                reading = self._step(ids[at : at + 1], reading)
                self._remember(ids[: at + 1], preceding, reading)
        assert reading is not None  # noqa: S101 - there is always a newline to read
        return reading

    def _encode(self, text: str) -> Int32[np.ndarray, " time"]:
        return np.concatenate([[self.network.newline], self.tokenizer.encode(text)]).astype(np.int32)

    def _longest_known(self, ids: Int32[np.ndarray, " time"], preceding: str) -> tuple[int, Reading | None]:
        """The number of tokens of the longest part of the text that was read before, and its reading."""
        for length in range(len(ids), -1, -1):
            key = preceding, ids[:length].tobytes()
            if key in self._cache:
                self._cache.move_to_end(key)
                return length, self._cache[key]
        return 0, None

    def _step(self, ids: Integer[np.ndarray, " time"], before: Reading | None) -> Reading:
        state = self.network.initial_state() if before is None else before.state
        total = 0.0 if before is None else before.log_total + float(before.log_probabilities[ids[0]])
        answers, state = self.network.step(ids[:, None].astype(np.int64), state)
        return Reading(state=state, log_probabilities=answers[-1, 0].copy(), log_total=total)

    def _remember(self, ids: Int32[np.ndarray, " time"], preceding: str, reading: Reading) -> None:
        """Store the reading; drop the least recently used ones, so that all take some megabytes at most."""
        self._cache[preceding, ids.tobytes()] = reading
        size = reading.log_probabilities.nbytes + sum(part.nbytes for part in reading.state) + ids.nbytes
        while len(self._cache) > max(FEWEST_CACHED, CACHE_BYTES // size):
            self._cache.popitem(last=False)


def recent(text: str) -> str:
    """The end of a text: suggestions depend on nothing else, because reading begins at the same place in it.

    With a text of 2 MB, each scan of the whole text would cost a millisecond per key.
    """
    return text[max(0, (len(text) // STRIDE - 3) * STRIDE) :]


def anchor(text: str) -> int:
    """The place where reading begins: 0, or in a long text about one to two thousand characters before its end.

    It is the start of a line if one is near, because a model expects a text to begin there; else the start of a word.
    """
    least = (len(text) // STRIDE - 1) * STRIDE
    if least <= 0:
        return 0
    for mark in ("\n", " "):
        found = text.find(mark, least, least + STRIDE // 2)
        if found != -1:
            return found + 1
    return least


def word_at_end(text: str) -> str:
    """The cleaned letters of the word at the end of `text`."""
    end = clean(text[anchor(text) :])
    return end[word_start(end) :]


def typed_length(text: str, word: str) -> int:
    """The number of code points at the end of `text`, as typed, that become the cleaned `word`.

    Cleaning can shorten a text: a letter and its accent become one, or a control character is removed. It can also make
    it longer: some letters of Indian scripts are two in NFC.
    """
    if not word:
        return 0
    tail = text[anchor(text) :][-LONGEST_SPELLING:]
    lengths = (length for length in range(1, len(tail) + 1) if clean(tail[len(tail) - length :]) == word)
    return next(lengths, min(len(word), len(text)))
