"""The thread that finds what is offered.

A word takes some milliseconds to find, a phrase four times as many, and a long line a second to learn. One thread does
all of it, for the newest text first, so that typing never waits.
"""

from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from itertools import count
from queue import PriorityQueue
from threading import Thread
from typing import Final, final

from foreword.keyboard.offer import Offer, Suggesting, find
from foreword.text.secrets.keys import kept_together

PATIENCE_SECONDS: Final = 5.0  # that the end waits for what the thread is at


@final
class Asker:
    """Forgets, then answers the newest question, then learns. Its thread calls `deliver` and `fail`."""

    def __init__(
        self,
        keyboard: Suggesting,
        *,
        limit: int,
        confidence: float,
        deliver: Callable[[Offer], None],
        fail: Callable[[Exception], None],
    ) -> None:
        self._keyboard = keyboard
        self._find = partial(find, keyboard, limit=limit, confidence=confidence)
        self._deliver = deliver
        self._fail = fail
        self._question: str | None = None
        self._lessons: deque[str] = deque()
        self._tasks: PriorityQueue[tuple[int, int, Callable[[], object] | None]] = PriorityQueue()
        self._number = count()
        self._thread = Thread(target=self._run, name="foreword-asker", daemon=True)
        self._thread.start()

    def ask(self, before: str | None) -> None:
        """Find words for the end of this text, and drop the question before; with None, drop it only."""
        self._question = before
        if before is not None:
            self._put(2, partial(self._answer, before))

    def learn(self, lines: Iterable[str]) -> None:
        """Learn these lines when there is time. The lines of a private key stay together, so that it is recognised."""
        for lesson in kept_together(lines, str):
            self._lessons.append("\n".join(lesson))
            self._put(3, self._learn)

    def forget(self, word: str) -> None:
        """Forget this word before anything else is done."""
        self._put(0, partial(self._keyboard.forget, word))

    def end(self) -> list[str]:
        """Forget what is to be forgotten, and stop; the lines that are not learned yet."""
        self._put(1, None)
        self._thread.join(PATIENCE_SECONDS)
        return list(self._lessons)

    def _put(self, rank: int, task: Callable[[], object] | None) -> None:
        self._tasks.put((rank, next(self._number), task))

    def _run(self) -> None:
        while (task := self._tasks.get()[2]) is not None:
            try:
                task()
            except Exception as error:  # noqa: BLE001 - whatever happens to suggestions, typing goes on
                self._fail(error)

    def _answer(self, question: str) -> None:
        if question == self._question:
            self._deliver(self._find(question))

    def _learn(self) -> None:
        try:
            self._keyboard.learn(self._lessons[0])
        finally:
            self._lessons.popleft()  # only now: what is not learned at the end is handed back
