"""Reading is strict: each way in which a folder can be wrong is an error with a name, and costs little to find."""

import json
import os
import shutil
import struct
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import EllipsisType

import numpy as np
import pytest
from safetensors.numpy import save

from foreword.errors import (
    ModelError,
    ModelForeign,
    ModelIncomplete,
    ModelMismatch,
    ModelMissing,
    ModelTruncated,
)
from foreword.modelfolder import Contents, Tensor, locate, read, reading, write
from foreword.modelfolder.reading import check_weights
from marked_models import contents_of

CONFIG, WEIGHTS, GRAPH = "config.json", "model.safetensors", "onnx/model.onnx"


def test_what_was_written_is_read(model: Path, contents: Contents) -> None:
    folder = read(model)
    assert folder.config == contents.config
    assert folder.tokenizer_json == contents.tokenizer_json
    assert folder.training == contents.training
    assert folder.graph(quantized=False) == contents.graph
    assert folder.graph(quantized=True) == contents.quantized
    for name, array in contents.weights.items():
        np.testing.assert_array_equal(folder.weights()[name], array)
        assert folder.weights()[name].dtype == np.float32


@pytest.mark.parametrize(("name", "option"), [(None, ""), ("me", ""), ("base", ""), ("anna", " -o anna")])
def test_the_error_of_a_missing_model_names_the_others_and_the_command_that_makes_it(
    name: str | None, option: str, written: Path
) -> None:
    path = locate(name)
    shutil.copytree(written, path.with_name("other"))
    words = f"the models there are: other; train one with: foreword train SOURCE{option}$"
    with pytest.raises(ModelMissing, match=words):
        read(path)
    path.with_name(f"{path.name}.run").mkdir()
    with pytest.raises(ModelMissing, match=f"was interrupted, go on with: foreword train --resume{option}$"):
        read(path)


@pytest.mark.parametrize(
    ("path", "words"),
    [(Path(__file__), "is a file, and a model is a folder"), (Path("/"), "a folder, but holds no model")],
)
def test_what_is_no_model_is_foreign(path: Path, words: str) -> None:
    with pytest.raises(ModelForeign, match=words):
        read(path)


@pytest.mark.parametrize("name", [CONFIG, "tokenizer.json", WEIGHTS, "training.json", "README.md"])
def test_a_missing_file_is_named(model: Path, name: str) -> None:
    (model / name).unlink()
    with pytest.raises(ModelIncomplete, match=f"lacks {name}; get the model again"):
        read(model)


def test_either_graph_may_be_left_out_but_not_both(model: Path) -> None:
    (model / GRAPH).unlink()
    assert read(model).graph(quantized=False) is None
    assert read(model).graph(quantized=True)
    (model / "onnx" / "model_quantized.onnx").write_bytes(b"")
    with pytest.raises(ModelTruncated, match=r"model_quantized\.onnx is empty"):
        read(model).graph(quantized=True)
    (model / "onnx" / "model_quantized.onnx").unlink()
    with pytest.raises(ModelIncomplete, match=f"lacks {GRAPH}"):
        read(model)


@pytest.mark.parametrize("name", [CONFIG, "training.json", WEIGHTS])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.95])
def test_a_file_cut_short_anywhere_is_truncated(model: Path, name: str, share: float) -> None:
    data = (model / name).read_bytes()
    (model / name).write_bytes(data[: int(len(data) * share)])
    with pytest.raises(ModelTruncated, match=name):
        read(model)


