"""Suggestions of the network and the memory, as the command line prints them."""

import json
from pathlib import Path

import pytest

from program import CommandLine


@pytest.fixture
def taught(foreword: CommandLine, toy: Path) -> Path:
    """The toy model; its memory has one message, learned twice."""
    foreword("learn", "-", "-m", toy, stdin=b"see you tomorrow\n" * 2)
    return toy


def test_suggest_prints_a_learned_word_and_its_reason(foreword: CommandLine, taught: Path) -> None:
    given = ("suggest", "see you t", "-m", taught, "--why", "-k", "1")
    word, chance, why = foreword(*given).out.strip().split("\t")
    assert (word, chance.endswith("%")) == ("tomorrow", True)
    assert why.startswith("memory; you wrote it 2 times, last on 20")
    (row,) = json.loads(foreword(*given, "--json").out)
    assert (row["text"], row["source"], row["times"], row["insert"]) == ("tomorrow", "memory", 2, "tomorrow ")
    foreword("forget", "tomorrow", "-m", taught)
    assert "tomorrow" not in foreword("suggest", "see you t", "-m", taught).out


def test_suggest_marks_a_correction(foreword: CommandLine, taught: Path) -> None:
    assert foreword("suggest", "see you tmor", "-m", taught, "-k", "1").out.endswith("%\ta correction\n")
    assert "correction" not in foreword("suggest", "see you tomo", "-m", taught, "-k", "1").out


def test_no_memory_suggests_words_of_the_network_alone(foreword: CommandLine, taught: Path) -> None:
    """The memory has no influence, and its file does not change."""
    memory = taught.with_name("toy.memory").read_bytes()
    alone = foreword("suggest", "see you t", "-m", taught, "--no-memory").out
    assert "tomorrow" not in alone
    assert "tomorrow" in foreword("suggest", "see you t", "-m", taught).out
    assert taught.with_name("toy.memory").read_bytes() == memory
