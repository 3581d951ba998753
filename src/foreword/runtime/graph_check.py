"""The check of a graph before ONNX Runtime reads it: only the operators of Foreword's own graphs, on few numbers.

ONNX Runtime would open other files that a graph names, run an endless loop, and fill the memory with one node.
Therefore this module reads the file first, field by field of its format. It computes the shape of each value for one
token of one text. Format: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeAlias, final

import numpy as np

Shape: TypeAlias = tuple[int, ...]
Message: TypeAlias = dict[str, Any]
Fields: TypeAlias = Mapping[int, tuple[str, Any]]
"""The fields that a message may have, by number: name and type. A type in a list may come several times."""

MOST_FIELDS: Final = 2**19
"""Fields in a file: half a second of work. The base has 421."""
MOST_NODES: Final = 2**14
"""ONNX Runtime needs 40 microseconds for each node, and many more if there are many nodes. The base has 20."""
MOST_NUMBERS: Final = 2**25
"""Numbers in all values together that one token makes. The base has 20,000."""
MOST_PRODUCTS: Final = 2**31
"""Multiplications for one token: one second of work. The base has 3.6 million."""
MOST_AXES: Final = 8
MOST_LISTED: Final = 64
"""Sizes of the pieces into which a node cuts a value: one per layer or one per gate."""

# fmt: off
_LABELS: Final = ("labels", [bytes])
_DIMENSION: Final[Fields] = {1: ("size", int), 2: _LABELS, 3: _LABELS}
_TENSOR_TYPE: Final[Fields] = {1: ("kind", int), 2: ("shape", {1: ("sizes", [_DIMENSION])})}
_VALUE: Final[Fields] = {1: ("name", str), 2: ("type", {1: ("tensor", _TENSOR_TYPE), 6: _LABELS}), 3: _LABELS}
_TENSOR: Final[Fields] = {
    1: ("sizes", [int]), 2: ("kind", int), 4: ("numbers", [bytes]), 5: ("numbers", [bytes]),
    8: ("name", str), 9: ("numbers", [bytes]), 12: _LABELS, 13: ("file", [bytes]), 14: ("place", int),
}
_ATTRIBUTE: Final[Fields] = {1: ("name", str), 2: _LABELS, 3: ("number", int), 20: ("kind", int)}


def _graph_of(attribute: Fields) -> Fields:
    node = {
        1: ("inputs", [str]), 2: ("outputs", [str]), 3: _LABELS, 4: ("operator", str),
        5: ("attributes", [attribute]), 6: _LABELS, 7: ("domain", str),
    }
    return {
        1: ("nodes", [node]), 2: _LABELS, 5: ("tensors", [_TENSOR]), 10: _LABELS,
        11: ("inputs", [_VALUE]), 12: ("outputs", [_VALUE]), 13: _LABELS,
    }


_MODEL: Final[Fields] = {
    1: ("version", int), 2: _LABELS, 3: _LABELS, 4: _LABELS, 5: ("model", int), 6: _LABELS,
    7: ("graph", _graph_of({**_ATTRIBUTE, 6: ("body", _graph_of(_ATTRIBUTE))})),
    8: _LABELS, 14: _LABELS,
}
# fmt: on
_INT64: Final = 7
_KIND_OF: Final = {"float32": 1, "uint8": 2, "int8": 3, "int64": _INT64}
_KINDS: Final = frozenset(_KIND_OF.values())


class GraphRefusedError(Exception):
    """The reason why a graph is not read."""


def check(file: bytes, shared: Mapping[str, np.ndarray] = MappingProxyType({})) -> None:
    """Check that Foreword can have written the graph in `file`, and that it leaves out these `shared` arrays alone.

    Raises:
        GraphRefusedError: it is a graph of another kind; the message says why.
        ValueError: it is damaged, or no graph.
    """
    try:
        graph = _read(memoryview(file), _MODEL, iter(range(MOST_FIELDS)))["graph"]
        left_out = {tensor["name"]: tensor for tensor in graph["tensors"] if tensor.get("place")}
        if left_out.keys() != shared.keys():
            raise GraphRefusedError("the names of its matrices are not those of the weights")
        for name, array in shared.items():
            tensor, found = left_out[name], (_KIND_OF[array.dtype.name], array.shape)
            if (tensor["kind"], tuple(tensor["sizes"])) != found:
                raise ValueError(f"{name[:60]} has another shape in the weights")
            tensor |= {"place": 0, "file": [], "numbers": [array.data.cast("B")]}
        walk, inputs = _Walk(), [_declared(value) for value in graph["inputs"]]
        walk.count(numbers=sum(map(math.prod, inputs)))
        walk.shapes(graph, inputs)
    except (LookupError, TypeError, ArithmeticError) as error:
        raise ValueError(f"its parts do not fit one another: {error}") from None


def _read(data: memoryview, fields: Fields, left: Iterator[int]) -> Message:
    """A message that has only these fields; `left` counts the fields that may still come."""
    found: Message = {name: [] for name, holds in fields.values() if isinstance(holds, list)}
    for number, value in _fields(data):
        if number not in fields:
            raise GraphRefusedError(f"it has a field {number}, which Foreword never writes")
        if next(left, None) is None:
            raise GraphRefusedError(f"it has more than {MOST_FIELDS:,} fields")
        name, holds = fields[number]
        if isinstance(holds, list):
            found[name].append(_held(value, holds[0], left))
        elif name not in found:
            found[name] = _held(value, holds, left)
        else:
            raise GraphRefusedError(f"its {name} comes twice")
    return found


def _held(value: "int | memoryview", holds: Any, left: Iterator[int]) -> Any:
    """The value of a field, in the type that the field holds."""
    if isinstance(value, int) != (holds is int):
        raise ValueError("a number in place of a text, or the other way round")
    if isinstance(value, int):
        return value - (value >> 63 << 64)  # it may be negative
    if holds is str:
        return str(value, "utf-8")
    return value if holds is bytes else _read(value, holds, left)


def _fields(data: memoryview) -> Iterator[tuple[int, "int | memoryview"]]:
    """The numbers and values of a message's fields (https://protobuf.dev/programming-guides/encoding)."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        match tag & 7:
            case 0:
                number, at = _varint(data, at)
                yield tag >> 3, number
                continue
            case 2:
                length, at = _varint(data, at)
            case 5:
                length = 4
            case other:
                raise ValueError(f"a field of kind {other}")
        if at + length > len(data):
            raise ValueError("it is cut off")
        yield tag >> 3, data[at : at + length]
        at += length


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    """The whole number that begins at `at`, and the position of its end."""
    value = 0
    for place, byte in enumerate(data[at : at + 10]):
        value |= (byte & 127) << 7 * place
        if byte < 128:
            return value, at + place + 1
    raise ValueError("it is cut off")


