"""The options of `evaluate`, and how it prints its figures."""

import json
import math
import re
import sys
from pathlib import Path

import numpy as np
import pytest

import toys
from foreword.text.tokenizer import words_tokenizer
from program import CommandLine


def test_only_longer_tokens_have_a_perplexity(foreword: CommandLine, toy: Path, tmp_path: Path) -> None:
    tokenizer = words_tokenizer(["ab cd ab cd"], 300)
    flat = np.full((tokenizer.size, tokenizer.size), -math.log(tokenizer.size), dtype=np.float32)
    words = toys.model(tmp_path / "words", tokenizer, toys.table_graph(flat)).path
    (tmp_path / "text.txt").write_text("ab cd\n", encoding="utf-8")
    told = foreword("evaluate", tmp_path / "text.txt", "-m", words).out
    assert f"tokens: perplexity {tokenizer.size}.0\n" in told
    figures = json.loads(foreword("evaluate", tmp_path / "text.txt", "-m", words, "--json").out)
    assert figures["perplexity"] == pytest.approx(tokenizer.size, rel=1e-5)
    assert "perplexity" not in foreword("evaluate", tmp_path / "text.txt", "-m", toy).out


def test_evaluate_prints_savings_and_learns_nothing(foreword: CommandLine, toy: Path, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("abc\n" * 6, encoding="utf-8")
    asked = ("evaluate", tmp_path / "text.txt", "-m", toy, "--messages")
    for count, interval in (("6", r" \(# to # with 95 % confidence\)"), ("5", "")):
        told = foreword(*asked, count).out
        savings = rf"Keystroke savings on {count} messages: # %{interval}\. N-gram: # %\. Upper bound: # %\."
        assert re.search(f"^{savings.replace('#', '[0-9.]+')}$", told, re.MULTILINE)
    assert "hit@1 " in told
    assert "Inline suggestion alone: " in told
    figures = json.loads(foreword(*asked, "3", "--json").out)
    assert {"keystroke_savings", "theoretical_limit", "hit_at_3", "milliseconds_p95"} <= figures.keys()
    assert figures["keystroke_savings"] > 0
    if sys.platform != "win32":
        assert 20 < figures["peak_megabytes"] < 50_000  # megabytes, neither kilobytes nor bytes
        assert "Peak memory: " in told
    assert not toy.with_name("toy.memory").exists()
    assert "keystroke_savings" not in foreword(*asked, "0", "--json").out


def test_no_memory_evaluates_the_network_alone(foreword: CommandLine, toy: Path, tmp_path: Path) -> None:
    """A memory of this text saves keys, and so does learning during typing. A random network does neither."""
    (tmp_path / "text.txt").write_text("abccba cabbac bacabc\n" * 4, encoding="utf-8")
    foreword("learn", tmp_path / "text.txt", "-m", toy)
    asked = ("evaluate", tmp_path / "text.txt", "-m", toy, "--json")
    known, alone = (json.loads(foreword(*asked, *more).out) for more in ((), ("--no-memory",)))
    assert (known["known_messages"], alone["known_messages"]) == (4, 0)
    assert "has learned 1 of 1 line typed." in foreword(*asked[:-1], "--messages", "1").err
    assert alone["keystroke_savings"] < known["keystroke_savings"] / 2
    assert alone["keystroke_savings"] == alone["fixed"]["keystroke_savings"]
    assert alone["ngram"]["keystroke_savings"] > alone["keystroke_savings"]  # the n-gram learns during typing
