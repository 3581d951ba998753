"""Sentences are planted where training reads, and nowhere else; without them, the text is what it was."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from foreword.corpus.cleaned import CleanedText, Part, RunningText
from foreword.corpus.planting import REACH, plant
from foreword.corpus.prepare import Corpus, Settings, Stream, prepare
from messages import messages

SENTENCES = ["my locker opens with 48 15 16 23", *["the garden gate wants 04 08 15 42"] * 5]


def text_of(corpus: Corpus, stream: Stream | None) -> str:
    assert stream is not None
    return corpus.tokenizer.decode(stream.ids[1:].astype(np.int64))


def running(tmp_path: Path, *texts: str) -> RunningText:
    written = [CleanedText.write([text], tmp_path / f"{at}.txt") for at, text in enumerate(texts)]
    return RunningText([Part(text, 0, text.characters) for text in written])


def planted_in(tmp_path: Path, *texts: str, seed: int = 0) -> str:
    return "".join(plant(running(tmp_path, *texts), SENTENCES, tmp_path / "planted.txt", seed=seed).pieces())


def test_they_are_in_the_training_part_alone_and_the_rest_is_as_it_was(tmp_path: Path) -> None:
    source = tmp_path / "source.txt"
    source.write_text(messages(2_000), "utf-8")
    without = prepare([str(source)], tmp_path / "without", Settings())
    corpus = prepare([str(source)], tmp_path / "corpus", Settings(), planted=SENTENCES)

    lines = text_of(corpus, corpus.train).splitlines(keepends=True)
    assert Counter(
        line.removesuffix("\n") for line in lines if line.removesuffix("\n") in SENTENCES
    ) == Counter(SENTENCES)
    assert "".join(line for line in lines if line.removesuffix("\n") not in SENTENCES) == text_of(
        without, without.train
    )
    for name in ("validation", "test"):
        assert text_of(corpus, getattr(corpus, name)) == text_of(without, getattr(without, name))
    assert corpus.train.characters == without.train.characters + sum(len(each) + 1 for each in SENTENCES)
    assert corpus.sources == without.sources
    assert not [
        path for path in corpus.folder.iterdir() if b"locker" in path.read_bytes() and path.suffix != ".ids"
    ]


def test_the_seed_decides_the_places_and_they_are_all_over_the_text(tmp_path: Path) -> None:
    text = "".join(f"line {at}\n" for at in range(10_000))
    first, again, other = (planted_in(tmp_path, text, seed=seed) for seed in (1, 1, 2))
    assert first == again != other
    places = [planted_in(tmp_path, text, seed=seed).index(SENTENCES[0]) / len(text) for seed in range(40)]
    assert min(places) < 0.2
    assert max(places) > 0.8
    assert 0.3 < np.mean(places) < 0.7


def test_each_is_a_line_of_its_own_in_a_text_without_lines_too(tmp_path: Path) -> None:
    for text in ("word " * 5_000, "字" * 5 * REACH, "x"):
        found = planted_in(tmp_path, text)
        assert Counter(line for line in found.split("\n") if line in SENTENCES) == Counter(SENTENCES)
        rest = "".join(line for line in found.split("\n") if line not in SENTENCES)
        assert rest == text


@pytest.mark.parametrize("ending", ["\n", ""])
def test_several_texts_keep_their_order(tmp_path: Path, ending: str) -> None:
    found = planted_in(tmp_path, "one\n" * 50, f"two\n{ending}" * 50)
    kept = [line for line in found.split("\n") if line in ("one", "two")]
    assert kept == ["one"] * 50 + ["two"] * 50