@pytest.mark.parametrize("name", ["tokenizer.json", CONFIG, "training.json"])
def test_bytes_that_are_no_text_are_damage(model: Path, name: str) -> None:
    (model / name).write_bytes(b'{"a": "\xff"}')
    with pytest.raises(ModelTruncated, match=rf"{name} is .*damaged: .*\b7\b"):
        read(model)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "nested too deeply"),
        ('{"steps": NaN}', "NaN is no number"),
        ('{"steps": -Infinity}', "-Infinity is no number"),
        ('{"steps": 1e999}', "out of range"),
        ('{"steps": ' + "9" * 5000 + "}", "out of range"),
        ('{"steps": 1, "steps": 2}', "the key 'steps' comes twice"),
        ('{"recipe": {"text": 1, "text": 2}}', "the key 'text' comes twice"),
        ("[1, 2]", "Expected `object`, got `array`"),
        ("null", "Expected `object`, got `null`"),
        (r'{"date": "\ud800"}', "damaged"),  # half a surrogate pair
    ],
)
def test_hostile_json_is_refused_for_its_reason(model: Path, text: str, error: str) -> None:
    (model / "training.json").write_text(text)
    with pytest.raises((ModelForeign, ModelTruncated), match=rf"training\.json is .*{error}") as refusal:
        read(model)
    assert len(str(refusal.value)) < 500
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "entry",
    [
        *({"data_offsets": offsets} for offsets in ([0, 47], [8, 56], [-8, 40], [0, 2**62], "0", [0.0, 48.0], None)),
        *({"dtype": dtype} for dtype in ("F64", "no kind")),
        {"shape": [2**40, 2**40]},
    ],
)  # fmt: skip
def test_a_header_that_contradicts_itself_is_no_good(model: Path, entry: dict[str, object]) -> None:
    data = (model / WEIGHTS).read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    header["embed.weight"].update(entry)
    written = json.dumps(header).encode()
    (model / WEIGHTS).write_bytes(struct.pack("<Q", len(written)) + written + data[8 + length :])
    with pytest.raises(
        (ModelForeign, ModelTruncated), match=r"model\.safetensors is (not a|cut off or damaged)"
    ):
        read(model)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"\x80\x02}q\x00(X\x05\x00\x00\x00" * 9, ModelForeign),  # a pickle
        (struct.pack("<Q", 2**63), ModelForeign),
        (struct.pack("<Q", 1000) + b"{}", ModelTruncated),
        (struct.pack("<Q", 200_000) + b"[" * 200_000, ModelTruncated),
        (struct.pack("<Q", 2) + b"{}", ModelMismatch),
        (..., ModelTruncated),  # more bytes behind the last array
    ],
)
def test_weights_in_another_format_are_refused(
    model: Path, data: bytes | EllipsisType, error: type[ModelError]
) -> None:
    whole = (model / WEIGHTS).read_bytes()
    (model / WEIGHTS).write_bytes(data if isinstance(data, bytes) else whole + b"more")
    with pytest.raises(error, match=r"model\.safetensors"):
        read(model)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"embed.weight": {"dtype": "F32", "shape": [3, 4]}}, r"embed\.weight is .*\(4, 3\).* says .*\(3, 4\)"),
        ({"embed.weight": {"dtype": "F16", "shape": [4, 3]}}, r"embed\.weight is F32.* config\.json says .*F16"),
        ({"more": {"dtype": "F32", "shape": [1]}}, "lacks 'more', which config.json names"),
        ({"predict.bias": None}, r"holds 'predict\.bias', which config\.json does not name"),
    ],
)  # fmt: skip
def test_weights_that_are_not_those_of_the_config_are_a_mismatch(
    model: Path, changes: Mapping[str, object], words: str
) -> None:
    config = json.loads((model / CONFIG).read_text())
    tensors = {**config["tensors"], **changes}
    config["tensors"] = {name: tensor for name, tensor in tensors.items() if tensor is not None}
    (model / CONFIG).write_text(json.dumps(config))
    with pytest.raises(ModelMismatch, match=words):
        read(model)


def test_what_safetensors_says_of_itself_does_not_matter(model: Path, contents: Contents) -> None:
    (model / WEIGHTS).write_bytes(save(dict(contents.weights), metadata={"format": "pt"}))
    assert read(model).weights().keys() == contents.weights.keys()


@pytest.mark.parametrize("name", [CONFIG, "tokenizer.json", "training.json", GRAPH])
def test_a_file_of_a_gigabyte_is_refused_unread(model: Path, name: str) -> None:
    with (model / name).open("r+b") as file:
        file.truncate(10**9)
    with pytest.raises(
        ModelForeign, match=rf"{name} is not a file of Foreword's: it is larger than [\d,]+ bytes"
    ):
        read(model).graph(quantized=False)


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo] if sys.platform != "win32" else [Path.mkdir])
@pytest.mark.parametrize("name", [CONFIG, WEIGHTS])
def test_a_folder_or_a_pipe_in_place_of_a_file_does_not_stop_the_reader(
    model: Path, name: str, make: Callable[[Path], None]
) -> None:
    (model / name).unlink()
    make(model / name)
    with pytest.raises(ModelForeign, match="should be a file, and is something else"):
        read(model)


def test_a_model_replaced_while_it_is_read_is_never_mixed_with_its_successor(
    model: Path, contents: Contents
) -> None:
    folder = read(model)
    write(model, contents)
    for late in (folder.weights, lambda: folder.graph(quantized=True), folder.lexicon):
        with pytest.raises(ModelMismatch, match="was replaced while it was being read; try again"):
            late()
    shutil.rmtree(model)
    with pytest.raises(ModelError):
        folder.weights()


def test_a_model_replaced_in_the_midst_of_reading_is_read_again(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old config.json with the new training.json would be a model that never was."""

    def replace_first(path: Path, expected: Mapping[str, Tensor]) -> None:
        monkeypatch.setattr(reading, "check_weights", check_weights)
        check_weights(path, expected)
        write(model, contents_of(2))

    monkeypatch.setattr(reading, "check_weights", replace_first)
    folder = read(model)
    assert (folder.config.sizes["hidden"], folder.training["marker"]) == (2, 2)
