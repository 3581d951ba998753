"""Words from the network and from what was learned, as the command line shows them."""

import json
from pathlib import Path

import pytest

from program import CommandLine


@pytest.fixture
def taught(foreword: CommandLine, toy: Path) -> Path:
    """The toy, which has learned a message or two."""
    foreword("learn", "-", "-m", toy, stdin=b"see you tomorrow\n" * 2)
    return toy


def test_a_learned_word_is_suggested_and_why(foreword: CommandLine, taught: Path) -> None:
    given = ("suggest", "see you t", "-m", taught, "--why", "-k", "1")
    word, chance, why = foreword(*given).out.strip().split("\t")
    assert (word, chance.endswith("%")) == ("tomorrow", True)
    assert why.startswith("memory; you wrote it 2 times, last on 20")
    (row,) = json.loads(foreword(*given, "--json").out)
    assert (row["text"], row["source"], row["times"], row["insert"]) == ("tomorrow", "memory", 2, "tomorrow ")
    foreword("forget", "tomorrow", "-m", taught)
    assert "tomorrow" not in foreword("suggest", "see you t", "-m", taught).out


def test_a_correction_is_marked_as_one(foreword: CommandLine, taught: Path) -> None:
    assert foreword("suggest", "see you tmor", "-m", taught, "-k", "1").out.endswith("%\ta correction\n")
    assert "correction" not in foreword("suggest", "see you tomo", "-m", taught, "-k", "1").out


def test_a_word_that_is_typed_already_says_why_it_comes_later(foreword: CommandLine, taught: Path) -> None:
    foreword("learn", "-", "-m", taught, stdin=b"see you Tom\n" * 8)
    lines = foreword("suggest", "see you tom", "-m", taught, "-k", "2").out.splitlines()
    rows = {word: (float(chance[:-1]), more) for word, chance, *more in (line.split("\t") for line in lines)}
    assert list(rows) == ["tomorrow", "Tom"]
    assert rows["Tom"][0] > rows["tomorrow"][0]
    assert (rows["tomorrow"][1], rows["Tom"][1]) == ([], ["saves no key"])


def test_without_the_memory_the_network_is_asked_alone(foreword: CommandLine, taught: Path) -> None:
    """What the memory knows plays no part, and stays."""
    memory = taught.with_name("toy.memory").read_bytes()
    alone = foreword("suggest", "see you t", "-m", taught, "--no-memory").out
    assert "tomorrow" not in alone
    assert "tomorrow" in foreword("suggest", "see you t", "-m", taught).out
    assert taught.with_name("toy.memory").read_bytes() == memory
