"""A network that ONNX Runtime runs: log-probabilities, state = step(ids, state). One thread, no PyTorch.

    ids (time, batch), state.0, …  →  log_probabilities (time, batch, vocabulary), new_state.0, …

The state is a value: a tuple of arrays with the batch on axis 1, passed in and returned. So an undo is a look-up, and a
beam is a gather.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias, final

import numpy as np

from foreword.errors import ModelForeign, ModelMismatch, ModelTruncated
from foreword.libraries import Float32, Int64, Shaped, load_onnxruntime
from foreword.runtime.graph_check import GraphRefusedError, check

onnxruntime: Final[Any] = load_onnxruntime()
State: TypeAlias = tuple[Shaped[np.ndarray, "_ batch ..."], ...]

_KINDS: Final = {"tensor(float)": np.float32, "tensor(int64)": np.int64}
_SILENT: Final = 4  # the level of ONNX Runtime's log; errors also come as exceptions


@final
class Network:
    """One step of a language model, made from the bytes of an ONNX file; `where` names them in error messages.

    `shared` are int8 matrices that the file leaves out, as `ModelFolder.shared` reads them.

    Raises:
        ModelTruncated: the bytes are no graph, or one whose numbers are damaged.
        ModelForeign: it is a graph that Foreword cannot have written.
        ModelMismatch: it is a graph with other inputs, outputs or sizes.
    """

    def __init__(
        self,
        graph: bytes,
        shared: Mapping[str, np.ndarray] = MappingProxyType({}),
        *,
        newline: int,
        vocabulary: int,
        where: str = "the graph",
    ) -> None:
        self.newline = newline
        self.vocabulary = vocabulary
        self._where = where
        # The session reads these arrays where they are.
        self._shared = {name: as_read(name, array) for name, array in shared.items()}
        self._session = self._load(graph)
        self._states = self._session.get_inputs()[1:]
        self._try_out()

    def initial_state(self, batch: int = 1) -> State:
        """The state at the start of every text: only newlines were read."""
        kinds = [_KINDS[state.type] for state in self._states]
        shapes = [
            [batch if axis == 1 else size for axis, size in enumerate(state.shape)] for state in self._states
        ]
        firsts = [self.newline if kind is np.int64 else 0 for kind in kinds]  # ids begin with newlines
        return tuple(map(np.full, shapes, firsts, kinds))

    def step(
        self, ids: Int64[np.ndarray, "time batch"], state: State
    ) -> tuple[Float32[np.ndarray, "time batch vocabulary"], State]:
        """Read `ids`; return the natural logarithms of the next id's probabilities after each, and the new state."""
        inputs = {"ids": ids} | {f"state.{place}": part for place, part in enumerate(state)}
        log_probabilities, *new_state = self._session.run(None, inputs)
        return log_probabilities, tuple(new_state)

    def _load(self, graph: bytes) -> Any:
        try:
            check(graph, self._shared)
        except GraphRefusedError as error:
            raise ModelForeign(
                f"{self._where} was not written by Foreword: {error}; get the model again"
            ) from None
        except ValueError as error:
            raise self._damaged(error) from None
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.enable_cpu_mem_arena = False  # it keeps 50 MB after a long block, and is no faster
        options.log_severity_level = _SILENT
        shared = map(onnxruntime.OrtValue.ortvalue_from_numpy, self._shared.values())
        options.add_external_initializers(list(self._shared), list(shared))
        try:
            return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # noqa: BLE001 - ONNX Runtime has no common class for its own
            if "bad_alloc" in str(error):
                raise MemoryError from None
            raise self._damaged(error) from None

    def _damaged(self, error: Exception) -> ModelTruncated:
        return ModelTruncated(f"{self._where} is damaged ({one_line(error)}); get the model again")

    def _try_out(self) -> None:
        """Read two newlines, to find the faults of a graph, such as that of another model."""
        newline = np.array([[self.newline]])
        try:
            _, state = self.step(newline, self.initial_state())
            answer, _ = self.step(newline, state)
        except Exception as error:  # noqa: BLE001 - as above
            raise self._mismatch(f"it cannot read a newline ({one_line(error)})") from None
        if answer.shape != (1, 1, self.vocabulary):
            raise self._mismatch(
                f"it answers {answer.shape}, and the vocabulary has {self.vocabulary} tokens"
            )
        if not abs(np.exp(answer, dtype=np.float64).sum() - 1) < 1e-3:  # NaN fails as well
            damage = "its probabilities do not sum to one"
            raise ModelTruncated(f"{self._where} is damaged: {damage}; get the model again")

    def _mismatch(self, reason: str) -> ModelMismatch:
        return ModelMismatch(f"{self._where} does not fit the model: {reason}; get the model again")


def as_read(name: str, array: np.ndarray) -> np.ndarray:
    """A matrix of PyTorch's, or the scales of its rows, in the order in which the graph's operators read it.

    Products read the transposed matrix. ONNX's LSTM has the gates input, output, forget, cell and an axis for
    directions; PyTorch's has input, forget, cell, output.
    """
    if name.startswith("cells."):
        into, forget, cell, out = np.split(array, 4)
        return np.ascontiguousarray(np.concatenate([into, out, forget, cell]).T[None])
    return array if name.startswith("embed.") else np.ascontiguousarray(array.T)


def one_line(error: Exception) -> str:
    """ONNX Runtime's message without its prefix, cut to a readable length."""
    return " ".join(str(error).split(" : ")[-1].split())[:120].strip(" .") or type(error).__name__
