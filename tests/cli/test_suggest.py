"""Words from the network and from what was learned, as the command line shows them."""

import json
from pathlib import Path

from program import CommandLine


def test_a_learned_word_is_suggested_and_why(foreword: CommandLine, toy: Path, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("see you tomorrow\nsee you tomorrow\n", encoding="utf-8")
    foreword("learn", tmp_path / "text.txt", "-m", toy)

    word, chance, why = (
        foreword("suggest", "see you t", "-m", toy, "--why", "-k", "1").out.strip().split("\t")
    )
    assert (word, chance.endswith("%")) == ("tomorrow", True)
    assert why.startswith("memory; you wrote it 2 times, last on 20")
    (row,) = json.loads(foreword("suggest", "see you t", "-m", toy, "--why", "-k", "1", "--json").out)
    assert (row["text"], row["source"], row["times"], row["insert"]) == ("tomorrow", "memory", 2, "tomorrow ")


def test_a_forgotten_word_is_not_suggested(foreword: CommandLine, toy: Path, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("see you tomorrow\n", encoding="utf-8")
    foreword("learn", tmp_path / "text.txt", "-m", toy)
    foreword("forget", "tomorrow", "-m", toy)

    assert "tomorrow" not in foreword("suggest", "see you t", "-m", toy).out


def test_nothing_is_shown_where_nothing_is_likely_enough(foreword: CommandLine, toy: Path) -> None:
    assert foreword("suggest", "a", "-m", toy, "--confidence", "1").out == ""
    assert foreword("suggest", "a", "-m", toy, "--confidence", "2").err == (
        "foreword: confidence must be from 0 to 1, not 2.0\n"
    )


def test_a_correction_is_marked_as_one(foreword: CommandLine, toy: Path, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("see you tomorrow\n" * 3, encoding="utf-8")
    foreword("learn", tmp_path / "text.txt", "-m", toy)

    assert foreword("suggest", "see you tmor", "-m", toy, "-k", "1").out.endswith("%\ta correction\n")
    assert "correction" not in foreword("suggest", "see you tomo", "-m", toy, "-k", "1").out
