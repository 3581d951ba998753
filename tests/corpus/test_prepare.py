"""A corpus is the whole cleaned text as ids on disk; an unfinished corpus is never taken for a complete one."""

import json
import os
import stat
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import toys
from decoded import text_of
from foreword.corpus import prepare as preparing
from foreword.corpus import texts
from foreword.corpus.prepare import Corpus, EncodingSettings, prepare
from foreword.errors import OptionError, RunError
from foreword.text.cleaning import clean
from foreword.text.tokenizer import Tokenizer, characters_tokenizer
from foreword.text.tokenizer_file import UNITS

CHAT = "".join(f"message {at}: see you at {at % 12} o'clock, café 😀?\r\n" for at in range(400))
POEM = "\ufeffRoses are re\u0301d,\nviolets \x07are blue.\n" * 200 + "The end"
OLD = "".join(f"old {at}: see you at {at % 7}\n" for at in range(600))
NEW = "".join(f"neu {at}: Grüße aus der Straße 🙂\n" for at in range(400))

Prepare = Callable[..., Corpus]


# The streams


@pytest.mark.parametrize("unit", UNITS)
def test_the_streams_contain_the_whole_cleaned_text(
    prepare_texts: Prepare, unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("foreword.corpus.streams.PIECE", 7)
    corpus = prepare_texts(CHAT * 3, unit=unit, vocabulary=None if unit == "characters" else 400)
    assert text_of(corpus, corpus.train, corpus.validation, corpus.test) == clean(CHAT * 3)
    whole = "".join("\n" + text_of(corpus, each) for each in parts(corpus))
    assert "".join(pieces := [*corpus.texts()]) == whole
    assert len(pieces) > 50
    for part in (corpus.validation, corpus.test):
        np.testing.assert_array_equal(corpus.tokenizer.encode("\n" + text_of(corpus, part)), part.ids)  # type: ignore[union-attr]
    assert unit == "characters" or corpus.tokenizer.size == 400


LETTERS = "the quick brown fox jumps over the lazy dog, again and again\n" * 2_000
HAN = "".join(chr(0x4E00 + at * 7 % 1_500) for at in range(130_000)) + "\n"


@pytest.mark.parametrize(
    ("text", "minutes", "unit"),
    [
        pytest.param(LETTERS, 1.0, "subwords", id="an alphabet"),
        pytest.param(LETTERS[:90_000], None, "characters", id="too short"),
        pytest.param(LETTERS, 0.03, "characters", id="too little time to cut it"),
        pytest.param(HAN, 1.0, "characters", id="many different characters"),
    ],
)
def test_the_text_and_the_time_decide_an_unspecified_unit(
    prepare_texts: Prepare, text: str, minutes: float | None, unit: str
) -> None:
    corpus = prepare_texts(text, unit=None, minutes=minutes)
    assert corpus.tokenizer.unit == unit
    if unit == "subwords":
        assert corpus.tokenizer.size <= 1_000


def parts(corpus: Corpus) -> list[Any]:
    return [corpus.train, corpus.validation, corpus.test]


def test_each_source_is_split_and_a_newline_separates_it_from_the_next(prepare_texts: Prepare) -> None:
    corpus = prepare_texts(CHAT, POEM)
    chat, poem = clean(CHAT), clean(POEM)
    for part in parts(corpus):
        text = text_of(corpus, part)
        assert any(text[:at] in chat and text[at:] in poem for at in range(1, len(text)))
    assert text_of(corpus, corpus.test).endswith("The end")
    corpus = prepare_texts("one", "two\n", "three", held_out=0.0)
    assert text_of(corpus, corpus.train) == "one\ntwo\nthree"
    assert (corpus.validation, corpus.test, corpus.notes) == (None, None, ())
    assert len(prepare_texts("x").train.ids) == 2


def test_a_sample_of_a_part_has_whole_lines_of_each_of_its_texts(prepare_texts: Prepare) -> None:
    paragraphs = ("a long line " * 60 + "\n\n") * 60
    train = prepare_texts(CHAT, POEM, "no line ends here " * 900, paragraphs, held_out=0.0).train
    for tokens in (200, 500, 2_000, 9_000):
        ids = train.spread(tokens)
        assert 0.7 * tokens < len(ids) - 1 <= tokens
        assert ids[0] == train.ids[0]
    text = prepare_texts(CHAT, POEM, held_out=0.0)
    *lines, end = text.tokenizer.decode(text.train.spread(2_000)).split("\n")[1:]
    assert {*lines, end} <= {*clean(CHAT + POEM).split("\n"), ""}
    assert 0.3 < np.mean(["message" in line for line in lines]) < 0.9
    for tokens in (len(text.train.ids) - 1, 10**6):
        np.testing.assert_array_equal(text.train.spread(tokens), text.train.ids)


def test_a_too_short_or_repeated_text_is_noted(prepare_texts: Prepare) -> None:
    (note,) = prepare_texts("a short text").notes
    assert note.endswith("text-0.txt is too short to hold a part of it out: all of it is trained on")
    # another export of the same chat
    for later in (CHAT, CHAT + "one more", CHAT[: CHAT.index("message 200")]):
        (note,) = prepare_texts(CHAT, POEM, later.replace("\r", "")).notes
        assert "text-2.txt has text of " in note
        assert note.endswith("text-0.txt: it is trained on twice, and figures may be too good")
    (note,) = prepare_texts(CHAT, old=(CHAT[: CHAT.index("message 200")],)).notes
    assert "text-1.txt has text of " in note


def test_a_folder_and_one_of_its_files_are_noted(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text("".join(f"text {at} of {name}\n" for at in range(600)), "utf-8")
    corpus = prepare([str(tmp_path), str(tmp_path / "b.txt")], tmp_path / ".corpus")
    assert f"b.txt has text of {tmp_path}" in corpus.notes[0]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows neither moves nor deletes a mapped file")
def test_ids_are_mapped_from_disk_read_only_in_the_smallest_type(prepare_texts: Prepare) -> None:
    ids = prepare_texts(CHAT).train.ids
    assert isinstance(ids, np.memmap)
    assert ids.dtype == np.uint16
    assert not ids.flags.writeable
    text = "".join(chr(code) * 3 for code in range(0xF0000, 0xF0000 + 65_400))
    large = prepare_texts(text, held_out=0.0)
    assert large.train.ids.dtype == np.uint32
    assert large.tokenizer.decode(large.train.ids[-3:].astype(np.int64)) == text[-3:]


def test_ids_are_not_mapped_on_windows_which_could_not_delete_them(
    prepare_texts: Prepare, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapped = prepare_texts(CHAT).train.ids
    monkeypatch.setattr("foreword.corpus.streams.os", SimpleNamespace(name="nt", fsync=os.fsync))
    ids = prepare_texts(CHAT).train.ids
    assert not isinstance(ids, np.memmap)
    np.testing.assert_array_equal(ids, mapped)


# The vocabulary


@pytest.mark.parametrize(
    ("text", "settings", "known"),
    [
        ("abc\n" * 5_000 + "xyz\n" * 200, {}, "abc"),  # held-out characters are unknown
        ("ab" * 200 + "ééàà😀" + "àb", {"held_out": 0.0}, "abà"),  # seen once or twice: in bytes
    ],
)
def test_the_vocabulary_comes_from_the_training_part(
    prepare_texts: Prepare, text: str, settings: dict[str, Any], known: str
) -> None:
    corpus = prepare_texts(text, **settings)
    assert {token.decode() for token in corpus.tokenizer.tokens[256:]} == {*known, "\n"}
    assert text_of(corpus, *parts(corpus)) == text


def test_a_vocabulary_limit_keeps_the_most_frequent_characters(prepare_texts: Prepare) -> None:
    text = "".join(chr(0x4E00 + at) * (3 + at) for at in range(100))
    corpus = prepare_texts(text, vocabulary=300, held_out=0.0)
    assert corpus.tokenizer.size == 300
    assert chr(0x4E00 + 99).encode() in corpus.tokenizer.tokens
    assert chr(0x4E00).encode() not in corpus.tokenizer.tokens
    assert text_of(corpus, corpus.train) == text


def test_about_a_tenth_of_the_rarest_characters_is_spelled_in_bytes(prepare_texts: Prepare) -> None:
    text, found = ("x" * 1_099 + "é") * 1_000, []
    for seed in (1, 1, 2):
        corpus = prepare_texts(text, held_out=0.5, seed=seed)
        assert text_of(corpus, *parts(corpus)) == text
        rare = corpus.tokenizer.tokens.index("é".encode())
        spelled = 500 - int((corpus.train.ids == rare).sum())
        assert 20 < spelled < 90  # 50 are expected; the limits are more than four standard deviations away
        assert len(corpus.train.ids) == 1 + len(text) // 2 + spelled
        assert all((part.ids == rare).sum() == 250 for part in parts(corpus)[1:])  # as people type
        found.append(np.array(corpus.train.ids))
    np.testing.assert_array_equal(found[0], found[1])
    assert not np.array_equal(found[0], found[2])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        *(({"vocabulary": size}, f"at least 300, not {size}: 256 ids spell the bytes") for size in (0, 257)),
        *(({"seed": seed}, f"seed must be from 0 to .*, not {seed}") for seed in (-1, 2**63)),  # for PyTorch
    ],
)
def test_a_setting_beyond_its_limits_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        EncodingSettings(**settings)


# Continued training: with the tokens of a network, and old text beside the new


def known(unit: str) -> Tokenizer:
    """The tokenizer of a model that was trained on the old text only."""
    return toys.tokenizer_of(unit, OLD)


@pytest.mark.parametrize("unit", UNITS)
def test_old_and_new_text_are_whole_with_a_given_tokenizer(prepare_texts: Prepare, unit: str) -> None:
    corpus = prepare_texts(NEW, old=(OLD,), tokenizer=known(unit), me="Ana")
    assert (corpus.tokenizer.to_json(), corpus.me) == (known(unit).to_json(), "Ana")
    assert text_of(corpus, *parts(corpus)) == clean(NEW)
    assert text_of(corpus, corpus.old, corpus.old_held_out) == clean(OLD)


def test_old_text_has_the_same_held_out_part_as_when_it_was_new(prepare_texts: Prepare) -> None:
    first = prepare_texts(OLD, held_out=0.2)
    held_out, sha256 = text_of(first, first.validation, first.test), first.sources[0].sha256
    later = prepare_texts(NEW, old=(OLD,), tokenizer=known("characters"), old_held_out=0.2)
    assert text_of(later, later.old_held_out) == held_out
    assert later.old_sources[0].sha256 == sha256


@pytest.mark.parametrize("part", ["train", "old"])
def test_rare_characters_of_each_text_are_sometimes_in_bytes(prepare_texts: Prepare, part: str) -> None:
    """A character that is rare in one text may be common in the other, so each text uses its own counts."""
    rare, common = ("x" * 1_999 + "y") * 200, "xy" * 3_000
    new, old = (rare, common) if part == "train" else (common, rare)
    tokenizer = characters_tokenizer("xy")
    corpus = prepare_texts(new, old=(old,), tokenizer=tokenizer, held_out=0.0, old_held_out=0.0)
    spelled = {name: int((getattr(corpus, name).ids == ord("y")).sum()) for name in ("train", "old")}
    assert 4 < spelled.pop(part) < 45  # 20 of 200
    assert list(spelled.values()) == [0]


# On disk


def test_the_cleaned_text_does_not_stay_on_disk(prepare_texts: Prepare, tmp_path: Path) -> None:
    killed_before = tmp_path / "corpus" / "cleaned" / "3.txt"
    killed_before.parent.mkdir(mode=0o700, parents=True)
    killed_before.write_text("private")
    (tmp_path / "corpus").chmod(0o700)
    folder = prepare_texts(CHAT).folder
    assert {path.name for path in folder.iterdir()} == {
        "corpus.json", "tokenizer.json", "train.ids", "validation.ids", "test.ids",
    }  # fmt: skip
    assert sys.platform == "win32" or stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "step", ["texts._read", "prepare.tokenizer_for", "prepare.write_stream", "prepare.finish"]
)
def test_an_interrupted_preparation_leaves_the_old_corpus_or_an_error(
    prepare_texts: Prepare, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """As after a kill: remains of the old corpus and of the new one must not mix."""
    folder = prepare_texts(CHAT).folder

    def broken_off(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    module, name = step.split(".")
    monkeypatch.setattr({"texts": texts, "prepare": preparing}[module], name, broken_off)
    with pytest.raises(KeyboardInterrupt):
        prepare_texts(POEM)
    if module == "texts":  # the old corpus is complete until the new one is written
        assert text_of(Corpus.open(folder), *parts(Corpus.open(folder))) == clean(CHAT)
    else:
        with pytest.raises(
            RunError, match=r"was not finished: there is no .*; delete .* and start a new run"
        ):
            Corpus.open(folder)
    monkeypatch.undo()
    whole = prepare_texts(POEM)
    assert text_of(whole, *parts(whole)) == clean(POEM)


@pytest.mark.parametrize(
    ("file", "contents", "words"),
    [
        ("train.ids", "12", r"damaged \(train\.ids should have \d+ bytes"),
        ("train.ids", b"\xff", r"damaged \(train\.ids has an id outside the vocabulary"),
        ("train.ids", None, r"there is no .*train\.ids"),
        ("tokenizer.json", "{}", "damaged"),
        ("corpus.json", "{", "damaged"),
        ("corpus.json", {"format_version": 2}, "another version of Foreword prepared the corpus"),
        ("corpus.json", {"streams": {"train": 1}}, "damaged"),
        ("corpus.json", {"streams": {"train": {"tokens": 1, "characters": 0}}}, "damaged .*>= 1"),
        ("corpus.json", {"sources": [{"name": "x"}]}, "damaged"),
    ],
)
def test_a_damaged_corpus_is_an_error_with_advice_to_prepare_it_anew(
    prepare_texts: Prepare, file: str, contents: str | bytes | dict[str, Any] | None, words: str
) -> None:
    path = prepare_texts(CHAT).folder / file
    if contents is None:
        path.unlink()
    elif isinstance(contents, bytes):
        path.write_bytes(contents * path.stat().st_size)
    else:
        whole = contents if isinstance(contents, str) else json.dumps(json.loads(path.read_text()) | contents)
        path.write_text(whole)
    with pytest.raises(RunError, match=rf"{words}.*; delete \S+ and start a new run"):
        Corpus.open(path.parent)


def test_memory_does_not_grow_with_the_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text five times as long takes hardly more memory; the log takes only a few bytes per line."""
    monkeypatch.setattr(texts, "PIECE", 1 << 14)

    def peak(lines: int) -> int:
        (tmp_path / "text").write_text("one long line without an end " * lines)
        tracemalloc.start()
        prepare([str(tmp_path / "text")], tmp_path / "corpus")
        taken = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return taken

    peak(1_000)  # builds the tables that are made once
    assert peak(60_000) < 1.3 * peak(12_000)
