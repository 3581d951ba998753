"""Access control: only this computer's own page, and programs that know the token, may ask.

A foreign page in a browser can send requests here, too. Four things stop it: the Host header (DNS rebinding), Origin
and Sec-Fetch-Site (requests across sites), and a token. Only the opened address has the token, in its fragment; a
browser never sends a fragment. There are no CORS headers.

An error is answered in the form of RFC 9457. The log gets one line, which never holds typed text.
"""

import asyncio
import hmac
import http
import ipaddress
import logging
import socket
from contextlib import suppress
from pathlib import Path
from typing import Final, final

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from foreword.errors import ForewordError, MemoryUnusable, ModelError, ModelMismatch
from foreword.web.schemas import Problem

MEDIA_TYPE: Final = "application/problem+json"
LARGEST_BODY: Final = 1_000_000  # bytes; a text of 200,000 characters in most scripts
TOO_LARGE: Final = f"a request may have at most {LARGEST_BODY:,} bytes"
CLOSE: Final = {"Connection": "close"}
LINGER_SECONDS: Final = 5.0  # for throwing away the rest of a refused body
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS: Final = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
]

log: Final = logging.getLogger("foreword.web")


@final
class Guard:
    """Refuses requests that are not allowed, and adds the headers that keep a browser strict."""

    def __init__(self, app: ASGIApp, *, host: str, token: str) -> None:
        self._app = app
        self._names = names_of(host)
        self._any_address = is_everywhere(host)
        self._authorization = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it. Every error becomes an answer, never a traceback."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = heard = False

        async def hear() -> Message:
            nonlocal heard
            message = await receive()
            heard = not message.get("more_body", False)
            return message

        async def answer(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message["headers"] = [*message["headers"], *HEADERS]
            elif not heard and not message.get("more_body", False):
                await send({**message, "more_body": True})
                message = {"type": "http.response.body"}
                with suppress(TimeoutError):  # a client cut off while sending does not read the answer
                    async with asyncio.timeout(LINGER_SECONDS):
                        while not heard:
                            await hear()
            await send(message)

        try:
            self._check(scope)
            await self._app({**scope, "app": self}, hear, answer)  # else Starlette would answer itself
        except Exception as error:  # noqa: BLE001 - uvicorn would log it with all it says
            if begun:
                log_unexpected(error)
            else:
                await error_response(error)(scope, hear, answer)

    def _check(self, scope: Scope) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get("host", "")
        if not self._is_ours(host):
            raise HTTPException(421, "this server answers only to the address it was started with")
        is_foreign = headers.get("origin", f"http://{host}") != f"http://{host}"
        is_across_sites = headers.get("sec-fetch-site", "none") not in ("same-origin", "none")
        if is_foreign or (is_across_sites and not _opens_the_page(scope, headers)):
            raise HTTPException(403, "requests from other pages are refused")
        given = headers.get("authorization", "").encode("latin-1")
        if scope["path"].startswith("/v1/") and not hmac.compare_digest(given, self._authorization):
            raise HTTPException(
                401, "the token is missing or wrong; foreword serve shows it", {"WWW-Authenticate": "Bearer"}
            )
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            raise HTTPException(413, TOO_LARGE, CLOSE)

    def _is_ours(self, host: str) -> bool:
        name, port = _split(host)
        if port != "" and not port.isdecimal():
            return False
        return name in self._names or (self._any_address and _is_address(name))


def _opens_the_page(scope: Scope, headers: dict[str, str]) -> bool:
    """Whether this is a link to the page. Any site may have one: the page holds nothing of the person's."""
    return (
        scope["method"] == "GET"
        and not scope["path"].startswith("/v1/")
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") == "document"
    )


def names_of(host: str) -> frozenset[str]:
    """The host names of a server at this address."""
    loopback = {"127.0.0.1", "localhost", "::1"}
    if is_everywhere(host):
        own = socket.gethostname().lower()
        return frozenset({*loopback, own, f"{own}.local"})
    return frozenset({*loopback, host.lower()} if is_loopback(host) else {host.lower()})


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach that address."""
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def is_everywhere(host: str) -> bool:
    """Whether `host` means all addresses of this computer. Only a number can, not a name in DNS."""
    return _is_address(host) and ipaddress.ip_address(host).is_unspecified


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _split(host: str) -> tuple[str, str]:
    """The name and the port of a Host header."""
    if host.startswith("["):
        name, _, port = host[1:].partition("]")
        return name.lower(), port.removeprefix(":")
    name, _, port = host.partition(":")
    return name.lower(), port


def error_response(error: Exception) -> Response:
    """The HTTP answer to an error. An unexpected error is logged, with its type and place only."""
    headers: dict[str, str] = {}
    match error:
        case HTTPException(status_code=404, detail="Not Found"):
            status = 404
            detail = "this server does not have that address, and offers no chat; /openapi.json names all addresses"
        case HTTPException():
            status, detail, headers = error.status_code, error.detail, dict(error.headers or {})
        case ModelMismatch():  # it fitted at the start, so a training has replaced it
            status, detail = 503, "the model was replaced; end foreword serve, and start it again"
        case MemoryUnusable() | ModelError():
            status, detail = 503, str(error)
        case ForewordError():
            status, detail = 422, str(error)
        case _:
            log_unexpected(error)
            status, detail = 500, "an error in Foreword; its terminal shows where"
    title = http.HTTPStatus(status).phrase
    problem = Problem(title=title, status=status, detail=detail, message=detail, error={"message": detail})
    return Response(msgspec.json.encode(problem), status, headers, MEDIA_TYPE)


def log_unexpected(error: BaseException) -> None:
    """Log the type and place of an error. Its message and its frames' values may hold typed text."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "nowhere"
    log.error("foreword: %s in %s", type(error).__name__, where)
