"""A beam search for the whole words that may follow a text, with tokens of any unit.

A hypothesis is the text that tokens have spelled since the cursor: letters, bytes of a letter, or several letters at
once. It becomes a word when a character comes that is no part of it. The probability of that end is included. So "tom"
and "tomorrow" compare fairly, and the probabilities of all words sum to one at most. If tokens are longer than
characters, the search begins before the half-typed word. It follows all likely spellings of the letters typed, and
divides by the sum of their probabilities.

The search includes the words that the memory proposes, each by its own spelling, even if they are unlikely here. So one
search gives the network's probability of these words as well.
"""

import codecs
import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest
from typing import Final, Literal, NamedTuple, Protocol, final, runtime_checkable
from unicodedata import is_normalized

import numpy as np

from foreword.libraries import Bool, Float32, Float64, Int64
from foreword.runtime.network import State
from foreword.runtime.predictor import Cursor, Predictor, Reading
from foreword.text.words import first_word, is_full, is_inside_word, is_one_word

WIDTH: Final = 10  # hypotheses that go on; more of them find no word that a person would take (docs/log.md)
DEPTH: Final = 20  # tokens
LEAST: Final = 1e-300  # the smallest probability to divide by
SURE: Final = 0.9
"""An unknown word is found if it has at least this probability (docs/log.md)."""
WORTH: Final = 3e-4
"""A path below this share of the probability of the letters typed is not worth a step."""
WORTH_SPELLING: Final = 0.01
"""A spelling of these letters below this share is not worth a step either."""
LETTER: Final = 2.0
"""The approximate cost in nats of a letter not yet spelled, to compare spellings that are more and less complete."""
NO_WORD: Final = 0.01
MOST_NO_WORDS: Final = 4.0
"""The weights of spellings that become no word: the network has to put its probability somewhere.
If all words that may come are known, such spellings count at most MOST_NO_WORDS times as much as these words."""
CONTINUATION: Final = range(0x80, 0xC0)  # the bytes of a character after its first


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word that may follow, whole, with P(word and its end | the text before it and its letters typed so far)."""

    text: str
    probability: float
    spaced: bool  # whether a space must be put before it, because the text ends in a comma or the like


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The likeliest words, best first, then the other words asked for; and P(letters typed | the text before them).

    The space before the word is part of that text.
    """

    words: Sequence[Word]
    typed: float
    whole: float = 0.0  # P(the letters typed are a word, and it ends here | the text before them)
    no_words: float = 0.0  # P(the letters typed begin no known word | the text before them), not in `typed`


@runtime_checkable
class Known(Protocol):
    """Knows which words exist."""

    def holds(self, word: str) -> bool:
        """True if this is a known word."""
        ...

    def begins(self, letters: str) -> bool:
        """True if these letters may begin a known word."""
        ...


Path = tuple[str, *tuple[int, ...]]
"""The first letters of a path, as they are spelled there, and its tokens since the cursor."""


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Variant:
    """Another spelling of the letters typed, such as with a capital, that the words sought may also begin with.

    `log_chance` is the natural logarithm of the probability that it is meant and typed so, relative to the letters
    typed. Its reading is of the text with this spelling; if letters are owed, of the text before it.
    """

    text: str
    log_chance: float
    reading: Reading


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """The text that a path of tokens has spelled."""

    text: str  # the letters of the word, those typed before the cursor included
    owed: bytes = b""  # the letters typed, and the space before them, that must be spelled first
    pending: bytes = b""  # the bytes of an incomplete letter
    may_space: bool = False  # a space may come first, because the text ends in a comma or the like
    spaced: bool = False  # a space came first
    ended: bool = False  # a character came that is no part of the word

    @property
    def is_word(self) -> bool:
        """True if the word may end here: it has letters, and all of them are complete."""
        return self.text != "" and not self.owed and not self.pending

    def follow(self, token: bytes) -> "Hypothesis | None":
        """The hypothesis after one more token; None if it spells no word.

        The token must agree with the letters owed: it spells a part of them, or all of them and perhaps more.
        Only the first token may bring the space, so `may_space` does not pass on.
        """
        owed, new = self.owed[len(token) :], token[len(self.owed) :]  # at least one of them is empty
        spaced = self.spaced
        if self.may_space and new.startswith(b" "):
            spaced, new = True, new[1:]
        parts = split(self.pending + new)
        if parts is None or not is_normalized("NFC", text := self.text + parts[0]):
            return None  # no clean text has it
        pending = parts[1]
        if is_one_word(text):
            return Hypothesis(text=text, owed=owed, pending=pending, spaced=spaced)
        word = first_word(text)
        return Hypothesis(text=word, owed=owed, spaced=spaced, ended=True) if word else None


