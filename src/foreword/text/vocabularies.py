"""The vocabularies of the three units, counted in a cleaned text."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

import regex
import tokenizers
from tokenizers import models, pre_tokenizers, trainers

from foreword.errors import OptionError
from foreword.text.cutting import cut_at_tokens
from foreword.text.forms import BYTES, SUBWORDS_PATTERN, WORDS_PATTERN

_WORDS: Final = regex.compile(WORDS_PATTERN)
_MOST_WORDS: Final = 1_000_000


def frequent_characters(counts: Mapping[str, int], at_least: int) -> tuple[str, ...]:
    """The byte tokens, the newline, and each character counted `at_least` times, in order of code point."""
    kept = {character for character, count in counts.items() if count >= at_least and character != "\n"}
    return (*BYTES, "\n", *sorted(kept))


def frequent_words(pieces: Iterable[str], limit: int) -> tuple[str, ...]:
    """The byte tokens, the newline, and the most frequent characters and words, `limit` tokens in all.

    A word has the space before it. A character counts wherever it occurs, so that the common ones come before all
    but the most common words: they spell the words left out. What was seen once stays out.
    """
    _check_limit(limit)
    counts: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    floor = 1
    for piece in cut_at_tokens(pieces):
        counts.update(_WORDS.findall(piece))
        characters.update(piece)
        if len(counts) > _MOST_WORDS:  # lossy counting: what was rare so far goes
            counts = Counter({word: count for word, count in counts.items() if count > floor})
            floor += 1
    counts |= characters
    del counts["\n"]
    frequent = sorted((word for word in counts if counts[word] > 1), key=lambda word: (-counts[word], word))
    kept = frequent[: limit - len(BYTES) - 1]
    return (*BYTES, "\n", *sorted(kept, key=len))


def merged_subwords(pieces: Iterable[str], limit: int) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """The tokens and merges of a byte-level BPE of at most `limit` tokens; the newline is never merged."""
    _check_limit(limit)
    learner = tokenizers.Tokenizer(models.BPE())
    learner.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(tokenizers.Regex(SUBWORDS_PATTERN), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=limit,
        min_frequency=2,
        show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    learner.train_from_iterator(cut_at_tokens(pieces), trainer)
    model = json.loads(learner.to_str())["model"]
    tokens = tuple(sorted(model["vocab"], key=model["vocab"].__getitem__))
    return tokens, tuple((left, right) for left, right in model["merges"])


def _check_limit(limit: int) -> None:
    if limit <= len(BYTES) + 1:
        raise OptionError(f"a vocabulary of {limit} has no room: 256 ids spell the bytes; give at least 300")
