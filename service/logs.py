"""Logs: one JSON object a line, on standard error; one line a request, with everything about it.

A line never holds a query string, a body, a cookie or a token: facts of cases and names of people stand there.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
from typing import TYPE_CHECKING, Any, Final, TextIO

import orjson
import structlog

from service import clock

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from starlette.types import Scope

_QUIET: Final = ("alembic", "authlib", "fontTools", "httpcore", "httpx", "uvicorn")
"""Libraries whose ordinary lines are of no use, or hold what must not be written: httpx tells whole addresses."""
_ID_BYTES: Final = 8
_LONGEST: Final = 200
REQUEST_ID: Final = "x-request-id"
_lines: Final[dict[str, Any]] = {}
"""The logger of requests, once :func:`configure` has been called; nothing is written before."""


def configure(stream: TextIO) -> None:
    """Set up the whole process: our own lines and those of libraries in the same form."""
    own: list[Any] = [structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name, _stamp]
    renderer = structlog.processors.JSONRenderer(_text)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=own,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    line = structlog.BytesLogger(stream.buffer)  # past the library's own locks and levels: every request pays for it
    _lines["request"] = structlog.wrap_logger(
        line, processors=[_stamp, structlog.processors.JSONRenderer(orjson.dumps)], cache_logger_on_first_use=True
    ).bind()


def new_request_id() -> str:
    """A name for one request, told to the client and written into its line."""
    return secrets.token_hex(_ID_BYTES)


def tell_request(scope: Scope, route: str, status: int, seconds: float, written: int) -> None:
    """The line of one request."""
    logger = _lines.get("request")
    if logger is None:
        return
    state: dict[str, Any] = scope.get("state") or {}
    identity = state.get("identity")
    client = scope.get("client")
    # A log that cannot be written (a full disk, a closed stream) must not cost the answer.
    with contextlib.suppress(OSError, ValueError):
        logger.info(
            "request",
            id=state.get("request_id"),
            method=scope["method"],
            route=route,
            path=scope["path"][:_LONGEST],
            status=status,
            ms=round(seconds * 1000, 1),
            bytes=written,
            user=None if identity is None else identity.actor.id,
            by=None if identity is None else identity.actor.kind,
            remote=client[0] if client else None,
            problem=state.get("problem"),
        )


def _stamp(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event["at"] = clock.now().isoformat(timespec="milliseconds")
    return event


def _text(event: object, **_: object) -> str:
    return orjson.dumps(event, default=str).decode()
