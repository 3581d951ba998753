"""The vocabularies of the three units, counted in a cleaned text. The text is cut only between tokens."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import numpy as np
import regex
import tokenizers
from tokenizers import models, pre_tokenizers, trainers

from foreword.libraries import UInt32
from foreword.text.cleaning import whole
from foreword.text.tokenizer_file import BYTES, SUBWORDS_PATTERN, WORDS_PATTERN

CODE_POINTS: Final = 0x110000
PIECE: Final = 1 << 16
"""Characters in a piece. Larger pieces are faster; smaller ones keep the memory of the tokenizer small."""
_TOKENS: Final = regex.compile(SUBWORDS_PATTERN)
_WORDS: Final = regex.compile(WORDS_PATTERN)


def code_points(text: str) -> UInt32[np.ndarray, " characters"]:
    """The code points of `text`. A lone surrogate becomes U+FFFD, because no encoding can write it."""
    try:
        data = text.encode("utf-32-le")
    except UnicodeEncodeError:
        data = whole(text).encode("utf-32-le")
    return np.frombuffer(data, dtype="<u4").astype(np.uint32, copy=False)


def count_characters(pieces: Iterable[str]) -> Counter[str]:
    """The number of times that each character occurs in the text of `pieces`."""
    counts = np.zeros(CODE_POINTS, dtype=np.int64)
    for piece in pieces:
        for start in range(0, len(piece), PIECE):
            found = np.bincount(code_points(piece[start : start + PIECE]))
            counts[: len(found)] += found
    return Counter({chr(code): int(counts[code]) for code in np.flatnonzero(counts)})


def rare_characters(counts: Mapping[str, int], most: float) -> frozenset[str]:
    """The rarest characters. Together they occur at most `most` times."""
    rare = set()
    for character, count in sorted(counts.items(), key=lambda item: (item[1], item[0])):
        most -= count
        if most < 0:
            break
        rare.add(character)
    return frozenset(rare)


def cut_at_tokens(pieces: Iterable[str], size: int = PIECE) -> Iterator[str]:
    """The same text in pieces of at most `size` characters. No piece ends inside a token.

    So the tokens of the pieces are the tokens of the whole text, and earlier cuts do not matter.
    """
    held = ""
    for piece in pieces:
        for start in range(0, len(piece), size):
            held += whole(piece[start : start + size])
            while len(held) > size:
                at = _place(held[:size])
                yield held[:at]
                held = held[at:]
    if held:
        yield held


def _place(text: str) -> int:
    """The last place in `text` where all tokens before it have ended. The following text does not matter.

    The place before a space is safe, because no token has a space inside. In a long line without spaces, the tokens
    are searched from the left.
    """
    space = max(text.rfind("\n"), text.rfind(" "))
    if space > 0:
        return space
    start = 0
    for token in _TOKENS.finditer(text):
        if token.start() < len(text) - 1:  # a hyphen at the end may stand inside a word
            start = token.start()
    return start or len(text)


def frequent_words(pieces: Iterable[str], limit: int) -> tuple[str, ...]:
    """The byte tokens, the newline, and the most frequent characters and words; at most `limit` tokens.

    A word includes the space before it. A character also counts inside words. So common characters come before all
    but the most common words. They spell the words outside the vocabulary. Words and characters seen once stay out.
    """
    counts: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    for piece in cut_at_tokens(pieces):
        counts.update(_WORDS.findall(piece))
        characters.update(piece)
    counts |= characters
    del counts["\n"]
    frequent = sorted((word for word in counts if counts[word] > 1), key=lambda word: (-counts[word], word))
    kept = frequent[: limit - len(BYTES) - 1]
    return (*BYTES, "\n", *sorted(kept, key=len))


def merged_subwords(pieces: Iterable[str], limit: int) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """The tokens and merges of a byte-level BPE of at most `limit` tokens. The newline is never merged.

    Source: Sennrich, Haddow and Birch (2016), "Neural machine translation of rare words with subword units".
    """
    learner = tokenizers.Tokenizer(models.BPE())
    cut_at_words = pre_tokenizers.Split(tokenizers.Regex(SUBWORDS_PATTERN), "isolated")
    spell_bytes = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    learner.pre_tokenizer = pre_tokenizers.Sequence([cut_at_words, spell_bytes])
    signs = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=limit, min_frequency=2, show_progress=False, initial_alphabet=signs
    )
    learner.train_from_iterator(cut_at_tokens(pieces), trainer)
    model = json.loads(learner.to_str())["model"]
    tokens = tuple(sorted(model["vocab"], key=model["vocab"].__getitem__))
    return tokens, tuple((left, right) for left, right in model["merges"])
