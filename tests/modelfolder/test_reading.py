"""Reading is strict: each way in which a folder can be wrong is an error with a name, and costs little to find."""

import json
import os
import re
import shutil
import struct
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

from foreword.errors import (
    ModelError,
    ModelForeign,
    ModelIncomplete,
    ModelMismatch,
    ModelMissing,
    ModelTooNew,
    ModelTruncated,
)
from foreword.modelfolder import FORMAT_VERSION, Contents, Tensor, locate, read, reading, write
from foreword.modelfolder.reading import check_weights
from marked_models import contents_of


def edit(model: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change what config.json holds."""
    config = json.loads((model / "config.json").read_text())
    change(config)
    (model / "config.json").write_text(json.dumps(config))


def plant_header(model: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the header of model.safetensors and leave its numbers."""
    data = (model / "model.safetensors").read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    change(header)
    written = json.dumps(header).encode()
    (model / "model.safetensors").write_bytes(struct.pack("<Q", len(written)) + written + data[8 + length :])


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


def test_a_folder_that_is_not_there_is_missing_and_the_others_are_named(model: Path) -> None:
    words = rf"the models there are: whole; train one with: .* -o '{re.escape(str(model.parent))}/no one'$"
    with pytest.raises(ModelMissing, match=words):
        read(model.parent / "no one")


@pytest.mark.parametrize(("name", "option"), [(None, ""), ("me", ""), ("base", ""), ("anna", " -o anna")])
def test_what_makes_a_missing_model_is_a_command_that_does_so(name: str | None, option: str) -> None:
    with pytest.raises(ModelMissing, match=f"train one with: foreword train SOURCE{option}$"):
        read(locate(name))


def test_a_file_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("hello")
    with pytest.raises(ModelForeign, match="is a file, and a model is a folder"):
        read(tmp_path / "file")


def test_a_folder_of_other_things_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelForeign, match="is a folder, but holds no model"):
        read(tmp_path)


def test_the_root_of_a_disk_is_no_model() -> None:
    with pytest.raises(ModelForeign, match="is a folder, but holds no model"):
        read(Path("/"))


@pytest.mark.parametrize(
    "name", ["config.json", "tokenizer.json", "model.safetensors", "training.json", "README.md"]
)
def test_a_missing_file_is_named(model: Path, name: str) -> None:
    (model / name).unlink()
    with pytest.raises(ModelIncomplete, match=f"lacks {name}; get the model again"):
        read(model)


def test_either_graph_may_be_left_out_but_not_both(model: Path) -> None:
    (model / "onnx" / "model.onnx").unlink()
    assert read(model).graph(quantized=False) is None
    assert read(model).graph(quantized=True)
    (model / "onnx" / "model_quantized.onnx").unlink()
    with pytest.raises(ModelIncomplete, match=r"lacks onnx/model\.onnx"):
        read(model)


@pytest.mark.parametrize("name", ["config.json", "training.json", "model.safetensors"])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.95])
def test_a_file_cut_short_anywhere_is_truncated(model: Path, name: str, share: float) -> None:
    data = (model / name).read_bytes()
    (model / name).write_bytes(data[: int(len(data) * share)])
    with pytest.raises(ModelTruncated, match=name):
        read(model)


@pytest.mark.parametrize("name", ["tokenizer.json", "config.json", "training.json"])
def test_bytes_that_are_no_text_are_damage(model: Path, name: str) -> None:
    (model / name).write_bytes(b'{"a": "\xff"}')
    with pytest.raises(ModelTruncated, match=f"{name} is damaged: byte 7 is not UTF-8"):
        read(model)


def test_an_empty_graph_is_truncated(model: Path) -> None:
    (model / "onnx" / "model.onnx").write_bytes(b"")
    with pytest.raises(ModelTruncated, match=r"model\.onnx is empty"):
        read(model).graph(quantized=False)


