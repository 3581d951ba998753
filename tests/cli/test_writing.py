"""Suggestions and passages, as the command line prints them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from foreword.runtime import generate as room
from foreword.runtime.generate import NoCopy, generate, generate_many
from foreword.runtime.model import Model
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
    assert foreword("suggest", "see you tmor", "-m", taught, "-k", "1").out.endswith("%\ta correction\n")
    assert "correction" not in foreword("suggest", "see you tomo", "-m", taught, "-k", "1").out


def test_no_memory_suggests_words_of_the_network_alone(foreword: CommandLine, taught: Path) -> None:
    """The memory has no influence, and its file does not change."""
    memory = taught.with_name("toy.memory").read_bytes()
    alone = foreword("suggest", "see you t", "-m", taught, "--no-memory").out
    assert "tomorrow" not in alone
    assert taught.with_name("toy.memory").read_bytes() == memory


def test_generate_separates_several_passages(foreword: CommandLine, toy: Path) -> None:
    expected = generate_many(Model.open(toy), "ab", passages=3, characters=20, temperature=0.8, seed=4)
    arguments = ("generate", "ab", "-m", toy, "-n", "20", "--seed", "4", "--passages", "3")
    assert foreword(*arguments).out == "\n---\n\n".join(f"ab{text}\n" for text in expected)
    assert json.loads(foreword(*arguments, "--json").out) == {"prompt": "ab", "texts": expected}


def test_the_no_copy_source_can_come_from_a_pipe(foreword: CommandLine, toy: Path) -> None:
    no_copy = NoCopy("abc", characters=2)
    pieces = generate(Model.open(toy), "a", characters=9, temperature=0.8, seed=1, no_copy=no_copy)
    arguments = ("-m", toy, "-n", "9", "--seed", "1", "--no-copy", "-", "--no-copy-characters", "2")
    assert foreword("generate", "a", *arguments, stdin=b"abc\n").out == f"a{''.join(pieces)}\n"


def test_ctrl_c_ends_the_line_too(foreword: CommandLine, toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object, **__: object) -> Iterator[str]:
        yield "b"
        raise KeyboardInterrupt

    monkeypatch.setattr(room, "generate", stopped)
    told = foreword("generate", "a", "-m", toy)
    assert (told.code, told.out, told.err) == (130, "ab\n", "")


@pytest.mark.parametrize(
    ("more", "notes"),
    [(("--passages", "2"), 1), (("--top-k", "3"), 1), (("--seed", "1"), 0), (("--passages", "1"), 0)],
)
def test_options_without_an_effect_at_temperature_0_are_named(
    foreword: CommandLine, toy: Path, more: tuple[str, ...], notes: int
) -> None:
    told = foreword("generate", "a", "-m", toy, "-n", "5", "--temperature", "0", *more)
    assert (told.code, told.err.count("\n"), "no effect" in told.err) == (0, notes, bool(notes))
