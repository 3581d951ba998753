"""JAX: `lax.scan` over the steps, one compiled function for the whole update, Adam and clipping from Optax.

The products over all steps are outside the scan, as a careful author would write it. Weights and optimiser are float32;
under "bfloat16" the network computes in that type and the loss in float32.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import Array

from benchmarks.peers.measuring import (
    CLIP,
    LEARNING_RATE,
    Task,
    blocks,
    given_task,
    report,
    tokens_per_second,
)

State = tuple[Array, ...]
Cell = Callable[[Array, State, dict[str, Array]], tuple[State, Array]]


def lstm(inputs: Array, state: State, layer: dict[str, Array]) -> tuple[State, Array]:
    """A step: gates i, f, g, o."""
    hidden, cell = state
    i, f, g, o = jnp.split(inputs + hidden @ layer["carry"], 4, axis=1)
    cell = jax.nn.sigmoid(f) * cell + jax.nn.sigmoid(i) * jnp.tanh(g)
    hidden = jax.nn.sigmoid(o) * jnp.tanh(cell)
    return (hidden, cell), hidden


def gru(inputs: Array, state: State, layer: dict[str, Array]) -> tuple[State, Array]:
    """A step: gates r, z, n, the reset gate applied after the product."""
    (hidden,) = state
    carried = hidden @ layer["carry"] + layer["carry_bias"]
    (ri, zi, ni), (rh, zh, nh) = jnp.split(inputs, 3, axis=1), jnp.split(carried, 3, axis=1)
    z = jax.nn.sigmoid(zi + zh)
    hidden = (1 - z) * jnp.tanh(ni + jax.nn.sigmoid(ri + rh) * nh) + z * hidden
    return (hidden,), hidden


def rnn(inputs: Array, state: State, layer: dict[str, Array]) -> tuple[State, Array]:
    """One step of the vanilla network."""
    hidden = jnp.tanh(inputs + state[0] @ layer["carry"])
    return (hidden,), hidden


CELLS: dict[str, tuple[Cell, int, int]] = {"lstm": (lstm, 4, 2), "gru": (gru, 3, 1), "rnn": (rnn, 1, 1)}
"""Each cell with its number of gates and of state tensors."""


def first_weights(task: Task) -> dict[str, Any]:
    """Uniform weights within 1 / sqrt(width), as PyTorch draws them."""
    gates = CELLS[task.architecture][1]
    draw = np.random.default_rng(0)

    def uniform(*shape: int) -> Array:
        return jnp.asarray(draw.uniform(-1, 1, shape) / np.sqrt(task.hidden), jnp.float32)

    wide = gates * task.hidden
    return {
        "embedding": uniform(task.vocabulary, task.embedding),
        "layers": [
            {
                "read": uniform(task.hidden if below else task.embedding, wide),
                "carry": uniform(task.hidden, wide),
                "read_bias": uniform(wide),
                "carry_bias": uniform(wide),
            }
            for below in range(task.layers)
        ],
        "output": uniform(task.hidden, task.vocabulary),
        "bias": uniform(task.vocabulary),
    }


def main() -> None:
    task = given_task()
    cell, _, parts = CELLS[task.architecture]
    kind = jnp.bfloat16 if task.precision == "bfloat16" else jnp.float32
    optimizer = optax.chain(optax.clip_by_global_norm(CLIP), optax.adam(LEARNING_RATE))

    def loss_of(
        weights: dict[str, Any], states: list[State], ids: Array, targets: Array
    ) -> tuple[Array, list[State]]:
        weights = jax.tree.map(lambda weight: weight.astype(kind), weights)
        hidden, reached = weights["embedding"][ids], []
        for layer, state in zip(weights["layers"], states, strict=True):
            inputs = hidden @ layer["read"] + layer["read_bias"]

            def walk(state: State, now: Array, layer: dict[str, Array] = layer) -> tuple[State, Array]:
                return cell(now, state, layer)

            left, hidden = jax.lax.scan(walk, state, inputs)
            reached.append(left)
        logits = (hidden @ weights["output"] + weights["bias"]).astype(jnp.float32)
        return optax.softmax_cross_entropy_with_integer_labels(logits, targets).mean(), reached

    def update(weights: Any, memory: Any, states: Any, ids: Array, targets: Array) -> Any:
        (loss, states), gradients = jax.value_and_grad(loss_of, has_aux=True)(weights, states, ids, targets)
        changes, memory = optimizer.update(gradients, memory)
        return optax.apply_updates(weights, changes), memory, states, loss

    compiled = jax.jit(update)
    weights = first_weights(task)
    memory = optimizer.init(weights)
    zeros = jnp.zeros((task.batch, task.hidden), kind)
    states: Any = [(zeros,) * parts for _ in range(task.layers)]
    stream = blocks(task)

    def step() -> int:
        nonlocal weights, memory, states
        ids, targets = (jnp.asarray(part, jnp.int32) for part in next(stream))
        weights, memory, states, loss = compiled(weights, memory, states, ids, targets)
        loss.block_until_ready()
        return task.tokens

    report(tokens_per_second(step, task.seconds), kind.__name__, jax=jax.__version__)


if __name__ == "__main__":
    main()
