"""Fixtures that prepare a corpus from given texts and decode its streams."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pytest

from foreword.corpus.prepare import Corpus, EncodingSettings, Stream, prepare
from foreword.corpus.texts import ReadSettings


class Prepare(Protocol):
    """Prepares the given texts, each in its own file; the settings are those of reading and encoding."""

    def __call__(self, *texts: str, **settings: Any) -> Corpus: ...


@pytest.fixture
def prepare_texts(tmp_path: Path) -> Prepare:
    def prepare_in_files(*texts: str, old: tuple[str, ...] = (), **settings: Any) -> Corpus:
        paths = [tmp_path / f"text-{at}.txt" for at in range(len(texts) + len(old))]
        for path, text in zip(paths, (*texts, *old), strict=True):
            path.write_bytes(text.encode())
        names = list(map(str, paths))
        reading = {name: settings.pop(name) for name in [*settings] if name in ReadSettings.__annotations__}
        return prepare(
            names[: len(texts)],
            tmp_path / "corpus",
            EncodingSettings(**settings),
            ReadSettings(**reading),
            old=names[len(texts) :],
        )

    return prepare_in_files


@pytest.fixture(scope="session")
def text_of() -> Callable[..., str]:
    """`text_of(corpus, stream, …)`: the text of the streams, without the newline that each begins with."""

    def read(corpus: Corpus, *streams: Stream | None) -> str:
        found = []
        for stream in streams:
            if stream is not None:
                assert stream.ids[0] == corpus.tokenizer.newline
                found.append(corpus.tokenizer.decode(stream.ids[1:].astype(np.int64)))
                assert len(found[-1]) == stream.characters
        return "".join(found)

    return read
