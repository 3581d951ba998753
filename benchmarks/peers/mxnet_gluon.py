"""MXNet 1.9.1 Gluon: the layers of the 2018 tutorial, trained as there.

gluon.rnn layers in float32, Adam by a Trainer, the state detached at each block, SoftmaxCrossEntropyLoss, the global
norm clipped at a number times steps and batch (the loss is a sum), the loss read after every step. The tutorial's
network was a plain Block, so nothing is hybridised. Source: docs/sources.md, the tutorial; written anew.
"""

import mxnet as mx
from mxnet import autograd, gluon

from benchmarks.peers.measuring import CLIP, LEARNING_RATE, blocks, given_task, report, tokens_per_second

CELLS = {"lstm": gluon.rnn.LSTM, "gru": gluon.rnn.GRU, "rnn": gluon.rnn.RNN}


def main() -> None:
    task = given_task()
    mx.random.seed(0)
    encoder = gluon.nn.Embedding(task.vocabulary, task.embedding, weight_initializer=mx.init.Uniform(0.1))
    cells = CELLS[task.architecture](task.hidden, task.layers, input_size=task.embedding)
    decoder = gluon.nn.Dense(task.vocabulary, in_units=task.hidden)
    parameters = gluon.ParameterDict()
    for block in (encoder, cells, decoder):
        parameters.update(block.collect_params())
    parameters.initialize(mx.init.Xavier())
    trainer = gluon.Trainer(parameters, "adam", {"learning_rate": LEARNING_RATE})
    criterion = gluon.loss.SoftmaxCrossEntropyLoss()
    stream = blocks(task)
    state = cells.begin_state(func=mx.nd.zeros, batch_size=task.batch)
    total = 0.0

    def step() -> int:
        nonlocal state, total
        ids, targets = (mx.nd.array(part) for part in next(stream))
        state = [part.detach() for part in state]
        with autograd.record():
            output, state = cells(encoder(ids), state)
            decoded = decoder(output.reshape((-1, task.hidden)))
            loss = criterion(decoded, targets.reshape((-1,)))
        loss.backward()
        gradients = [parameter.grad() for parameter in parameters.values()]
        gluon.utils.clip_global_norm(gradients, CLIP * task.tokens)
        trainer.step(task.batch)
        total += mx.nd.sum(loss).asscalar()
        return task.tokens

    report(tokens_per_second(step, task.seconds), "float32", mxnet=mx.__version__)


if __name__ == "__main__":
    main()
