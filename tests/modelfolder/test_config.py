"""A config.json is whole, of Foreword's, and of this version."""

import json
from pathlib import Path
from typing import Any

import pytest

from foreword.errors import ModelError, ModelForeign, ModelMismatch, ModelTooNew
from foreword.modelfolder import FORMAT_VERSION, read

TENSOR = {"dtype": "F32", "shape": [3]}
Changes = dict[str, Any]
CHANGES: list[dict[str, object]] = [{"dtype": "I8"}, {"dtype": []}, {"x": 1}, {"shape": "3"}, {"shape": [-1]}]


def refusal(model: Path, changes: Changes) -> ModelError:
    """The error of reading the model after these changes in its config.json; `...` takes a field out."""
    config = json.loads((model / "config.json").read_text("utf-8")) | changes
    kept = {name: value for name, value in config.items() if value is not ...}
    (model / "config.json").write_text(json.dumps(kept), encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        read(model)
    return caught.value


VALUES: dict[str, list[object]] = {
    "format_version": [True, 0], "foreword_version": [1], "architecture": ["x" * 1000], "unit": ["bytes"],
    "vocabulary": [0, 2**31 + 1], "newline": [-1], "sizes": [{"hidden": [1]}, {"hidden": 2**40}],
    "tensors": [{}, {"embed.weight": None}, *({"embed.weight": TENSOR | change} for change in CHANGES)],
}  # fmt: skip


@pytest.mark.parametrize(("key", "values"), VALUES.items())
def test_a_field_of_the_wrong_type_or_size_is_named(model: Path, key: str, values: list[object]) -> None:
    for value in values:
        error = refusal(model, {key: value})
        assert type(error) is ModelForeign
        assert f"`$.{key}" in str(error)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"extra": 1}, ModelForeign, "unknown field `extra`"),
        ({"x" * 10_000: 1}, ModelForeign, "unknown field `xxx"),
        ({"sizes": ...}, ModelForeign, "missing required field `sizes`"),
        *(({"model_type": other}, ModelForeign, "its model_type is another") for other in ("bert", ...)),
        ({"newline": 4}, ModelMismatch, "newline is 4, but vocabulary is 4"),
        ({"format_version": FORMAT_VERSION + 1, "novelty": [1], "unit": 7}, ModelTooNew, "version 2, .* up to 1"),
        ({"architecture": "transformer"}, ModelTooNew, "'transformer', and this Foreword knows .*; upgrade it"),
        ({"sizes": {"layers": 2**31}}, ModelMismatch, "layers among the sizes is 2147483648, but 4 weights are there"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused(
    model: Path, changes: Changes, error: type[ModelError], words: str
) -> None:
    with pytest.raises(error, match=words) as refused:
        raise refusal(model, changes)
    assert len(str(refused.value)) < 500
