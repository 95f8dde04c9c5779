"""What the endpoints of the credit desk share: answers, pages of a list, bodies that are files or lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import orjson
from fastapi import Request  # noqa: TC002  (FastAPI reads the annotations)
from fastapi.responses import Response

from kernel.errors import InputError
from kernel.jsondoc import read_json
from service.errors import HttpError
from service.versions import etag

if TYPE_CHECKING:
    from collections.abc import Sequence

JSON: Final = "application/json"
NO_STORE: Final = {"cache-control": "no-store"}
MOST_BYTES: Final = 32 * 1024 * 1024
_TOO_LARGE: Final = 413


def answered(document: object, version: int | None = None) -> Response:
    """A JSON answer; with a version, its entity tag."""
    headers = NO_STORE if version is None else {**NO_STORE, "etag": etag(version)}
    return Response(orjson.dumps(document), media_type=JSON, headers=headers)


def page_json(request: Request, items: Sequence[dict[str, Any]], counts: tuple[int, int, int]) -> dict[str, Any]:
    """A page of a list; ``counts``: how many match, how many a page holds, where it begins."""
    total, limit, offset = counts
    following = f"{request.url.path}?{urlencode({**request.query_params, 'offset': str(offset + limit)})}"
    more = following if offset + limit < total else None
    return {"total": total, "offset": offset, "limit": limit, "items": items, "next": more}


def object_of(body: bytes, keys: tuple[str, ...]) -> dict[str, Any]:
    """The body as an object with no other keys than these."""
    raw = read_json(body)
    if not isinstance(raw, dict):
        raise InputError.at("", "entry_not_object", allowed="、".join(keys))
    if unknown := [key for key in raw if key not in keys]:
        raise InputError.at(f"/{unknown[0]}", "unknown_key", key=unknown[0], allowed="、".join(keys))
    return raw


def route(request: Request) -> str:
    """Method and address, as repeated acts are told by."""
    return f"{request.method} {request.url.path}"[:200]


async def any_body(request: Request) -> bytes:
    """A body of any type as it came, up to :data:`MOST_BYTES`; HttpError 413 beyond."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise HttpError(_TOO_LARGE, "body_too_large", max_bytes=MOST_BYTES)
        parts.append(part)
    return b"".join(parts)