def _declared(value: Message) -> Shape:
    """The shape of an input for one token of one text: a variable size is 1."""
    shape = tuple(size.get("size", 1) for size in value["type"]["tensor"]["shape"]["sizes"])
    if min(shape, default=0) < 0:
        raise ValueError(f"{value['name'][:60]} has the shape {shape[:8]}")
    return shape


@final
class _Walk:
    """Computes the shapes of all values, node by node, and adds up their cost."""

    def __init__(self) -> None:
        self.nodes = 0
        self.numbers = 0
        self.products = 0

    def shapes(self, graph: Message, inputs: Sequence[Shape]) -> list[Shape]:
        """The shapes of the graph's outputs, from those of its inputs."""
        stored = {tensor["name"]: tensor for tensor in graph["tensors"]}
        shapes = {"": (), **{name: _stored(tensor) for name, tensor in stored.items()}}
        shapes |= {value["name"]: shape for value, shape in zip(graph["inputs"], inputs, strict=True)}
        self.count(nodes=len(graph["nodes"]))
        for node in graph["nodes"]:
            operator = f"{node.get('domain', '')}.{node['operator']}".strip(".")
            if operator not in _RULES:
                raise GraphRefusedError(f"it has the operator {operator[:60]!r}, which Foreword never writes")
            given = [shapes[name] for name in node["inputs"]]
            found = _RULES[operator](_Node(self, node, stored), given)
            for name, shape in zip(node["outputs"], found, strict=False):
                if name in shapes and name:
                    raise ValueError(f"{name[:60]} comes twice")
                shapes[name] = shape
                self.count(numbers=math.prod(shape))
                if len(shape) > MOST_AXES and shape not in given:
                    raise GraphRefusedError(f"{name[:60]} has more than {MOST_AXES} axes")
        return [shapes[value["name"]] for value in graph["outputs"]]

    def count(self, *, nodes: int = 0, numbers: int = 0, products: int = 0) -> None:
        """Add these to the cost of one token."""
        self.nodes += nodes
        self.numbers += numbers
        self.products += products
        if self.nodes > MOST_NODES or self.numbers > MOST_NUMBERS or self.products > MOST_PRODUCTS:
            raise GraphRefusedError("one token takes too many operations, numbers or multiplications")