class Front(NamedTuple):
    """The hypotheses that go on, each with its path and a column of the state.

    `totals[i, t]` is the natural logarithm of the probability of path i with token t after it, and `ends[i]` is the
    probability of path i with any token after it that can continue no word.
    """

    hypotheses: Sequence[Hypothesis]
    paths: Sequence[Path]
    totals: Float64[np.ndarray, "beam vocabulary"]
    ends: Float64[np.ndarray, " beam"]
    state: State


@final
class Beam:
    """A beam search for words: from the cursor of a text, one batched step of the network for each token of depth."""

    def __init__(self, predictor: Predictor, *, width: int = WIDTH, depth: int = DEPTH) -> None:
        self.network = predictor.network
        self.width = width
        self.depth = depth
        self.spelling = Spelling(predictor.tokenizer.tokens)
        firsts = np.array([first_of(token) for token in self.spelling.tokens])
        self.ends: Int64[np.ndarray, " some"] = np.flatnonzero(firsts == "outside")
        self._goes_on: Bool[np.ndarray, " vocabulary"] = (firsts == "inside") | (firsts == "unknown")
        self._spaces = self._mask(self.spelling.beginning_with(b" "))
        self._covering = lru_cache(maxsize=64)(lambda owed: self._mask(self.spelling.beginning_with(owed)))
        self._encode = lru_cache(maxsize=1024)(lambda text: predictor.tokenizer.encode(text).tolist())

    def find(
        self,
        cursor: Cursor,
        limit: int,
        asked: Set[str] = frozenset(),
        *,
        variants: Sequence[Variant] = (),
        known: Known | None = None,
        are_all: bool = False,
        least: float = 0.0,
    ) -> Found:
        """The likeliest words at `cursor`: at most `limit`, and none that is typed already.

        They begin with the letters typed, or with a variant of them. The words in `asked`, which begin so, are added
        with their probability from the network, or with 0 if it is below the share `least` of the best word's. With
        `known`, an unknown word is found only if it is almost certain, and it hardly counts in the probability of the
        letters typed. With `are_all`, every known word that begins so is in `asked`.
        """
        starts = [Variant(text=cursor.word, log_chance=0.0, reading=cursor.reading), *variants]
        kept = self._spellings(cursor, starts, asked)
        search = Search(self, cursor, limit, starts, kept=kept, known=known, least=least)
        front: Front | None = search.start()
        for _ in range(len(cursor.owed) + self.depth):  # a token spells at least one of the bytes owed
            if front is None:
                break
            front = search.walk(front)
        return search.result(asked, are_all=are_all)

    def may_follow(self, hypothesis: Hypothesis) -> Bool[np.ndarray, " vocabulary"]:
        """The tokens that may continue a path; few others could, and none of them spells a word.

        If letters are owed, these are the tokens that spell all of them.
        """
        if hypothesis.owed:
            return self._covering(hypothesis.owed)
        if hypothesis.pending:
            return self.spelling.valid_after(hypothesis.pending)
        if is_full(hypothesis.text):
            return np.zeros_like(self._goes_on)
        return self._goes_on | self._spaces if hypothesis.may_space else self._goes_on

    def space(self, cursor: Cursor) -> float:
        """The probability of the space before the word, if it is not read yet; else 1."""
        if not cursor.owed.startswith(b" "):
            return 1.0
        chances = np.exp(cursor.reading.log_probabilities[self._spaces], dtype=np.float64)
        return max(float(chances.sum()), LEAST)

    def _spellings(self, cursor: Cursor, starts: Sequence[Variant], words: Set[str]) -> dict[Path, set[int]]:
        """For each path, the tokens after it that must be kept, because they spell one of the words."""
        spaces = ("", " ") if cursor.touches else (" " if cursor.owed.startswith(b" ") else "",)
        steps: defaultdict[Path, set[int]] = defaultdict(set)
        for word in words:
            start = next((each.text for each in starts if word.startswith(each.text)), None)
            if start is not None:
                rest = word if cursor.owed else word[len(start) :]
                for space in spaces:
                    path = self._encode(space + rest)
                    for length, token in enumerate(path):
                        steps[start, *path[:length]].add(token)
        return steps

    def _mask(self, tokens: np.ndarray) -> Bool[np.ndarray, " vocabulary"]:
        mask = np.zeros(len(self.spelling.tokens), dtype=bool)
        mask[tokens] = True
        return mask


