"""From texts to a corpus: build the vocabulary from the training part, encode every part.

prepare(["chat.txt"], folder, EncodingSettings(unit="characters"))
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from foreword.choices import Unit
from foreword.corpus.streams import Corpus, SourceRecord, Stream, begin, finish, write_stream
from foreword.corpus.texts import OldSource, ReadSettings, RunningText, Source, Texts, read
from foreword.corpus.vocabulary import Vocabulary
from foreword.errors import OptionError
from foreword.text.secrets import Kind, in_words
from foreword.text.tokenizer import Tokenizer
from foreword.text.tokenizer_file import UNITS

__all__ = ["Corpus", "EncodingSettings", "SourceRecord", "Stream", "encode", "prepare"]

SMALLEST_VOCABULARY: Final = 300


@final
@dataclass(frozen=True, kw_only=True)
class EncodingSettings:
    """How texts are encoded.

    `vocabulary` is the most ids to use (None: as many as suit the unit). A `tokenizer`, which a network that goes on
    learning brings along, stands in for both.
    """

    unit: Unit | None = "characters"
    vocabulary: int | None = None
    minutes: float | None = None
    seed: int = 0
    tokenizer: Tokenizer | None = None

    def __post_init__(self) -> None:
        """Refuse what makes no sense, by name and value."""
        if self.unit not in (None, *UNITS):
            raise OptionError(f"unit must be one of {', '.join(UNITS)}, not {self.unit!r}")
        if self.vocabulary is not None and self.vocabulary < SMALLEST_VOCABULARY:
            raise OptionError(
                f"vocabulary must be at least {SMALLEST_VOCABULARY}, not {self.vocabulary}: 256 ids spell the bytes"
            )


def prepare(
    sources: Sequence[Source],
    folder: Path,
    settings: EncodingSettings | None = None,
    reading: ReadSettings | None = None,
    *,
    old: Sequence[OldSource] = (),
) -> Corpus:
    """Make a corpus of `sources`, in the order given, in `folder`; one that is there is replaced.

    Raises:
        SourceError: a source cannot be read, or holds no text.
        OptionError: there is no source, or the vocabulary has no room.
    """
    with read(sources, folder / "cleaned", reading or ReadSettings(), old=old) as texts:
        return encode(texts, folder, settings or EncodingSettings())


def encode(texts: Texts, folder: Path, settings: EncodingSettings) -> Corpus:
    """Make a corpus of texts in `folder`. Old text lies in streams of its own.

    Raises:
        OptionError: the vocabulary has no room.
    """
    begin(folder)
    parts = texts.parts()
    vocabulary = _vocabulary(parts["train"], settings)
    streams = {
        name: {"tokens": _write(folder, name, vocabulary, text), "characters": text.characters}
        for name, text in parts.items()
        if text.characters
    }
    sources, old_sources = ([text.record for text in each] for each in (texts.new, texts.old))
    finish(
        folder,
        vocabulary.tokenizer,
        streams=streams,
        sources=sources,
        old_sources=old_sources,
        notes=[*texts.notes, *_taken_out([*sources, *old_sources]), *_unknown(vocabulary, parts["train"])],
        me=texts.me,
    )
    return Corpus.open(folder)


def _vocabulary(text: RunningText, settings: EncodingSettings) -> Vocabulary:
    if settings.tokenizer is not None:
        return Vocabulary.given(settings.tokenizer, text, settings.seed)
    if settings.unit is None:
        return Vocabulary.suiting(text, settings.minutes, settings.seed)
    return Vocabulary.of(text, settings.unit, settings.vocabulary, settings.seed)


def _write(folder: Path, name: str, vocabulary: Vocabulary, text: RunningText) -> int:
    if name == "old":  # other characters are rare here
        vocabulary = Vocabulary.given(vocabulary.tokenizer, text, vocabulary.seed)
    encode = vocabulary.encode_to_train if name in ("train", "old") else vocabulary.encode
    return write_stream(folder, name, vocabulary.tokenizer, encode(text))


def _taken_out(records: Sequence[SourceRecord]) -> Iterator[str]:
    total = total_secrets(records)
    found = Counter({kind: total[kind] for kind in Kind if kind in total})
    if found:
        yield f"took out {in_words(found)}; … stands in their place"


def _unknown(vocabulary: Vocabulary, text: RunningText) -> Iterator[str]:
    """Of characters that the tokenizer handed in has no ids for."""
    if vocabulary.strange:
        yield (
            f"{vocabulary.strange:,} of the characters to learn from ({vocabulary.strange / text.characters:.1%}) are "
            "new to the model; it learns to spell them in bytes"
        )


def total_secrets(records: Sequence[SourceRecord]) -> Mapping[str, int]:
    """How many secrets were taken out of all texts, by kind."""
    return dict(sum((Counter(record.secrets) for record in records), Counter[str]()))
