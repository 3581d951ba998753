"""A corpus holds no secrets, and says which there were; its sources are known by the text as it was handed in."""

import hashlib
from pathlib import Path
from typing import Any, Protocol

import numpy as np

import planted
from foreword.corpus.fingerprints import file_digests
from foreword.corpus.prepare import Corpus, Settings, Stream, prepare
from foreword.corpus.samples import documents

FILLING = "".join(f"message {at} of many\n" for at in range(600))


class Prepare(Protocol):
    """The fixture of conftest.py."""

    def __call__(self, *texts: str, **settings: Any) -> Corpus: ...


def text_of(corpus: Corpus, *streams: Stream | None) -> str:
    return "".join(
        corpus.tokenizer.decode(stream.ids[1:].astype(np.int64)) for stream in streams if stream is not None
    )


def test_the_streams_have_words_in_place_of_secrets(prepare_texts: Prepare) -> None:
    corpus = prepare_texts(FILLING + planted.TEXT + FILLING + planted.TEXT, held_out=0.5)
    text = text_of(corpus, corpus.train, corpus.validation, corpus.test)
    assert text == FILLING + planted.SCRUBBED + FILLING + planted.SCRUBBED


def test_no_file_of_a_corpus_tells_a_secret(prepare_texts: Prepare) -> None:
    for unit in ("characters", "words", "subwords"):
        corpus = prepare_texts(planted.TEXT * 5 + FILLING, unit=unit, held_out=0)
        text = text_of(corpus, corpus.train)
        files = "".join(
            path.read_bytes().decode("latin-1") for path in corpus.folder.iterdir() if path.is_file()
        )
        assert not [secret for secret in planted.SECRETS if secret in text or secret in files]


def test_what_was_taken_out_is_noted_and_recorded_by_kind(prepare_texts: Prepare) -> None:
    corpus = prepare_texts(planted.TEXT, FILLING)
    assert f"took out {planted.TOLD}; ordinary words stand in their place" in corpus.notes
    assert [source.secrets for source in corpus.sources] == [planted.FOUND, {}]
    assert corpus.sources[0].characters == len(planted.SCRUBBED)
    assert not any("took out" in note for note in prepare_texts(FILLING).notes)


def test_old_text_is_learned_without_its_secrets(tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_text(planted.TEXT)
    (tmp_path / "new.txt").write_text(FILLING)
    corpus = prepare(
        [str(tmp_path / "new.txt")], tmp_path / "corpus", Settings(), old=[str(tmp_path / "old.txt")]
    )
    assert text_of(corpus, corpus.old, corpus.old_held_out) == planted.SCRUBBED
    assert any(planted.TOLD in note for note in corpus.notes)
    assert [source.secrets for source in corpus.old_sources] == [planted.FOUND]


def test_a_source_is_known_by_its_text_with_the_secrets(prepare_texts: Prepare, tmp_path: Path) -> None:
    corpus = prepare_texts(planted.TEXT)
    assert corpus.sources[0].sha256 == hashlib.sha256(planted.TEXT.encode()).hexdigest()
    assert [corpus.sources[0].sha256] == list(file_digests(documents(str(tmp_path / "text-0.txt"))))
    assert (
        prepare_texts(planted.TEXT.replace("hunter2x", "hunter3x")).sources[0].sha256
        != corpus.sources[0].sha256
    )


def test_a_private_key_over_the_border_of_pieces_goes_whole(prepare_texts: Prepare) -> None:
    lines = "\n".join(["MIIEpAIBAAKCAQEA7bqsDFoaqT0MIIEpAIBAAKCAQEA7bqsDFoaqT0abcdefghij"] * 40)
    block = f"-----BEGIN PRIVATE KEY-----\n{lines}\n-----END PRIVATE KEY-----\n"
    filling = "see you\n" * ((1 << 18) // 8 - 100)
    corpus = prepare_texts(filling + block + "good night\n", held_out=0)
    assert text_of(corpus, corpus.train) == filling + "…\ngood night\n"
    assert corpus.sources[0].secrets == {"private key": 1}
