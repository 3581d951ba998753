"""A fixture that prepares a corpus from given texts."""

from pathlib import Path
from typing import Any, Protocol

import pytest

from foreword.corpus.prepare import Corpus, EncodingSettings, prepare
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
