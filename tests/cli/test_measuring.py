"""What `evaluate`, `audit` and `explain` print for people and for programs."""

import json
import math
import re
import sys
from pathlib import Path

import numpy as np
import pytest

import toys
from foreword.assess.copies import audit
from foreword.cli.explain import levels
from foreword.models.catalogue import build
from foreword.runtime.model import Model
from foreword.text.tokenizer import words_tokenizer
from program import CommandLine

TEXT = "a cab abc\nbac"


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


def test_audit_prints_its_findings_and_a_verdict(foreword: CommandLine, toy: Path, tmp_path: Path) -> None:
    source = tmp_path / "source.txt"
    source.write_text("abc cab abc\n" * 2_000, encoding="utf-8")
    found = audit(Model.open(toy), source, characters=500)
    told = foreword("audit", source, "-m", toy, "-n", "500").out
    lines = told.splitlines()
    assert (
        lines[0]
        == f"500 characters written at each temperature, searched for in {source} (24,000 characters):"
    )
    assert [line.split()[1] for line in lines[1:4]] == ["0.5", "0.8", "1"]
    assert lines[4].startswith("  its last 1,000 characters 100.0% of its 20-character stretches ")
    assert lines[-2].startswith("The longest run, from character ")
    assert lines[-1] == found.verdict
    printed = json.loads(foreword("audit", source, "-m", toy, "-n", "500", "--json").out)
    assert printed == json.loads(json.dumps(found.figures()))


def test_explain_of_a_short_text_draws_a_sign_below_each_character(foreword: CommandLine, toy: Path) -> None:
    outcome = foreword("explain", TEXT, "-m", toy, "--cells")
    assert outcome.err == (
        "TEXT is too short to find cells that follow a feature; the picture has 4 that vary. "
        "To find some, give a text of 2,000 tokens or more\n"
    )
    lines = outcome.out.splitlines()
    assert (lines[1][:3], lines[2]) == ("h0.", "a cab abc⏎")
    assert len(lines[3]) <= 10
    assert set(lines[3]) <= set("=- +#")
    assert lines[4] == "bac"
    assert outcome.out.count("h0.") == 4
    assert lines[-1] == "= lowest   - low   ␣ middle   + high   # highest"
    empty = foreword("explain", "-m", toy, "--cells", stdin=b"")
    assert (empty.code, empty.err.count("\n")) == (1, 1)


def test_explain_of_a_long_text_finds_the_cells_that_follow_it(foreword: CommandLine, toy: Path) -> None:
    text = "abc cab a (b) \n" * 300
    found = json.loads(foreword("explain", "-m", toy, "--cells", "--json", stdin=text).out)
    assert text.endswith("".join(found["pieces"]) + "\n")
    assert {"unit", "follows", "correlation"} == found["follow"][0].keys()
    assert {each["unit"] for each in found["cells"]} <= {each["unit"] for each in found["follow"]}
    assert {len(each["values"]) for each in found["cells"]} == {len(found["pieces"])}
    table = foreword("explain", "-m", toy, "--cells", stdin=text).out
    assert table.startswith("Cells that follow something in TEXT: their correlation with it, from -1 to 1\n")
    assert "  quotes         no cell\n" in table
    assert f"\n{found['cells'][0]['unit']}  follows " in table


def test_explain_writes_a_png_picture(
    foreword: CommandLine, toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib")
    network = build("rnn", {"vocabulary": 400, "newline": 0}).eval()  # a toy has no weights of its own
    monkeypatch.setattr("foreword.models.catalogue.network_with", lambda *_: network)
    for option in ("--cells", "--gradients"):
        drawn = tmp_path / f"{option}.png"
        assert foreword("explain", TEXT, "-m", toy, option, "--plot", drawn).code == 0
        assert drawn.read_bytes().startswith(b"\x89PNG")


def test_gradients_need_pytorch(foreword: CommandLine, toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foreword.libraries.missing_for_training", lambda: ["PyTorch"])
    outcome = foreword("explain", TEXT, "-m", toy, "--gradients")
    assert outcome.code == 1
    assert outcome.err.startswith("foreword: training needs PyTorch, not installed here")
    assert foreword("explain", TEXT, "-m", toy, "--cells").code == 0


def test_levels_are_shares_of_the_largest_number() -> None:
    assert levels(np.array([-10, -3, 0, 3, 10], dtype=np.float32)) == [0, 1, 2, 3, 4]
