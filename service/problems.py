"""Errors as answers: problem documents (RFC 9457), or a page for a person at a browser."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Final

import orjson
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from kernel.errors import FieldError, InputError, XinhengError, pointer, problem_document
from service.access.errors import LoginRequiredError
from service.errors import HttpError
from service.web.addresses import login_address
from service.web.errors import error_page, wants_page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from fastapi import FastAPI
    from starlette.requests import Request

_log = logging.getLogger("xinheng.http")
HTTP_SEE_OTHER: Final = 303
HTTP_UNAUTHORIZED: Final = 401
HTTP_NOT_FOUND: Final = 404
HTTP_METHOD_NOT_ALLOWED: Final = 405
HTTP_UNAVAILABLE: Final = 503
_RETRY_SECONDS: Final = "5"
_FULL: Final = re.compile(r"is full|disk I/O error|No space left")
MEDIA_TYPE: Final = "application/problem+json"
_WHY: Final = {
    "int_parsing": "应当是整数",
    "int_type": "应当是整数",
    "greater_than_equal": "应当不小于 {ge}",
    "less_than_equal": "应当不大于 {le}",
    "string_too_long": "最多 {max_length} 个字",
    "literal_error": "可用的值：{expected}",
}


def install_handlers(app: FastAPI) -> None:
    """Turn every error an endpoint may raise into an answer."""
    app.add_exception_handler(XinhengError, _handle)
    app.add_exception_handler(HTTPException, _handle)
    app.add_exception_handler(RequestValidationError, _handle)
    app.add_exception_handler(OperationalError, _handle_database)


async def _handle(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException):
        return answer_problem(request, _http_error(request, error), error.headers)
    if isinstance(error, RequestValidationError):
        return answer_problem(request, _parameters_error(error.errors()))
    return answer_problem(request, error if isinstance(error, XinhengError) else XinhengError())


async def _handle_database(request: Request, error: Exception) -> Response:
    """The database is away, or has no room: nothing was kept, and trying again later is right."""
    known = HttpError(HTTP_UNAVAILABLE, "storage_full" if _FULL.search(str(error)) else "database_unreachable")
    _log.error("%s in %s %s: %s", known.code, request.method, request.url.path, type(error).__name__)
    return answer_problem(request, known, {"retry-after": _RETRY_SECONDS})


def answer_problem(request: Request, error: XinhengError, headers: Mapping[str, str] | None = None) -> Response:
    """The answer for an error; it is never stored by caches. Its code goes into the line of the request."""
    request.scope.setdefault("state", {})["problem"] = error.code
    if isinstance(error, LoginRequiredError):
        if not request.url.path.startswith("/api/"):
            return _to_login(request, error)
        headers = {"www-authenticate": "Bearer", **(headers or {})}
    document = problem_document(error)
    response = _page(request, error.status, document) if wants_page(request) else None
    if response is None:
        response = Response(orjson.dumps(document), error.status, media_type=MEDIA_TYPE)
    response.headers.update({"cache-control": "no-store", **(headers or {})})
    return response


def _to_login(request: Request, error: LoginRequiredError) -> Response:
    """Send a browser to the login page; htmx, which would put that page into the part it asked for, all of it."""
    address = login_address(request, "" if error.code == "login_required" else error.code)
    if request.headers.get("hx-request") == "true":
        return Response(status_code=HTTP_UNAUTHORIZED, headers={"hx-redirect": address, "cache-control": "no-store"})
    return RedirectResponse(address, HTTP_SEE_OTHER, {"cache-control": "no-store"})


def _page(request: Request, status: int, document: dict[str, object]) -> Response | None:
    try:
        return error_page(request, status, document)
    except Exception:  # noqa: BLE001  (a page that cannot be drawn must not cost the answer)
        _log.exception("the error page failed")
        return None


def _http_error(request: Request, error: HTTPException) -> HttpError:
    path = request.url.path
    if error.status_code == HTTP_NOT_FOUND:
        return HttpError(HTTP_NOT_FOUND, "not_found", path=path)
    if error.status_code == HTTP_METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("Allow", "")
        return HttpError(
            HTTP_METHOD_NOT_ALLOWED, "method_not_allowed", path=path, method=request.method, allowed=allowed
        )
    return HttpError(error.status_code, "bad_request")


def _parameters_error(errors: Sequence[Mapping[str, Any]]) -> InputError:
    """The faults of a query string, each with the parameter's name as its pointer."""
    found = [_parameter_error(error) for error in errors]
    code = found[0].code if len(found) == 1 else None
    return InputError(found, code)


def _parameter_error(error: Mapping[str, Any]) -> FieldError:
    name = str(error["loc"][-1])
    if error["type"] == "extra_forbidden":
        return FieldError(pointer(name), "parameter_unknown", {"name": name, "allowed": "见 /docs"})
    why = _WHY.get(error["type"], "格式不对").format_map(error.get("ctx") or {})
    return FieldError(pointer(name), "parameter_wrong", {"name": name, "value": error.get("input"), "why": why})
