"""A corpus is the cleaned text, all of it, as ids on disk; and half a corpus is never taken for a whole one."""

import gzip
import hashlib
import json
import stat
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pytest

from foreword.corpus import prepare as preparing
from foreword.corpus.prepare import Corpus, Settings, Stream, prepare
from foreword.errors import OptionError, RunError, SourceEmpty, SourceMissing, SourceNotText
from foreword.text.cleaning import clean
from foreword.text.forms import UNITS

CHAT = "".join(f"message {at}: see you at {at % 12} o'clock, café 😀?\r\n" for at in range(600))
POEM = "\ufeffRoses are re\u0301d,\nviolets \x07are blue.\n" * 400 + "The end"


class Prepare(Protocol):
    """The fixture of conftest.py."""

    def __call__(self, *texts: str, **settings: Any) -> Corpus: ...


def text_of(corpus: Corpus, stream: Stream | None) -> str:
    """What a stream says after the newline that it begins with."""
    assert stream is not None
    assert stream.ids[0] == corpus.tokenizer.newline
    text = corpus.tokenizer.decode(stream.ids[1:].astype(np.int64))
    assert len(text) == stream.characters
    return text


def whole_text_of(corpus: Corpus) -> str:
    return "".join(text_of(corpus, stream) for stream in (corpus.train, corpus.validation, corpus.test))


@pytest.mark.parametrize("unit", UNITS)
def test_the_streams_together_are_the_cleaned_text(prepare_texts: Prepare, unit: str) -> None:
    corpus = prepare_texts(CHAT, unit=unit, vocabulary=None if unit == "characters" else 400)
    assert whole_text_of(corpus) == clean(CHAT)


@pytest.mark.parametrize("unit", UNITS)
def test_the_parts_that_are_measured_are_encoded_as_a_users_text_is(
    prepare_texts: Prepare, unit: str
) -> None:
    corpus = prepare_texts(CHAT, unit=unit)
    for stream in (corpus.validation, corpus.test):
        assert stream is not None
        np.testing.assert_array_equal(corpus.tokenizer.encode("\n" + text_of(corpus, stream)), stream.ids)


def test_each_source_is_split_for_itself(prepare_texts: Prepare) -> None:
    corpus = prepare_texts(CHAT, POEM)
    chat, poem = clean(CHAT), clean(POEM)
    for stream in (corpus.train, corpus.validation, corpus.test):
        text = text_of(corpus, stream)
        assert sum(text[:at] in chat and text[at:] in poem for at in range(1, len(text))) >= 1
    assert corpus.test is not None
    assert text_of(corpus, corpus.test).endswith("The end")


def test_a_source_that_ends_within_a_line_is_parted_from_the_next(prepare_texts: Prepare) -> None:
    corpus = prepare_texts("one", "two\n", "three", held_out=0.0)
    assert text_of(corpus, corpus.train) == "one\ntwo\nthree"


def test_nothing_is_held_out_where_nothing_should_be(prepare_texts: Prepare) -> None:
    corpus = prepare_texts(CHAT, held_out=0.0)
    assert text_of(corpus, corpus.train) == clean(CHAT)
    assert corpus.validation is None
    assert corpus.test is None
    assert corpus.notes == ()


def test_a_text_too_short_to_hold_out_from_is_said_to_be(prepare_texts: Prepare) -> None:
    corpus = prepare_texts("a short text")
    assert corpus.validation is None
    (note,) = corpus.notes
    assert note.endswith("text-0.txt is too short to hold a part of it out: all of it is trained on")


def test_a_text_handed_in_twice_is_noticed(prepare_texts: Prepare) -> None:
    (note,) = prepare_texts(CHAT, POEM, CHAT.replace("\r", "")).notes
    assert "text-2.txt is the same text as " in note
    assert note.endswith("text-0.txt: it is learned twice")


def test_what_is_left_out_of_a_folder_is_noted(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "cut.gz").write_bytes(gzip.compress(POEM.encode())[:-4])
    (tmp_path / "texts" / "poem.txt").write_text(POEM, encoding="utf-8")
    corpus = prepare([str(tmp_path / "texts")], tmp_path / "corpus", Settings())
    (note,) = [note for note in corpus.notes if "damaged" in note]
    assert ": skipped: " in note
    assert corpus.sources[0].files == (corpus.sources[0].sha256,)


