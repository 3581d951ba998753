"""The weights that networks start from.

Sources: Glorot and Bengio 2010 for dense layers (and the 2018 tutorial's choice); Saxe, McClelland and Ganguli
2013 for orthogonal recurrent matrices, which neither blow up nor forget what they carry; Gers, Schmidhuber and
Cummins 2000 and Jozefowicz, Zaremba and Sutskever 2015 for the bias of the forget gate.
"""

import torch
from torch import nn

UNIT_VARIANCE = 3**0.5  # numbers drawn evenly from -sqrt(3) to sqrt(3) have variance 1


def embedding(vocabulary: int, size: int, *, strong: bool = False) -> nn.Embedding:
    """An embedding whose vectors have a length of about 1, or a `strong` one whose numbers have a variance of 1.

    Gates want strong inputs: with them an LSTM of 256 units came 0.05 nats further in ten epochs of Nietzsche. In a
    vanilla network they drown what it carries, and with a tied output the first logits would be far off.
    """
    table = nn.Embedding(vocabulary, size)
    bound = UNIT_VARIANCE if strong else UNIT_VARIANCE / size**0.5
    nn.init.uniform_(table.weight, -bound, bound)
    return table


def dense(inputs: int, outputs: int, *, bias: bool = True) -> nn.Linear:
    """A dense layer that keeps the variance of what passes through, either way."""
    layer = nn.Linear(inputs, outputs, bias=bias)
    nn.init.xavier_uniform_(layer.weight)
    if bias:
        nn.init.zeros_(layer.bias)
    return layer


@torch.no_grad()
def prepare_recurrent(cells: nn.RNNBase, *, forget_bias: float | None = None) -> None:
    """Overwrite the weights of a recurrent stack, gate by gate.

    `forget_bias` is for an LSTM, whose second gate is the forget gate; its other biases are zero.
    """
    for name, weight in cells.named_parameters():
        gates = torch.chunk(weight, len(weight) // cells.hidden_size)  # PyTorch stacks a layer's gates
        for gate in gates:
            if name.startswith("weight_ih"):
                nn.init.xavier_uniform_(gate)
            elif name.startswith("weight_hh"):
                nn.init.orthogonal_(gate)
            else:
                nn.init.zeros_(gate)
        if forget_bias is not None and name.startswith("bias_ih"):
            nn.init.constant_(gates[1], forget_bias)
