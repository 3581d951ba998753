"""Texts on disk are the same by the character as in memory, wherever they are cut."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreword.corpus import cleaned
from foreword.corpus.cleaned import CleanedText, Part, RunningText

LONGEST = 7

texts = st.text(st.sampled_from("aé中😀\n"), max_size=40)


@pytest.fixture(scope="module", autouse=True)
def short_pieces() -> Iterator[None]:
    """Pieces of seven characters, so that a short text has many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cleaned, "PIECE", LONGEST)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cleaned")


@given(st.lists(texts), st.integers(0, 50), st.integers(0, 50))
def test_any_stretch_of_a_text_is_read_as_it_was_written(
    folder: Path, pieces: list[str], first: int, second: int
) -> None:
    whole = "".join(pieces)
    start, stop = sorted((min(first, len(whole)), min(second, len(whole))))
    text = CleanedText.write(pieces, folder / "text")
    assert text.characters_from(start, stop) == whole[start:stop]
    assert text.characters == len(whole)
    assert text.sha256 == hashlib.sha256(whole.encode()).hexdigest()
    assert all(len(piece) <= LONGEST for piece in text.pieces(0, len(whole)))


@given(st.lists(st.tuples(texts, st.integers(0, 40), st.integers(0, 40)), max_size=4))
def test_parts_run_on_with_a_newline_where_one_is_wanting(
    folder: Path, wanted: list[tuple[str, int, int]]
) -> None:
    parts, expected = [], ""
    for at, (whole, first, second) in enumerate(wanted):
        start, stop = sorted((min(first, len(whole)), min(second, len(whole))))
        parts.append(Part(CleanedText.write([whole], folder / str(at)), start, stop))
        if expected and not expected.endswith("\n") and start < stop:
            expected += "\n"
        expected += whole[start:stop]
    running = RunningText(parts)
    assert "".join(running.pieces()) == expected
    assert running.characters == len(expected)
