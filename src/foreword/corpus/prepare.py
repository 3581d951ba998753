"""Makes a corpus of texts: builds the vocabulary from the training part, then encodes every part.

prepare(["chat.txt"], folder, EncodingSettings(unit="characters"))
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

import numpy as np

from foreword.corpus.streams import Corpus, Manifest, SourceRecord, Stream, begin, finish, write_stream
from foreword.corpus.texts import ReadSettings, RunningText, Source, Texts, read
from foreword.errors import OptionError, check_within
from foreword.libraries import Int64
from foreword.settings import Unit
from foreword.text.secrets import in_words
from foreword.text.tokenizer import (
    CharacterTable,
    Tokenizer,
    characters_tokenizer,
    subwords_tokenizer,
    words_tokenizer,
)
from foreword.text.tokenizer_file import BYTES
from foreword.text.vocabularies import count_characters, rare_characters

__all__ = ["Corpus", "EncodingSettings", "SourceRecord", "Stream", "encode", "prepare"]

SMALLEST_VOCABULARY: Final = 300

BY_DEFAULT: Final = 1_000  # the number of subwords in a new network if the person names no unit
FEWEST_FOR_SUBWORDS: Final = 100_000
MOST_DISTINCT: Final = 400
"""Limits for subwords: the fewest characters of the training text, and the most distinct characters that occur twice.
Outside them, as in Chinese, subwords gained nothing (docs/decisions/0058)."""
FOR_A_MINUTE: Final = 3_000_000
"""The most characters per minute of training: cutting them into subwords takes a twentieth of a minute."""

LIMITS: Final = {"words": 10_000, "subwords": 4_000}
"""The default number of ids. A phone keyboard's network has 10,000 words (Hard et al. 2018)."""

AT_LEAST: Final = 3
"""A character that occurs less often than this is too rare to learn; it is spelled in bytes."""

RARE_SHARE: Final = 0.001
SPELLED_SHARE: Final = 0.1
"""The share of the rare characters to spell in bytes in training text; these are at most RARE_SHARE of the text."""


@final
@dataclass(frozen=True, kw_only=True)
class EncodingSettings:
    """The settings for encoding texts.

    `vocabulary` is the largest number of ids (None: it depends on the unit). A `tokenizer`, from a network that
    continues to learn, replaces `unit` and `vocabulary`.
    """

    unit: Unit | None = "characters"
    vocabulary: int | None = None
    minutes: float | None = None
    seed: int = 0
    tokenizer: Tokenizer | None = None

    def __post_init__(self) -> None:
        if self.vocabulary is not None and self.vocabulary < SMALLEST_VOCABULARY:
            raise OptionError(
                f"vocabulary must be at least {SMALLEST_VOCABULARY}, not {self.vocabulary}: 256 ids spell the bytes"
            )
        check_within("seed", self.seed, 0, 2**63 - 1)


def tokenizer_for(text: RunningText, settings: EncodingSettings) -> Tokenizer:
    """The tokenizer of these settings for `text`, which is only the training part.

    Characters that occur only in the held-out parts are spelled in bytes, so figures include unknown characters. If the
    person names no unit, a new network has subwords if they help, else characters.

    Raises:
        OptionError: the limit on the number of ids is too small.
    """
    unit, limit = settings.unit, settings.vocabulary
    if settings.tokenizer is not None:
        return settings.tokenizer
    if unit is None:
        distinct = sum(count > 1 for count in count_characters(text.pieces()).values())
        is_long = text.characters >= FEWEST_FOR_SUBWORDS and distinct <= MOST_DISTINCT
        is_quick = settings.minutes is None or text.characters <= FOR_A_MINUTE * settings.minutes
        unit, limit = ("subwords", BY_DEFAULT) if is_long and is_quick else ("characters", None)
    if unit == "words":
        return words_tokenizer(text.pieces(), limit or LIMITS[unit])
    if unit == "subwords":
        return subwords_tokenizer(text.pieces(), limit or LIMITS[unit])
    counts = Counter({each: count for each, count in count_characters(text.pieces()).items() if each != "\n"})
    room = len(counts) if limit is None else limit - len(BYTES) - 1
    return characters_tokenizer(each for each, count in counts.most_common(room) if count >= AT_LEAST)


def prepare(
    sources: Sequence[Source],
    folder: Path,
    settings: EncodingSettings | None = None,
    reading: ReadSettings | None = None,
    *,
    old: Sequence[Source] = (),
) -> Corpus:
    """Make a corpus of `sources`, in the order given, in `folder`; it replaces an existing corpus.

    Raises:
        SourceError: a source cannot be read, or holds no text.
        OptionError: the vocabulary is too small.
    """
    with read(sources, folder / "cleaned", reading or ReadSettings(), old=old) as texts:
        return encode(texts, folder, settings or EncodingSettings())


def encode(texts: Texts, folder: Path, settings: EncodingSettings) -> Corpus:
    """Make a corpus of texts in `folder`. Old text has its own streams.

    Raises:
        OptionError: the vocabulary is too small.
    """
    begin(folder)
    parts = texts.parts()
    tokenizer = tokenizer_for(parts["train"], settings)
    streams = {}
    for name, text in parts.items():
        if text.characters:
            ids = _encoded(text, tokenizer, settings.seed if name in ("train", "old") else None)
            tokens = write_stream(folder, name, tokenizer, ids)
            streams[name] = {"tokens": tokens, "characters": text.characters}
    sources, old_sources = (tuple(text.record for text in each) for each in (texts.new, texts.old))
    secrets = in_words(total_secrets([*sources, *old_sources]))
    manifest = Manifest(
        streams=streams,
        sources=sources,
        old_sources=old_sources,
        notes=(*texts.notes, *([f"took out {secrets}; … stands in their place"] if secrets else [])),
        me=texts.me,
    )
    finish(folder, tokenizer, manifest)
    return Corpus.open(folder)


def _encoded(
    text: RunningText, tokenizer: Tokenizer, seed: int | None
) -> Iterator[Int64[np.ndarray, " tokens"]]:
    """The ids of `text`; with a seed, a random share of its rare characters is spelled in bytes.

    A network that was never trained on byte tokens would predict badly after the first emoji that someone types.
    """
    if seed is None or tokenizer.unit != "characters":
        yield from tokenizer.encode_pieces(text.pieces())
        return
    known = {token.decode() for token in tokenizer.tokens[len(BYTES) :]} - {"\n"}
    counts = {each: count for each, count in count_characters(text.pieces()).items() if each in known}
    table = CharacterTable(tokenizer.tokens, rare_characters(counts, RARE_SHARE * text.characters))
    draw = np.random.default_rng(seed)
    for piece in text.pieces():
        yield table.encode(piece, spell=draw, share=SPELLED_SHARE)


def total_secrets(records: Sequence[SourceRecord]) -> Mapping[str, int]:
    """The number of secrets that were removed from all texts, by kind."""
    return dict(sum((Counter(record.secrets) for record in records), Counter[str]()))
