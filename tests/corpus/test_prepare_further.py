"""A corpus for a network that goes on learning: in its own tokens, the old text beside the new."""

import io
import json
from pathlib import Path

import numpy as np
import pytest

from foreword.corpus.prepare import Corpus, Settings, Stream, prepare
from foreword.errors import SourceEmpty, SourceMissing
from foreword.text.cleaning import clean
from foreword.text.tokenizer import Tokenizer, characters_tokenizer, subwords_tokenizer, words_tokenizer

OLD = "".join(f"old {at}: see you at {at % 7}\n" for at in range(900))
NEW = "".join(f"neu {at}: Grüße aus der Straße 🙂\n" for at in range(600))


def known(unit: str) -> Tokenizer:
    """The tokenizer of a model that has seen the old text alone."""
    if unit == "words":
        return words_tokenizer([OLD], 400)
    return (
        subwords_tokenizer([OLD], 300) if unit == "subwords" else characters_tokenizer(dict.fromkeys(OLD, 9))
    )


def going_on(tmp_path: Path, unit: str = "characters", *, old: str | None = OLD, **settings: float) -> Corpus:
    for name, text in (("new.txt", NEW), ("old.txt", old or "")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return prepare(
        [str(tmp_path / "new.txt")],
        tmp_path / "corpus",
        Settings(tokenizer=known(unit), **settings),  # type: ignore[arg-type]
        old=[] if old is None else [str(tmp_path / "old.txt")],
    )


def text_of(corpus: Corpus, stream: Stream | None) -> str:
    assert stream is not None
    assert stream.ids[0] == corpus.tokenizer.newline
    return corpus.tokenizer.decode(stream.ids[1:].astype(np.int64))


@pytest.mark.parametrize("unit", ["characters", "words", "subwords"])
def test_both_texts_are_whole_in_the_tokens_of_the_old_model(tmp_path: Path, unit: str) -> None:
    corpus = going_on(tmp_path, unit)
    assert corpus.tokenizer.to_json() == known(unit).to_json()
    new = "".join(text_of(corpus, part) for part in (corpus.train, corpus.validation, corpus.test))
    assert new == clean(NEW)
    assert text_of(corpus, corpus.old) + text_of(corpus, corpus.old_held_out) == clean(OLD)


def test_of_old_text_the_same_is_held_out_as_when_it_was_new(tmp_path: Path) -> None:
    first = prepare_old(tmp_path, held_out=0.2)
    later = going_on(tmp_path, old_held_out=0.2)
    held_out = text_of(first, first.validation) + text_of(first, first.test)
    assert text_of(later, later.old_held_out) == held_out
    assert later.old_sources[0].sha256 == first.sources[0].sha256


def prepare_old(tmp_path: Path, *, held_out: float) -> Corpus:
    (tmp_path / "first.txt").write_text(OLD, encoding="utf-8")
    return prepare([str(tmp_path / "first.txt")], tmp_path / "first", Settings(held_out=held_out))


def test_how_many_characters_are_new_to_the_model_is_said(tmp_path: Path) -> None:
    corpus = going_on(tmp_path, held_out=0.0)
    strange = sum(each not in OLD for each in NEW)
    (note,) = corpus.notes
    assert note == (
        f"{strange:,} of the characters to learn from ({strange / len(NEW):.1%}) are new to the model; "
        "it learns to spell them in bytes"
    )


def test_where_all_characters_are_known_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(OLD, encoding="utf-8")
    corpus = prepare([str(tmp_path / "a.txt")], tmp_path / "corpus", Settings(tokenizer=known("characters")))
    assert corpus.notes == ()


@pytest.mark.parametrize("part", ["train", "old"])
def test_what_is_rare_in_a_text_is_spelled_in_bytes_now_and_then(tmp_path: Path, part: str) -> None:
    """What is rare in the one may be common in the other, so each goes by its own counts."""
    rare, common = ("x" * 1_999 + "y") * 300, "xy" * 3_000
    for name, text in (
        ("new", rare if part == "train" else common),
        ("old", rare if part == "old" else common),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    tokenizer = characters_tokenizer(dict.fromkeys("xy", 9))
    settings = Settings(tokenizer=tokenizer, held_out=0.0, old_held_out=0.0)
    corpus = prepare([str(tmp_path / "new")], tmp_path / "corpus", settings, old=[str(tmp_path / "old")])
    spelled = {name: int((getattr(corpus, name).ids == ord("y")).sum()) for name in ("train", "old")}
    assert 8 < spelled.pop(part) < 60  # 30 of 300
    assert list(spelled.values()) == [0]


def test_it_is_opened_again_as_it_was_made(tmp_path: Path) -> None:
    made = going_on(tmp_path)
    opened = Corpus.open(made.folder)
    assert text_of(opened, opened.old_held_out) == text_of(made, made.old_held_out)
    assert (opened.old_sources, opened.notes) == (made.old_sources, made.notes)


def test_a_corpus_of_before_there_was_old_text_opens(tmp_path: Path) -> None:
    folder = going_on(tmp_path, old=None).folder
    manifest = json.loads((folder / "corpus.json").read_text("utf-8"))
    del manifest["old_sources"], manifest["sources"][0]["place"]
    (folder / "corpus.json").write_text(json.dumps(manifest), encoding="utf-8")
    opened = Corpus.open(folder)
    assert (opened.old, opened.old_held_out, opened.old_sources) == (None, None, ())
    assert opened.sources[0].place == ""


def test_where_a_source_can_be_found_again_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "a.txt").write_text(OLD, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(OLD.encode())))
    corpus = prepare(["a.txt", ".", "-"], tmp_path / "corpus", Settings())
    places = [str(tmp_path / "here" / "a.txt"), str(tmp_path / "here"), ""]
    assert [record.place for record in corpus.sources] == places
    assert [record.name for record in corpus.sources] == ["a.txt", str(tmp_path / "here"), "-"]


def test_old_text_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceEmpty, match=r"old\.txt is empty"):
        going_on(tmp_path, old="")
    with pytest.raises(SourceMissing, match=r"there is no file or folder gone\.txt"):
        prepare([str(tmp_path / "new.txt")], tmp_path / "corpus", Settings(), old=["gone.txt"])
