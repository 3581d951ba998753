"""What all requests share: one keyboard, and the threads that ask it.

The event loop never waits for the model. One thread asks the keyboard, a question at a time, so every typist has their
turn after a few milliseconds, and nobody meets a memory that changes halfway. Whoever measures or writes a passage
waits for two other threads; between two pieces of a passage another one has its turn.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar, final

from foreword.keyboard.suggest import Keyboard
from foreword.settings import Settings
from foreword.web.messages import ModelVersion

P = ParamSpec("P")
Answer = TypeVar("Answer")


@final
class Serving:
    """A keyboard that is served, and how; `versions` finds the earlier versions of its model."""

    def __init__(
        self,
        keyboard: Keyboard,
        settings: Settings | None = None,
        *,
        is_private: bool = False,
        versions: Callable[[], Sequence[ModelVersion]] = tuple,
    ) -> None:
        self.keyboard = keyboard
        self.model = keyboard.model
        self.settings = settings or Settings()
        self.is_private = is_private
        self.versions = versions
        self._typing = ThreadPoolExecutor(1, "foreword-typing")
        self._reading = ThreadPoolExecutor(2, "foreword-reading")

    @property
    def name(self) -> str:
        """The name of the model."""
        return self.model.path.name

    async def type(self, ask: Callable[P, Answer], *values: P.args, **named: P.kwargs) -> Answer:
        """An answer of the keyboard, or of its memory."""
        return await asyncio.get_running_loop().run_in_executor(self._typing, partial(ask, *values, **named))

    async def read(self, ask: Callable[P, Answer], *values: P.args, **named: P.kwargs) -> Answer:
        """An answer of the network alone, which may take long."""
        return await asyncio.get_running_loop().run_in_executor(self._reading, partial(ask, *values, **named))

    def close(self) -> None:
        """Finish what is under way."""
        for threads in (self._typing, self._reading):
            threads.shutdown(wait=True, cancel_futures=True)
        self.keyboard.memory.close()
