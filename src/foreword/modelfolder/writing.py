"""Writing a model folder: beside, then checked as a reader would, then put in the place of the one before."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, final

import numpy as np
from safetensors.numpy import save

from foreword.errors import ForewordError, ModelForeign, OptionError
from foreword.files import sync, write_whole
from foreword.modelfolder import names, swap
from foreword.modelfolder.config import Config, Tensor, is_model, write_config
from foreword.modelfolder.reading import ModelFolder, read_bounded, read_in_place
from foreword.modelfolder.record import encoded

_OWN: Final = frozenset([*names.REQUIRED, names.LEXICON, "onnx"])
_LITTER: Final = frozenset([".DS_Store", "Thumbs.db", "desktop.ini"])


@final
@dataclass(frozen=True, kw_only=True)
class Contents:
    """All that a model folder holds; one of the two graphs may be left out, and pictures are named as in the card."""

    config: Config
    tokenizer_json: str
    weights: Mapping[str, np.ndarray]
    graph: bytes | None
    quantized: bytes | None
    training: Mapping[str, object]
    card: str
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    lexicon: str | None = None


def write(path: Path, contents: Contents) -> None:
    """Make `path` the model folder with these contents, readable by its owner alone.

    Whatever happens meanwhile, even a power cut, `path` is the old model or the new one, whole. The old one stays
    if nobody could read the new one (`ModelError`).
    """
    place = path.resolve()  # where `path` is a link, the folder it leads to is exchanged
    swap.complete(place)
    check_destination(place)
    with _exchanging(place) as draft:
        for name, data in _files(contents).items():
            _write_file(draft / name, data)


def amend(folder: ModelFolder, *, training: Mapping[str, object], card: str) -> None:
    """Give the model in `folder` another training.json and another card; all else stays as it is, to the last byte.

    Nobody ever finds the one file old and the other new. If the model was replaced since it was read, the new one
    stays (`ModelMismatch`).
    """
    place = folder.path.resolve()
    with _exchanging(place) as draft:
        for path in (path for path in place.rglob("*") if path.is_file()):
            _write_file(draft / path.relative_to(place), path.read_bytes())
        _write_file(draft / names.TRAINING, encoded(training))
        _write_file(draft / names.CARD, card.encode())
        folder.check_unchanged()


def check_destination(path: Path) -> None:
    """Check that a model may be written to `path`: there is nothing, or a model and nothing that is not part of one."""
    if not path.exists() or (path.is_dir() and not any(path.iterdir())):
        return
    if not _is_model(path):
        raise ModelForeign(f"{path} is there, but is no model of Foreword's; choose another name, or move it")
    for item in path.iterdir():
        if item.name not in _OWN | _LITTER and item.suffix not in names.PICTURE_ENDINGS:
            raise ModelForeign(
                f"{item} is no part of a model and would be lost with the old one; move it away, or choose another name"
            )


@contextmanager
def _exchanging(place: Path) -> Iterator[Path]:
    """A draft to write in, which becomes the folder at `place` if it can be read, all of it, as its users will."""
    draft = swap.draft_beside(place)
    try:
        yield draft
        sync(draft)
        folder = read_in_place(draft)
        for quantized in (False, True):
            folder.graph(quantized=quantized)
        swap.put(draft, place)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _is_model(path: Path) -> bool:
    """Whether config.json says so; a model of another version, or damaged elsewhere, may be replaced."""
    config = path / names.CONFIG
    try:
        return is_model(read_bounded(config), config)
    except ForewordError:
        return False


def _files(contents: Contents) -> dict[str, bytes]:
    """The bytes of each file by name."""
    tensors = {name: Tensor.of(array) for name, array in contents.weights.items()}
    found = {
        names.CONFIG: write_config(contents.config, tensors),
        names.TOKENIZER: contents.tokenizer_json.encode(),
        names.WEIGHTS: save({name: np.ascontiguousarray(array) for name, array in contents.weights.items()}),
        names.TRAINING: encoded(contents.training),
        names.CARD: contents.card.encode(),
    }
    lexicon = contents.lexicon.encode() if contents.lexicon else None
    optional = {names.GRAPH: contents.graph, names.QUANTIZED: contents.quantized, names.LEXICON: lexicon}
    found |= {name: data for name, data in optional.items() if data is not None}
    for name, picture in contents.pictures.items():
        if Path(name).name != name or Path(name).suffix not in names.PICTURE_ENDINGS:
            raise OptionError(f"{name!r} cannot name a picture: it must end in .png or .svg, without a slash")
        found[name] = picture
    return found


def _write_file(path: Path, data: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    write_whole(path, data, private=False)