def test_the_vocabulary_knows_nothing_of_the_held_out_parts(prepare_texts: Prepare) -> None:
    corpus = prepare_texts("abc\n" * 5_000 + "xyz\n" * 200)
    assert {"a", "b", "c", "\n"} == {token.decode() for token in corpus.tokenizer.tokens[256:]}
    assert text_of(corpus, corpus.test).endswith("xyz\n")


def test_characters_seen_once_or_twice_are_spelled_in_bytes(prepare_texts: Prepare) -> None:
    corpus = prepare_texts("ab" * 200 + "ééàà😀" + "àb", held_out=0.0)
    assert {"a", "b", "à", "\n"} == {token.decode() for token in corpus.tokenizer.tokens[256:]}
    assert text_of(corpus, corpus.train).endswith("ééàà😀àb")


def test_a_vocabulary_of_characters_may_be_limited_to_the_most_frequent(prepare_texts: Prepare) -> None:
    text = "".join(chr(0x4E00 + at) * (3 + at) for at in range(100))
    corpus = prepare_texts(text, vocabulary=300, held_out=0.0)
    assert corpus.tokenizer.size == 300
    assert chr(0x4E00 + 99).encode() in corpus.tokenizer.tokens
    assert chr(0x4E00).encode() not in corpus.tokenizer.tokens
    assert text_of(corpus, corpus.train) == text


@pytest.mark.parametrize("unit", ["words", "subwords"])
def test_a_vocabulary_of_words_or_subwords_keeps_to_its_limit(prepare_texts: Prepare, unit: str) -> None:
    assert 257 < prepare_texts(CHAT, unit=unit, vocabulary=320).tokenizer.size <= 320


def test_a_tenth_of_the_rarest_characters_is_spelled_in_bytes_to_train_and_nothing_else(
    prepare_texts: Prepare,
) -> None:
    text = ("x" * 1_099 + "é") * 1_000
    corpus = prepare_texts(text, held_out=0.0)
    assert text_of(corpus, corpus.train) == text
    rare = corpus.tokenizer.tokens.index("é".encode())
    spelled = 1_000 - int((corpus.train.ids == rare).sum())
    assert 60 < spelled < 140  # 100, by more than four standard deviations
    assert len(corpus.train.ids) == 1 + len(text) + spelled


