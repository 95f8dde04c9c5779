"""What a browser's form sends, read with a limit."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request  # noqa: TC002  (FastAPI reads the annotation of a dependency)

from service.errors import HttpError

Pairs = list[tuple[str, str]]
MAX_BYTES: Final = 400_000
"""Every fact of the vocabulary with its longest text still fits."""
_MOST_FIELDS: Final = 2000
_TOO_LARGE: Final = 413
_WRONG_TYPE: Final = 415
_FORM: Final = "application/x-www-form-urlencoded"


async def sent_form(request: Request) -> Pairs:
    """The controls of a form in their order, after what the button's address adds.

    Raises HttpError 413 for more than a form can hold, 415 for anything that is not a plain form.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in {_FORM, ""}:
        raise HttpError(_WRONG_TYPE, "unsupported_media_type", media_type=media_type)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BYTES:
            raise HttpError(_TOO_LARGE, "body_too_large", max_bytes=MAX_BYTES)
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise HttpError(_TOO_LARGE, "body_too_large", max_bytes=MAX_BYTES) from error
    return [*request.query_params.multi_items(), *pairs]