@final
class Search:
    """One search: the words found so far with their probabilities, not yet divided by that of the letters typed."""

    def __init__(
        self,
        beam: Beam,
        cursor: Cursor,
        limit: int,
        starts: Sequence[Variant],
        *,
        kept: Mapping[Path, set[int]],
        known: Known | None,
        least: float = 0.0,
    ) -> None:
        self.beam = beam
        self.cursor = cursor
        self.limit = limit
        self.starts = starts
        self.kept = kept
        self.known = known
        self.least = least
        self.no_words = 0.0  # the probability of paths that were dropped: they could become no word
        self.variants = tuple(each.text for each in starts)
        self.words = dict[tuple[str, bool], float]()  # the words that may be shown; `others` are the rest
        self.others = dict[tuple[str, bool], float]()
        # the probability of the letters typed that are not read yet
        self.typed = 0.0 if cursor.owed else float(np.exp([each.log_chance for each in starts]).sum())

    def start(self) -> Front:
        """The first hypotheses, before any token: one for each spelling of the letters typed."""
        cursor, readings = self.cursor, [each.reading for each in self.starts]
        space = b" " if cursor.owed.startswith(b" ") else b""
        owed = [space + each.text.encode() if cursor.owed else b"" for each in self.starts]
        chances = np.array([each.log_chance for each in self.starts])
        states = zip(*(each.state for each in readings), strict=True)
        return self._front(
            [
                Hypothesis(text=each.text, owed=letters, may_space=cursor.touches)
                for each, letters in zip(self.starts, owed, strict=True)
            ],
            [(each.text,) for each in self.starts],
            chances,
            np.stack([each.log_probabilities for each in readings]),
            tuple(np.concatenate(parts, axis=1) for parts in states),
        )

    def _front(
        self,
        hypotheses: Sequence[Hypothesis],
        paths: Sequence[Path],
        scores: Float64[np.ndarray, " beam"],
        answer: Float32[np.ndarray, "beam vocabulary"],
        state: State,
    ) -> Front:
        """The front of these paths, from their scores and the network's log-probabilities after them."""
        # A product with a mask would be as fast, but its threads keep the other cores busy (docs/log.md).
        ends = np.exp(scores) * np.exp(answer.take(self.beam.ends, axis=1)).sum(axis=1)
        return Front(hypotheses, paths, scores[:, None] + answer, ends, state)

    def walk(self, front: Front) -> Front | None:
        """End the words that may end, and extend the likeliest others by one token; None if no better word can come."""
        self._collect(front)
        followers = self._followers(front)
        if not followers:
            return None
        rows, tokens, hypotheses = zip(*followers, strict=True)
        state = tuple(part[:, list(rows)] for part in front.state)
        answer, state = self.beam.network.step(np.array([tokens]), state)
        scores = front.totals[list(rows), list(tokens)]
        paths = [(*front.paths[row], token) for row, token in zip(rows, tokens, strict=True)]
        return self._front(hypotheses, paths, scores, answer[0], state)

    def result(self, asked: Set[str], *, are_all: bool) -> Found:
        """The likeliest words and those asked for, each once: with the space or without it, in the likelier form."""
        for key, chance in self.others.items():  # an unknown word, but almost certain
            if chance >= SURE * self.typed and self._extends(key[0]):
                self.words[key] = chance
        typed = self._without_no_words(are_all=are_all)
        best: dict[str, Word] = {}
        others: dict[str, Word] = {}
        for (text, spaced), chance in sorted(self.words.items(), key=lambda item: -item[1]):
            probability = min(chance / max(typed, LEAST), 1.0)  # rounding may give more
            word = Word(text=text, probability=probability, spaced=spaced)
            if text in best or len(best) < self.limit:
                best.setdefault(text, word)
            elif text in asked:
                others.setdefault(text, word)
        unread = asked - best.keys() - others.keys() if self.least else ()
        for text in sorted(filter(self._extends, unread)):
            others[text] = Word(text=text, probability=0.0, spaced=False)
        read = math.exp(self.cursor.log_typed) / self.beam.space(self.cursor)
        whole = sum(chance for (text, _), chance in self.others.items() if text == self.cursor.word)
        return Found(
            words=[*best.values(), *others.values()],
            typed=typed * read,
            whole=whole * read,
            no_words=max(self.typed - typed, 0.0) * read,
        )

    def _without_no_words(self, *, are_all: bool) -> float:
        """`typed`, in which the paths that become no word hardly count (NO_WORD, MOST_NO_WORDS)."""
        no_words = self._no_words(are_all=are_all)
        counted = NO_WORD * no_words
        if are_all:
            counted = min(counted, MOST_NO_WORDS * sum(self.words.values()))
        return self.typed + (counted - no_words)

    def _no_words(self, *, are_all: bool) -> float:
        """The probability of the paths that continue the letters typed but become no word.

        With `are_all`, each word that may come is in the search: all other probability is of no word. Else only the
        paths count that the search met: those that ended as an unknown word, and those that it dropped.
        """
        word, others = self.cursor.word, self.others.items()
        is_word = self.known is None or self.known.holds(word)
        as_typed = sum(chance for (text, _), chance in others if is_word and text == word)
        if are_all:
            return max(self.typed - sum(self.words.values()) - as_typed, 0.0)
        unknown = [
            chance for key, chance in others if key not in self.words and key[0].startswith(self.variants)
        ]
        return sum(unknown) - as_typed + self.no_words

    def _collect(self, front: Front) -> None:
        """Add the probability that the words of the front end here, and that the letters typed are spelled here."""
        for hypothesis, totals, end in zip(front.hypotheses, front.totals, front.ends.tolist(), strict=True):
            if hypothesis.owed:
                covering = self.beam.spelling.beginning_with(hypothesis.owed)
                self.typed += float(np.exp(totals[covering]).sum())
            elif hypothesis.is_word:
                self._find(hypothesis, float(np.exp(totals).sum()) if is_full(hypothesis.text) else end)

    def _find(self, hypothesis: Hypothesis, chance: float) -> None:
        """Add the probability that a hypothesis ends as this word. One word has several paths: spellings, ends."""
        word = hypothesis.text if hypothesis.ended else first_word(hypothesis.text)
        key = word, hypothesis.spaced
        if key not in self.words and key not in self.others:
            may_be_shown = self._extends(word) and (self.known is None or self.known.holds(word))
            (self.words if may_be_shown else self.others)[key] = 0.0
        found = self.words if key in self.words else self.others
        found[key] += chance

    def _extends(self, word: str) -> bool:
        """True if this word has more letters than those typed, and begins with them or with a variant."""
        return word not in ("", self.cursor.word) and word.startswith(self.variants)

    def _followers(self, front: Front) -> list[tuple[int, int, Hypothesis]]:
        """Row, token and hypothesis of the paths that are one token longer and have not ended.

        First come the paths that must be kept, then the spellings of the letters typed, then the likeliest others.
        """
        must = self._asked(front)
        must += [place for place in self._spelling(front) if place not in must]
        followers = self._grown(front, must, len(must), asked=True)
        return followers + self._grown(front, self._likeliest(front, set(must)), self.beam.width)

    def _asked(self, front: Front) -> list[tuple[int, int]]:
        """Rows and tokens of the paths that spell words asked for, except the least likely ones."""
        places = [(row, token) for row, path in enumerate(front.paths) for token in self.kept.get(path, ())]
        scores = [self._score(front, *place) for place in places]
        found = math.log(max(self.words.values(), default=0.0) or LEAST)
        least = max([found, *scores]) + math.log(self.least or LEAST)
        return [place for place, score in zip(places, scores, strict=True) if score >= least]

    def _score(self, front: Front, row: int, token: int) -> float:
        """The logarithm of the probability of a path with one more token, as if it had spelled all letters owed."""
        owed = len(front.hypotheses[row].owed) - len(self.beam.spelling.tokens[token])
        return float(front.totals[row, token]) - LETTER * max(owed, 0)

    def _spelling(self, front: Front) -> list[tuple[int, int]]:
        """Rows and tokens of the most promising paths that spell a part of the letters owed."""
        least = math.log(max(WORTH_SPELLING * self.typed, LEAST))
        parts = [
            (self._score(front, row, token), row, token)
            for row, hypothesis in enumerate(front.hypotheses)
            if hypothesis.owed
            for token in self.beam.spelling.parts(hypothesis.owed).tolist()
            if front.totals[row, token] > least
        ]
        return [(row, token) for _, row, token in nlargest(self.beam.width, parts)]

    def _likeliest(self, front: Front, left_out: Set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """Rows and tokens of the likeliest paths that could become one of the best words, best first."""
        if not self.limit:
            return
        allowed = np.stack([self.beam.may_follow(hypothesis) for hypothesis in front.hypotheses])
        candidates = np.flatnonzero(allowed & (front.totals > self._least_score()))
        scores = front.totals.ravel()[candidates]
        most = 2 * self.beam.width + len(left_out)  # some of them end
        if len(candidates) > most:
            best = scores >= np.partition(scores, -most)[-most]
            candidates, scores = candidates[best], scores[best]
        for candidate in candidates[np.argsort(-scores, kind="stable")].tolist():
            place = divmod(candidate, front.totals.shape[1])
            if place not in left_out:
                yield place

    def _grown(
        self, front: Front, places: Iterable[tuple[int, int]], most: int, *, asked: bool = False
    ) -> list[tuple[int, int, Hypothesis]]:
        """At most `most` of the paths that spell words and go on; paths that end are recorded as found words."""
        followers: list[tuple[int, int, Hypothesis]] = []
        for row, token in places:
            grown = front.hypotheses[row].follow(self.beam.spelling.tokens[token])
            if grown is None or (not grown.ended and len(followers) >= most):
                continue
            chance = float(np.exp(front.totals[row, token]))
            if grown.ended:
                self._find(grown, chance)
            elif asked or self.known is None or self.known.begins(grown.text) or chance >= SURE * self.typed:
                followers.append((row, token, grown))
            else:
                self.no_words += chance
        return followers

    def _least_score(self) -> float:
        """The score below which a path cannot become one of the best words."""
        chances = nlargest(self.limit, self.words.values())
        least = WORTH * self.typed if self.known is not None else 0.0
        bar = max(chances[-1] if len(chances) == self.limit else 0.0, least)
        return math.log(bar) if bar > 0 else -np.inf


def first_of(token: bytes) -> Literal["inside", "outside", "unknown", "broken"]:
    """The kind of a token's first character: inside or outside a word, unknown if incomplete, broken if no UTF-8."""
    for length in range(1, min(4, len(token)) + 1):
        parts = split(token[:length])
        if parts is None:
            return "broken"
        if parts[0]:
            return "inside" if is_inside_word(parts[0]) else "outside"
    return "unknown"


@final
class Spelling:
    """A vocabulary sorted by bytes. A text has many spellings: characters as bytes, words as characters."""

    def __init__(self, tokens: tuple[bytes, ...]) -> None:
        self.tokens = tokens
        order = sorted(range(len(tokens)), key=tokens.__getitem__)
        self._sorted = [tokens[token] for token in order]
        self._order = np.array(order, dtype=np.int64)
        self._longest = max(map(len, tokens))
        self._places: defaultdict[bytes, list[int]] = defaultdict(list)
        for place, spelled in enumerate(self._sorted):
            self._places[spelled].append(place)
        self._inside = [token for token, spelled in enumerate(tokens) if spelled[0] in CONTINUATION]
        self.valid_after = lru_cache(maxsize=256)(self._valid_after)

    def beginning_with(self, text: bytes) -> Int64[np.ndarray, " some"]:
        """The tokens that begin with `text` or equal it."""
        first = bisect_left(self._sorted, text)
        return self._order[first : bisect_right(self._sorted, text + b"\xff" * self._longest)]

    def parts(self, owed: bytes) -> Int64[np.ndarray, " some"]:
        """The tokens that spell the first bytes of `owed`, but not all of them."""
        parts = [owed[:length] for length in range(1, min(len(owed) - 1, self._longest) + 1)]
        places = [place for part in parts for place in self._places.get(part, ())]
        return self._order[np.array(places, dtype=np.int64)]

    def _valid_after(self, pending: bytes) -> Bool[np.ndarray, " vocabulary"]:
        """A mask of the tokens that are UTF-8 after the unfinished character `pending` (b"" if there is none)."""
        mask = np.zeros(len(self.tokens), dtype=bool)
        for token in self._inside if pending else range(len(self.tokens)):
            mask[token] = split(pending + self.tokens[token]) is not None
        return mask


@lru_cache(maxsize=4096)
def split(text: bytes) -> tuple[str, bytes] | None:
    """The whole characters of UTF-8 bytes, and the bytes of an incomplete one; None if the bytes are no UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        whole, pending = decoder.decode(text), decoder.getstate()[0]
    except UnicodeDecodeError:
        return None
    return (whole, pending) if not pending or can_be_completed(pending) else None


def can_be_completed(pending: bytes) -> bool:
    """True if these bytes begin a character; Python's decoder also accepts half a surrogate pair, which never ends."""
    missing = (2 if pending[0] < 0xE0 else 3 if pending[0] < 0xF0 else 4) - len(pending)
    return any((pending + filling * missing).decode(errors="ignore") for filling in (b"\x80", b"\xbf"))
