"""From sources to a corpus: read, clean, split, build the vocabulary, encode.

Memory stays bounded however large the sources are: each step is a stream from disk to disk.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from foreword.corpus.cleaned import CleanedText, Part, RunningText
from foreword.corpus.fingerprints import file_digests
from foreword.corpus.samples import PREFIX, documents
from foreword.corpus.split import SHORTEST, split
from foreword.corpus.streams import Corpus, SourceRecord, Stream, begin, finish, write_stream
from foreword.corpus.vocabulary import Vocabulary
from foreword.errors import OptionError, SourceEmpty
from foreword.text.cleaning import clean_pieces
from foreword.text.documents import join
from foreword.text.forms import UNITS, Unit

__all__ = ["Corpus", "Settings", "SourceRecord", "Stream", "prepare"]

LARGEST_SHARE: Final = 0.5
SMALLEST_VOCABULARY: Final = 300


@final
@dataclass(frozen=True, kw_only=True)
class Settings:
    """How to prepare a text.

    `vocabulary` is the most ids to use (None: as many as suit the unit), `held_out` the share of each source that
    is kept from training, and `encoding` that of its bytes (None: UTF-8).
    """

    unit: Unit = "characters"
    vocabulary: int | None = None
    held_out: float = 0.1
    encoding: str | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what makes no sense, by name and value."""
        if self.unit not in UNITS:
            raise OptionError(f"unit must be one of {', '.join(UNITS)}, not {self.unit!r}")
        if self.vocabulary is not None and self.vocabulary < SMALLEST_VOCABULARY:
            raise OptionError(
                f"vocabulary must be at least {SMALLEST_VOCABULARY}, not {self.vocabulary}: 256 ids spell the bytes"
            )
        if not 0 <= self.held_out <= LARGEST_SHARE:
            raise OptionError(
                f"held_out must be a share from 0 (train on all) to {LARGEST_SHARE}, not {self.held_out}"
            )


def prepare(sources: Sequence[str], folder: Path, settings: Settings) -> Corpus:
    """Make a corpus of `sources`, in the order given, in `folder`; one that is there is replaced.

    Raises:
        SourceError: a source cannot be read, or holds no text.
        OptionError: there is no source, or the vocabulary has no room.
    """
    if not sources:
        raise OptionError(
            "there is no text to train on: give a file, a folder, or a sample such as sample:chitchat"
        )
    begin(folder)
    notes: list[str] = []
    with _scratch(folder) as scratch:
        texts = [_clean(source, scratch / f"{at}.txt", settings, notes) for at, source in enumerate(sources)]
        parts = _parts(texts, settings.held_out)
        vocabulary = Vocabulary.of(parts["train"], settings.unit, settings.vocabulary, settings.seed)
        streams = {
            name: {"tokens": _write(folder, name, vocabulary, text), "characters": text.characters}
            for name, text in parts.items()
            if text.characters
        }
    records = [
        SourceRecord(_name(source), text.sha256, text.characters, _files(source, settings))
        for source, text in zip(sources, texts, strict=True)
    ]
    finish(
        folder,
        vocabulary.tokenizer,
        streams=streams,
        sources=records,
        notes=[*notes, *_notes(records, settings)],
    )
    return Corpus.open(folder)


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A folder for the cleaned texts while they are needed; that of a run that was killed is cleared away first."""
    scratch = folder / "cleaned"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _clean(source: str, path: Path, settings: Settings, notes: list[str]) -> CleanedText:
    found = documents(source, encoding=settings.encoding, notes=notes)
    text = CleanedText.write(clean_pieces(join(found)), path)
    if text.characters == 0:
        raise SourceEmpty(f"{source} holds no text; leave it out, or see whether it is the right one")
    return text


def _name(source: str) -> str:
    """The source as it was handed in; but `.` and `..` mean something only in the folder where they were said."""
    return source if Path(source).name not in {"", ".."} else os.path.abspath(source)  # noqa: PTH100 - no links


def _files(source: str, settings: Settings) -> tuple[str, ...]:
    """The digests of the files in a folder, which is read once more for them."""
    folder = Path(source).is_dir() and not source.startswith(PREFIX)
    return tuple(file_digests(documents(source, encoding=settings.encoding))) if folder else ()


def _parts(texts: Sequence[CleanedText], held_out: float) -> dict[str, RunningText]:
    """The three parts by name, each running through all texts."""
    borders = [(0, *split(text, held_out), text.characters) for text in texts]
    return {
        name: RunningText(
            [Part(text, border[at], border[at + 1]) for text, border in zip(texts, borders, strict=True)]
        )
        for at, name in enumerate(("train", "validation", "test"))
    }


def _write(folder: Path, name: str, vocabulary: Vocabulary, text: RunningText) -> int:
    encode = vocabulary.encode_to_train if name == "train" else vocabulary.encode
    return write_stream(folder, name, vocabulary.tokenizer, encode(text))


def _notes(records: Sequence[SourceRecord], settings: Settings) -> list[str]:
    """What a person should know: what is in there twice, and what is too short to be measured on."""
    notes, seen = [], dict[str, str]()
    for record in records:
        if record.sha256 in seen:
            notes.append(f"{record.name} is the same text as {seen[record.sha256]}: it is learned twice")
        seen.setdefault(record.sha256, record.name)
        if settings.held_out and record.characters < SHORTEST:
            notes.append(f"{record.name} is too short to hold a part of it out: all of it is trained on")
    return notes
