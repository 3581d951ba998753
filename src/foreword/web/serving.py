"""The keyboard that all requests share, and the threads that ask it.

The event loop never waits for the model. One thread asks the keyboard, one question at a time. So every typist has a
turn after a few milliseconds, or after half a second while it learns 20,000 characters. No question sees a memory that
changes halfway. Two other threads measure texts and write passages; between two pieces of a passage, another request
has its turn.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar, final

from foreword.keyboard.suggest import Keyboard
from foreword.modelfolder.names import CARD
from foreword.settings import Settings

P = ParamSpec("P")
Answer = TypeVar("Answer")


@final
class Serving:
    """A served keyboard and its settings."""

    def __init__(
        self, keyboard: Keyboard, settings: Settings | None = None, *, is_private: bool = False
    ) -> None:
        self.keyboard = keyboard
        self.model = keyboard.model
        self.settings = settings or Settings()
        self.is_private = is_private
        card = self.model.path / CARD
        self.card = card.read_text("utf-8", "replace") if card.is_file() else ""  # later, of a new model
        self._typing = ThreadPoolExecutor(1, "foreword-typing")
        self._reading = ThreadPoolExecutor(2, "foreword-reading")

    @property
    def name(self) -> str:
        """The name of the model."""
        return self.model.path.name

    async def type(self, ask: Callable[P, Answer], *values: P.args, **named: P.kwargs) -> Answer:
        """The answer of `ask` in the thread of the keyboard and its memory."""
        return await asyncio.get_running_loop().run_in_executor(self._typing, partial(ask, *values, **named))

    async def read(self, ask: Callable[P, Answer], *values: P.args, **named: P.kwargs) -> Answer:
        """The answer of `ask` in a thread for the network alone; it may take long."""
        return await asyncio.get_running_loop().run_in_executor(self._reading, partial(ask, *values, **named))

    def close(self) -> None:
        """Finish the running answers, and close the memory."""
        for threads in (self._typing, self._reading):
            threads.shutdown(wait=True, cancel_futures=True)
        self.keyboard.memory.close()
