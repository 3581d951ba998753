"""Keystroke savings: messages are typed again, with the list that the keyboard shows before each key.

If the next word is in the list in exact case, the typist takes it, with the space after it, for one key. Otherwise the
typist types the next character. Enter is one key. So

    keystroke savings = 1 - keys / (characters + Enters)

The upper bound is the savings of a keyboard that knows each word before its first letter. The second protocol,
`whole`, takes the longest choice that equals the next text, but for its last space. `hit@k` and the mean reciprocal
rank use only the lists before the first letter. Intervals are from the bootstrap over messages (Efron 1979), with wider
percentiles for few messages (Hesterberg 2015).
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from time import perf_counter
from typing import Any, Final, Protocol, final

import numpy as np
import regex

from foreword.errors import OptionError, SourceEmpty, check_within
from foreword.keyboard.ignored import ATTENTION, Habit, best, ignored
from foreword.keyboard.memory import Latest, Memory
from foreword.keyboard.ngram_model import START, context_of
from foreword.keyboard.suggest import KEPT_LISTS, SPARE, Keyboard, Suggestion
from foreword.libraries import Float64
from foreword.runtime.predictor import typed_length, word_at_end
from foreword.runtime.typos import NEIGHBOURS
from foreword.text.cleaning import clean
from foreword.text.words import first_word, is_inside_word, takes_space, word_start

RESAMPLES: Final = 1_000
FEWEST: Final = 6
"""The fewest messages for an interval. Of five, even the range from the lowest to the highest savings is too narrow: it
holds the median of all messages in 94 % of the cases."""
LEAST_LETTERS: Final = 4  # of a word that gets a typo
SHORTEST: Final = 10  # characters of a message
LONGEST: Final = 200
TENTHS: Final = 10
_RUN: Final = regex.compile(r"[\w'’-]*")

Reporting = Callable[[str, Sequence[Suggestion]], None]
"""A callback that gets a text and the suggestions shown after it."""


class Suggests(Protocol):
    """The measured interface: suggestions for a text so far, best first."""

    def suggest(self, text: str, limit: int) -> Sequence[Suggestion]: ...


class Learns(Suggests, Protocol):
    """The same interface with learning: a keyboard, or the n-gram alone. A copy is for trials."""

    def report(self, text: str, shown: Sequence[Suggestion]) -> None: ...
    def learn(self, text: str) -> int: ...
    def copy(self) -> "Learns": ...


@final
class WithOptions:
    """A keyboard that always suggests with the same options, such as `phrases` and `signs`."""

    def __init__(self, keyboard: Keyboard, **options: Any) -> None:
        self._keyboard = keyboard
        self._options = options
        self.report = keyboard.report
        self.learn = keyboard.learn

    def suggest(self, text: str, limit: int) -> list[Suggestion]:
        return self._keyboard.suggest(text, limit, **self._options)

    def copy(self) -> "WithOptions":
        return WithOptions(self._keyboard.copy(), **self._options)


@final
class NgramKeyboard:
    """The memory alone as a keyboard: the suggestions of an n-gram model, to measure the gain from a network."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self._habit = Habit(memory.weights(ATTENTION))
        self._listed = lru_cache(maxsize=KEPT_LISTS)(self._list)

    def suggest(self, text: str, limit: int = 3) -> list[Suggestion]:
        """The likeliest words that begin with the letters typed, best first: none that is already complete."""
        check_within("limit", limit, 1)
        word = word_at_end(text)
        before = text[: len(text) - typed_length(text, word)]
        chances = self._listed(before, word, limit, self.memory.latest())
        return [
            Suggestion(
                text=each,
                replace=len(text) - len(before),
                insert=each + " " if takes_space(each) else each,
                probability=chance,
                source="memory",
            )
            for each, chance in chances.items()
        ]

    def report(self, text: str, shown: Sequence[Suggestion]) -> None:
        self._habit.show(text, [each.text for each in shown])

    def learn(self, text: str) -> int:
        """Learn `text`, each line as a message; return the number of messages."""
        learned = self.memory.learn(text)
        self._habit.follow(clean(text))
        self._listed.cache_clear()
        self.memory.set_weights(ATTENTION, self._habit.weights())
        return learned

    def copy(self) -> "NgramKeyboard":
        return NgramKeyboard(self.memory.copy())

    def _list(self, before: str, word: str, limit: int, latest: Latest) -> dict[str, float]:
        times_ignored = ignored(word, lambda begun: self._listed(before, begun, limit, latest))
        starts = context_of(before)[-1] == START
        found, mass = self.memory.after(before).fitting(word, limit + SPARE + 1, starts=starts)
        found.pop(word, None)
        chances = {each: min(chance / mass, 1.0) for each, chance in found.items()}
        return {each: chances[each] for each in best(chances, limit, times_ignored, self._habit.overlooks)}


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The cost of typing one message and Enter."""

    keys: int
    characters: int
    least: int  # keys of the upper bound
    ranks: tuple[int, ...]  # of the next word in each list before its first letter, from 1; 0 if absent
    shown: int  # lists with words
    wrong: int  # of these, lists from which nothing was taken
    milliseconds: tuple[float, ...]  # the time of each list


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Keystrokes:
    """The cost of typing all messages."""

    messages: Sequence[Typed]

    @property
    def savings(self) -> float:
        """The keystroke savings, as a share."""
        return float(1 - self._column("keys").sum() / self._column("characters").sum())

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % confidence interval of the savings, for messages of this kind; None for fewer than six messages."""
        if len(self.messages) < FEWEST:
            return None
        keys, characters = self._column("keys"), self._column("characters")
        draws = np.random.default_rng(0).integers(0, len(keys), (RESAMPLES, len(keys)))
        shares = 1 - keys[draws].sum(axis=1) / characters[draws].sum(axis=1)
        tail = 100 * tail_share(len(keys))
        low, high = np.percentile(shares, [tail, 100 - tail])
        return float(low), float(high)

    @property
    def limit(self) -> float:
        """The upper bound of the savings."""
        return float(1 - self._column("least").sum() / self._column("characters").sum())

    def hit_at(self, rank: int) -> float:
        """The share of words among the first `rank` of the list before their first letter."""
        ranks = self._ranks()
        return float(np.mean((ranks > 0) & (ranks <= rank))) if len(ranks) else 0.0

    @property
    def mean_reciprocal_rank(self) -> float:
        """The mean of 1 / rank of the words in the lists before their first letters; 0 for a word not in its list."""
        ranks = self._ranks()
        return float(np.mean((ranks > 0) / np.maximum(ranks, 1))) if len(ranks) else 0.0

    @property
    def shown(self) -> float:
        """The share of lists with words."""
        return float(self._column("shown").sum() / sum(len(each.milliseconds) for each in self.messages))

    @property
    def wrong(self) -> float:
        """The share of false offers, which are lists with words but without the right one."""
        return float(self._column("wrong").sum() / sum(len(each.milliseconds) for each in self.messages))

    def milliseconds(self, share: float) -> float:
        """The longest time of the fastest `share` of the lists."""
        each_list = np.concatenate([each.milliseconds for each in self.messages])
        return float(np.percentile(each_list, 100 * share))

    def figures(self) -> dict[str, object]:
        """All figures, with the keys of `evaluate --json`."""
        return {
            "keystroke_savings": self.savings,
            "keystroke_savings_interval": self.interval,
            "theoretical_limit": self.limit,
            "share_of_limit": self.savings / self.limit if self.limit else 0.0,
            "hit_at_1": self.hit_at(1),
            "hit_at_3": self.hit_at(3),
            "mean_reciprocal_rank": self.mean_reciprocal_rank,
            "lists_with_words": self.shown,
            "false_offers": self.wrong,
            "milliseconds_p50": self.milliseconds(0.5),
            "milliseconds_p95": self.milliseconds(0.95),
            "milliseconds_p99": self.milliseconds(0.99),
            "messages": len(self.messages),
        }

    def _column(self, name: str) -> Float64[np.ndarray, " messages"]:
        return np.array([getattr(typed, name) for typed in self.messages], dtype=np.float64)

    def _ranks(self) -> Float64[np.ndarray, " words"]:
        return np.array([rank for typed in self.messages for rank in typed.ranks], dtype=np.float64)


