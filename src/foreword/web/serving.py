"""The keyboard that all requests share, the threads that ask it, and the socket and process of the server.

The event loop never waits for the model. One thread asks the keyboard, one question at a time, so no question sees a
memory that changes halfway. Two others measure texts and write passages; between two pieces of a passage, another
request has its turn.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, ParamSpec, TypeVar, final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from foreword.errors import OptionError, check_within
from foreword.keyboard.suggest import Keyboard
from foreword.modelfolder.names import CARD
from foreword.settings import Settings

P = ParamSpec("P")
Answer = TypeVar("Answer")

END_SECONDS: Final = 30  # that a shutdown waits for running answers
BACKLOG: Final = 32  # connections that wait, and that asyncio accepts at once
FEWEST: Final = 16  # connections that any process takes: a browser opens six
OTHER_FILES: Final = 60  # the model, the memory, the log and the event loop open about ten


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

    async def on_keyboard(self, ask: Callable[P, Answer], *values: P.args, **named: P.kwargs) -> Answer:
        """The answer of `ask`, which needs the keyboard or its memory, in their only thread."""
        return await asyncio.get_running_loop().run_in_executor(self._typing, partial(ask, *values, **named))

    async def on_network(self, ask: Callable[P, Answer], *values: P.args, **named: P.kwargs) -> Answer:
        """The answer of `ask`, which needs the network alone, in one of two other threads; it may take long."""
        return await asyncio.get_running_loop().run_in_executor(self._reading, partial(ask, *values, **named))

    def close(self) -> None:
        """Finish the running answers, and close the memory."""
        for threads in (self._typing, self._reading):
            threads.shutdown(wait=True, cancel_futures=True)
        self.keyboard.memory.close()


@final
class Connection(H11Protocol):
    """A connection. If there are too many, one without a request is closed: uvicorn waits for requests without end."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count the connection."""
        super().connection_made(transport)
        mine = (each for each in self.connections if isinstance(each, Connection))  # for mypy
        there = [each for each in mine if not each.transport.is_closing()]
        idle = [each for each in there if each.cycle is None or each.cycle.response_complete]
        if len(there) > _most_connections():
            next((each for each in idle if each is not self), self).transport.close()


def _most_connections() -> int:
    """The most connections at a time. With them, a process that may open 172 files or more never runs out of files.

    Besides, up to three times `BACKLOG` are open: accepted, not counted yet, or closing.
    """
    allowed = 256  # on Windows
    with contextlib.suppress(ImportError):
        import resource  # noqa: PLC0415 - Windows has none

        allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(FEWEST, min(allowed, 1_000) - 3 * BACKLOG - OTHER_FILES) if allowed > 0 else 1_000


def listen(host: str, port: int) -> socket.socket:
    """A socket at that address; port 0 means any free port.

    Raises:
        OptionError: the address cannot be used; the message says why.
    """
    check_within("port", port, 0, 65_535)
    listening = None
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        if os.name == "posix":  # on Windows, it would let two programs listen at one port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except (OSError, UnicodeError) as error:
        if listening is not None:
            listening.close()
        reason = getattr(error, "strerror", None) or error
        why = f"cannot listen at {host}, port {port}: {reason}"
        raise OptionError(f"{why}; choose another with --port or --host") from None
    return listening


def run(app: ASGIApp, listening: socket.socket) -> None:
    """Serve until a signal comes, then finish the running answers.

    Raises:
        KeyboardInterrupt: afterwards, as in any other program.
    """
    config = uvicorn.Config(
        app,
        loop="asyncio",
        http=Connection,
        backlog=BACKLOG,
        ws="none",
        interface="asgi3",
        lifespan="on",
        log_config=None,
        log_level="critical",  # the guard logs our errors; an answer that is cut off at the end is none
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=END_SECONDS,
    )
    with contextlib.suppress(SystemExit):  # a signal came while it began; older uvicorns only return then
        uvicorn.Server(config).run(sockets=[listening])
    raise KeyboardInterrupt
