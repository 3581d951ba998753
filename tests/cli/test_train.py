"""`train` takes texts as they come: any language, any shape, any place."""

import gzip
import json
import unicodedata
from pathlib import Path

import pytest

from messages import RECIPE_FILE, messages
from program import CommandLine

TEXTS = {
    "Greek": "Ἐν ἀρχῇ ἦν ὁ λόγος, καὶ ὁ λόγος ἦν πρὸς τὸν θεόν.\n" * 8,
    "Hindi": "नमस्ते दुनिया, आप कैसे हैं? मैं ठीक हूँ।\n" * 10,
    "Arabic": "السلام عليكم، كيف حالك اليوم؟ الحمد لله\n" * 10,
    "Japanese": "吾輩は猫である。名前はまだ無い。どこで生れたか見当がつかぬ。\n" * 12,
    "Thai": "สวัสดีครับ วันนี้อากาศดีมาก ไปเที่ยวกันไหม\n" * 10,
    "emoji": "👩‍👩‍👧‍👦 ok 👍🏽 ❤️ 1️⃣ 🏴\U000e0067\U000e0062\U000e007f lol 🙂🙂\n" * 12,
    "decomposed": unicodedata.normalize("NFD", "naïve café, Ångström und Übermut\n") * 12,
    "one long line": messages(40).replace("\n", " "),
    "no newline at the end": messages(20).rstrip("\n"),
    "fifty characters": messages(20).replace("\n", " ")[:50],
    "one character": "x",
    "one letter again and again": "a" * 900,
    "only newlines": "\n" * 300,
    "Windows' line ends": messages(20).replace("\n", "\r\n"),
}


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.toml"
    path.write_text(RECIPE_FILE, encoding="utf-8")
    return path


def record(home: Path, model: str = "me") -> dict[str, object]:
    """What training.json says."""
    found: dict[str, object] = json.loads((home / model / "training.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("kind", TEXTS)
def test_any_text_is_learned_measured_completed_and_continued(
    foreword: CommandLine, tmp_path: Path, home: Path, recipe: Path, kind: str
) -> None:
    text = TEXTS[kind]
    source = tmp_path / "text.txt"
    source.write_bytes(text.encode())
    trained = foreword("train", source, "--recipe", recipe, "--steps", "8")
    assert trained.code == 0, trained.err
    cleaned = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    figures = json.loads(foreword("evaluate", source, "--json", "--messages", "2").out)
    assert figures["characters"] == len(cleaned)
    assert figures["among_training_text"]
    half = cleaned[: len(cleaned) // 2]
    assert foreword("suggest", half).code == 0
    passage = json.loads(foreword("generate", half, "-n", "12", "--seed", "3", "--json").out)["text"]
    assert len(passage) == 12
    assert record(home)["sources"][0]["characters"] == len(cleaned)  # type: ignore[index]


def test_a_folder_a_gzip_and_standard_input_are_the_same_text(
    foreword: CommandLine, tmp_path: Path, home: Path, recipe: Path
) -> None:
    data = messages(20).encode()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.txt").write_bytes(data)
    (tmp_path / "text.gz").write_bytes(gzip.compress(data))
    digests = set()
    for source in (tmp_path / "folder", tmp_path / "text.gz", "-"):
        outcome = foreword("train", source, "--recipe", recipe, "--steps", "2", stdin=data)
        assert outcome.code == 0, outcome.err
        digests.add(record(home)["sources"][0]["sha256"])  # type: ignore[index]
    assert len(digests) == 1


def test_a_file_of_a_folder_that_was_trained_on_is_recognised(
    foreword: CommandLine, tmp_path: Path, home: Path, recipe: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder, said as a shell says it, is recorded under its own name."""
    folder = tmp_path / "diary"
    folder.mkdir()
    for name, seed in (("1.txt", 1), ("2.txt", 2)):
        (folder / name).write_text(messages(20, seed=seed), encoding="utf-8")
    (tmp_path / "new.txt").write_text(messages(20, seed=3), encoding="utf-8")
    monkeypatch.chdir(folder)
    assert foreword("train", ".", "--recipe", recipe, "--steps", "2").code == 0
    assert record(home)["sources"][0]["name"] == "diary"  # type: ignore[index]
    assert "was among the training text" in foreword("evaluate", "1.txt").err
    assert foreword("evaluate", "../new.txt").err == ""


def test_another_encoding_is_read_when_it_is_named(
    foreword: CommandLine, tmp_path: Path, home: Path, recipe: Path
) -> None:
    (tmp_path / "text.txt").write_bytes("Grüße aus Köln\n".encode("cp1252") * 30)
    arguments = ("--recipe", recipe, "--steps", "2", "--encoding", "cp1252")
    assert foreword("train", tmp_path / "text.txt", *arguments).code == 0
    assert "ü" in (home / "me" / "tokenizer.json").read_text("utf-8")


def test_several_sources_are_learned_and_one_given_twice_is_noticed(
    foreword: CommandLine, tmp_path: Path, home: Path, recipe: Path
) -> None:
    (tmp_path / "a.txt").write_text(messages(20), encoding="utf-8")
    (tmp_path / "b.txt").write_text(messages(20, seed=2), encoding="utf-8")
    names = [tmp_path / name for name in ("a.txt", "b.txt", "a.txt")]
    outcome = foreword("train", *names, "--recipe", recipe, "--steps", "2")
    assert "is the same text as" in outcome.err
    assert [source["name"] for source in record(home)["sources"]] == ["a.txt", "b.txt", "a.txt"]  # type: ignore[attr-defined]


def test_with_nothing_held_out_all_is_trained_on_and_no_figure_is_shown(
    foreword: CommandLine, tmp_path: Path, home: Path, recipe: Path
) -> None:
    source = tmp_path / "a.txt"
    source.write_text(messages(40), encoding="utf-8")
    outcome = foreword("train", source, "--recipe", recipe, "--steps", "5", "--held-out", "0", "--json")
    assert "none held out" in outcome.err
    assert "test" not in json.loads(outcome.out)
    assert record(home)["characters"] == len(messages(40))
    assert "nothing was held out when me was trained" in foreword("evaluate").err


def test_options_go_over_the_recipe(foreword: CommandLine, tmp_path: Path, home: Path, recipe: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_text(messages(40), encoding="utf-8")
    sizes = '[model]\narchitecture = "rnn"\nembedding = 8\nhidden = 8\n[training]\nbatch = 4\nsteps = 900\nseed = 3\n'
    recipe.write_text(sizes, encoding="utf-8")
    arguments = ("--architecture", "gru", "--units", "words", "--steps", "4", "--seed", "5")
    assert foreword("train", source, "--recipe", recipe, *arguments).code == 0
    kept = record(home)["recipe"]
    assert isinstance(kept, dict)
    assert kept["model"]["architecture"] == "gru"
    assert kept["model"]["hidden"] == 8
    assert kept["text"]["unit"] == "words"
    assert (kept["training"]["steps"], kept["training"]["seed"], kept["training"]["batch"]) == (4, 5, 4)


def test_training_again_replaces_the_model_and_says_so(
    foreword: CommandLine, tmp_path: Path, home: Path, recipe: Path
) -> None:
    source = tmp_path / "a.txt"
    source.write_text(messages(20), encoding="utf-8")
    first, second = (foreword("train", source, "--recipe", recipe, "--steps", steps) for steps in "23")
    assert f"Wrote {home / 'me'} (" in first.err
    assert f"Replaced {home / 'me'} (" in second.err
    assert record(home)["steps"] == 3
