"""A model that copies is reported; a model that only shares the habits of the text is not."""

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import toys
from foreword.assess.copies import GRAM, Audit, GeneratedText, Match, Overlap, audit, overlap
from foreword.errors import OptionError, SourceEmpty
from foreword.runtime.model import Model

ALPHABET = "abcdefghijklmnopqrstuvwxyz "


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Random letters, which no model repeats by chance."""
    text = "".join(np.random.default_rng(0).choice(list(ALPHABET), 20_000))
    path = tmp_path / "source.txt"
    path.write_text("\n".join(text[at : at + 60] for at in range(0, len(text), 60)), encoding="utf-8")
    return path


@pytest.fixture
def babbler(tmp_path: Path) -> Model:
    return toys.babbler(tmp_path / "babbler", ALPHABET)


@pytest.fixture
def parrot(tmp_path: Path) -> Model:
    """A model that repeats the alphabet."""
    steps = zip("\n" + ALPHABET, ALPHABET + "a", strict=True)
    return toys.of_letters(tmp_path / "parrot", {before: {after: 1.0} for before, after in steps})


def test_a_copying_model_is_reported_with_the_copied_place(parrot: Model, source: Path) -> None:
    text = source.read_text("utf-8")
    copied = ALPHABET * 6
    source.write_text(text[:6_100] + "\n#" + copied + "#" + text[6_100:], encoding="utf-8")
    found = audit(parrot, source, characters=1_000, temperatures=[0.5, 1.0])
    longest = found.longest.longest
    assert found.copies
    assert found.share == 1.0
    assert longest is not None
    assert (longest.text, longest.offset, found.longest_line) == (copied, 6_102, 102)
    assert found.verdict.startswith(
        "It copies: at temperature 0.5, 100% of its stretches of 20 characters stand in the text word for word, "
        "where 0% would be usual, and its longest run has 162 characters. "
    )
    assert found.figures()["longest"] == {"text": copied, "offset": 6_102, "line": 102}


def test_a_model_does_not_copy_if_the_text_repeats_itself_equally(parrot: Model, source: Path) -> None:
    source.write_text(ALPHABET * 800, encoding="utf-8")
    for characters in (100, 2_160):
        found = audit(parrot, source, characters=characters, temperatures=[1.0])
        assert found.usual is not None
        assert (found.share, found.usual.share, found.copies) == (1.0, 1.0, False)
    source.write_text("0123456789" * 200, encoding="utf-8")  # not a letter in common
    assert audit(parrot, source, characters=100).figures()["longest"] is None


def of(share: float, longest: int) -> Overlap:
    run = Match(text="a" * longest, offset=0) if longest else None
    return Overlap(grams=1_000, found=round(1_000 * share), longest=run)


@pytest.mark.parametrize(
    ("written", "usual", "copies"),
    [
        (of(0.12, 60), of(0.02, 40), False),
        (of(0.15, 60), of(0.02, 40), True),
        (of(0.02, 101), of(0.02, 40), True),
        (of(0.02, 40), of(0.02, 40), False),
        (of(0.02, 150), of(0.02, 80), False),
        (of(0.11, 60), None, True),
        (of(0.0, 0), None, False),
    ],
)
def test_copying_means_an_overlap_far_above_the_usual_one(
    written: Overlap, usual: Overlap | None, copies: bool
) -> None:
    names = "source_characters characters passages usual_characters longest_line"
    sizes = dict.fromkeys(names.split(), 1)
    rows = (
        GeneratedText(temperature=1.0, overlap=of(0.0, 5)),
        GeneratedText(temperature=0.5, overlap=written),
    )
    found = Audit(seed=0, written=rows, usual=usual, **sizes)
    assert found.copies == copies
    is_more = usual is not None and (written.share > usual.share or written.longest_run > usual.longest_run)
    assert found.verdict.startswith("It copies" if copies else "No clear sign" if is_more else "No sign")
    assert ("too short to know how much would be usual" in found.verdict) == (usual is None and not copies)
    assert found.figures()["usual"] == (usual and {"characters": 1, **usual.figures()})


def test_wrong_options_and_unusable_sources_are_named_errors(babbler: Model, tmp_path: Path) -> None:
    for options, words in (
        ({"characters": 19}, "characters must be at least 20, not 19"),
        ({"temperatures": []}, "temperatures is empty; give at least one"),
        ({"temperatures": [-1.0]}, "temperature must be from 0 to 100"),
    ):
        with pytest.raises(OptionError, match=words):
            audit(babbler, tmp_path / "nowhere.txt", **options)
    with pytest.raises(OptionError, match="was a variable not set"):
        audit(babbler, "")
    (tmp_path / "blank.txt").write_bytes(b"\x07")
    with pytest.raises(SourceEmpty):
        audit(babbler, tmp_path / "blank.txt")


letters = st.text("ab", max_size=40) | st.text("aé中🙂\n", max_size=30) | st.text("a", max_size=60)


@given(texts=st.lists(letters, max_size=3), source=letters)
def test_overlap_finds_the_same_grams_and_longest_run_as_brute_force(texts: list[str], source: str) -> None:
    found = overlap(texts, source)
    spans = [(text, *span) for text in texts for span in combinations(range(len(text) + 1), 2)]
    runs = [text[start:end] for text, start, end in spans]
    grams = [run for run in runs if len(run) == GRAM]
    longest = max((len(run) for run in runs if run in source), default=0)
    expected = len(grams), sum(gram in source for gram in grams), longest
    assert (found.grams, found.found, found.longest_run) == expected
    if run := found.longest:
        assert source[run.offset : run.offset + len(run.text)] == run.text
        assert any(run.text in text for text in texts)


def test_an_audit_writes_several_passages_and_repeats_with_its_seed(
    babbler: Model, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("foreword.assess.copies.PASSAGE", 500)
    length: dict[str, Any] = {"characters": 1_010, "temperatures": [0.5]}
    first, again, other = (audit(babbler, source, seed=seed, **length) for seed in (1, 1, 2))
    assert first == again != other
    assert (first.passages, first.characters, first.written[0].overlap.grams) == (3, 1_011, 1_011 - 3 * 19)
