"""Who copies is told so, and who has only the habits of the text is not."""

from pathlib import Path

import numpy as np
import pytest

import toys
from foreword.assess.copies import Audit, Overlap, Run, Written, audit
from foreword.errors import OptionError, SourceEmpty, SourceMissing
from foreword.runtime.model import Model
from foreword.text.tokenizer import characters_tokenizer

ALPHABET = "abcdefghijklmnopqrstuvwxyz "


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Random letters: nobody repeats these by chance."""
    text = "".join(np.random.default_rng(0).choice(list(ALPHABET), 20_000))
    path = tmp_path / "source.txt"
    path.write_text("\n".join(text[at : at + 60] for at in range(0, len(text), 60)), encoding="utf-8")
    return path


@pytest.fixture
def babbler(tmp_path: Path) -> Model:
    """A model that says anything."""
    tokenizer = characters_tokenizer(dict.fromkeys(ALPHABET, 9))
    return toys.model(
        tmp_path / "babbler", tokenizer, toys.recurrent_graph(np.zeros(tokenizer.size, np.float32))
    )


@pytest.fixture
def parrot(tmp_path: Path) -> Model:
    """A model that says the alphabet, and again."""
    tokenizer = characters_tokenizer(dict.fromkeys(ALPHABET, 9))
    steps = zip("\n" + ALPHABET, ALPHABET + "a", strict=True)
    table = toys.transitions(tokenizer, {before: {after: 1.0} for before, after in steps})
    return toys.model(tmp_path / "parrot", tokenizer, toys.table_graph(table))


def test_who_says_something_else_does_not_copy(babbler: Model, source: Path) -> None:
    found = audit(babbler, source, characters=3_000, temperatures=[1.0])

    assert found.share == 0
    assert found.longest.longest_run < 10
    assert found.usual is not None
    assert (found.usual_characters, found.usual.found) == (2_033, 0)
    assert not found.copies
    assert found.verdict == "No sign that it copies: what it repeats is what this text repeats of itself."


def test_who_copies_is_told_so_with_the_place(parrot: Model, source: Path) -> None:
    text = source.read_text("utf-8")
    copied = ALPHABET * 6
    source.write_text(text[:6_100] + "\n#" + copied + "#" + text[6_100:], encoding="utf-8")
    found = audit(parrot, source, characters=3_000, temperatures=[0.5, 1.0])
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


def test_who_repeats_what_the_text_itself_repeats_does_not_copy(parrot: Model, source: Path) -> None:
    source.write_text(ALPHABET * 800, encoding="utf-8")
    found = audit(parrot, source, characters=2_160, temperatures=[1.0])

    assert found.share == 1.0
    assert found.usual is not None
    assert found.usual.share == 1.0
    assert not found.copies


def test_the_same_seed_finds_the_same_and_all_is_written_in_passages(babbler: Model, source: Path) -> None:
    first, again, other = (
        audit(babbler, source, characters=4_100, temperatures=[0.5], seed=seed) for seed in (1, 1, 2)
    )
    assert first == again != other
    assert (first.passages, first.characters) == (3, 4_101)
    assert first.written[0].overlap.grams == 4_101 - 3 * 19


def test_of_a_short_text_nothing_is_said_to_be_usual(babbler: Model, source: Path) -> None:
    source.write_text("only this", encoding="utf-8")
    found = audit(babbler, source, characters=100)

    assert found.usual is None
    assert found.figures()["usual"] is None
    assert "too short to know how much would be usual" in found.verdict


def of(share: float, longest: int) -> Overlap:
    run = Run(text="a" * longest, offset=0) if longest else None
    return Overlap(grams=1_000, found=round(1_000 * share), longest=run)


@pytest.mark.parametrize(
    ("written", "usual", "copies"),
    [
        (of(0.12, 60), of(0.02, 40), False),
        (of(0.15, 60), of(0.02, 40), True),
        (of(0.30, 60), of(0.12, 40), False),
        (of(0.02, 101), of(0.02, 40), True),
        (of(0.02, 150), of(0.02, 80), False),
        (of(0.09, 100), None, False),
        (of(0.11, 60), None, True),
        (of(0.0, 0), None, False),
    ],
)
def test_to_copy_is_to_be_far_above_what_is_usual(
    written: Overlap, usual: Overlap | None, copies: bool
) -> None:
    found = Audit(
        source_characters=1,
        characters=1,
        passages=1,
        seed=0,
        written=(Written(temperature=1.0, overlap=of(0.0, 5)), Written(temperature=0.5, overlap=written)),
        usual=usual,
        usual_characters=1,
        longest_line=1,
    )
    assert found.copies == copies
    assert found.verdict.startswith("It copies" if copies else "No sign")


def test_what_cannot_be_audited_is_named(babbler: Model, tmp_path: Path, source: Path) -> None:
    with pytest.raises(OptionError, match="characters must be at least 20, not 19"):
        audit(babbler, source, characters=19)
    with pytest.raises(OptionError, match="temperatures must be at least one"):
        audit(babbler, source, temperatures=[])
    with pytest.raises(OptionError, match="temperature must be at least 0"):
        audit(babbler, source, temperatures=[-1.0])
    with pytest.raises(SourceMissing, match=r"there is no file or folder .*nowhere.txt"):
        audit(babbler, tmp_path / "nowhere.txt")
    (tmp_path / "blank.txt").write_bytes(b"\x07")
    with pytest.raises(SourceEmpty):
        audit(babbler, tmp_path / "blank.txt")
