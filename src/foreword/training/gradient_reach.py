"""The reach of a loss's gradient back in time. It shows that networks with gates remember and a vanilla RNN forgets.

Source: Bengio, Simard and Frasconi 1994, "Learning long-term dependencies with gradient descent is difficult"; Pascanu,
Mikolov and Bengio 2013, "On the difficulty of training recurrent neural networks", section 2.
"""

from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from foreword.errors import SourceEmpty
from foreword.libraries import Float64, Int64
from foreword.models.language_model import AbstractLanguageModel
from foreword.text.plural import counted

DISTANCE: Final = 100  # tokens back
PLACES: Final = 64  # measured positions of a text
WARM_UP: Final = 50  # tokens read before these: a network is most sensitive just after its initial state
FEWEST: Final = 10  # minimum tokens of a text


def gradient_by_distance(
    model: AbstractLanguageModel, ids: Int64[np.ndarray, " time"]
) -> Float64[np.ndarray, " distances"]:
    """The influence of each earlier token on a loss, by distance in tokens; 0 is the last token read.

    The measurement uses up to 64 evenly spread positions of the text. For each, the network reads the 150 tokens before
    it from its initial state, and the last 100 count (fewer of both for a short text). The loss is -log P(next token).
    The number for a distance d is the Euclidean norm of the loss's gradient by an embedded token. That token stands d
    positions before the last one read. The result is the mean over the positions.

    Raises:
        SourceEmpty: the text is too short.
    """
    length = min(WARM_UP + DISTANCE, len(ids) - 1)
    distances = min(DISTANCE, length)
    if distances < FEWEST:
        raise SourceEmpty(
            f"the text has {counted(len(ids) - 1, 'token')}; at least {FEWEST} are needed to measure its gradient"
        )
    places = np.unique(np.linspace(length, len(ids) - 1, PLACES).astype(np.int64))
    rows = torch.from_numpy(ids[places - length + np.arange(length)[:, None]])  # (time, batch)
    embedded: list[Tensor] = []
    handle = model.embed.register_forward_hook(lambda *found: embedded.append(found[-1]))  # type: ignore[union-attr]
    try:
        logits, _ = model(rows, model.initial_state(rows.shape[1]))
    finally:
        handle.remove()
    loss = cross_entropy(logits[-1], torch.from_numpy(ids[places]), reduction="sum")
    (gradient,) = torch.autograd.grad(loss, embedded)
    norms = gradient[-distances:].norm(dim=-1).mean(dim=1)  # a window model embeds earlier newlines, too
    return np.asarray(norms.flip(0).numpy(), dtype=np.float64)
