"""Reading a request's JSON body: the right type, not too large, and nothing read that is refused."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request  # noqa: TC002  (FastAPI reads the annotation of a dependency)

from kernel.errors import InputError
from service.errors import HttpError

_TOO_LARGE: Final = 413
_WRONG_TYPE: Final = 415
_NUL: Final = rb"\u0000"
_UTF8: Final = frozenset({"utf-8", "utf8", ""})


async def raw_body(request: Request) -> bytes:
    """The body as it came; our own strict reader parses it.

    Raises HttpError 415 for a type that is not JSON in UTF-8, 413 as soon as the limit is passed, InputError
    for text with a NUL in it: PostgreSQL takes none.
    """
    _check_type(request.headers.get("content-type", ""))
    limit: int = request.app.state.settings.max_body_bytes
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:20]) > limit:
        raise HttpError(_TOO_LARGE, "body_too_large", max_bytes=limit)
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise HttpError(_TOO_LARGE, "body_too_large", max_bytes=limit)
        parts.append(part)
    body = b"".join(parts)
    if _NUL in body:  # as JSON writes it; the byte itself is refused by the reader
        raise InputError.at("", "text_nul")
    return body


def _check_type(header: str) -> None:
    """Accept JSON by any of its names; a form cannot be sent to us by a strange page."""
    media_type, *parameters = (part.strip().lower() for part in header.split(";"))
    charset = next((one.partition("=")[2].strip('" ') for one in parameters if one.startswith("charset=")), "")
    is_json = media_type in {"application/json", "text/json"} or media_type.endswith("+json")
    if not is_json or charset not in _UTF8:
        raise HttpError(_WRONG_TYPE, "unsupported_media_type", media_type=header or "（未写明）")
