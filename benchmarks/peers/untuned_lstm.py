"""An LSTM as a simple first script has it: two layers of 512, Adam at 0.001, no dropout, no schedule.

    python benchmarks/peers/untuned_lstm.py TRAIN TEST MINUTES

Characters of TRAIN that TEST lacks cost nothing; those that only TEST has count as one unknown symbol, which TRAIN's
first character stands for. The last twentieth of TRAIN is validated after each epoch, and the best weights on it are
kept; without this, a network overfits a short text long before the time ends. Prints {"bits_per_character": …}
over TEST, the state carried.
"""

import copy
import json
import math
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

if TYPE_CHECKING:
    from jaxtyping import Float, Int64

EMBEDDING, HIDDEN, LAYERS = 128, 512, 2
BATCH, UNROLL = 32, 100
LEARNING_RATE, CLIP = 1e-3, 1.0
State = tuple[Tensor, Tensor] | None


class Network(nn.Module):
    """Embedding, LSTM, linear output."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.encoder = nn.Embedding(vocabulary, EMBEDDING)
        self.cells = nn.LSTM(EMBEDDING, HIDDEN, LAYERS)
        self.decoder = nn.Linear(HIDDEN, vocabulary)

    def forward(
        self, ids: "Int64[Tensor, 'time batch']", state: State
    ) -> "tuple[Float[Tensor, 'time batch vocabulary'], State]":
        """Logits of the next character, and the state."""
        output, state = self.cells(self.encoder(ids), state)
        return self.decoder(output), state


@torch.no_grad()
def bits(model: Network, ids: "Int64[Tensor, ' time']") -> float:
    """Bits per character of a text without its first character."""
    model.eval()
    state, nats = None, 0.0
    for start in range(0, len(ids) - 1, 1000):
        given, wanted = ids[start : start + 1000][: len(ids) - 1 - start], ids[start + 1 : start + 1001]
        logits, state = model(given[:, None], state)
        nats += cross_entropy(logits[:, 0], wanted, reduction="sum").item()
    model.train()
    return nats / math.log(2) / (len(ids) - 1)


def main() -> None:
    begun = time.perf_counter()
    train, test = (Path(path).read_text(encoding="utf-8") for path in sys.argv[1:3])
    seconds = 60 * float(sys.argv[3])
    index = {character: at for at, character in enumerate(sorted(set(train)))}
    ids, test_ids = (torch.tensor([index.get(character, 0) for character in text]) for text in (train, test))
    held = len(ids) // 20
    ids, held_ids = ids[:-held], ids[-held:][:50_000]
    columns = ids[: len(ids) // BATCH * BATCH].view(BATCH, -1).T.contiguous()
    torch.manual_seed(0)
    model = Network(len(index))
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    best, kept, passes = math.inf, copy.deepcopy(model), 0
    while time.perf_counter() - begun < seconds:
        state: State = None
        for start in range(0, len(columns) - 1, UNROLL):
            given, wanted = columns[start : start + UNROLL], columns[start + 1 : start + UNROLL + 1]
            logits, state = model(given[: len(wanted)], state)
            state = None if state is None else (state[0].detach(), state[1].detach())
            optimizer.zero_grad()
            torch.autograd.backward(cross_entropy(logits.flatten(0, 1), wanted.flatten()))
            nn.utils.clip_grad_norm_(model.parameters(), CLIP)
            optimizer.step()
            if time.perf_counter() - begun > seconds:
                break
        passes += 1
        if (found := bits(model, held_ids)) < best:
            best, kept = found, copy.deepcopy(model)
    print(json.dumps({"bits_per_character": bits(kept, test_ids), "passes": passes}))


if __name__ == "__main__":
    main()
