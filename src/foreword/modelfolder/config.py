"""config.json: what a model is, checked field by field before anything is built from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Final, cast, final

from foreword.errors import ModelForeign, ModelMismatch, ModelTooNew
from foreword.modelfolder.tensors import Tensor
from foreword.text.cleaning import POLICY
from foreword.text.forms import UNITS, Unit

Size = int | float | str | bool

FORMAT_VERSION: Final = 1
MODEL_TYPE: Final = "foreword"
KEYS: Final = frozenset(
    [
        *("model_type", "format_version", "foreword_version", "architecture", "unit"),
        *("vocabulary", "newline", "sizes", "text", "tensors"),
    ]
)
LARGEST: Final = 2**31


@final
@dataclass(frozen=True, kw_only=True)
class Config:
    """What a model is: its architecture with all sizes, its unit of text, and the policy its text was cleaned by."""

    architecture: str
    unit: Unit
    vocabulary: int
    newline: int
    sizes: Mapping[str, Size]
    text: Mapping[str, str] = field(default_factory=lambda: dict(POLICY))
    format_version: int = FORMAT_VERSION
    foreword_version: str = field(default_factory=lambda: metadata.version("foreword"))


def to_record(config: Config, tensors: Mapping[str, Tensor]) -> dict[str, object]:
    """What config.json holds."""
    return {
        "model_type": MODEL_TYPE,
        "format_version": config.format_version,
        "foreword_version": config.foreword_version,
        "architecture": config.architecture,
        "unit": config.unit,
        "vocabulary": config.vocabulary,
        "newline": config.newline,
        "sizes": dict(config.sizes),
        "text": dict(config.text),
        "tensors": {name: {"dtype": each.dtype, "shape": list(each.shape)} for name, each in tensors.items()},
    }


def from_record(record: Mapping[str, object], path: Path) -> tuple[Config, dict[str, Tensor]]:
    """The configuration and the weights' names and shapes, from the parsed config.json at `path`.

    Raises:
        ModelForeign: it is not Foreword's, or a field is missing, unknown or of the wrong type.
        ModelTooNew: a later format; nothing else is looked at, for all else may have changed.
        ModelMismatch: its numbers contradict one another.
    """
    fields = _Fields(record, path)
    if record.get("model_type") != MODEL_TYPE:
        raise ModelForeign(
            f"{path} does not describe a model of Foreword's: model_type is not {MODEL_TYPE!r}"
        )
    version = fields.count("format_version")
    if version > FORMAT_VERSION:
        raise ModelTooNew(
            f"{path} has format version {version}, and this Foreword reads up to {FORMAT_VERSION}; upgrade it with: "
            "pip install --upgrade foreword"
        )
    fields.check_keys()
    unit = fields.text("unit")
    if unit not in UNITS:
        raise fields.wrong("unit", f"one of {', '.join(UNITS)}")
    config = Config(
        architecture=fields.text("architecture"),
        unit=unit,
        vocabulary=fields.count("vocabulary"),
        newline=fields.count("newline", least=0),
        sizes=fields.sizes("sizes"),
        text=fields.texts("text"),
        format_version=version,
        foreword_version=fields.text("foreword_version"),
    )
    if config.newline >= config.vocabulary:
        raise ModelMismatch(f"{path}: newline is {config.newline}, but vocabulary is {config.vocabulary}")
    return config, fields.tensors("tensors")


@final
class _Fields:
    """The fields of a record, each taken as the type it must have."""

    def __init__(self, record: Mapping[str, object], path: Path) -> None:
        self.record = record
        self.path = path

    def wrong(self, name: str, expected: str) -> ModelForeign:
        return ModelForeign(
            f"{self.path}: {name} must be {expected}, and is {repr(self.record.get(name))[:60]}; "
            "get the model again, or train it anew"
        )

    def check_keys(self) -> None:
        for complaint, names in (
            ("lacks", KEYS - self.record.keys()),
            ("has unknown", self.record.keys() - KEYS),
        ):
            if names:
                raise ModelForeign(f"{self.path} {complaint} {', '.join(sorted(names))[:200]}")

    def text(self, name: str) -> str:
        value = self.record.get(name)
        if not isinstance(value, str) or not 0 < len(value) <= 200:
            raise self.wrong(name, "a short text")
        return value

    def count(self, name: str, least: int = 1) -> int:
        value = self.record.get(name)
        if not _is_count(value, least):
            raise self.wrong(name, f"a whole number from {least} to {LARGEST}")
        return cast("int", value)

    def table(self, name: str) -> dict[str, object]:
        value = self.record.get(name)
        if not isinstance(value, dict):
            raise self.wrong(name, "an object")
        return value

    def texts(self, name: str) -> dict[str, str]:
        table = self.table(name)
        if not all(isinstance(value, str) for value in table.values()):
            raise self.wrong(name, "an object of texts")
        return cast("dict[str, str]", table)

    def sizes(self, name: str) -> dict[str, Size]:
        table = self.table(name)
        if not all(isinstance(value, (str, bool, float)) or _is_count(value, 0) for value in table.values()):
            raise self.wrong(name, f"an object of texts, truth values and numbers up to {LARGEST}")
        return cast("dict[str, Size]", table)

    def tensors(self, name: str) -> dict[str, Tensor]:
        found = {key: Tensor.from_record(value) for key, value in self.table(name).items()}
        if not found or None in found.values():
            raise self.wrong(name, "an object of objects, each with a dtype and a shape")
        return cast("dict[str, Tensor]", found)


def _is_count(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= LARGEST