@final
class _Node:
    """One operation; its rule computes the shapes of its outputs from those of its inputs."""

    def __init__(self, walk: _Walk, node: Message, stored: Mapping[str, Message]) -> None:
        self.walk = walk
        self.inputs: list[str] = node["inputs"]
        self.stored = stored
        self.attributes: dict[str, Message] = {each["name"]: each for each in node["attributes"]}

    def axis(self, shape: Shape) -> int:
        axis: int = self.attributes["axis"]["number"] % len(shape)
        return axis

    def integers(self, place: int) -> tuple[int, ...]:
        """The whole numbers stored for an input."""
        tensor = self.stored[self.inputs[place]]
        if tensor["kind"] != _INT64 or len(tensor["sizes"]) != 1 or tensor["sizes"][0] > MOST_LISTED:
            raise ValueError(f"{self.inputs[place][:60]} is no short list of whole numbers")
        return tuple(np.frombuffer(b"".join(tensor["numbers"]), "<i8").tolist())

    def same(self, given: Sequence[Shape]) -> Sequence[Shape]:
        return [given[0], (), ()]  # and scales, if it quantises

    def broadcast(self, given: Sequence[Shape]) -> Sequence[Shape]:
        return [np.broadcast_shapes(*given)]

    def product(self, given: Sequence[Shape]) -> Sequence[Shape]:
        rows, (_, columns) = given[0][:-1], _stored(self.stored[self.inputs[1]])
        self.walk.count(products=math.prod(rows) * math.prod(given[1]))
        return [(*rows, columns)]

    def gather(self, given: Sequence[Shape]) -> Sequence[Shape]:
        if "axis" in self.attributes:
            raise ValueError("Gather along another axis")
        return [given[1] + _stored(self.stored[self.inputs[0]])[1:]]

    def concat(self, given: Sequence[Shape]) -> Sequence[Shape]:
        axis = self.axis(given[0])
        return [(*given[0][:axis], sum(shape[axis] for shape in given), *given[0][axis + 1 :])]

    def cut(self, given: Sequence[Shape]) -> Sequence[Shape]:
        (_, _, _), (first,), (last,) = given, self.integers(1), self.integers(2)
        return [(len(range(given[0][0])[first:last]), *given[0][1:])]

    def split(self, given: Sequence[Shape]) -> Sequence[Shape]:
        axis = self.axis(given[0])
        return [(*given[0][:axis], size, *given[0][axis + 1 :]) for size in self.integers(1)]

    def squeeze(self, given: Sequence[Shape]) -> Sequence[Shape]:
        (axis,) = self.integers(1)
        return [(*given[0][:axis], *given[0][axis + 1 :])]

    def unsqueeze(self, given: Sequence[Shape]) -> Sequence[Shape]:
        (axis,) = self.integers(1)
        return [(*given[0][:axis], 1, *given[0][axis:])]

    def recurrent(self, given: Sequence[Shape]) -> Sequence[Shape]:
        (time, batch, _), hidden = given[0], self.attributes["hidden_size"]["number"]
        self.walk.count(products=time * batch * sum(map(math.prod, given[1:3])))
        return [(time, 1, batch, hidden), (1, batch, hidden), (1, batch, hidden)]

    def scan(self, given: Sequence[Shape]) -> Sequence[Shape]:
        before, (time, *step) = given
        if time != 1:
            raise ValueError(f"{time} steps for one token")
        after, kept = self.walk.shapes(self.attributes["body"]["body"], [before, tuple(step)])
        return [after, (time, *kept)]


_RULES: Final[Mapping[str, Callable[[_Node, Sequence[Shape]], Sequence[Shape]]]] = {
    **dict.fromkeys(["Cast", "Identity", "Relu", "Sigmoid", "Tanh", "LogSoftmax"], _Node.same),
    **dict.fromkeys(["DequantizeLinear", "DynamicQuantizeLinear", "LayerNormalization"], _Node.same),
    **dict.fromkeys(["Add", "Mul", "Sub"], _Node.broadcast),
    **dict.fromkeys(["MatMul", "MatMulInteger"], _Node.product),
    **dict.fromkeys(["LSTM", "RNN", "com.microsoft.DynamicQuantizeLSTM"], _Node.recurrent),
    "Concat": _Node.concat,
    "Gather": _Node.gather,
    "Scan": _Node.scan,
    "Slice": _Node.cut,
    "Split": _Node.split,
    "Squeeze": _Node.squeeze,
    "Unsqueeze": _Node.unsqueeze,
}


def _stored(tensor: Message) -> Shape:
    """The shape of stored numbers; all of them must be in the file."""
    shape, held = tuple(tensor["sizes"]), sum(map(len, tensor["numbers"]))
    if tensor["kind"] not in _KINDS or tensor.get("place") or tensor["file"]:
        raise GraphRefusedError(f"{tensor['name'][:60]} is stored in a way that Foreword never uses")
    if min(shape, default=1) < 0 or math.prod(shape) > held:
        raise GraphRefusedError(
            f"{tensor['name'][:60]} has the shape {shape[:8]}, and {held} bytes of numbers"
        )
    return shape
