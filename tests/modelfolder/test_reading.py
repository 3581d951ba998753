"""Reading is strict: each fault of a folder is a named error and costs little to find."""

import json
import os
import shutil
import struct
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from foreword.errors import (
    ModelError,
    ModelForeign,
    ModelIncomplete,
    ModelMismatch,
    ModelMissing,
    ModelTruncated,
)
from foreword.modelfolder import locate, read, reading
from foreword.modelfolder.config import Tensor
from foreword.modelfolder.names import PLAN, run_folder
from foreword.modelfolder.reading import check_weights
from foreword.modelfolder.writing import write
from marked_models import contents_of

CONFIG, WEIGHTS, GRAPH = "config.json", "model.safetensors", "onnx/model.onnx"


def test_reading_gives_the_written_contents(model: Path) -> None:
    folder, contents = read(model), contents_of(1)
    for name in ("config", "tokenizer_json", "training"):
        assert getattr(folder, name) == getattr(contents, name)
    graphs = [folder.graph(quantized=quantized) for quantized in (False, True)]
    assert graphs == [contents.graph, contents.quantized]
    for name, array in contents.weights.items():
        np.testing.assert_array_equal(folder.weights()[name], array)
        assert folder.weights()[name].dtype == np.float32


@pytest.mark.parametrize(("name", "option"), [(None, ""), ("me", ""), ("base", ""), ("anna", " -o anna")])
def test_the_error_of_a_missing_model_names_the_others(name: str | None, option: str, written: Path) -> None:
    path = locate(name)
    shutil.copytree(written, path.with_name("other"))
    words = f"you have: other; train one with: foreword train SOURCE{option}$"
    with pytest.raises(ModelMissing, match=words):
        read(path)
    run_folder(path).mkdir()  # killed while it read its texts, so it cannot continue
    with pytest.raises(ModelMissing, match=words):
        read(path)
    (run_folder(path) / PLAN).touch()
    with pytest.raises(ModelMissing, match=f"was interrupted, go on with: foreword train --resume{option}$"):
        read(path)


def test_a_model_here_is_named_if_its_slash_is_missing(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(model.parent)
    with pytest.raises(ModelMissing, match=r"no model \S+; for the folder here, write \./whole; train"):
        read(locate("whole"))


Damage = Callable[[Path], object]
Wrong = type[ModelError]


def replace(data: bytes) -> Damage:
    return lambda file: file.write_bytes(data)


def cut(share: float) -> Damage:
    return lambda file: os.truncate(file, int(file.stat().st_size * share))


def make_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def make_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file) if sys.platform != "win32" else file.mkdir()


TOKENIZER, TRAINING, ALL = "tokenizer.json", "training.json", (CONFIG, "tokenizer.json", "training.json")


DAMAGES: list[tuple[Damage, tuple[str, ...], Wrong, str]] = [
    (Path.unlink, (*ALL, WEIGHTS, "README.md"), ModelIncomplete, "lacks {}; get the model again"),
    (make_folder, (CONFIG, WEIGHTS), ModelForeign, "{} is not a file; get the model again"),
    (make_pipe, (CONFIG, WEIGHTS), ModelForeign, "{} is not a file; get the model again"),
    *((cut(share), (CONFIG, TRAINING, WEIGHTS), ModelTruncated, "{}") for share in (0.0, 0.02, 0.5, 0.95)),
    (replace(b'{"a": "\xff"}'), ALL, ModelTruncated, r"{} is .*damaged.*\b7\b"),
    (lambda file: os.truncate(file, 10**9), (*ALL, GRAPH), ModelForeign, r"{} is .* larger than [\d,]+ bytes"),
    *(
        (replace(data), (WEIGHTS,), ModelTruncated, "{} is cut off, damaged, or not a safetensors file")
        for data in (
            b"\x80\x02}q\x00(X\x05\x00\x00\x00" * 9,  # a pickle
            struct.pack("<Q", 2**63),
            struct.pack("<Q", 1000) + b"{}",
            struct.pack("<Q", 200_000) + b"[" * 200_000,
        )
    ),
    (replace(struct.pack("<Q", 2) + b"{}"), (WEIGHTS,), ModelMismatch, "{} lacks"),
    (lambda file: file.write_bytes(file.read_bytes() + b"more"), (WEIGHTS,), ModelTruncated, "{} is cut off"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("damage", "name", "error", "words"),
    [(damage, name, error, words) for damage, names, error, words in DAMAGES for name in names],
)
def test_a_damaged_file_is_named(damage: Damage, name: str, error: Wrong, words: str, model: Path) -> None:
    damage(model / name)
    with pytest.raises(error, match=words.format(name)):
        read(model).graph(quantized=False)


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


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"steps": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deeply"),
        *((f'{{"steps": {number}}}', "damaged") for number in ("NaN", "-Infinity")),
        *((f'{{"steps": {number}}}', "out of range") for number in ("1e999", "9" * 5000)),
        ("[1, 2]", "Expected `object`, got `array`"),
        (r'{"date": "\ud800"}', "damaged"),  # half a surrogate pair
    ],
)
def test_hostile_json_is_refused_with_the_reason(model: Path, text: str, error: str) -> None:
    (model / "training.json").write_text(text)
    with pytest.raises((ModelForeign, ModelTruncated), match=rf"training\.json is .*{error}") as refusal:
        read(model)
    assert len(str(refusal.value)) < 500
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"embed.weight": {"dtype": "F32", "shape": [3, 4]}}, r"embed\.weight is .*\(4, 3\).* says .*\(3, 4\)"),
        ({"embed.weight": {"dtype": "F16", "shape": [4, 3]}}, r"embed\.weight is F32.* config\.json says .*F16"),
        ({"more": {"dtype": "F32", "shape": [1]}}, "lacks 'more', which config.json names"),
        ({"predict.bias": None}, r"holds 'predict\.bias', which config\.json does not name"),
    ],
)  # fmt: skip
def test_weights_unlike_a_config_are_refused(model: Path, changes: Mapping[str, object], words: str) -> None:
    config = json.loads((model / CONFIG).read_text())
    tensors = {**config["tensors"], **changes}
    config["tensors"] = {name: tensor for name, tensor in tensors.items() if tensor is not None}
    (model / CONFIG).write_text(json.dumps(config))
    with pytest.raises(ModelMismatch, match=words):
        read(model)


def test_a_replaced_model_does_not_mix_with_the_opened_one(model: Path) -> None:
    folder = read(model)
    write(model, contents_of(1))
    for late in (folder.weights, lambda: folder.graph(quantized=True), folder.lexicon):
        with pytest.raises(ModelMismatch, match="was replaced while it was being read; try again"):
            late()
    folder, other = read(model), model.with_name("other")
    write(other, contents_of(2))
    shutil.copy(other / WEIGHTS, model / WEIGHTS)  # the same config.json
    with pytest.raises(ModelMismatch, match=r"config\.json says"):
        folder.weights()
    shutil.rmtree(model)
    with pytest.raises(ModelError):
        folder.weights()


def test_a_model_replaced_during_reading_is_read_again(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old config.json with the new training.json would be a model that never existed."""

    def replace_first(path: Path, expected: Mapping[str, Tensor]) -> None:
        monkeypatch.setattr(reading, "check_weights", check_weights)
        check_weights(path, expected)
        write(model, contents_of(2))

    monkeypatch.setattr(reading, "check_weights", replace_first)
    folder = read(model)
    assert (folder.config.sizes["hidden"], folder.training["marker"]) == (2, 2)
