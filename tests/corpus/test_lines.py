"""Lines that are at hand become a corpus as a file would, and their words lie in no other file."""

from pathlib import Path

import numpy as np

from foreword.corpus.lines import MEMORY, Lines
from foreword.corpus.prepare import Corpus, Settings, Stream, prepare

NEW = tuple(f"Ana Silva: this is message {number}" for number in range(100))


def lines(texts: tuple[str, ...], held_out: float | None = None) -> Lines:
    return Lines(name="me.memory", place=MEMORY, lines=texts, held_out=held_out)


def text(part: Stream | None, corpus: Corpus) -> list[str]:
    if part is None:
        return []
    return corpus.tokenizer.decode(part.ids[1:].astype(np.int64)).splitlines()


def test_they_are_split_as_a_text_is_and_what_looks_like_a_chat_is_none(tmp_path: Path) -> None:
    corpus = prepare([lines(NEW)], tmp_path / "corpus", Settings())
    parts = [text(part, corpus) for part in (corpus.train, corpus.validation, corpus.test)]
    assert [line for part in parts for line in part] == list(NEW)
    assert all(parts)
    (record,) = corpus.sources
    assert (record.name, record.place, record.files) == ("me.memory", MEMORY, ())
    assert record.characters == len("\n".join(NEW))


def test_the_corpus_is_the_one_of_a_file_with_the_same_lines(tmp_path: Path) -> None:
    plain = tuple(line.replace(": ", " - ") for line in NEW)
    (tmp_path / "file.txt").write_text("\n".join(plain), encoding="utf-8")
    corpora = [
        prepare([source], tmp_path / name, Settings())
        for name, source in (("a", lines(plain)), ("b", str(tmp_path / "file.txt")))
    ]
    assert corpora[0].sources[0].sha256 == corpora[1].sources[0].sha256
    for name in ("train.ids", "validation.ids", "test.ids", "tokenizer.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_old_lines_that_were_parted_before_stay_as_they_were(tmp_path: Path) -> None:
    known, kept = NEW[:3], NEW[3:6]
    corpus = prepare(
        [lines(NEW[6:])],
        tmp_path / "corpus",
        Settings(),
        old=[lines(known, held_out=0.0), lines(kept, held_out=1.0)],
    )
    assert text(corpus.old, corpus) == list(known)
    assert text(corpus.old_held_out, corpus) == list(kept)
    assert corpus.notes == ()


def test_what_is_to_be_left_out_of_a_text_is_in_no_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_text("message 7\n\nand Ana\n" * 20, encoding="utf-8")
    corpus = prepare(
        [lines(NEW)],
        tmp_path / "corpus",
        Settings(omit=lambda line: "" if line == "message 7" else line.replace("Ana", "…")),
        old=[str(tmp_path / "old.txt")],
    )
    whole = text(corpus.train, corpus) + text(corpus.validation, corpus) + text(corpus.test, corpus)
    assert whole == [line.replace("Ana", "…") for line in NEW]
    assert text(corpus.old, corpus)[:4] == ["", "and …", "", "and …"]