def replay(
    keyboard: Learns,
    messages: Iterable[str],
    *,
    limit: int = 3,
    learn: bool = True,
    slips: bool = False,
    whole: bool = False,
    watch: Callable[[], object] = lambda: None,
) -> Keystrokes:
    """Type `messages` with the keyboard. With `learn`, a temporary copy learns each one when it is finished.

    With `slips`, each word of four letters or more gets one typo (`mistyped`). The typist notices it at the end of the
    word, unless a suggestion has replaced the word. Deleted and retyped characters count. With `whole`, there are no
    typos. `watch` is called after each message.

    Raises:
        OptionError: `messages` is one text, not a list of texts.
        SourceEmpty: there is no message.
    """
    if isinstance(messages, str):
        raise OptionError("messages must be a list of texts; split one text with splitlines()")
    trial = keyboard.copy() if learn else keyboard
    draw = np.random.default_rng(0) if slips and not whole else None
    report = trial.report if learn else None
    typed = []
    for message in lines_of(messages):
        typed.append(type_message(trial, message, limit, draw, whole=whole, report=report))
        if learn:
            trial.learn(message)
        watch()
    if not typed:
        raise SourceEmpty("there is no message to type; give at least one line of text")
    return Keystrokes(messages=typed)


def tail_share(count: int) -> float:
    """The share of resamples of `count` messages beyond each end of a 95 % interval: 0.025, or less for few messages.

    Resamples of few messages differ too little: of six, 95 % of them hold the true value in only 85 % of the cases. So
    Student's t gives the quantile (Abramowitz and Stegun 1964, 26.7.5) instead of the normal distribution. It is
    multiplied by the root of n / (n - 1), because the variance of resamples divides by n.
    """
    z, v = 1.96, count - 1
    t = z + (z**3 + z) / (4 * v) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
    return math.erfc(t * math.sqrt(count / v / 2)) / 2


