"""Writes the nodes and weights of an ONNX graph, one call a node."""

from typing import Any, final

import numpy as np
import onnx
from jaxtyping import Float, Shaped
from onnx import helper, numpy_helper
from torch import Tensor, nn

END = 2**63 - 1  # a slice that ends here goes to the end


@final
class GraphWriter:
    """A graph, or the body of a Scan, that grows by a node a call; values are known by their names.

    A body's values must not be named as the graph's around it, therefore `prefix`.
    """

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def nodes_of(self, operator: str, *inputs: str, outputs: int, **attributes: Any) -> list[str]:
        """Add a node with several outputs and give their names."""
        name = f"{self.prefix}{operator}.{len(self.nodes)}"
        names = [f"{name}.{place}" for place in range(outputs)]
        self.nodes.append(helper.make_node(operator, inputs, names, name=name, **attributes))
        return names

    def node(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Add a node with one output and give its name."""
        return self.nodes_of(operator, *inputs, outputs=1, **attributes)[0]

    def publish(self, value: str, name: str) -> None:
        """Give a value the name that it has as an output of the graph."""
        self.nodes.append(helper.make_node("Identity", [value], [name], name=name))

    def constant(self, numbers: Shaped[np.ndarray, "..."]) -> str:
        """Store numbers in the graph."""
        name = f"{self.prefix}constant.{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(numbers), name))
        return name

    def integers(self, *values: int) -> str:
        """Store a short list of whole numbers, such as axes."""
        return self.constant(np.array(values, np.int64))

    def product(self, values: str, matrix: Float[np.ndarray, "outputs inputs"]) -> str:
        """`values @ matrix.T`, the matrix stored the way round that the product needs it."""
        return self.node("MatMul", values, self.constant(matrix.T))

    def add(self, values: str, numbers: Float[np.ndarray, " size"]) -> str:
        """`values + numbers`, such as a bias."""
        return self.node("Add", values, self.constant(numbers))

    def dense(self, values: str, layer: nn.Linear) -> str:
        """A dense layer with its bias."""
        return self.add(self.product(values, array(layer.weight)), array(layer.bias))

    def look_up(self, ids: str, table: nn.Embedding) -> str:
        """The embeddings of ids."""
        return self.node("Gather", self.constant(array(table.weight)), ids)

    def cut(self, values: str, start: int, end: int = END) -> str:
        """`values[start:end]` along the first axis."""
        return self.node("Slice", values, self.integers(start), self.integers(end))

    def split(self, values: str, *sizes: int, axis: int) -> list[str]:
        """Cut `values` along an axis into pieces of these sizes."""
        return self.nodes_of("Split", values, self.integers(*sizes), outputs=len(sizes), axis=axis)


def array(weight: Tensor) -> Float[np.ndarray, "..."]:
    """The float32 numbers of a parameter."""
    numbers: np.ndarray = weight.detach().float().cpu().numpy()
    return numbers
