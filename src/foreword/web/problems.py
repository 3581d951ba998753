"""What goes wrong, as RFC 9457 has it; and the one line that a log gets, in which nothing typed can be."""

import http
import logging
from pathlib import Path
from typing import Final

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from foreword.errors import ForewordError, MemoryUnusable, ModelError
from foreword.web.messages import Problem

MEDIA_TYPE: Final = "application/problem+json"
log: Final = logging.getLogger("foreword.web")


def response_to(error: Exception) -> Response:
    """The answer for an error; one that is nobody's fault but ours is logged, by its kind and place alone."""
    headers: dict[str, str] = {}
    match error:
        case HTTPException():
            status, detail, headers = error.status_code, error.detail, dict(error.headers or {})
        case MemoryUnusable() | ModelError():
            status, detail = 503, str(error)
        case ForewordError():
            status, detail = 422, str(error)
        case _:
            log_unexpected(error)
            status, detail = 500, "something is wrong in Foreword; the terminal it runs in says where"
    body = msgspec.json.encode(Problem(title=http.HTTPStatus(status).phrase, status=status, detail=detail))
    return Response(body, status, headers, MEDIA_TYPE)


async def answer(_request: Request, error: Exception) -> Response:
    """The same, for Starlette."""
    return response_to(error)


def log_unexpected(error: BaseException) -> None:
    """Say which error, and where. Its message and its frames' values may hold what a person typed."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "nowhere"
    log.error("foreword: %s in %s", type(error).__name__, where)
