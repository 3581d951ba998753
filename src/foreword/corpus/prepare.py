"""From sources to a corpus: read, clean, take out secrets, split, build the vocabulary, encode.

Memory stays bounded however large the sources are: each step is a stream from disk to disk.
"""

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, final

from foreword.corpus import remarks
from foreword.corpus.cleaned import CleanedText, Digested, Part, RunningText
from foreword.corpus.lines import Lines, Source
from foreword.corpus.omitting import Omit, omitted
from foreword.corpus.sources import documents_of, name_of, record
from foreword.corpus.split import split
from foreword.corpus.streams import Corpus, SourceRecord, Stream, begin, finish, write_stream
from foreword.corpus.vocabulary import Vocabulary
from foreword.errors import OptionError, SourceEmpty
from foreword.sources.report import Report
from foreword.text.cleaning import clean_pieces
from foreword.text.documents import join
from foreword.text.forms import UNITS, Unit
from foreword.text.secrets import Kind, scrub_pieces
from foreword.text.tokenizer import Tokenizer

__all__ = ["Corpus", "Settings", "SourceRecord", "Stream", "prepare"]

LARGEST_SHARE: Final = 0.5
SMALLEST_VOCABULARY: Final = 300


@final
@dataclass(frozen=True, kw_only=True)
class Settings:
    """How to prepare a text.

    `vocabulary` is the most ids to use (None: as many as suit the unit), `held_out` the share of each source that
    is kept from training (`old_held_out`: of each source of old text), and `encoding` that of its bytes (None: UTF-8).
    A `tokenizer`, which a network that goes on learning brings along, stands in for unit and vocabulary. Of chats, only
    what the person `me` wrote is taken, and of all texts what `omit` leaves of each line.
    """

    unit: Unit = "characters"
    vocabulary: int | None = None
    held_out: float = 0.1
    old_held_out: float = 0.1
    encoding: str | None = None
    seed: int = 0
    tokenizer: Tokenizer | None = None
    me: str | None = None
    omit: Omit | None = None

    def __post_init__(self) -> None:
        """Refuse what makes no sense, by name and value."""
        if self.unit not in UNITS:
            raise OptionError(f"unit must be one of {', '.join(UNITS)}, not {self.unit!r}")
        if self.vocabulary is not None and self.vocabulary < SMALLEST_VOCABULARY:
            raise OptionError(
                f"vocabulary must be at least {SMALLEST_VOCABULARY}, not {self.vocabulary}: 256 ids spell the bytes"
            )
        for name, value in (("held_out", self.held_out), ("old_held_out", self.old_held_out)):
            if not 0 <= value <= LARGEST_SHARE:
                raise OptionError(
                    f"{name} must be a share from 0 (train on all) to {LARGEST_SHARE}, not {value}"
                )


