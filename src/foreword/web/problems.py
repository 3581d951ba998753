"""What goes wrong, as RFC 9457 has it; and the one line that a log gets, in which nothing typed can be."""

import http
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Final, final

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from foreword.errors import ForewordError, MemoryUnusable, ModelError
from foreword.web.messages import Problem

MEDIA_TYPE: Final = "application/problem+json"
log: Final = logging.getLogger("foreword.web")


@final
class Refusal(Exception):
    """A request that is not answered, with the status that says why."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, dict(headers or {})


def response(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """The answer that a problem gets."""
    body = msgspec.json.encode(Problem(title=http.HTTPStatus(status).phrase, status=status, detail=detail))
    return Response(body, status, dict(headers or {}), MEDIA_TYPE)


def response_to(error: Exception) -> Response:
    """The answer for an error; one that is nobody's fault but ours is logged, by its kind and place alone."""
    match error:
        case Refusal():
            return response(error.status, error.detail, error.headers)
        case HTTPException():
            return response(error.status_code, error.detail, error.headers)
        case MemoryUnusable() | ModelError():
            return response(503, str(error))
        case ForewordError():
            return response(422, str(error))
    log_unexpected(error)
    return response(500, "something is wrong in Foreword; the terminal it runs in says where")


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
