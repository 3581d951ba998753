"""The arithmetic of the window-like networks as ONNX nodes; `models/` tells what each one is.

Each function takes the ids that the state remembers and those behind them, `(length, batch)`, as one value, and gives
the logits.
"""

from typing import cast

from torch import nn

from foreword.models.feedforward import Convolution, Unrolled, Window
from foreword.models.language_model import AbstractWindowModel
from foreword.training.graph_writer import GraphWriter


def read(graph: GraphWriter, model: AbstractWindowModel, text: str) -> str:
    """Dispatch to the network's own function."""
    match model:
        case Unrolled():
            return read_unrolled(graph, model, text)
        case Window():
            return read_window(graph, model, text)
        case Convolution():
            return read_convolution(graph, model, text)
    raise TypeError(f"no graph is known for {model.architecture}")


def read_unrolled(graph: GraphWriter, model: Unrolled, text: str) -> str:
    """`models/unrolled.py` as nodes."""
    heard = graph.node("Relu", graph.dense(graph.look_up(text, model.embed), model.hear))
    hidden, *others = shifted(graph, heard, model.context)
    for other in others:
        carried = graph.node("Relu", graph.dense(hidden, cast("nn.Linear", model.carry)))
        hidden = graph.node("Add", carried, other)
    return graph.dense(hidden, model.predict)


def read_window(graph: GraphWriter, model: Window, text: str) -> str:
    """`models/window.py` as nodes."""
    windows = side_by_side(graph, graph.look_up(text, model.embed), model.context)
    return graph.dense(graph.node("Tanh", graph.dense(windows, model.hide)), model.predict)


def read_convolution(graph: GraphWriter, model: Convolution, text: str) -> str:
    """`models/convolution.py` as nodes."""
    values = graph.dense(graph.look_up(text, model.embed), model.widen)
    for layer, convolve in enumerate(model.convolve):
        heard = side_by_side(graph, values, model.config.kernel, 2**layer)
        added = graph.node("Relu", graph.dense(heard, cast("nn.Linear", convolve)))
        values = graph.node("Add", graph.cut(values, (model.config.kernel - 1) * 2**layer), added)
    return graph.dense(values, model.predict)


def shifted(graph: GraphWriter, values: str, width: int, dilation: int = 1) -> list[str]:
    """`width` pieces of `values` of one length, each `dilation` places later than the one before."""
    last = (width - 1) * dilation
    earlier = [graph.cut(values, start, start - last) for start in range(0, last, dilation)]
    return [*earlier, graph.cut(values, last)]


def side_by_side(graph: GraphWriter, values: str, width: int, dilation: int = 1) -> str:
    """The function of this name in `models/window.py` as nodes."""
    return graph.node("Concat", *shifted(graph, values, width, dilation), axis=-1)