def test_a_later_format_is_too_new_whatever_else_it_holds(model: Path) -> None:
    later = {"model_type": "foreword", "format_version": FORMAT_VERSION + 1, "novelty": [1]}
    (model / "config.json").write_text(json.dumps(later))
    with pytest.raises(
        ModelTooNew, match=r"has format version 2, and this Foreword reads up to 1; upgrade it"
    ):
        read(model)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "nested too deeply"),
        ('{"vocabulary": NaN}', "NaN is no number"),
        ('{"vocabulary": -Infinity}', "-Infinity is no number"),
        ('{"vocabulary": 1e999}', "out of all bounds"),
        ('{"vocabulary": ' + "9" * 5000 + "}", "out of all bounds"),
        ('{"vocabulary": 1, "vocabulary": 2}', "the key 'vocabulary' comes twice"),
        ('{"sizes": {"hidden": 1, "hidden": 2}}', "the key 'hidden' comes twice"),
        (r'{"model_type": "\ud800"}', "half a surrogate pair"),
        ("[1, 2]", "should hold an object"),
        ("null", "should hold an object"),
        ('{"model_type": "bert"}', "model_type is not 'foreword'"),
        ("{}", "model_type is not 'foreword'"),
    ],
)
@pytest.mark.parametrize("name", ["config.json"])
def test_hostile_json_is_refused_for_its_reason(model: Path, name: str, text: str, reason: str) -> None:
    (model / name).write_text(text)
    with pytest.raises(ModelForeign, match=reason):
        read(model)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format_version", "1"),
        ("format_version", True),
        ("format_version", 0),
        ("foreword_version", 1),
        ("architecture", ""),
        ("architecture", "x" * 1000),
        ("architecture", ["lstm"]),
        ("unit", "bytes"),
        ("unit", {}),
        ("vocabulary", "300"),
        ("vocabulary", 300.0),
        ("vocabulary", 0),
        ("vocabulary", 2**31 + 1),
        ("newline", -1),
        ("newline", None),
        ("sizes", [1]),
        ("sizes", {"hidden": None}),
        ("sizes", {"hidden": [1]}),
        ("sizes", {"hidden": 2**40}),
        ("text", {"newlines": 1}),
        ("tensors", {}),
        ("tensors", {"embed.weight": None}),
        ("tensors", {"embed.weight": {"dtype": "F32", "shape": [-1]}}),
        ("tensors", {"embed.weight": {"dtype": "F32", "shape": [True]}}),
        ("tensors", {"embed.weight": {"dtype": "F32", "shape": "3"}}),
        ("tensors", {"embed.weight": {"dtype": "I8", "shape": [3]}}),
        ("tensors", {"embed.weight": {"dtype": [], "shape": [3]}}),
    ],
)
def test_a_field_of_the_wrong_type_or_size_is_named(model: Path, key: str, value: object) -> None:
    edit(model, lambda config: config.update({key: value}))
    with pytest.raises(ModelForeign, match=f"{key} must be "):
        read(model)


def test_a_field_that_is_missing_or_unknown_is_named(model: Path) -> None:
    edit(model, lambda config: config.update(extra=1))
    with pytest.raises(ModelForeign, match=r"config\.json has unknown extra"):
        read(model)
    edit(model, lambda config: [config.pop("extra"), config.pop("sizes")])
    with pytest.raises(ModelForeign, match=r"config\.json lacks sizes"):
        read(model)


def test_a_newline_outside_the_vocabulary_is_a_mismatch(model: Path) -> None:
    edit(model, lambda config: config.update(newline=4))
    with pytest.raises(ModelMismatch, match="newline is 4, but vocabulary is 4"):
        read(model)


@pytest.mark.parametrize(
    ("name", "tensor", "words"),
    [
        (
            "embed.weight",
            {"dtype": "F32", "shape": [3, 4]},
            r"embed\.weight is .*\(4, 3\).* config\.json says .*\(3, 4\)",
        ),
        (
            "embed.weight",
            {"dtype": "F16", "shape": [4, 3]},
            r"embed\.weight is .*F32.* config\.json says .*F16",
        ),
        ("more", {"dtype": "F32", "shape": [1]}, "lacks 'more', which config.json names"),
    ],
)
def test_weights_that_are_not_those_of_the_config_are_a_mismatch(
    model: Path, name: str, tensor: object, words: str
) -> None:
    edit(model, lambda config: config["tensors"].update({name: tensor}))
    with pytest.raises(ModelMismatch, match=words):
        read(model)


def test_weights_that_the_config_does_not_name_are_a_mismatch(model: Path) -> None:
    edit(model, lambda config: config["tensors"].pop("predict.bias"))
    with pytest.raises(ModelMismatch, match=r"holds 'predict\.bias', which config\.json does not name"):
        read(model)