def prepare(
    sources: Sequence[Source],
    folder: Path,
    settings: Settings,
    *,
    old: Sequence[Source] = (),
    also: tuple[Path, Tokenizer] | None = None,
) -> Corpus:
    """Make a corpus of `sources`, in the order given, in `folder`; one that is there is replaced.

    The text of `old` sources, which a network that goes on learning shall not forget, lies in streams of its own.
    With `also`, the same text is kept in another folder in the tokens of another tokenizer, too: it is read and cleaned
    once.

    Raises:
        SourceError: a source cannot be read, or holds no text.
        OptionError: there is no source, or the vocabulary has no room.
    """
    if not sources:
        raise OptionError(
            "there is no text to train on: give a file, a folder, or a sample such as sample:chitchat"
        )
    wanted = {folder: settings}
    if also is not None:
        wanted[also[0]] = replace(settings, tokenizer=also[1])
    for place in wanted:
        begin(place)
    notes: list[str] = []
    with _scratch(folder) as scratch:
        texts, taken = _clean(sources, scratch / "new", settings, notes)
        old_texts, old_taken = _clean(old, scratch / "old", settings, notes)
        new_parts, old_parts = _parts(texts, settings.held_out), _old_parts(old, old_texts, settings)
        vocabularies = {place: _vocabulary(new_parts["train"], each) for place, each in wanted.items()}
        streams = {
            place: _streams(place, {**new_parts, **old_parts}, vocabulary)
            for place, vocabulary in vocabularies.items()
        }
    read = partial(record, encoding=settings.encoding, me=settings.me)
    records = [*map(read, sources, texts, taken)]
    old_records = [*map(read, old, old_texts, old_taken)]
    for place, vocabulary in vocabularies.items():
        finish(
            place,
            vocabulary.tokenizer,
            streams=streams[place],
            sources=records,
            old_sources=old_records,
            notes=[
                *notes,
                *remarks.taken_out([*taken, *old_taken]),
                *remarks.strangers(vocabulary, new_parts["train"]),
                *remarks.repeated([*records, *old_records]),
                *remarks.short(sources, records, settings.held_out),
                *remarks.short(old, old_records, settings.old_held_out),
            ],
            me=settings.me,
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


def _clean(
    sources: Sequence[Source], folder: Path, settings: Settings, notes: list[str]
) -> tuple[list[CleanedText], list[Counter[Kind]]]:
    """The texts without their secrets, and how many were taken out of each."""
    folder.mkdir()
    taken = [Counter[Kind]() for _ in sources]
    texts = [
        _cleaned(source, folder / f"{at}.txt", settings, notes, taken[at])
        for at, source in enumerate(sources)
    ]
    return texts, taken


def _cleaned(
    source: Source, path: Path, settings: Settings, notes: list[str], taken: Counter[Kind]
) -> CleanedText:
    report = Report()
    found = documents_of(source, encoding=settings.encoding, me=settings.me, report=report)
    cleaned = Digested(clean_pieces(join(found)))
    text = CleanedText.write(omitted(scrub_pieces(cleaned, taken), settings.omit), path)
    notes += [f"{name_of(source)}: {sentence}" for sentence in report.sentences()]
    if text.characters == 0:
        raise SourceEmpty(
            f"{name_of(source)} holds no text; leave it out, or see whether it is the right one"
        )
    return replace(text, sha256=cleaned.sha256())


def _parts(texts: Sequence[CleanedText], held_out: float) -> dict[str, RunningText]:
    """The three parts by name, each running through all texts."""
    borders = [(0, *split(text, held_out), text.characters) for text in texts]
    return {
        name: RunningText(
            [Part(text, border[at], border[at + 1]) for text, border in zip(texts, borders, strict=True)]
        )
        for at, name in enumerate(("train", "validation", "test"))
    }


def _old_parts(
    old: Sequence[Source], texts: Sequence[CleanedText], settings: Settings
) -> dict[str, RunningText]:
    """Old text in two parts, cut where it would be as new text: nothing is chosen by it, so one part tells enough."""
    both = [(text, _old_cut(source, text, settings)) for source, text in zip(old, texts, strict=True)]
    return {
        "old": RunningText([Part(text, 0, cut) for text, cut in both]),
        "old_held_out": RunningText([Part(text, cut, text.characters) for text, cut in both]),
    }


def _old_cut(source: Source, text: CleanedText, settings: Settings) -> int:
    """Where what was trained on ends in an old text."""
    given = source.held_out if isinstance(source, Lines) else None
    if given == 1:
        return 0
    return split(text, settings.old_held_out if given is None else given)[0]


def _vocabulary(text: RunningText, settings: Settings) -> Vocabulary:
    if settings.tokenizer is not None:
        return Vocabulary.given(settings.tokenizer, text, settings.seed)
    return Vocabulary.of(text, settings.unit, settings.vocabulary, settings.seed)


def _streams(
    folder: Path, parts: Mapping[str, RunningText], vocabulary: Vocabulary
) -> dict[str, dict[str, int]]:
    """Write each part that has any text; how long each is."""
    return {
        name: {"tokens": _write(folder, name, vocabulary, text), "characters": text.characters}
        for name, text in parts.items()
        if text.characters
    }


def _write(folder: Path, name: str, vocabulary: Vocabulary, text: RunningText) -> int:
    if name == "old":
        vocabulary = Vocabulary.given(
            vocabulary.tokenizer, text, vocabulary.seed
        )  # other characters are rare here
    encode = vocabulary.encode_to_train if name in ("train", "old") else vocabulary.encode
    return write_stream(folder, name, vocabulary.tokenizer, encode(text))
