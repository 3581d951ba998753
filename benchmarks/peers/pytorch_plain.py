"""Plain PyTorch: a script that trains like PyTorch's word-language-model example, with Adam instead of plain descent.

nn.LSTM, nn.GRU or nn.RNN in float32, the state detached ("repackaged") at each block, log-softmax and negative
log-likelihood, gradients clipped, the loss read after every step, no settings of threads or memory.
Source: github.com/pytorch/examples, word_language_model (main.py, model.py), written anew.
"""

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn.functional import log_softmax

from benchmarks.peers.measuring import (
    CLIP,
    LEARNING_RATE,
    Task,
    blocks,
    given_task,
    report,
    tokens_per_second,
)

if TYPE_CHECKING:
    from jaxtyping import Float, Int64

CELLS = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}
State = Tensor | tuple[Tensor, ...] | None


class Network(nn.Module):
    """Embedding, recurrent layers, linear output."""

    def __init__(self, task: Task) -> None:
        super().__init__()
        self.encoder = nn.Embedding(task.vocabulary, task.embedding)
        self.cells = CELLS[task.architecture](task.embedding, task.hidden, task.layers)
        self.decoder = nn.Linear(task.hidden, task.vocabulary)
        for weight in (self.encoder.weight, self.decoder.weight):
            nn.init.uniform_(weight, -0.1, 0.1)
        nn.init.zeros_(self.decoder.bias)

    def forward(
        self, ids: "Int64[Tensor, 'time batch']", state: State
    ) -> "tuple[Float[Tensor, 'tokens vocabulary'], State]":
        """Log-probabilities of the next token, and the state."""
        output, state = self.cells(self.encoder(ids), state)
        decoded = self.decoder(output).flatten(0, 1)
        return log_softmax(decoded, dim=1), state


def repackage(state: State) -> State:
    """The state without its history."""
    if state is None or isinstance(state, Tensor):
        return None if state is None else state.detach()
    return tuple(part.detach() for part in state)


def main() -> None:
    task = given_task()
    torch.manual_seed(0)
    model, criterion = Network(task), nn.NLLLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    stream, state, total = blocks(task), None, 0.0

    def step() -> int:
        nonlocal state, total
        ids, targets = (torch.from_numpy(part) for part in next(stream))
        model.zero_grad()
        output, state = model(ids, repackage(state))
        loss = criterion(output, targets.flatten())
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimizer.step()
        total += loss.item()
        return task.tokens

    rate = tokens_per_second(step, task.seconds)
    report(rate, "float32", torch=torch.__version__, threads=torch.get_num_threads())


if __name__ == "__main__":
    main()
