"""The server's process: its socket, its signals, and the end of silent connections."""

import asyncio
import logging
import socket
from typing import Any, Final, final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from foreword.errors import OptionError, within

REQUEST_SECONDS: Final = 20.0  # for the head of a request to arrive
END_SECONDS: Final = 30  # that a shutdown waits for running answers


@final
class Patient(H11Protocol):
    """Uvicorn's protocol with a time limit for a request's head; Uvicorn alone would wait for ever."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the timer."""
        super().connection_made(transport)
        self._end = self.loop.call_later(REQUEST_SECONDS, self._give_up)

    def on_response_complete(self) -> None:
        """Start the timer again: the same connection may bring another request."""
        super().on_response_complete()
        self._end.cancel()
        self._end = self.loop.call_later(REQUEST_SECONDS, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timer."""
        self._end.cancel()
        super().connection_lost(exc)

    def _give_up(self) -> None:
        cycle: Any = self.cycle
        if (cycle is None or cycle.response_complete) and not self.transport.is_closing():
            self.transport.close()


def listen(host: str, port: int) -> socket.socket:
    """A socket at that address; port 0 means any free port.

    Raises:
        OptionError: the address cannot be used; the message says why.
    """
    within("port", port, 0, 65_535)
    listening = None
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(256)
    except (OSError, UnicodeError) as error:
        if listening is not None:
            listening.close()
        reason = getattr(error, "strerror", None) or error
        raise OptionError(
            f"cannot listen at {host}, port {port}: {reason}; choose another with --port"
        ) from None
    return listening


def run(app: ASGIApp, listening: socket.socket) -> None:
    """Serve until a signal comes, then finish the running answers.

    Raises:
        KeyboardInterrupt: afterwards, as in any other program.
    """
    logging.getLogger("uvicorn.access").disabled = True
    settings: dict[str, Any] = {"loop": "asyncio", "http": Patient, "ws": "none", "interface": "asgi3"}
    config = uvicorn.Config(
        app,
        **settings,
        lifespan="on",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=END_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[listening])
