"""A way to write texts and have them prepared."""

from pathlib import Path
from typing import Any, Protocol

import pytest

from foreword.corpus.prepare import Corpus, Settings, prepare


class Prepare(Protocol):
    """Prepares the texts handed in, each a file of its own, with the settings handed in by name."""

    def __call__(self, *texts: str, **settings: Any) -> Corpus: ...


@pytest.fixture
def prepare_texts(tmp_path: Path) -> Prepare:
    def prepare_in_files(*texts: str, **settings: Any) -> Corpus:
        paths = [tmp_path / f"text-{at}.txt" for at in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.write_bytes(text.encode())
        return prepare([str(path) for path in paths], tmp_path / "corpus", Settings(**settings))

    return prepare_in_files
