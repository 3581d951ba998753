"""The server's process: its socket and its signals."""

import logging
import socket
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from foreword.errors import OptionError, within

END_SECONDS: Final = 30  # that a shutdown waits for running answers


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
    config = uvicorn.Config(
        app,
        loop="asyncio",
        http="h11",
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
    uvicorn.Server(config).run(sockets=[listening])
