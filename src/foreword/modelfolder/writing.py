"""Writing a model folder: write a draft beside the old one, check it by reading, then swap the two."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, final

import numpy as np
from safetensors.numpy import save

from foreword.errors import ForewordError, ModelForeign
from foreword.files import sync, write_whole
from foreword.modelfolder import names, swap
from foreword.modelfolder.config import Config, Tensor, is_model, write_config
from foreword.modelfolder.ngrams import Ngrams
from foreword.modelfolder.reading import read_bounded, read_in_place
from foreword.modelfolder.record import encoded

_OWN: Final = frozenset([*names.REQUIRED, names.LEXICON, names.NGRAMS, "onnx"])
_LITTER: Final = frozenset([".DS_Store", "Thumbs.db", "desktop.ini"])


@final
@dataclass(frozen=True, kw_only=True)
class Contents:
    """The content of a model folder; one graph is enough, and the card uses the names of the pictures."""

    config: Config
    tokenizer_json: str
    weights: Mapping[str, np.ndarray]
    graph: bytes | None
    quantized: bytes | None
    training: Mapping[str, object]
    card: str
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    lexicon: str | None = None
    ngrams: bytes | None = None


def write(path: Path, contents: Contents) -> None:
    """Write a model folder with these contents to `path`; only its owner can read it.

    At every moment, even after a power cut, `path` is the complete old model or the complete new one. If the new one
    cannot be read, the old one stays (`ModelError`).
    """
    place = path.resolve()  # if `path` is a link, replace its target
    swap.complete(place)
    check_destination(place)
    with _exchanging(place) as draft:
        for name, data in _files(contents).items():
            _write_file(draft / name, data)


def check_destination(path: Path) -> None:
    """Check that a model may be written to `path`: it is missing, empty, or a model without other files.

    Outside the data folder, nothing beside it may be a link: a stranger's link could lead to the person's own folders.
    """
    try:
        path.resolve()
    except RuntimeError:  # in Python 3.11 and 3.12
        raise ModelForeign(f"{path} is a link to itself; choose another name, or delete it") from None
    for beside in (path.with_name(f"{path.name}{ending}") for ending in (".run", ".versions")):
        if beside.is_symlink() and path.parent != names.home():
            raise ModelForeign(
                f"{beside} is a link, and old files in its folder would be deleted; remove the link"
            )
    if not path.exists() or (path.is_dir() and not any(path.iterdir())):
        return
    if not _is_model(path):
        raise ModelForeign(f"{path} is there, but is no model of Foreword's; choose another name, or move it")
    for item in path.iterdir():
        is_draft = item.name.startswith(".") and item.suffix == ".draft"  # of a killed forget
        if not (is_draft or item.name in _OWN | _LITTER or item.suffix in names.PICTURE_ENDINGS):
            raise ModelForeign(
                f"{item} is not part of a model, and the new model would replace it; move it, or choose another name"
            )


@contextmanager
def _exchanging(place: Path) -> Iterator[Path]:
    """A draft folder; it replaces the folder at `place` if a reader can read all of it."""
    with swap.replacing(place) as draft:
        yield draft
        sync(draft)
        folder = read_in_place(draft)
        for quantized in (False, True):
            folder.graph(quantized=quantized)
        if (ngrams := folder.ngrams()) is not None:
            Ngrams(ngrams, str(draft / names.NGRAMS))


def _is_model(path: Path) -> bool:
    """Whether config.json names a Foreword model; other versions and damaged models may be replaced."""
    config = path / names.CONFIG
    try:
        return is_model(read_bounded(config), config)
    except ForewordError:
        return False


def _files(contents: Contents) -> dict[str, bytes]:
    tensors = {name: Tensor.of(array) for name, array in contents.weights.items()}
    found = {
        names.CONFIG: write_config(contents.config, tensors),
        names.TOKENIZER: contents.tokenizer_json.encode(),
        names.WEIGHTS: save({name: np.ascontiguousarray(array) for name, array in contents.weights.items()}),
        names.TRAINING: encoded(contents.training),
        names.CARD: contents.card.encode(),
    }
    lexicon = contents.lexicon.encode() if contents.lexicon else None
    optional = {
        names.GRAPH: contents.graph,
        names.QUANTIZED: contents.quantized,
        names.LEXICON: lexicon,
        names.NGRAMS: contents.ngrams,
    }
    found |= {name: data for name, data in optional.items() if data is not None}
    return {**found, **contents.pictures}


def _write_file(path: Path, data: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    write_whole(path, data, private=False)
