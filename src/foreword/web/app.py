"""The application: the page's files, the API's addresses, and the guard around both."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from foreword.settings import plainly
from foreword.web.completions import complete
from foreword.web.endpoints import ENDPOINTS, Endpoint, explain, following, units
from foreword.web.guard import CLOSE, LARGEST_BODY, TOO_LARGE, Guard
from foreword.web.openapi import document
from foreword.web.serving import Serving

LONG: Final = (complete, explain, following, units)  # answers that may take long, and that change nothing
LOOK_SECONDS: Final = 1.0  # between two checks that the client is still there
BODY_SECONDS: Final = 10.0  # for the whole body of a request; a shutdown waits for it
FILES: Final = Path(__file__).parent / "static"


def create_app(serving: Serving, *, token: str, host: str = "127.0.0.1") -> ASGIApp:
    """The application of a keyboard. A request needs the token, and must come to `host`."""

    @asynccontextmanager
    async def lifespan(_app: object) -> AsyncIterator[None]:
        yield
        serving.close()

    described = msgspec.json.encode(document())

    async def openapi(_request: Request) -> Response:
        return Response(described, media_type="application/json")

    app = Router(
        routes=[
            *(Route(each.path, _route(each, serving), methods=[each.method]) for each in ENDPOINTS),
            Route("/openapi.json", openapi, methods=["GET"]),
            *map(_file, sorted(FILES.iterdir())),
        ],
        lifespan=lifespan,
    )
    return Guard(app, host=host, token=token)


def _route(endpoint: Endpoint, serving: Serving) -> Callable[[Request], Awaitable[Response]]:
    async def answered(request: Request) -> Response:
        answering = endpoint.answer(serving, await _asked(endpoint, request))
        found = await (_while_read(request, answering) if endpoint.answer in LONG else answering)
        if isinstance(found, msgspec.Struct):
            return Response(msgspec.json.encode(found), media_type="application/json")
        kind = "text/event-stream" if endpoint.gives else "application/x-ndjson"
        return StreamingResponse(found, media_type=kind)

    return answered


async def _while_read(request: Request, answering: Awaitable[Any]) -> Any:
    """The answer, which may take minutes. It is cancelled if the client leaves, as the page does at each new key."""
    task = asyncio.ensure_future(answering)
    try:
        while not (await asyncio.wait([task], timeout=LOOK_SECONDS))[0]:
            if await request.is_disconnected():
                raise HTTPException(400, "the client left before the answer was ready")
        return task.result()
    finally:
        task.cancel()


async def _asked(endpoint: Endpoint, request: Request) -> Any:
    """The checked request. An error names the wrong place, but holds no typed text."""
    if endpoint.takes is None:
        return None
    try:
        if endpoint.comes_in == "body":
            asked = msgspec.json.decode(await _body(request))
            is_from_openai = endpoint.answer is complete
            return msgspec.convert(_normalised(asked, without_null=is_from_openai), endpoint.takes)
        values = request.path_params if endpoint.comes_in == "path" else dict(request.query_params)
        return msgspec.convert(values, endpoint.takes, strict=False)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        is_json = isinstance(error, msgspec.ValidationError)
        detail = plainly(str(error), "field") if is_json else "the request is not JSON in UTF-8"
        raise HTTPException(400, detail) from None


def _normalised(asked: Any, *, without_null: bool) -> Any:
    """The request with 5 for 5.0, because JSON has one kind of number; `without_null` drops the fields of null."""
    if not isinstance(asked, dict):
        raise HTTPException(400, "the request is not a JSON object")
    return {
        name: int(value) if isinstance(value, float) and value.is_integer() else value
        for name, value in asked.items()
        if not (without_null and value is None)
    }


async def _body(request: Request) -> bytes:
    """The whole body; a body that is too large or too slow is refused."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415, "send JSON, with the header Content-Type: application/json")
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST_BODY:
                    raise HTTPException(413, TOO_LARGE, CLOSE)
    except TimeoutError:
        raise HTTPException(408, f"the request did not come within {BODY_SECONDS:g} seconds", CLOSE) from None
    except ClientDisconnect:
        raise HTTPException(400, "the request was cut off") from None
    return bytes(body)


def _file(path: Path) -> Route:
    async def given(_request: Request) -> Response:
        return FileResponse(path)

    return Route("/" if path.name == "index.html" else f"/{path.name}", given, methods=["GET"])
