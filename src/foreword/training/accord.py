"""What the processes of a team agree on at each update: one gradient, one loss, one clock, and when to save or stop.

All of it travels in one sum: the gradients are added up by DistributedDataParallel, and with them that of a parameter
of four numbers which the network does not use, whose gradient is what this process has to say. So an update takes no
message more than its gradient does. Source: Li and others 2020, "PyTorch Distributed", for the former.
"""

import math
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final, Literal, final, get_args

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch import distributed as dist
from torch.nn.parallel import DistributedDataParallel

from foreword.models.language_model import AbstractLanguageModel, State
from foreword.training.distribute import Team

Wish = Literal["stop", "save"]
WISHES: Final[tuple[Wish, ...]] = get_args(Wish)

Network = Callable[[Tensor, State], tuple[Tensor, State]]


@final
class Accord:
    """The network as a team trains it, and what is agreed on by the way.

    `updates_left` is what this process makes of the time before an update, and after it, what the first one did. A
    process that is alone agrees with itself at once.
    """

    def __init__(self, model: AbstractLanguageModel, team: Team) -> None:
        self.network: Network = model
        self.updates_left = math.inf
        self._team = team
        self._asked = set[Wish]()
        self._granted = set[Wish]()
        self._shared: DistributedDataParallel | None = None
        if team.size > 1:
            device = next(model.parameters()).device
            self._word = nn.Parameter(torch.zeros(2 + len(WISHES), device=device))
            self._shared = DistributedDataParallel(_Speaking(model, self._word), gradient_as_bucket_view=True)
            self._shared.register_comm_hook(None, _summing())
            self.network = self._shared
            self._settle_order(model)

    def _settle_order(self, model: AbstractLanguageModel) -> None:
        """Make a step that nobody needs: only after its first one does DistributedDataParallel order its messages.

        Its place in a message decides in which order three and more gradients are added up, and so the last bit of
        their sum. With another order in the first step, a run that goes on would not end as one that went through.
        """
        ids = torch.zeros(1, 1, dtype=torch.long, device=self._word.device)
        with torch.random.fork_rng([ids.device] if ids.is_cuda else []):
            logits, _ = self.network(ids, model.initial_state(1))
            torch.autograd.backward([logits.sum(), self._word.sum()])
        model.zero_grad(set_to_none=True)

    def ask(self, wish: Wish) -> None:
        """Want all to do it after the next update; by any process."""
        (self._granted if self._shared is None else self._asked).add(wish)

    def granted(self, wish: Wish) -> bool:
        """Whether all are to do it now; after that, no more."""
        granted = wish in self._granted
        self._granted.discard(wish)
        return granted

    def holding(self, *, more: bool) -> AbstractContextManager[None]:
        """Keep the gradients of a group of columns to oneself as long as there are `more` to come."""
        quiet: AbstractContextManager[None] = nullcontext()
        if self._shared is not None and more:
            quiet = self._shared.no_sync()
        return quiet

    def backward(self, loss: Float[Tensor, ""], nats: Float[Tensor, ""]) -> None:
        """Back-propagate `loss`; with the last group of columns, say how many `nats` all of them came to."""
        if self._shared is None or not self._shared.require_backward_grad_sync:
            torch.autograd.backward(loss)
            return
        wishes = [float(wish in self._asked) for wish in WISHES]
        said = torch.tensor([0.0, self.updates_left if self._team.first else 0.0, *wishes])
        said = said.to(self._word.device, non_blocking=True)
        said[0] = nats
        self._word.grad = None
        torch.autograd.backward([loss, self._word @ said])

    def heard(self, nats: Float[Tensor, ""]) -> Float[Tensor, ""]:
        """The nats of the whole block, of which this process's are `nats`; and what else was said is known."""
        if self._shared is None:
            return nats
        heard = self._word.grad
        assert heard is not None  # noqa: S101 - there was an update
        _, self.updates_left, *wishes = heard.tolist()
        self._granted = {wish for wish, asking in zip(WISHES, wishes, strict=True) if asking}
        self._asked -= self._granted
        return heard[0].clone()


@final
class _Speaking(nn.Module):
    """The network with the word beside it, so that DistributedDataParallel adds up both."""

    def __init__(self, model: AbstractLanguageModel, word: nn.Parameter) -> None:
        super().__init__()
        self.model = model
        self.word = word

    def forward(self, ids: Tensor, state: State) -> tuple[Tensor, State]:
        """What the network gives."""
        logits, reached = self.model(ids, state)
        return logits, reached


def _summing() -> Callable[[None, Any], torch.futures.Future[Tensor]]:
    """Add up, where DistributedDataParallel would take the mean: each process's loss is its part of the whole one.

    A function in a function, for a PyTorch that trains in one process only does not know what it is annotated with.
    """

    def add_up(_: None, bucket: dist.GradBucket) -> torch.futures.Future[Tensor]:  # type: ignore[name-defined]
        work = dist.all_reduce(bucket.buffer(), async_op=True)
        summed: torch.futures.Future[Tensor] = work.get_future().then(lambda done: done.value()[0])
        return summed

    return add_up