@pytest.mark.parametrize(
    ("offsets", "error"),
    [
        ([0, 47], ModelForeign),
        ([8, 56], ModelForeign),
        ([-8, 40], ModelForeign),
        ([0, 2**62], ModelForeign),
        ("0", ModelForeign),
        ([0.0, 48.0], ModelForeign),
        (None, ModelForeign),
    ],
)
def test_weights_out_of_their_place_are_foreign(
    model: Path, offsets: object, error: type[ModelError]
) -> None:
    plant_header(model, lambda header: header["embed.weight"].update(data_offsets=offsets))
    with pytest.raises(error, match="the place of"):
        read(model)


@pytest.mark.parametrize("entry", [None, [], {"dtype": "F64", "shape": [4, 3], "data_offsets": [0, 96]}])
def test_weights_of_an_unknown_kind_are_foreign(model: Path, entry: object) -> None:
    plant_header(model, lambda header: header.update({"embed.weight": entry}))
    with pytest.raises(ModelForeign, match=r"'embed\.weight' is described in a way unknown here"):
        read(model)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"\x80\x02}q\x00(X\x05\x00\x00\x00" * 9, ModelForeign),
        (struct.pack("<Q", 2**63), ModelForeign),
        (struct.pack("<Q", 1000) + b"{}", ModelTruncated),
        (struct.pack("<Q", 0), ModelTruncated),
        (struct.pack("<Q", 200_000) + b"[" * 200_000, ModelForeign),
        (struct.pack("<Q", 2) + b"{}", ModelMismatch),
    ],
)
def test_weights_in_another_format_are_refused(model: Path, data: bytes, error: type[ModelError]) -> None:
    (model / "model.safetensors").write_bytes(data)
    with pytest.raises(error, match=r"model\.safetensors"):
        read(model)


def test_weights_with_bytes_to_spare_are_damaged(model: Path) -> None:
    with (model / "model.safetensors").open("ab") as file:
        file.write(b"more")
    with pytest.raises(ModelTruncated, match=r"it has \d+ bytes, and should have \d+"):
        read(model)


def test_what_safetensors_says_of_itself_does_not_matter(model: Path, contents: Contents) -> None:
    weights = dict(contents.weights)
    (model / "model.safetensors").write_bytes(save(weights, metadata={"format": "pt"}))
    assert read(model).weights().keys() == weights.keys()


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "training.json"])
def test_a_file_of_a_gigabyte_is_refused_unread(model: Path, name: str) -> None:
    with (model / name).open("r+b") as file:
        file.truncate(10**9)
    with pytest.raises(
        ModelForeign, match=rf"{name} is not a file of Foreword's: it is larger than [\d,]+ bytes"
    ):
        read(model)


def test_a_graph_much_larger_than_its_weights_is_refused_unread(model: Path) -> None:
    with (model / "onnx" / "model.onnx").open("r+b") as file:
        file.truncate(10**9)
    with pytest.raises(ModelForeign, match=r"model\.onnx is not a file of Foreword's: it is larger than"):
        read(model).graph(quantized=False)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes among its files")
def test_a_pipe_in_place_of_a_file_does_not_stop_the_reader(model: Path) -> None:
    (model / "config.json").unlink()
    os.mkfifo(model / "config.json")
    with pytest.raises(ModelForeign, match="should be a file, and is something else"):
        read(model)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_a_folder_in_place_of_a_file_is_foreign(model: Path, name: str) -> None:
    (model / name).unlink()
    (model / name).mkdir()
    with pytest.raises(ModelForeign, match="should be a file, and is something else"):
        read(model)


def test_a_model_replaced_while_it_is_read_is_never_mixed_with_its_successor(
    model: Path, contents: Contents
) -> None:
    folder = read(model)
    write(model, contents)
    for late in (folder.weights, lambda: folder.graph(quantized=True)):
        with pytest.raises(ModelMismatch, match="was replaced while it was being read; try again"):
            late()


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


def test_a_model_deleted_while_it_is_read_is_an_error_with_a_name(model: Path) -> None:
    folder = read(model)
    shutil.rmtree(model)
    with pytest.raises(ModelError):
        folder.weights()
    with pytest.raises(ModelError):
        folder.graph(quantized=False)


def test_a_model_whose_training_was_interrupted_is_told_how_to_go_on(tmp_path: Path) -> None:
    (tmp_path / "begun.run").mkdir()
    with pytest.raises(ModelMissing, match="was interrupted, go on with: foreword train --resume -o"):
        read(tmp_path / "begun")
