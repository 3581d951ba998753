"""What a person should know of the texts that a corpus was made of, each a sentence."""

from collections import Counter
from collections.abc import Iterator, Sequence

from foreword.corpus.cleaned import RunningText
from foreword.corpus.lines import Source
from foreword.corpus.split import SHORTEST
from foreword.corpus.streams import SourceRecord
from foreword.corpus.vocabulary import Vocabulary
from foreword.text.secrets import Kind, in_words


def taken_out(taken: Sequence[Counter[Kind]]) -> Iterator[str]:
    """Of the secrets in the texts."""
    found = sum(taken, Counter[Kind]())
    if found:
        yield f"took out {in_words(found)}; ordinary words stand in their place"


def strangers(vocabulary: Vocabulary, text: RunningText) -> Iterator[str]:
    """Of characters that the tokenizer handed in has no ids for."""
    if vocabulary.strange:
        yield (
            f"{vocabulary.strange:,} of the characters to learn from ({vocabulary.strange / text.characters:.1%}) are "
            "new to the model; it learns to spell them in bytes"
        )


def repeated(records: Sequence[SourceRecord]) -> Iterator[str]:
    """Of texts that are in there twice."""
    seen = dict[str, str]()
    for record in records:
        if record.sha256 in seen:
            yield f"{record.name} is the same text as {seen[record.sha256]}: it is learned twice"
        seen.setdefault(record.sha256, record.name)


def short(sources: Sequence[Source], records: Sequence[SourceRecord], held_out: float) -> Iterator[str]:
    """Of texts that are too short to be measured on; lines that were parted before are not to be."""
    for source, record in zip(sources, records, strict=True):
        parted = not isinstance(source, str) and source.held_out is not None
        if held_out and record.characters < SHORTEST and not parted:
            yield f"{record.name} is too short to hold a part of it out: all of it is trained on"
