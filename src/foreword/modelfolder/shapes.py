"""The shapes that config.json promises: each architecture's matrices by name, known here without PyTorch.

What the sizes decide stands in the shapes of the matrices; biases are left aside. `dropout` and the like leave no
trace in the weights and cannot be checked.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, final

from foreword.errors import ModelMismatch, ModelTooNew
from foreword.modelfolder.config import Config, Size
from foreword.modelfolder.tensors import Tensor

Shapes = dict[str, tuple[int, ...]]

GATES: Final = MappingProxyType({"rnn": 1, "gru": 3, "lstm": 4})


def check_shapes(config: Config, tensors: Mapping[str, Tensor], path: Path) -> None:
    """See that the weights' matrices are those of the architecture and its sizes; `path` is that of config.json.

    Raises:
        ModelTooNew: this Foreword has no such architecture.
        ModelMismatch: a size is missing or no number, or a matrix is missing, left over or of another shape.
    """
    if config.architecture not in MATRICES:
        raise ModelTooNew(
            f"{path} has the architecture {config.architecture!r}, and this Foreword knows {', '.join(MATRICES)}; "
            "upgrade it with: pip install --upgrade foreword"
        )
    sizes = _Sizes(config, most_layers=len(tensors), path=path)
    sizes.check_repeated(vocabulary=config.vocabulary, newline=config.newline)
    wanted = {"embed.weight": (config.vocabulary, sizes["embedding"])} | MATRICES[config.architecture](sizes)
    found = {name: tensor.shape for name, tensor in tensors.items() if len(tensor.shape) > 1}
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            raise ModelMismatch(
                f"{path}: {name[:60]!r} has the shape {found.get(name, 'of nothing')} in the weights, and "
                f"{wanted.get(name, 'of nothing')} by architecture and sizes; get the model again"
            )


@final
class _Sizes:
    """The sizes of a configuration, each a whole number, or an error with its name."""

    def __init__(self, config: Config, *, most_layers: int, path: Path) -> None:
        self.config = config
        self.most_layers = most_layers
        self.path = path

    def __getitem__(self, name: str) -> int:
        value = self.config.sizes.get(name)
        if type(value) is not int:
            raise self._wrong(name, value, "a whole number")
        return value

    @property
    def layers(self) -> range:
        """The numbers of the layers. Each has weights, so there are not more than these."""
        if self["layers"] > self.most_layers:
            raise self._wrong("layers", self["layers"], f"at most {self.most_layers}, as the weights have it")
        return range(self["layers"])

    def check_repeated(self, **known: int) -> None:
        """See that what stands beside the sizes, too, is the same there."""
        for name, value in known.items():
            if self.config.sizes.get(name, value) != value:
                raise self._wrong(name, self.config.sizes[name], f"{value}, as beside them")

    def _wrong(self, name: str, value: Size | None, expected: str) -> ModelMismatch:
        found = "is missing" if value is None else f"is {str(value)[:60]!r}"
        return ModelMismatch(f"{self.path}: {name} among the sizes {found}, and must be {expected}")


def _recurrent(sizes: _Sizes) -> Shapes:
    hidden, embedding, vocabulary = sizes["hidden"], sizes["embedding"], sizes.config.vocabulary
    rows = GATES[sizes.config.architecture] * hidden
    shapes: Shapes = {f"cells.weight_hh_l{layer}": (rows, hidden) for layer in sizes.layers}
    shapes |= {f"cells.weight_ih_l{layer}": (rows, hidden if layer else embedding) for layer in sizes.layers}
    if not sizes.config.sizes.get("tied"):
        shapes["output.weight"] = (vocabulary, hidden)
    elif hidden != embedding:
        shapes["output.project.weight"] = (embedding, hidden)
    return shapes


def _unrolled(sizes: _Sizes) -> Shapes:
    hidden = sizes["hidden"]
    carry: Shapes = {"carry.weight": (hidden, hidden)} if sizes["context"] > 1 else {}
    return {"hear.weight": (hidden, sizes["embedding"]), **carry, **_prediction(sizes)}


def _window(sizes: _Sizes) -> Shapes:
    return {
        "hide.weight": (sizes["hidden"], sizes["context"] * sizes["embedding"]),
        **_prediction(sizes),
    }


def _convolution(sizes: _Sizes) -> Shapes:
    hidden = sizes["hidden"]
    shapes: Shapes = {
        f"convolve.{layer}.weight": (hidden, sizes["kernel"] * hidden) for layer in sizes.layers
    }
    return {"widen.weight": (hidden, sizes["embedding"]), **shapes, **_prediction(sizes)}


def _prediction(sizes: _Sizes) -> Shapes:
    return {"predict.weight": (sizes.config.vocabulary, sizes["hidden"])}


MATRICES: Final[Mapping[str, Callable[[_Sizes], Shapes]]] = MappingProxyType(
    {
        "unrolled": _unrolled,
        "window": _window,
        "convolution": _convolution,
        **dict.fromkeys(GATES, _recurrent),
    }
)
