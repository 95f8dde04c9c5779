"""Around every request: the host it may name, the headers every answer carries, and no traceback out."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers
from starlette.requests import Request

from kernel.errors import XinhengError
from service.errors import HttpError
from service.logs import REQUEST_ID, new_request_id, tell_request
from service.problems import answer_problem

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from service.metrics import Metrics

_log = logging.getLogger("xinheng.http")
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
SECURITY: Final = {
    "content-security-policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}

_SECURITY: Final = tuple((name.encode(), value.encode()) for name, value in SECURITY.items())
_REQUEST_ID: Final = REQUEST_ID.encode()


class Guard:
    """ASGI middleware; plain, because every request pays for it."""

    def __init__(self, app: ASGIApp, metrics: Metrics, hosts: Collection[str] = ()) -> None:
        """``hosts``: the only names accepted in ``Host`` (a strange page cannot reach us by its own); empty: any."""
        self._app = app
        self._metrics = metrics
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass HTTP requests on, watched; everything else untouched."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = scope.setdefault("state", {})["request_id"] = new_request_id()
        watched = _Watched(send, request_id)
        start = time.perf_counter()
        try:
            self._check_host(scope)
            _check_text(scope)
            await self._app(scope, receive, watched.send)
        except Exception as error:  # a fault of ours, or a host refused: words to the client, the rest to the log
            if watched.status:
                raise
            known = error if isinstance(error, XinhengError) else XinhengError()
            if known is not error:
                _log.exception("unhandled error in %s %s, request %s", scope["method"], scope["path"], request_id)
            await answer_problem(Request(scope), known)(scope, receive, watched.send)
        finally:
            seconds = time.perf_counter() - start
            route, status = _route(scope), watched.status or 500
            self._metrics.request(scope["method"], route, status, seconds)
            tell_request(scope, route, status, seconds, watched.written)

    def _check_host(self, scope: Scope) -> None:
        if self._hosts:
            host = Headers(scope=scope).get("host", "")
            name = host if host.endswith("]") else host.rpartition(":")[0] or host
            if name.lower() not in self._hosts:
                raise HttpError(421, "wrong_host", host=host)


def _check_text(scope: Scope) -> None:
    """No address of ours holds a NUL, and PostgreSQL takes none in any text."""
    if "\0" in scope["path"] or b"%00" in scope["query_string"]:
        raise HttpError(400, "bad_request")


class _Watched:
    """Sends an answer with our headers added, and remembers its status."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self.status = 0
        self.written = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = message["headers"] = [*message.get("headers", ())]
            present = {name.lower() for name, _ in headers}
            headers += [pair for pair in _SECURITY if pair[0] not in present]
            headers.append((_REQUEST_ID, self._request_id.encode()))
        else:
            self.written += len(message.get("body", b""))
        await self._send(message)


def _route(scope: Scope) -> str:
    """The route's pattern: an address with an id in it must not become a metric of its own."""
    return getattr(scope.get("route"), "path", "unmatched")
