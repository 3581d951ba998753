"""What single units of a network's state do along a text (Karpathy, Johnson and Fei-Fei 2015, figure 2)."""

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from jaxtyping import Float32

from foreword.assess.bits import cleaned_or_error, text_ids
from foreword.errors import OptionError
from foreword.runtime.model import Model
from foreword.runtime.network import State
from foreword.text.tokenizer import Decoder

WATCHED: Final = 400  # tokens at the end of the text: each is a step of its own
BLOCK: Final = 64  # tokens before these that are read at once


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """The units of one layer after each token at the end of a text, and how many layers and units each part has."""

    pieces: list[str]  # the token's text; "" where a character is not complete
    values: Float32[np.ndarray, "time units"]
    parts: list[tuple[int, int]]


def cells(model: Model, text: str, *, part: int = 0, layer: int = 0) -> Cells:
    """The state of one layer along the last `WATCHED` tokens of `text`, read as if a newline stood before it.

    Raises:
        OptionError: there is no such part or layer, or that part holds no numbers but tokens.
        SourceEmpty: there is no text.
    """
    network, ids = model.network, text_ids(model.tokenizer, cleaned_or_error(text))
    state = network.initial_state()
    parts = [(1, each.shape[-1]) if each.ndim == 2 else (each.shape[0], each.shape[2]) for each in state]
    if not (part < len(state) and layer < parts[part][0] and state[part].dtype == np.float32):
        raise OptionError(f"this network has no units in part {part}, layer {layer} of its state")
    first = max(1, len(ids) - WATCHED)
    for at in range(0, first, BLOCK):
        _, state = network.step(ids[at : min(at + BLOCK, first), None], state)
    decoder = Decoder(model.tokenizer)
    for token in ids[1:first].tolist():
        decoder.feed(token)
    pieces, rows = [], []
    for token in ids[first:]:
        _, state = network.step(np.array([[token]]), state)
        pieces.append(decoder.feed(int(token)))
        rows.append(_layer(state, part, layer))
    return Cells(pieces=pieces, values=np.stack(rows), parts=parts)


def _layer(state: State, part: int, layer: int) -> Float32[np.ndarray, " units"]:
    values = state[part]
    return np.asarray(values[0] if values.ndim == 2 else values[layer, 0], dtype=np.float32)
