"""Each file of the data folder that still holds a forgotten word is named, with the command that deletes it."""

import json
import os
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

import toys
from foreword.corpus.prepare import EncodingSettings, prepare
from foreword.corpus.streams import text_of
from foreword.keyboard.memory import Memory
from foreword.modelfolder.names import LEXICON
from foreword.personal.traces import remove_or_name, weights_beside
from foreword.settings import Unit
from foreword.text.tokenizer import Tokenizer, characters_tokenizer, words_tokenizer
from foreword.text.tokenizer_file import UNITS

WORD = "Xylophön42"
SPELLINGS = re.compile(r"(?i)xylophön42")


def network(folder: Path, tokenizer: Tokenizer, source: str = "me.txt") -> Path:
    training = {"sources": [{"name": source}], "recipe": {"unit": "time"}}
    return toys.babbler(folder, tokenizer, "abc ", training=training).path


def corpus(run: Path, unit: Unit = "characters", text: str = f"see you\nsee {WORD.upper()} there\n") -> Path:
    """An unfinished run that has only its corpus."""
    source = run.parent.parent / "source.txt"
    source.write_text((text + "and so on, as it goes\n" * 5) * 20, "utf-8")
    run.mkdir(parents=True)
    vocabulary = None if unit == "characters" else 400
    prepare([str(source)], run / "corpus", EncodingSettings(unit=unit, vocabulary=vocabulary))
    return run


def text_in(path: Path) -> str:
    """The text of a file, decoded according to its format."""
    if path.suffix == ".ids":
        return "".join(text_of(path.parent, path.stem))
    if path.suffix == ".json":
        return json.dumps(json.loads(path.read_bytes()), ensure_ascii=False)
    return path.read_bytes().decode("utf-8", "ignore")


def test_every_file_that_still_holds_a_forgotten_word_is_named(home: Path) -> None:
    tokenizer = words_tokenizer([f"see {WORD} there {WORD}\n" * 9], 400)
    model = network(home / "me", tokenizer)
    (model / LEXICON).write_bytes(f"see\n{WORD.lower()}\nyou\n".encode() + b"\xff")  # damaged
    (model / f".{LEXICON}.0a1b2c3d.draft").write_text(WORD, "utf-8")  # of a killed forget
    network(home / "me.versions" / "000001", characters_tokenizer("a"), f"{WORD}.txt")
    network(home / "ba.rd", characters_tokenizer("a"))
    (home / "ba.rd" / LEXICON).write_text(WORD, "utf-8")
    corpus(home / "me.run")
    start = {"start": json.dumps({"name": "me", "training": {"sources": [{"name": f"{WORD}.txt"}]}})}
    save_file({"a": np.zeros(1, np.float32)}, home / "me.run" / "start.safetensors", metadata=start)
    (home / "cut.run" / "corpus" / "cleaned" / "new").mkdir(parents=True)
    (home / "cut.run" / "corpus" / "cleaned" / "new" / "0.txt").write_text(f"see {WORD}", "utf-8")
    corpus(home / ".compare")  # of a killed comparison
    network(home / ".audit" / "copy", characters_tokenizer("a"))  # of a killed audit
    network(home / ".me.draft-1", characters_tokenizer("a"), f"{WORD}.txt")  # of a killed training
    (home / "ba.rd.versions" / "000001").mkdir(parents=True)
    (home / "ba.rd.versions" / "000001" / LEXICON).write_text(WORD, "utf-8")
    (home / "empty.safetensors").touch()
    (home / "unsaved").mkdir()
    for name, text in (("1", f"dear {WORD}"), ("2", "dear you")):
        unsaved = json.dumps({"format": "foreword-unsaved", "text": text})
        (home / "unsaved" / f"{name}.json").write_text(unsaved)
    letters = "".join(f"<b>{letter}</b>" for letter in WORD)
    (home / "report.html").write_text(f"<p>see {letters}</p>", "utf-8")
    (home / "old.jsonl").write_text(json.dumps({"text": WORD.upper()}, ensure_ascii=False), "utf-8")
    (home / "notes.txt").write_text("nothing of the kind", "utf-8")
    (home / "me.memory.damaged-1").write_bytes(b"\xff" * 100)
    for name in ("me", "ba.rd"):
        memory = Memory.open(home / f"{name}.memory")
        memory.learn(f"see {WORD.title()} at last")
        if name == "me":
            memory.forget(WORD)
        memory.close()

    found = remove_or_name([WORD, "nowhere"], home / "me.memory")

    commands = {trace.path.name: trace.command for trace in found}
    ids = tuple(f"corpus/{part}.ids" for part in ("test", "train", "validation"))
    assert commands == {
        ".compare": shlex.join(["rm", *(str(home / ".compare" / each) for each in ids)]),
        ".me.draft-1": f"rm {home / '.me.draft-1' / 'training.json'}",
        "ba.rd": f"foreword forget -m ba.rd '{WORD}' nowhere",
        "ba.rd.memory": f"foreword forget -m ba.rd '{WORD}'",
        "ba.rd.versions": f"foreword forget -m ba.rd '{WORD}' nowhere",
        "cut.run": "foreword models delete cut --run",
        "me": "foreword models delete me",
        "me.memory.damaged-1": "foreword memory clear --damaged -m me",
        "me.run": "foreword models delete me --run",
        "me.versions": "foreword models delete me --versions",
        "old.jsonl": f"rm {home / 'old.jsonl'}",
        "report.html": f"rm {home / 'report.html'}",
        "unsaved": f"rm {home / 'unsaved' / '1.json'}",
    }
    assert {trace.path.name for trace in found if trace.what == "a file"} == {"old.jsonl", "report.html"}
    files = {trace.path.name: trace.files for trace in found}
    assert (files["me"], files["old.jsonl"]) == (("tokenizer.json",), ())
    assert files["me.run"] == (*ids, "start.safetensors")
    named = {trace.path for trace in found}
    holding = [each for each in home.rglob("*") if each.is_file() and SPELLINGS.search(text_in(each))]
    assert [each for each in holding if not named & {each, *each.parents}] == []
    kinds = {"train.ids", "tokenizer.json", "training.json", "1.json", "old.jsonl"}
    assert {each.name for each in holding} >= kinds
    assert (model / LEXICON).read_text("utf-8") == "see\nyou\n\ufffd"
    assert not [*model.glob(".*.draft")]
    weights = {each.path.name: each.command for each in weights_beside(home / "me.memory")}
    assert weights == {
        ".audit": f"rm {home / '.audit' / 'copy' / 'model.safetensors'}",
        ".me.draft-1": f"rm {home / '.me.draft-1' / 'model.safetensors'}",
        "ba.rd": "foreword models delete ba.rd",
        "me": commands["me"],
        "me.versions": commands["me.versions"],
    }