def test_which_rare_characters_are_spelled_depends_on_the_seed_alone(prepare_texts: Prepare) -> None:
    text = ("x" * 1999 + "é") * 100
    first, again, other = (
        np.array(prepare_texts(text, held_out=0.0, seed=seed).train.ids) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_common_characters_are_never_spelled(prepare_texts: Prepare) -> None:
    corpus = prepare_texts("see you tomorrow\n" * 300, held_out=0.0)
    assert corpus.train.ids.min() >= 256


def test_ids_are_mapped_from_disk_read_only_in_the_smallest_type(prepare_texts: Prepare) -> None:
    ids = prepare_texts(CHAT).train.ids
    assert isinstance(ids, np.memmap)
    assert ids.dtype == np.uint16
    assert not ids.flags.writeable


def test_a_vocabulary_of_more_than_65536_takes_four_bytes(prepare_texts: Prepare) -> None:
    text = "".join(chr(code) * 3 for code in range(0xF0000, 0xF0000 + 65_400))
    corpus = prepare_texts(text, held_out=0.0)
    assert corpus.train.ids.dtype == np.uint32
    assert corpus.tokenizer.decode(corpus.train.ids[-3:].astype(np.int64)) == text[-3:]


def test_sources_are_recorded_by_the_hash_of_their_cleaned_text(prepare_texts: Prepare) -> None:
    (record,) = prepare_texts(POEM).sources
    assert record.name.endswith("text-0.txt")
    assert record.sha256 == hashlib.sha256(clean(POEM).encode()).hexdigest()
    assert record.characters == len(clean(POEM))


def test_an_opened_corpus_is_the_one_that_was_prepared(prepare_texts: Prepare) -> None:
    made = prepare_texts(CHAT, "short")
    opened = Corpus.open(made.folder)
    assert whole_text_of(opened) == whole_text_of(made)
    assert (opened.sources, opened.notes) == (made.sources, made.notes)
    assert opened.tokenizer.tokens == made.tokenizer.tokens


def test_the_cleaned_text_does_not_stay_on_disk(prepare_texts: Prepare, tmp_path: Path) -> None:
    killed_before = tmp_path / "corpus" / "cleaned" / "3.txt"
    killed_before.parent.mkdir(parents=True)
    killed_before.write_text("private")
    names = {path.name for path in prepare_texts(CHAT).folder.iterdir()}
    assert names == {"corpus.json", "tokenizer.json", "train.ids", "validation.ids", "test.ids"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_a_new_corpus_is_for_its_owner_alone(prepare_texts: Prepare) -> None:
    assert stat.S_IMODE(prepare_texts(CHAT).folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("step", ["_clean", "_parts", "_write", "finish"])
def test_a_corpus_whose_making_was_broken_off_is_not_whole(
    prepare_texts: Prepare, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """As by a kill: what is left of the old corpus and of the new one must not be mixed."""
    folder = prepare_texts(CHAT).folder

    def broken_off(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(preparing, step, broken_off)
    with pytest.raises(KeyboardInterrupt):
        prepare_texts(POEM)
    with pytest.raises(RunError, match=r"was not finished: there is no .*; prepare it anew"):
        Corpus.open(folder)
    monkeypatch.undo()
    assert whole_text_of(prepare_texts(POEM)) == clean(POEM)


def damage_manifest(**changes: object) -> Callable[[Path], object]:
    def damage(folder: Path) -> None:
        manifest = json.loads((folder / "corpus.json").read_text())
        (folder / "corpus.json").write_text(json.dumps(manifest | changes))

    return damage


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (
            lambda folder: (folder / "train.ids").write_bytes(b"12"),
            r"damaged \(train\.ids should have \d+ bytes",
        ),
        (lambda folder: (folder / "train.ids").unlink(), r"there is no .*train\.ids"),
        (lambda folder: (folder / "tokenizer.json").unlink(), r"there is no .*tokenizer\.json"),
        (lambda folder: (folder / "tokenizer.json").write_text("{}"), "damaged"),
        (lambda folder: (folder / "corpus.json").write_text("{"), "damaged"),
        (lambda folder: (folder / "corpus.json").write_text("[]"), "damaged"),
        (damage_manifest(format_version=2), "another version of Foreword prepared the corpus"),
        (damage_manifest(streams={}), "damaged"),
        (damage_manifest(streams={"train": 1}), "damaged"),
        (damage_manifest(sources=[{"name": "x"}]), "damaged"),
    ],
)
def test_a_damaged_corpus_is_an_error_that_says_what_to_do(
    prepare_texts: Prepare, damage: Callable[[Path], object], words: str
) -> None:
    folder = prepare_texts(CHAT).folder
    damage(folder)
    with pytest.raises(RunError, match=f"{words}.*prepare it anew"):
        Corpus.open(folder)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"held_out": -0.1}, "held_out must be a share from 0 .* to 0.5, not -0.1"),
        ({"held_out": 0.51}, "held_out"),
        ({"held_out": 1.0}, "held_out"),
        ({"held_out": float("nan")}, "held_out"),
        ({"vocabulary": 257}, "vocabulary must be at least 300, not 257: 256 ids spell the bytes"),
        ({"vocabulary": 0}, "vocabulary"),
    ],
)
def test_settings_that_make_no_sense_are_refused_by_name(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        Settings(**settings)


def test_no_source_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="there is no text to train on"):
        prepare([], tmp_path, Settings())


@pytest.mark.parametrize("text", ["", "\x07\x00\x01", "\ufeff"])
def test_a_source_without_text_is_an_error_that_names_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "full").write_text("text " * 100)
    (tmp_path / "void").write_bytes(text.encode())
    with pytest.raises((SourceEmpty, SourceNotText), match="void"):
        prepare([str(tmp_path / "full"), str(tmp_path / "void")], tmp_path / "corpus", Settings())


def test_a_source_that_is_not_there_leaves_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing):
        prepare([str(tmp_path / "nothing")], tmp_path / "corpus", Settings())
    assert list((tmp_path / "corpus").iterdir()) == []


def test_one_character_is_enough_to_prepare(prepare_texts: Prepare) -> None:
    assert len(prepare_texts("x").train.ids) == 2


@pytest.mark.parametrize("line", ["a line of text that ends\n", "one line without an end "])
def test_memory_does_not_grow_with_the_text(tmp_path: Path, line: str) -> None:
    """Of a text ten times the size of a piece, no more is in memory than of one twice the size."""

    def peak(lines: int) -> int:
        (tmp_path / "text").write_text(line * lines)
        tracemalloc.start()
        prepare([str(tmp_path / "text")], tmp_path / "corpus", Settings())
        taken = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return taken

    peak(1_000)  # tables that are made once
    assert peak(120_000) < 1.2 * peak(24_000)