def sample(messages: Sequence[str], count: int) -> list[str]:
    """At most `count` messages of 10 to 200 characters, evenly spread.

    If no message has this length, such as in a text of long paragraphs, the first words of each are used.
    """
    fit = [message for message in messages if SHORTEST <= len(message) <= LONGEST]
    fit = fit or [_first_words(message) for message in messages]
    return [fit[at * len(fit) // count] for at in range(count)] if len(fit) > count else fit


def _first_words(message: str) -> str:
    if len(message) > LONGEST:
        return message[: LONGEST + 1].rpartition(" ")[0] or message[:LONGEST]
    return message


def lines_of(messages: Iterable[str]) -> list[str]:
    """The lines to type: the messages cleaned, without empty lines."""
    lines = [line.strip() for message in messages for line in clean(message).split("\n")]
    return [line for line in lines if line]


def type_message(
    keyboard: Suggests,
    message: str,
    limit: int,
    draw: np.random.Generator | None = None,
    *,
    whole: bool = False,
    report: Reporting | None = None,
) -> Typed:
    """Type one line and Enter; with `draw`, make typos. `report` is called with each list that was read.

    With `whole`, take the longest choice that equals the next text.
    """
    typist = _Typist(keyboard, limit, report)
    at = 0
    while at < len(message):
        start, word = word_at(message, at)
        if draw is not None and start == at and len(word) >= LEAST_LETTERS:
            at = typist.type_blindly(message, start, word, mistyped(word, draw))
            continue
        typist.keys += 1
        if whole:
            at = max(at + 1, typist.look_ahead(message, at))
        else:
            taken = typist.look(message[:at], word, is_first=start == at)
            at = after_word(message, start, word) if taken else at + 1
    return typist.typed(message)


def taken_to(message: str, at: int, choice: Suggestion) -> int:
    """The position in the message after the choice is taken at `at`; `at` if the choice differs from the message.

    A choice also differs if its last word or sign continues in the message. In a script without spaces, a word may end
    at any letter.
    """
    after = message[: at - choice.replace] + choice.insert
    end = len(after.rstrip(" "))
    if end <= at or not message.startswith(after[:end]):
        return at
    last, following = message[end - 1], message[end : end + 1]
    is_unspaced = is_inside_word(last) and not takes_space(last)
    if following.strip() and is_inside_word(last) == is_inside_word(following) and not is_unspaced:
        return at
    return end + (after.endswith(" ") and following == " ")


@final
class _Typist:
    """Reads the list before each key, and counts."""

    def __init__(self, keyboard: Suggests, limit: int, report: Reporting | None) -> None:
        self._keyboard = keyboard
        self._limit = limit
        self._report = report
        self.keys = self.shown = self.wrong = 0
        self.ranks: list[int] = []
        self.milliseconds: list[float] = []

    def look(self, text: str, word: str, *, is_first: bool) -> bool:
        """Whether the word is in the list for the text so far."""
        found = self._find(text)
        rank = next((place for place, each in enumerate(found, 1) if each.text == word), 0)
        self.wrong += bool(found) and not rank
        if word and is_first:
            self.ranks.append(rank)
        return rank > 0

    def look_ahead(self, message: str, at: int) -> int:
        """The furthest position that a choice reaches; `at` if none is right."""
        found = self._find(message[:at])
        end = max((taken_to(message, at, each) for each in found), default=at)
        self.wrong += bool(found) and end == at
        return end

    def typed(self, message: str) -> Typed:
        return Typed(
            keys=self.keys + 1,
            characters=len(message) + 1,
            least=least_keys(message),
            ranks=tuple(self.ranks),
            shown=self.shown,
            wrong=self.wrong,
            milliseconds=tuple(self.milliseconds),
        )

    def _find(self, text: str) -> Sequence[Suggestion]:
        began = perf_counter()
        found = self._keyboard.suggest(text, self._limit)
        self.milliseconds.append(1e3 * (perf_counter() - began))
        if self._report is not None:
            self._report(text, found)
        self.shown += bool(found)
        return found

    def type_blindly(self, message: str, start: int, word: str, wrong: str) -> int:
        """Type a word with a typo until it is in the list; otherwise delete the wrong letters at its end.

        Returns the next position in the message: after the word, or after its right letters.
        """
        for length in range(len(wrong)):
            taken = self.look(message[:start] + wrong[:length], word, is_first=not length)
            self.keys += 1
            if taken:
                return after_word(message, start, word)
        right = next(at for at in range(len(word) + 1) if word[at : at + 1] != wrong[at : at + 1])
        self.keys += len(wrong) - right
        return start + right


def mistyped(word: str, draw: np.random.Generator) -> str:
    """The word with one typo after its first letter: a neighbouring key, or a letter left out, doubled or swapped."""
    at = int(draw.integers(1, len(word) - 1))
    head, letter, after = word[:at], word[at], word[at + 1 :]
    near = NEIGHBOURS.get(letter, "")
    ways = [head + after, head + letter + letter + after, head + after[0] + letter + after[1:]]
    ways += [head + near[int(draw.integers(len(near)))] + after] * 3 if near else []
    found = [way for way in ways if way != word]
    return found[int(draw.integers(len(found)))]


def word_at(message: str, at: int) -> tuple[int, str]:
    """The start of the word that is half typed or begins at `at`, and that word; "" if there is none."""
    start = word_start(message[:at])
    word = first_word(message[start:])
    if word and takes_space(word):
        word = _RUN.match(message, start).group()  # type: ignore[union-attr]  # it matches everything
    return start, word if start + len(word) > at else ""


def after_word(message: str, start: int, word: str) -> int:
    """The position in the message after its word is taken, and after the next space, if any."""
    end = start + len(word)
    return end + (takes_space(word) and message[end : end + 1] == " ")


def least_keys(message: str) -> int:
    """The keys for the message and Enter, if each word is known before its first letter."""
    keys, at = 1, 0
    while at < len(message):
        start, word = word_at(message, at)
        at = after_word(message, start, word) if word and start == at else at + 1
        keys += 1
    return keys


def calibration(keyboard: Suggests, messages: Iterable[str]) -> tuple[list[tuple[float, float, int]], float]:
    """A row for each tenth of probability: the mean probability, the share of right words, and the number of words.

    The second value is the mean distance of the first two, over the words shown (Naeini and others 2015). The list
    before every key is read, and no word is taken: a replay skips the keys after a right word was shown, and at the
    other keys a keyboard is wrong more often.
    """
    seen = [
        (each.probability, each.text == word)
        for message in lines_of(messages)
        for at in range(len(message))
        for word in [word_at(message, at)[1]]
        for each in keyboard.suggest(message[:at], 3)
    ]
    chances = np.array(seen, dtype=np.float64).reshape(-1, 2)  # (words, probability and outcome)
    tenths = np.minimum((TENTHS * chances[:, 0]).astype(int), TENTHS - 1)
    tenth = [chances[tenths == at] for at in range(TENTHS)]
    groups = [(float(each[:, 0].mean()), float(each[:, 1].mean()), len(each)) for each in tenth if len(each)]
    return groups, sum(abs(said - came) * count for said, came, count in groups) / max(1, len(chances))