def test_settings_and_cache_are_not_named_where_they_are_in_the_data_folder(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows has both there, macOS the settings. They hold no text of the person."""
    monkeypatch.setenv("FOREWORD_CONFIG", str(home))
    monkeypatch.setattr("foreword.personal.traces.system_folder", lambda kind: home / kind)
    (home / "cache").mkdir(parents=True)
    (home / "settings.toml").write_text("learn = true\n")
    (home / "cache" / "nietzsche.txt").write_text("we learn\n")
    assert remove_or_name(["learn"], home / "me.memory") == []


@pytest.mark.parametrize("unit", UNITS)
def test_a_run_without_the_word_is_not_named(home: Path, unit: Unit) -> None:
    corpus(home / "me.run", unit, f"see {WORD}s there\n")
    assert remove_or_name([WORD, "se"], home / "me.memory") == []
    assert [trace.path.name for trace in remove_or_name(["SEE"], home / "me.memory")] == ["me.run"]


@pytest.mark.parametrize(
    ("file", "data"), [("corpus/tokenizer.json", b"{"), ("checkpoint.safetensors", b"\xff" * 9)]
)
def test_an_unreadable_run_is_named_because_it_may_hold_the_word(home: Path, file: str, data: bytes) -> None:
    run = corpus(home / "me.run", text="see you\n")
    (run / file).write_bytes(data)
    (trace,) = remove_or_name([WORD], home / "me.memory")
    assert trace.path == run


def test_field_names_and_settings_in_model_files_are_not_traces(home: Path) -> None:
    network(home / "me", characters_tokenizer("a"))
    save_file({"a": np.zeros(1, np.float32)}, home / "me.safetensors", metadata={"format": "pt"})
    (home / "gone").symlink_to("nowhere")  # like a file that a training deletes during the search
    assert remove_or_name(["time", "lstm", "rnn", "characters"], home / "me.memory") == []


def test_a_folder_deleted_during_the_search_is_no_error(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / ".audit").mkdir(parents=True)
    scandir = os.scandir

    def deleting(path: Path) -> object:
        """List a folder; another program deletes one of them before."""
        if Path(path).name == ".audit":
            Path(path).rmdir()
        return scandir(path)

    monkeypatch.setattr(os, "scandir", deleting)
    assert remove_or_name([WORD], home / "me.memory") == []


def test_outside_the_data_folder_only_files_of_the_model_are_searched(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    corpus(folder / "mine.run")
    (folder / "letter.txt").write_text(WORD, "utf-8")
    (trace,) = remove_or_name([WORD], folder / "mine.memory")
    assert trace.command == f"foreword models delete {folder / 'mine'} --run"
